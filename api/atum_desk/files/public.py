"""What other slices may use of files."""

from atum_desk.files.commands import (
    attach_uploads,
    store_attachment,
    upload_attachment,
)
from atum_desk.files.models import Attachment, StoredFile
from atum_desk.files.problems import AttachmentNotFound, AttachmentTaken
from atum_desk.files.queries import find_claimed, get_attachment
from atum_desk.files.responses import download
from atum_desk.files.store import FileStore

__all__ = [
    "Attachment",
    "AttachmentNotFound",
    "AttachmentTaken",
    "FileStore",
    "StoredFile",
    "attach_uploads",
    "download",
    "find_claimed",
    "get_attachment",
    "store_attachment",
    "upload_attachment",
]
