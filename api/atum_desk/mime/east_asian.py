"""Japanese, Chinese and Korean text beyond what its declared charset knows, one character at a time.

Windows writes its own characters (NEC row 13 such as a circled one, IBM's kanji) into mail declared
as ISO-2022-JP or EUC-JP; Python's codecs refuse the whole text for one of them. Here the escape
sequences (RFC 1468, 1554, 1557, 1843, 1922) are read by hand, and each character is looked up in
the widest charset that has its place. A character that no charset knows costs one U+FFFD.
"""

import re
from collections.abc import Callable

_BROKEN = "�"
# An escape sequence that names a set for what follows it, or a shift to and from the second set.
_SWITCH = re.compile(rb"\x1b(?:\$[()*+]?[@-Z]|[(.][@-Z]|&@)|[\x0e\x0f]")
_HZ_SWITCH = re.compile(rb"~[{}~\n]")
_EUC_PIECE = re.compile(rb"\x8f[\xa1-\xfe]{2}|\x8e[\xa1-\xdf]|[\xa1-\xfe]{2}|[\x00-\x7f]+|.", re.DOTALL)
_LINE = re.compile(rb"[\r\n]+|[^\r\n]+")

_Reader = Callable[[bytes], str]


def _decode_whole(data: bytes, codec: str) -> str:
    """Decode the bytes of one character; what the codec does not know is one U+FFFD."""
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return _BROKEN


def _windows_japanese(pair: bytes) -> str:
    """Read a pair of JIS X 0208 (0x21 to 0x7E each) by its place in windows-31j, its superset."""
    row, cell = pair[0] - 0x21, pair[1]
    lead = row // 2 + (0x81 if row < 62 else 0xC1)
    shift = 0x7E if row % 2 else 0x1F if cell < 0x60 else 0x20
    return _decode_whole(bytes((lead, cell + shift)), "cp932")


def _japanese(pair: bytes) -> str:
    """Read a pair of JIS X 0208; the standard decides where it knows the place."""
    text = _decode_whole(_high(pair), "euc_jp")
    return text if text != _BROKEN else _windows_japanese(pair)


def _high(pair: bytes) -> bytes:
    return bytes(byte | 0x80 for byte in pair)


def _pairs_of(codec: str, prefix: bytes = b"") -> _Reader:
    return lambda pair: _decode_whole(prefix + _high(pair), codec)


def _katakana(byte: bytes) -> str:
    return _decode_whole(_high(byte), "cp932")


_GB, _KS = _pairs_of("gb18030"), _pairs_of("cp949")
_SUPPLEMENT = _pairs_of("euc_jp", b"\x8f")
_JIS_2004, _JIS_2004_PLANE_2 = _pairs_of("euc_jis_2004"), _pairs_of("euc_jis_2004", b"\x8f")
# What follows an escape sequence: how many bytes make a character, and how it is read.
_FIRST_SETS: dict[bytes, tuple[int, _Reader]] = {
    b"\x1b$@": (2, _japanese),
    b"\x1b$B": (2, _japanese),
    b"\x1b$(B": (2, _japanese),
    b"\x1b$(@": (2, _japanese),
    b"\x1b$(D": (2, _SUPPLEMENT),
    b"\x1b$(O": (2, _JIS_2004),
    b"\x1b$(Q": (2, _JIS_2004),
    b"\x1b$(P": (2, _JIS_2004_PLANE_2),
    b"\x1b$A": (2, _GB),
    b"\x1b$(A": (2, _GB),
    b"\x1b$(C": (2, _KS),
    b"\x1b(I": (1, _katakana),
}
_SECOND_SETS: dict[bytes, tuple[int, _Reader]] = {b"\x1b$)A": (2, _GB), b"\x1b$)C": (2, _KS)}


def decode_iso2022(data: bytes) -> str:
    """Decode text with the escape sequences and shifts of ISO-2022-JP, -KR or -CN. Never raises.

    A line end ends a set whose closing sequence was lost; bytes beyond ASCII that are no UTF-8 cost
    one U+FFFD each.
    """
    text: list[str] = []
    first: tuple[int, _Reader] | None = None
    # Without a designation, a shift means the half-width katakana of Windows (code page 50222).
    second: tuple[int, _Reader] = (1, _katakana)
    is_shifted = False
    position = 0
    for switch in _SWITCH.finditer(data):
        text.append(_read_segment(data[position : switch.start()], second if is_shifted else first))
        position = switch.end()
        sequence = switch.group()
        if sequence in b"\x0e\x0f":
            is_shifted = sequence == b"\x0e"
        elif sequence[:2] == b"\x1b$" and sequence[2:3] in (b")", b"*", b"+"):
            second = _SECOND_SETS.get(sequence, second)
        elif sequence[1:2] in (b"$", b"("):
            first = _FIRST_SETS.get(sequence)
    text.append(_read_segment(data[position:], second if is_shifted else first))
    return "".join(text)


def _read_segment(segment: bytes, charset: tuple[int, _Reader] | None) -> str:
    """Read what stands between two escape sequences; `None` is ASCII."""
    if charset is None:
        return _read_plain(segment)
    width, read = charset
    text: list[str] = []
    for number, line in enumerate(_LINE.findall(segment)):
        if line[:1] in b"\r\n":
            text.append(line.decode("ascii"))
        elif number and not _is_all_pairs(line, width):
            # The closing sequence was lost at the line end: this line is ASCII.
            text.append(_read_plain(line))
        else:
            text.extend(_read_characters(line, width, read))
    return "".join(text)


def _read_plain(segment: bytes) -> str:
    """Read what stands outside of the sets: ASCII, or a footer in UTF-8 that a list added."""
    try:
        return segment.decode("utf-8")
    except UnicodeDecodeError:
        return segment.decode("ascii", "replace")


def _is_all_pairs(line: bytes, width: int) -> bool:
    return len(line) % width == 0 and not line.translate(None, bytes(range(0x21, 0x7F)))


def _read_characters(line: bytes, width: int, read: _Reader) -> list[str]:
    text: list[str] = []
    position = 0
    while position < len(line):
        unit = line[position : position + width]
        if not 0x21 <= unit[0] <= 0x7E:
            text.append(chr(unit[0]) if unit[0] < 0x80 else _BROKEN)
            position += 1
        elif len(unit) < width or not 0x21 <= unit[-1] <= 0x7E:
            text.append(_BROKEN)
            position += 1
        else:
            text.append(read(unit))
            position += width
    return text


def decode_hz(data: bytes) -> str:
    """Decode HZ text (RFC 1843), its pairs by the wider GB 18030. Never raises."""
    text: list[str] = []
    is_chinese = False
    position = 0
    for switch in _HZ_SWITCH.finditer(data):
        segment = data[position : switch.start()]
        text.append(_read_segment(segment, (2, _GB) if is_chinese else None))
        position = switch.end()
        if switch.group() in (b"~{", b"~}"):
            is_chinese = switch.group() == b"~{"
        elif switch.group() == b"~~":
            text.append("~")
    text.append(_read_segment(data[position:], (2, _GB) if is_chinese else None))
    return "".join(text)


def decode_euc_japanese(data: bytes) -> str:
    """Decode EUC-JP with the characters that Windows adds (code page 51932). Never raises."""
    text: list[str] = []
    for piece in _EUC_PIECE.findall(data):
        if piece[0] < 0x80:
            text.append(piece.decode("ascii"))
        elif len(piece) == 2 and piece[0] >= 0xA1:
            text.append(_japanese(bytes(byte & 0x7F for byte in piece)))
        else:
            text.append(_decode_whole(piece, "euc_jp"))
    return "".join(text)
