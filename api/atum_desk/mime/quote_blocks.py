"""How quoted history is introduced: header blocks and separator lines."""

import re
from functools import lru_cache

from .quote_evidence import has_address, has_date, has_named_address, has_time, says_wrote, visible
from .quote_words import DAY_LABELS, FORWARDED_MESSAGE, HEADER_LABELS, ORIGINAL_MESSAGE, REPLY_LINES, WROTE

MAX_LINE_CHARS = 500
MAX_BLOCK_LINES = 25
MAX_LABEL_WORDS = 4
_RULES = "-_=—–─"
_GENDERED = re.compile(r"\([^\W\d]{1,3}\)$")


def is_quote(line: str) -> bool:
    """Say whether a line is marked as quoted by ">"."""
    return line[:8].lstrip().startswith(">")


def closes_attribution(line: str) -> bool:
    """Say whether a line is ">:" or "> wrote:", the end of a wrapped attribution and no quote."""
    if is_framed(line):
        return True
    words = line.strip()[:MAX_LINE_CHARS].removeprefix(">").strip().lower()
    if words.startswith(">>>> ") and " == " in words:
        return words.endswith(":")  # Gnus: '>>>>> "Ann" == Ann <ann@example.com> writes:'
    if not line.lstrip().startswith(">") or not words.endswith((":", "：")):
        return False
    words = _GENDERED.sub("", words.rstrip(":：").strip())
    return not words or words in WROTE or (words.startswith(WROTE) and has_date(words))


def is_framed(line: str) -> bool:
    """Say whether a line reads ">>> Name <address> date >>>", as GroupWise writes it above a mail."""
    bare = line.strip()
    is_short = 8 <= len(bare) <= 200 and bare.startswith(">>>") and bare.endswith(">>>")
    return is_short and has_date(bare) and any(char.isalpha() for char in bare)


def is_rule(line: str) -> bool:
    """Say whether a line is a drawn rule, as mail programs set above quoted mail."""
    bare = line.strip(" \t*>")
    if bare.endswith(" ---") and " --- " in bare:
        return True  # Lotus Notes: "Name --- Subject ---"
    if len(bare) <= 200 and bare.count("---") > 1 and has_time(bare) and bare[:1] != "-":
        return True  # Lotus Notes: "Name ---03.06.2024 10:00:00---Subject"
    return 4 <= len(bare) <= 200 and not bare.strip(_RULES)


def is_original_line(line: str) -> bool:
    """Say whether a line reads "-----Original Message-----" or "---- On ... wrote ----".

    Between dashes an attribution needs no known word: a date and an address say the same.
    """
    if _is_separator(line, ORIGINAL_MESSAGE, needs_dashes=True) or is_framed(line):
        return True
    if len(line) <= 200 and line.strip()[:2] in ("--", "##", "==", "__", "**"):
        lowered = visible(line).lower()
        if any(words in lowered for words in REPLY_LINES):
            return True
    return is_worded_rule(line) and (says_wrote(line) or (has_date(line) and has_address(line)))


def is_worded_rule(line: str) -> bool:
    """Say whether a line is words between two drawn rules: history if header lines follow."""
    bare = line.strip(" \t*>")
    if not 6 <= len(bare) <= 200 or bare[:2].strip(_RULES) or bare[-2:].strip(_RULES):
        return False
    return any(char.isalpha() for char in bare) and not is_forwarded_line(line)


def is_forwarded_line(line: str) -> bool:
    """Say whether a line announces a forwarded message in some language."""
    return _is_separator(line, FORWARDED_MESSAGE, needs_dashes=not line.rstrip().endswith((":", "：")))


def _is_separator(line: str, phrases: tuple[str, ...], *, needs_dashes: bool) -> bool:
    if len(line) > 200:
        return False
    text = visible(line).strip(" \t*>")
    words = text.strip(f"{_RULES} \t*:：").lower()
    if not words.startswith(phrases) or len(words) > 80:
        return False
    return not needs_dashes or text[:2].strip(_RULES) == ""


class _Block:
    """Lines "Label: value" with known labels: their kinds, what they prove, where they end."""

    def __init__(self, lines: list[str], number: int, limit: int) -> None:
        self.kinds: set[str] = set()
        self.end = number
        self.is_foreign = False
        self.has_address = self.has_name = self.has_date = self.was_sent = False
        self._read(lines, number, limit)

    def _read(self, lines: list[str], number: int, limit: int) -> None:
        run_on = 0
        for index in range(number, min(limit, number + MAX_BLOCK_LINES)):
            line = lines[index]
            label = _label(line) or (_bare_label(line) if self.kinds else None)
            if label:
                self._take(label, line)
                self.end = index + 1
                run_on = 0
                continue
            if not line.strip():
                if run_on > 1 or ({"subject", "from"} <= self.kinds and len(self.kinds) > 2):
                    return
            elif not _label_follows(lines, index + 1, limit) or run_on > 1:
                self.is_foreign = self.is_foreign or self._touches(lines, index)
                return
            else:
                self.is_foreign = self.is_foreign or splits_field(line) is not None
            run_on += 1

    def _take(self, label: str, line: str) -> None:
        self.kinds.add(label)
        value = line[:MAX_LINE_CHARS]
        self.has_address = self.has_address or (label == "from" and has_address(value))
        self.has_name = self.has_name or (label == "from" and has_named_address(value))
        if label == "date" and has_date(value):
            self.has_date = True
            words = visible(value).replace("：", ":").partition(":")[0].strip(" \t*_>|").lower()
            self.was_sent = words not in DAY_LABELS and has_time(value)

    @property
    def proves_alone(self) -> bool:
        """Whether two fields are those of a mail: who, by address or as somebody who sent, and when or what."""
        if "subject" in self.kinds:
            return self.has_name
        return self.has_date and (self.has_address or self.was_sent)

    def _touches(self, lines: list[str], index: int) -> bool:
        """Whether a field with an unknown label stands right below the block."""
        return index == self.end and splits_field(lines[index]) is not None


