"""A file in a multipart request, read as a stream: nothing of it is in memory for longer than a piece."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from math import inf

from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from multipart import MultipartError, MultipartSegment, ParserLimitReached, PushMultipartParser, parse_options_header

from atum_desk.http.requests import AnyRequest
from atum_desk.kernel.context import request_context
from atum_desk.kernel.field_notices import FormCutOff, Missing, NotAForm, NotOneFile, NotOurForm
from atum_desk.kernel.problems import TooLarge, ValidationFailed

FIELD = "file"
MAX_PARTS = 8
# What a form may hold besides its file.
MAX_OTHER_BYTES = 64 * 1024


@dataclass
class UploadOperation(Operation):
    """Describes a route that reads its form itself, for the OpenAPI document."""

    def __post_init__(self) -> None:
        file = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        form = Schema(type=OpenAPIType.OBJECT, properties={FIELD: file}, required=[FIELD])
        self.request_body = RequestBody(content={"multipart/form-data": OpenAPIMediaType(schema=form)}, required=True)


class FilePart:
    """The form's file: its name and type as the sender says them, and its bytes as they arrive."""

    def __init__(self, segment: MultipartSegment, events: AsyncIterator[object]) -> None:
        self.filename = segment.filename or ""
        self.content_type = segment.content_type or ""
        self._events = events

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the file's bytes, then read the form to its end. Raises ValidationFailed for a bad form."""
        async for event in self._events:
            if event is None:
                break
            assert isinstance(event, bytes | bytearray)
            yield bytes(event)
        others = 0
        async for event in self._events:
            if isinstance(event, MultipartSegment) and event.name == FIELD:
                raise ValidationFailed.of(FIELD, NotOneFile())
            others = _count_other(others, event)


async def read_file_part(request: AnyRequest) -> FilePart:
    """Read a form up to its file. Raises ValidationFailed when it has none or is no form."""
    events = _events(request)
    others = 0
    async for event in events:
        if isinstance(event, MultipartSegment) and event.name == FIELD:
            if event.filename is None:
                raise ValidationFailed.of(FIELD, Missing())
            return FilePart(event, events)
        others = _count_other(others, event)
    raise ValidationFailed.of(FIELD, Missing())


def bind_idempotency_key(request: AnyRequest, filename: str, sha256: str) -> None:
    """Let the request's Idempotency-Key stand for this upload; its body was not kept to be hashed."""
    context = request_context.get()
    if context and context.idempotency:
        said = f"{request.method} {request.url.path}\n{filename}\n{sha256}"
        context.idempotency.request_hash = hashlib.sha256(said.encode()).digest()


def _count_other(before: int, event: object) -> int:
    now = before + (len(event) if isinstance(event, bytes | bytearray) else 0)
    if now > MAX_OTHER_BYTES:
        raise TooLarge(limit_bytes=MAX_OTHER_BYTES)
    return now


async def _events(request: AnyRequest) -> AsyncIterator[object]:
    """Yield the parser's events: a segment for each part, its bytes, and None at its end."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise ValidationFailed.of("body", NotAForm())
    try:
        parser = PushMultipartParser(
            options["boundary"], strict=True, max_segment_count=MAX_PARTS, max_segment_size=inf
        )
        async with aclosing(request.stream()) as stream:
            async for chunk in stream:
                if chunk:
                    for event in parser.parse(chunk):
                        yield event
        parser.close()
    except ParserLimitReached as error:
        raise ValidationFailed.of("body", NotOurForm()) from error
    except (MultipartError, UnicodeError) as error:
        raise ValidationFailed.of("body", FormCutOff()) from error
