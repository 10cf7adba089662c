"""The collection of replies in `replies/`: each line marked by what has to become of it.

A case begins with `# name` (`# name html` for HTML). Its lines begin with `+` (new, stays), `-`
(history, goes) or `~` (either). `⍽` stands for a no-break space, `␣` for a narrow one.
"""

import hashlib
from pathlib import Path

import msgspec

from atum_desk.mime import html_to_text, strip_quote_html, strip_quote_text

FOLDER = Path(__file__).parent / "replies"
_SPACES = str.maketrans({"⍽": "\u00a0", "␣": "\u202f"})


class ReplyCase(msgspec.Struct):
    """One mail: its lines as (mark, text)."""

    group: str
    name: str
    is_html: bool
    lines: list[tuple[str, str]]

    @property
    def is_kept_aside(self) -> bool:
        """Whether the rules were never fitted to it: one in three, by the hash of its name."""
        return hashlib.sha256(self.name.encode()).digest()[0] % 3 == 0

    def source(self, marks: str = "+-~") -> str:
        """Return the mail, or only its lines with one of `marks`."""
        return "\n".join(text for mark, text in self.lines if mark in marks)


class Result(msgspec.Struct):
    """What became of a case: lines of history left in, and new lines taken out."""

    left_in: list[str]
    cut_out: list[str]
    reply: str

    @property
    def is_right(self) -> bool:
        """Whether every line became what it has to."""
        return not self.left_in and not self.cut_out


def read_collection() -> list[ReplyCase]:
    """Return all cases, in the order of files and lines."""
    cases: list[ReplyCase] = []
    for path in sorted(FOLDER.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").split("\n"):
            if line.startswith("# "):
                name, _, kind = line[2:].partition(" ")
                cases.append(ReplyCase(path.stem.partition("-")[0], name, kind == "html", []))
            elif line.startswith(("+", "-", "~")):
                cases[-1].lines.append((line[0], line[2:].translate(_SPACES)))
            else:
                assert not line, f"{path.name}: {line}"
                cases[-1].lines.append(("~", ""))
    return cases


def judge(case: ReplyCase) -> Result:
    """Part a case and compare line by line; spaces, blank lines and quote marks do not count."""
    if case.is_html:
        reply = html_to_text(strip_quote_html(case.source())[0])
        new, either = html_to_text(case.source("+")), html_to_text(case.source("~"))
    else:
        reply = strip_quote_text(case.source())[0]
        new, either = case.source("+"), case.source("~")
    kept, wanted, free = _lines(reply), _lines(new), _lines(either)
    left_in = [line for line in kept if line not in wanted and line not in free]
    return Result(left_in, [line for line in wanted if line not in kept], reply)


def _lines(text: str) -> list[str]:
    lines = (" ".join(line.lstrip("> ").split()) for line in text.split("\n"))
    return [line for line in lines if line]
