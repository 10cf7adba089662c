"""Bytes to text, whatever charset was declared, forgotten or invented."""

import codecs
import functools
import re
from collections.abc import Callable

from atum_desk.kernel.notices import Notice

from . import oddities
from .east_asian import decode_euc_japanese, decode_hz, decode_iso2022

_ALIASES = {
    "ansi": "cp1252",
    "cp50220": "iso2022-jp",
    "cp50221": "iso2022-jp",
    "cp50222": "iso2022-jp",
    "cp50225": "iso2022-kr",
    "cp51932": "euc-jp",
    "cp51936": "gb18030",
    "cp51949": "cp949",
    "cp28591": "cp1252",
    "cp65001": "utf-8",
    "eucjp-ms": "euc-jp",
    "eucjp-win": "euc-jp",
    "eucjpms": "euc-jp",
    "euckr": "cp949",
    "gb2312-80": "gb18030",
    "hebrew": "cp1255",
    "iso-2022-jp-ms": "iso2022-jp",
    "iso2022jp-ms": "iso2022-jp",
    "iso8859-8-e": "iso8859-8",
    "iso8859-8-i": "iso8859-8",
    "koi8-ru": "koi8-u",
    "ks-c-5601": "cp949",
    "ks-c-5601-1987": "cp949",
    "ks-c-5601-1989": "cp949",
    "macintosh": "mac-roman",
    "shift-jis-2004": "shift_jis_2004",
    "tis620": "cp874",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf": "utf-8",
    "utf8mb4": "utf-8",
    "windows-31j": "cp932",
    "x-euc-jp": "euc_jp",
    "x-eucjp": "euc_jp",
    "x-gbk": "gb18030",
    "x-mac-roman": "mac-roman",
    "x-shift-jis": "cp932",
    "x-sjis": "cp932",
}
# "win-1251", "x-windows-949", "cp_1252", "ms936"; "8859_1", "x-iso-8859-15".
_CODE_PAGE = re.compile(r"(?:x-)?(?:windows|win|cp|ms|ibm|dos|ansi)-?(\d{3,5})")
_LATIN_PART = re.compile(r"(?:x-)?(?:iso-?)?8859-?(\d{1,2})(-[ie])?")
# Senders name the narrow standard and write its superset, so the superset is read.
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "hz",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "cp950",
    "iso2022_jp": "iso2022_jp_ext",
    "iso2022_jp_1": "iso2022_jp_ext",
    "iso8859-11": "cp874",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
}
# In ISO 8859 0x80 to 0x9F are control characters that no mail means: Windows has its quotes there.
_WINDOWS_OF = {
    "iso8859-2": "cp1250",
    "iso8859-3": "cp1252",
    "iso8859-4": "cp1257",
    "iso8859-5": "cp1251",
    "iso8859-6": "cp1256",
    "iso8859-7": "cp1253",
    "iso8859-8": "cp1255",
    "iso8859-10": "cp1257",
    "iso8859-13": "cp1257",
    "iso8859-14": "cp1252",
    "iso8859-15": "cp1252",
    "iso8859-16": "cp1250",
}
# What reads a text that its own codec refuses, character by character.
_WIDER: dict[str, Callable[[bytes], str]] = {
    "cp950": lambda data: data.decode("big5hkscs", "replace"),
    "euc_jp": decode_euc_japanese,
    "hz": decode_hz,
    "iso2022_jp_2": decode_iso2022,
    "iso2022_jp_2004": decode_iso2022,
    "iso2022_jp_3": decode_iso2022,
    "iso2022_jp_ext": decode_iso2022,
    "iso2022_kr": decode_iso2022,
}
# Only real charsets: Python's registry also knows codecs that decompress or take quadratic time.
_CHARSET_CODEC = re.compile(
    r"utf-(8|7|16|16-le|16-be|32|32-le|32-be)|ascii|cp\d{2,5}|iso8859-\d{1,2}|iso2022_\w{2,9}"
    r"|koi8-[rtu]|mac-\w{5,12}|gb18030|gb2312|gbk|hz|big5|big5hkscs|euc_\w{2,12}"
    r"|shift_jis\w{0,6}|johab|tis-620|kz1048|ptcp154|hp-roman8"
)
_UNDECLARED = {"", "x-unknown", "unknown", "unknown-8bit", "8bit", "7bit", "binary", "default"}
_BROKEN = "�"
_ISO2022_ESCAPE = b"\x1b$"
_CP1252_GAPS = {0xDC00 + byte: byte for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
_CLEAN = str.maketrans({"\x00": None} | dict.fromkeys(range(0xD800, 0xE000), _BROKEN))


def clean_text(text: str) -> str:
    """Return `text` without what PostgreSQL and JSON refuse: NUL and lone surrogates."""
    return text if text.isascii() and "\x00" not in text else text.translate(_CLEAN)


def find_codec(charset: str) -> str | None:
    """Return the codec name that reads mail declared as `charset`, None when it is no charset."""
    name = charset.strip(" \t\"'=;,").lower().replace("_", "-")
    if len(name) <= 40 and (found := _CODE_PAGE.fullmatch(name)):
        name = f"cp{found[1]}"
    elif len(name) <= 40 and (found := _LATIN_PART.fullmatch(name)):
        name = f"iso8859-{found[1]}{found[2] or ''}"
    name = _ALIASES.get(name, name)
    if not name or len(name) > 40 or not name.isascii():
        return None
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    codec = _SUPERSETS.get(codec, codec)
    return codec if _CHARSET_CODEC.fullmatch(codec) else None


def decode_text(data: bytes, charset: str | None) -> tuple[str, Notice | None]:
    """Decode `data` declared as `charset`; return the text and what was odd or None.

    Never raises. Valid UTF-8 that is declared as Latin or not at all is read as UTF-8; escape
    sequences are those of ISO 2022, whatever was declared; bytes that the declared charset does not
    know are read by its supersets, and what nobody knows costs one U+FFFD a character.
    """
    declared = (charset or "").strip().lower()
    codec = find_codec(declared)
    problem: Notice | None = None
    if codec is None and declared not in _UNDECLARED and not declared.startswith("iso-2022-cn"):
        problem = oddities.UnknownCharset(declared[:40])
    if codec and codec.startswith(("utf-16", "utf-32")) and _has_no_wide_characters(data):
        codec = None
        problem = oddities.EightBitText(declared[:40])
    if _ISO2022_ESCAPE in data and data.isascii() and not (codec or "").startswith("iso2022"):
        text, oddity = _decode_escapes(data)
    elif codec in (None, "cp1252", "utf-8"):
        text, oddity = _decode_western(data, codec)
    else:
        text, oddity = _decode_as(data, codec or "utf-8")
    return clean_text(text), problem or oddity


def _decode_escapes(data: bytes) -> tuple[str, Notice | None]:
    return decode_iso2022(data), oddities.UndeclaredEscapes()


def _has_no_wide_characters(data: bytes) -> bool:
    """Say whether text declared as UTF-16 or UTF-32 cannot be: its spaces would hold a NUL."""
    return b"\x00" not in data and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def _decode_western(data: bytes, codec: str | None) -> tuple[str, Notice | None]:
    if data.isascii():
        return data.decode("ascii"), None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if codec == "utf-8":
            return _decode_broken_utf8(data)
        if codec is None and _ISO2022_ESCAPE in data:
            return _decode_as(data, "iso2022_jp_ext")
        return decode_cp1252(data), None
    return text, oddities.Utf8AsLatin() if codec == "cp1252" else None


def _decode_broken_utf8(data: bytes) -> tuple[str, Notice]:
    if b"\xed" in data and (text := _join_surrogates(data)) is not None:
        return text, oddities.Utf8Surrogates()
    text = data.decode("utf-8", "replace")
    if _is_mostly_broken(text):
        return decode_cp1252(data), oddities.NotUtf8()
    return text, oddities.BrokenText("utf-8")


def _is_mostly_broken(text: str) -> bool:
    broken = text.count(_BROKEN)
    return broken > len(text) - len(text.encode("ascii", "ignore")) - broken


def _join_surrogates(data: bytes) -> str | None:
    """Read UTF-8 in which emoji stand as two surrogates (CESU-8), None when it is not that."""
    try:
        paired = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None
    return paired.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _decode_as(data: bytes, codec: str) -> tuple[str, Notice | None]:
    # Windows machines write 8-bit text into mail declared as 7-bit Japanese.
    if codec.startswith("iso2022_jp") and not data.isascii() and _ISO2022_ESCAPE not in data:
        for candidate in ("utf-8", "cp932", "euc_jp"):
            try:
                return data.decode(candidate), oddities.DeclaredOtherwise(candidate, "iso-2022-jp")
            except UnicodeDecodeError:
                continue
        return _least_broken(data), oddities.BrokenAs("iso-2022-jp")
    try:
        text = _as_written(data.decode(codec), codec)
        return text, oddities.BrokenText(codec) if _BROKEN in text else None
    except (UnicodeDecodeError, UnicodeError):
        pass
    if not data.isascii():
        try:
            return data.decode("utf-8"), oddities.DeclaredOtherwise("utf-8", codec)
        except UnicodeDecodeError:
            pass
    wider = _WIDER.get(codec)
    text = wider(data) if wider else _as_written(data.decode(codec, "replace"), codec)
    return text, oddities.BrokenText(codec) if _BROKEN in text else oddities.TextBeyond(codec)


def _least_broken(data: bytes) -> str:
    """Read Japanese 8-bit text of which a byte is broken by the charset that loses least."""
    readings = (data.decode("utf-8", "replace"), data.decode("cp932", "replace"), decode_euc_japanese(data))
    return min(readings, key=lambda text: text.count(_BROKEN))


def _as_written(text: str, codec: str) -> str:
    """Read the control characters of ISO 8859 as the Windows characters that senders mean.

    In windows-31j, Python gives bytes that are no character a place of their own: they are broken.
    """
    return text if text.isascii() else text.translate(_replaced_characters(codec))


@functools.cache
def _replaced_characters(codec: str) -> dict[int, str]:
    if codec == "cp932":
        return dict.fromkeys((0x80, *range(0xF8F0, 0xF8F4)), _BROKEN)
    windows = _WINDOWS_OF.get(codec)
    if windows is None:
        return {}
    known = ((byte, bytes((byte,)).decode(windows, "ignore")) for byte in range(0x80, 0xA0))
    return {byte: character for byte, character in known if character}


def decode_cp1252(data: bytes) -> str:
    """Decode windows-1252 without failing: its five undefined bytes are read as Latin-1."""
    return data.decode("cp1252", "surrogateescape").translate(_CP1252_GAPS)


def decode_header_bytes(data: bytes, charset: str | None) -> str:
    """Decode raw header bytes: ISO 2022, UTF-8, the charset of the body, then windows-1252."""
    if _ISO2022_ESCAPE in data and data.isascii():
        return clean_text(decode_iso2022(data))
    try:
        return clean_text(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    codec = find_codec(charset or "")
    if codec in (None, "utf-8", "utf-7") or (codec or "").startswith(("utf-16", "utf-32")):
        return clean_text(_decode_broken_utf8(data)[0])
    text, _ = decode_text(data, charset)
    return clean_text(decode_cp1252(data)) if _is_mostly_broken(text) else text