def find_header_block(lines: list[str], number: int, limit: int, *, is_announced: bool = False) -> int | None:
    """Return the end of a block like "From: ... Sent: ... To: ... Subject: ..." at `number`.

    It names the sender and proves by its other fields that it heads a mail: all four kinds; three
    below a blank line, with an address or a subject; an address and a date alone between blank lines;
    two where a separator announced it or the line above is a rule. Labels of unknown languages
    prove it by an address beside a name and a moment. Long values may run on in the next lines.
    """
    if _label(lines[number]) is None:
        return _find_foreign_block(lines, number, limit, is_announced=is_announced)
    block = _Block(lines, number, limit)
    others = block.kinds - {"from", "reply-to"}
    if "from" not in block.kinds or not others:
        return _find_foreign_block(lines, number, limit, is_announced=is_announced)
    if is_announced or _is_below_rule(lines, number):
        return block.end
    if len(others) > 2 and "subject" in others:
        return block.end
    is_form = block.is_foreign and "subject" not in others
    if is_form or not _is_below_blank(lines, number):
        return None
    if len(others) > 1:
        return block.end if block.has_address or "subject" in others else None
    ends_well = block.end >= limit or not lines[block.end].strip()
    return block.end if ends_well and block.proves_alone else None


def _find_foreign_block(lines: list[str], number: int, limit: int, *, is_announced: bool) -> int | None:
    """Return the end of a header block whose labels are of a language that is not known here."""
    if not is_announced and not (_is_below_blank(lines, number) or _is_below_rule(lines, number)):
        return None
    values: list[str] = []
    for line in lines[number : min(limit, number + 9)]:
        value = splits_field(line)
        if value is None:
            break
        values.append(value)
    if len(values) < (2 if is_announced else 3):
        return None
    named = any(has_named_address(value) for value in values[:2])
    dated = any(has_date(value) and has_time(value) for value in values[:3])
    # Forms name one person and a moment too; a mail also names whom it went to.
    addressed = sum(has_address(value) for value in values) > 1
    proven = (named or dated) if is_announced else (named and dated and addressed)
    return number + len(values) if proven else None


def splits_field(line: str) -> str | None:
    """Return the value of a line "Label: value", None for any other line."""
    head, colon, value = visible(line[:MAX_LINE_CHARS]).replace("：", ":").partition(":")
    label = head.strip(" \t*_>|")
    if not colon or not 1 <= len(label) <= 30 or len(label.split()) > MAX_LABEL_WORDS:
        return None
    if value.startswith("//") or any(char.isdigit() or char in "<@,;" for char in label):
        return None
    return value.strip(" \t*_")


def heads_mail(lines: list[str], number: int, limit: int) -> bool:
    """Say whether the three lines from `number` on name an address and a day, one each."""
    head = lines[number : min(limit, number + 3)]
    if any(not line.strip() or len(line) > 120 for line in head):
        return False
    dated = [index for index, line in enumerate(head) if has_date(line)]
    addressed = [index for index, line in enumerate(head) if has_address(line)]
    return bool(dated and addressed) and dated != addressed


def _is_below_blank(lines: list[str], number: int) -> bool:
    return number == 0 or not lines[number - 1].strip(" \t>\xa0\u200e\u200f")


def _is_below_rule(lines: list[str], number: int) -> bool:
    return any(is_rule(line) for line in lines[max(0, number - 2) : number])


def find_notes_card(lines: list[str], number: int, limit: int) -> int | None:
    """Return the end of what Lotus Notes writes above a mail: name with address, moment, "To", ...

    Each stands on a line of its own, labels without colons. The name may be one of Notes' own directory
    ("Ann Ex/MUC/Works@WORKS").
    """
    name = lines[number][:MAX_LINE_CHARS].strip()
    if len(lines[number]) > 120 or not (has_named_address(name) or _is_notes_name(name)):
        return None
    below = [index for index in range(number + 1, min(limit, number + 6)) if lines[index].strip()]
    if len(below) < 2 or len(lines[below[0]]) > 60 or not has_time(lines[below[0]]):
        return None
    is_label = lines[below[1]].strip(" \t*:").lower() in HEADER_LABELS
    return below[1] + 1 if is_label and has_date(lines[below[0]]) else None


def _label_follows(lines: list[str], index: int, limit: int) -> bool:
    return any(_label(line) for line in lines[index : min(index + 2, limit)])


def _label(line: str) -> str | None:
    return None if len(line) > 5_000 else _label_of_head(line[:60])


def _bare_label(line: str) -> str | None:
    """Lotus Notes leaves the colon out of some labels of a block ("Betreff Printer")."""
    words = line[:60].split(None, 1)
    return HEADER_LABELS.get(words[0].lower()) if len(words) > 1 else None


@lru_cache(maxsize=4_096)
def _label_of_head(start: str) -> str | None:
    head, colon, _ = visible(start).replace("：", ":").partition(":")
    if not colon or len(head) > 40:
        return None
    return HEADER_LABELS.get(head.strip(" \t*_>|").lower())


def _is_notes_name(text: str) -> bool:
    """Say whether a text names somebody as Notes does: `Ann Lee/Sales/Firm@Net`."""
    name, at, net = text.partition("@")
    person, *units = name.split("/")
    words = person.split(" ")
    parts = [*words, *units, *([net] if at else [])]
    return (
        1 <= len(units) <= 4
        and len(words) <= 5
        and text[:1].isalpha()
        and all(part and not any(mark.isspace() or mark in "/@" for mark in part) for part in parts)
    )
