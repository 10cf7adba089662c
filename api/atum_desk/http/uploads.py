"""Files in a multipart request."""

from __future__ import annotations

from typing import Annotated

from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body

from atum_desk.kernel.problems import ValidationFailed

Upload = Annotated[dict[str, UploadFile], Body(media_type=RequestEncodingType.MULTI_PART)]


def file_of(form: dict[str, UploadFile]) -> UploadFile:
    """Return the form's file. Raises ValidationFailed when there is none."""
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise ValidationFailed.of("file", "is missing")
    return file
