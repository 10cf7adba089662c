"""What other slices may use of files."""

from atum_desk.files.commands import attach_uploads, copy_files, keep_files, store_attachment
from atum_desk.files.feature import REMOVE_CONTENTS, RemoveContents
from atum_desk.files.filenames import clean_filename, content_disposition
from atum_desk.files.models import Attachment, KeptFile, ScanVerdict, StoredFile
from atum_desk.files.notices import ScannerSilent
from atum_desk.files.problems import REFUSALS, AttachmentNotFound, AttachmentTaken, FileMissing, RangeNotSatisfiable
from atum_desk.files.queries import find_claimed, get_attachment, keep_upload, list_files_of, move_files
from atum_desk.files.responses import download
from atum_desk.files.store import FileStore
from atum_desk.files.upload import Incoming, receive_upload
from atum_desk.files.upload_slots import UploadSlots
from atum_desk.files.virus import ScannerAway, scan

__all__ = [
    "REFUSALS",
    "REMOVE_CONTENTS",
    "Attachment",
    "AttachmentNotFound",
    "AttachmentTaken",
    "FileMissing",
    "FileStore",
    "Incoming",
    "KeptFile",
    "RangeNotSatisfiable",
    "RemoveContents",
    "ScanVerdict",
    "ScannerAway",
    "ScannerSilent",
    "StoredFile",
    "UploadSlots",
    "attach_uploads",
    "clean_filename",
    "content_disposition",
    "copy_files",
    "download",
    "find_claimed",
    "get_attachment",
    "keep_files",
    "keep_upload",
    "list_files_of",
    "move_files",
    "receive_upload",
    "scan",
    "store_attachment",
]
