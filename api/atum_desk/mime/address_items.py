"""Where the entries of an address field begin and end (RFC 5322, section 3.4), however written."""

import re

from .headers import strip_comments

# How much of an empty group is searched for comments.
MAX_COMMENT_CHARS = 100

_BARE = re.compile(r"[^\s@<>()\",;:]{1,200}@[^\s@<>()\",;:]{1,255}")


def split_items(text: str) -> list[str]:
    """Cut at commas, semicolons and group names, outside quotes, comments and brackets."""
    splitter = _Splitter(text)
    splitter.run()
    if not splitter.is_closed and len(splitter.items) == 1 and "," in text:
        return text.replace('"', "").split(",")
    items = (item for whole in splitter.items for item in _add_commas(whole))
    return [item.strip() for item in items if item.strip()]


class _Splitter:
    """Walks once over an address field; `items` are its entries as written."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.items: list[str] = []
        self.begin = 0
        # Where the next "@" is, looked up again once `begin` is past it.
        self.at = -1
        self.depth = 0
        self.quoted = self.bracketed = False
        # Where the last address in brackets ended, and where the open one begins.
        self.closed_at = self.opened_at = 0

    @property
    def is_closed(self) -> bool:
        """Whether every quote and comment ended."""
        return not self.quoted and not self.depth

    def run(self) -> None:
        """Cut the text into `items`."""
        position = 0
        while position < len(self.text):
            position = self._step(position, self.text[position]) + 1
        self._cut(len(self.text), len(self.text))

    def _cut(self, end: int, following: int) -> None:
        self.items.append(self.text[self.begin : end])
        self.begin = following
        self.bracketed = False

    def _step(self, position: int, char: str) -> int:
        """Take one character; return the position of the last one that was taken."""
        if char == "\\" and not self.is_closed:
            return position + 1
        if char == '"' and not self.depth:
            self.quoted = not self.quoted
        elif self.quoted:
            pass
        elif char == "(":
            self.depth += 1
        elif self.depth:
            self.depth -= char == ")"
        elif char == "[" and self.text[position - 1 : position] == "@":
            # A domain literal ("[IPv6:2001:db8::1]") has colons.
            return max(position, self.text.find("]", position, position + 60))
        elif char in "<>":
            self._turn(position, char)
        elif char in ",;" and not (self.bracketed and _closes_soon(self.text, position)):
            self._cut(position, position + 1)
        elif char == ":" and not self.bracketed and self._ends_group_name(position):
            self.begin = position + 1
        return position

    def _turn(self, position: int, bracket: str) -> None:
        """Begin or end a bracket; a second address in brackets is an entry of its own."""
        if bracket == "<":
            if self.closed_at > self.begin:
                self._cut(self.closed_at, self.closed_at)
            self.opened_at = position
        elif self.bracketed and "@" in self.text[self.opened_at : position][:1_000]:
            self.closed_at = position + 1
        self.bracketed = bracket == "<"

    def _ends_group_name(self, position: int) -> bool:
        """Say whether a colon ends the name of a group: an address follows, or nothing at all."""
        if self.at < self.begin:
            self.at = self.text.find("@", self.begin)
            self.at = len(self.text) if self.at < 0 else self.at
        if position < self.at < len(self.text):
            return True
        members = self.text[position + 1 : position + MAX_COMMENT_CHARS].lstrip()
        if members[:1] == "(":
            members = strip_comments(members).lstrip()
        return members[:1] in ("", ";")


def _add_commas(item: str) -> list[str]:
    """Part addresses that only spaces or line breaks part."""
    if item.count("@") < 2:
        return [item]
    before, bracket, after = item.rpartition(">")
    if bracket and _BARE.fullmatch(after.strip()):
        return [before + bracket, after]
    words = item.split()
    return words if all(map(_BARE.fullmatch, words)) else [item]


def _closes_soon(text: str, position: int) -> bool:
    window = text[position : position + 300]
    close, opening = window.find(">"), window.find("<")
    return close >= 0 and (opening < 0 or close < opening)


def join_split_names(items: list[str]) -> list[str]:
    """Join a name whose comma was not quoted: "Miller" and "Ann <ann@x>" are one entry."""
    joined: list[str] = []
    waiting: list[str] = []
    for item in items:
        if "@" not in item and "<" not in item and " " not in item.strip() and len(waiting) < 3:
            waiting.append(item)
            continue
        if waiting and "<" in item and item[0] not in '<"':
            joined.append(", ".join([*waiting, item]))
        else:
            joined.extend([*waiting, item])
        waiting = []
    return joined + waiting
