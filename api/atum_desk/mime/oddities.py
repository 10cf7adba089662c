"""What the parser found odd in a mail, for people who look at it."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice


class PartsNestedTooDeep(Notice, frozen=True):
    """nested deeper than {most} levels"""

    code = "oddity.nested_too_deep"

    most: int


class WrongBoundary(Notice, frozen=True):
    """multipart with a wrong or missing boundary"""

    code = "oddity.wrong_boundary"


class NoParts(Notice, frozen=True):
    """multipart without any part, read as text"""

    code = "oddity.no_parts"


class NoEndBoundary(Notice, frozen=True):
    """multipart without its end boundary"""

    code = "oddity.no_end_boundary"


class TooManyParts(Notice, frozen=True):
    """more than {most} parts, the rest kept as one attachment"""

    code = "oddity.too_many_parts"

    most: int


class NoEmptyLine(Notice, frozen=True):
    """no empty line between headers and body"""

    code = "oddity.no_empty_line"


class LineWithoutName(Notice, frozen=True):
    """a header line without a name"""

    code = "oddity.line_without_name"


class FoldedWithoutSpace(Notice, frozen=True):
    """a folded header line without its space"""

    code = "oddity.folded_without_space"


class TooManyHeaderFields(Notice, frozen=True):
    """more than {most} header fields, the rest left out"""

    code = "oddity.too_many_fields"

    most: int


class TooLongHtml(Notice, frozen=True):
    """HTML longer than {most} characters, shown shortened"""

    code = "oddity.too_long_html"

    most: int


class UnreadableTnef(Notice, frozen=True):
    """winmail.dat could not be read, kept as attachment"""

    code = "oddity.unreadable_tnef"


class NotBase64(Notice, frozen=True):
    """a part declared as base64 is not, kept as attachment"""

    code = "oddity.not_base64"


class BrokenBase64(Notice, frozen=True):
    """broken base64"""

    code = "oddity.broken_base64"


class TextAfterBase64(Notice, frozen=True):
    """plain text after base64"""

    code = "oddity.text_after_base64"


class NoUuencodeBegin(Notice, frozen=True):
    """uuencoded part without its begin line"""

    code = "oddity.no_uuencode_begin"


class UnknownEncoding(Notice, frozen=True):
    """unknown transfer encoding {encoding}"""

    code = "oddity.unknown_encoding"

    encoding: str


class UnknownCharset(Notice, frozen=True):
    """unknown charset {charset}"""

    code = "oddity.unknown_charset"

    charset: str


class EightBitText(Notice, frozen=True):
    """8-bit text declared as {charset}"""

    code = "oddity.eight_bit_text"

    charset: str


class UndeclaredEscapes(Notice, frozen=True):
    """iso-2022 text without its charset"""

    code = "oddity.undeclared_escapes"


class Utf8AsLatin(Notice, frozen=True):
    """utf-8 text declared as Latin"""

    code = "oddity.utf8_as_latin"


class Utf8Surrogates(Notice, frozen=True):
    """utf-8 with surrogates"""

    code = "oddity.utf8_surrogates"


class NotUtf8(Notice, frozen=True):
    """text declared as utf-8 is not, read as windows-1252"""

    code = "oddity.not_utf8"


class DeclaredOtherwise(Notice, frozen=True):
    """{charset} text declared as {declared}"""

    code = "oddity.declared_otherwise"

    charset: str
    declared: str


class BrokenAs(Notice, frozen=True):
    """broken 8-bit text declared as {declared}"""

    code = "oddity.broken_as"

    declared: str


class BrokenText(Notice, frozen=True):
    """broken {charset}"""

    code = "oddity.broken_text"

    charset: str


class TextBeyond(Notice, frozen=True):
    """text beyond {charset}"""

    code = "oddity.text_beyond"

    charset: str
