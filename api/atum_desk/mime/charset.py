"""Bytes to text, whatever charset was declared, forgotten or invented."""

import codecs
import re

_ALIASES = {
    "ansi": "cp1252",
    "cp-850": "cp850",
    "cp-936": "gb18030",
    "dos-862": "cp862",
    "euckr": "cp949",
    "gb2312-80": "gb18030",
    "hebrew": "cp1255",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-8-i": "iso8859-8",
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
    "windows-874": "cp874",
    "windows-936": "gb18030",
    "windows-949": "cp949",
    "x-cp1252": "cp1252",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gb18030",
    "x-mac-roman": "mac-roman",
    "x-sjis": "cp932",
    "x-windows-949": "cp949",
}
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
    "iso8859-11": "cp874",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
}
# Only real charsets: Python's registry also knows codecs that decompress or take quadratic time.
_CHARSET_CODEC = re.compile(
    r"utf-(8|7|16|16-le|16-be|32|32-le|32-be)|ascii|cp\d{2,5}|iso8859-\d{1,2}|iso2022_\w{2,9}"
    r"|koi8-[rtu]|mac-\w{5,12}|gb18030|gb2312|gbk|hz|big5|big5hkscs|euc_\w{2,12}"
    r"|shift_jis\w{0,6}|johab|tis-620|kz1048|ptcp154|hp-roman8"
)
_UNDECLARED = {"", "x-unknown", "unknown", "unknown-8bit", "8bit", "7bit", "binary", "default"}
_BROKEN = "�"
_CP1252_GAPS = {0xDC00 + byte: byte for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
_CLEAN = str.maketrans({"\x00": None} | dict.fromkeys(range(0xD800, 0xE000), _BROKEN))


def clean_text(text: str) -> str:
    """Return `text` without what PostgreSQL and JSON refuse: NUL and lone surrogates."""
    return text if text.isascii() and "\x00" not in text else text.translate(_CLEAN)


def find_codec(charset: str) -> str | None:
    """Return the codec name that reads mail declared as `charset`, None when it is no charset."""
    name = charset.strip().strip("\"'").lower().replace("_", "-")
    name = _ALIASES.get(name, name)
    if not name or len(name) > 40 or not name.isascii():
        return None
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    codec = _SUPERSETS.get(codec, codec)
    return codec if _CHARSET_CODEC.fullmatch(codec) else None


def decode_text(data: bytes, charset: str | None) -> tuple[str, str | None]:
    """Decode `data` declared as `charset`; return the text and a problem in words or None.

    Never raises. Valid UTF-8 that is declared as Latin or not at all is read as UTF-8; bytes that
    the declared charset does not know are read as UTF-8 if they are, else as windows-1252.
    """
    declared = (charset or "").strip().lower()
    codec = find_codec(declared)
    problem = None
    if codec is None and declared not in _UNDECLARED:
        problem = f"unknown charset {declared[:40]}"
    if codec in (None, "cp1252", "utf-8", "ascii"):
        text, oddity = _decode_western(data, codec)
    else:
        text, oddity = _decode_as(data, codec or "utf-8")
    return clean_text(text), problem or oddity


def _decode_western(data: bytes, codec: str | None) -> tuple[str, str | None]:
    if data.isascii():
        return data.decode("ascii"), None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if codec == "utf-8":
            return _decode_broken_utf8(data)
        if codec is None and b"\x1b$" in data:
            return _decode_as(data, "iso2022_jp_ext")
        return decode_cp1252(data), None
    return text, "utf-8 text declared as Latin" if codec == "cp1252" else None


def _decode_broken_utf8(data: bytes) -> tuple[str, str]:
    text = data.decode("utf-8", "replace")
    broken = text.count(_BROKEN)
    good = len(text) - len(text.encode("ascii", "ignore")) - broken
    if broken > good:
        return decode_cp1252(data), "text declared as utf-8 is not, read as windows-1252"
    return text, "broken utf-8"


def _decode_as(data: bytes, codec: str) -> tuple[str, str | None]:
    # Windows machines write 8-bit text into mail declared as 7-bit Japanese.
    if codec.startswith("iso2022_jp") and not data.isascii():
        for candidate in ("utf-8", "cp932", "euc_jp"):
            try:
                return data.decode(candidate), f"{candidate} text declared as iso-2022-jp"
            except UnicodeDecodeError:
                continue
    try:
        return data.decode(codec), None
    except (UnicodeDecodeError, UnicodeError):
        pass
    try:
        return data.decode("utf-8"), f"utf-8 text declared as {codec}"
    except UnicodeDecodeError:
        return data.decode(codec, "replace"), f"broken {codec}"


def decode_cp1252(data: bytes) -> str:
    """Decode windows-1252 without failing: its five undefined bytes are read as Latin-1."""
    return data.decode("cp1252", "surrogateescape").translate(_CP1252_GAPS)


def decode_header_bytes(data: bytes, charset: str | None) -> str:
    """Decode raw 8-bit header bytes: UTF-8, then the charset of the body, then windows-1252."""
    try:
        return clean_text(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    codec = find_codec(charset or "")
    if codec not in (None, "utf-8", "utf-7"):
        try:
            return clean_text(data.decode(codec or "cp1252"))
        except (UnicodeDecodeError, UnicodeError):
            pass
    return clean_text(decode_cp1252(data))
