"""Sentences for people that are stored or sent: a code with parameters, whose words catalogues hold.

A notice is a class. Its docstring is the English sentence, and its fields are the parameters that
the sentence names, as in `{domain}`. Stored and sent are `code` and `parameters`; whoever shows it
looks the sentence up in a catalogue of the reader's language (ADR 0040).
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any, ClassVar, TypeVar

import msgspec

T = TypeVar("T")
# Texts of notices are cut off here where they are stored.
MOST_CHARACTERS = 2000


class NoticeRef(msgspec.Struct, frozen=True):
    """A sentence as it is stored and sent: its code, what its parameters are, and its English text.

    A parameter is a string, a number, or another sentence in this same shape; or a list of them.
    """

    code: str
    parameters: dict[str, Any]
    text: str

    @property
    def ref(self) -> NoticeRef:
        """Itself: a stored sentence stands in others as one that was just made."""
        return self

    def __str__(self) -> str:
        return self.text


class Notice(msgspec.Struct, frozen=True):
    """A sentence for people; `code` names it for good, whatever its words."""

    code: ClassVar[str] = ""

    @property
    def key(self) -> str:
        """The code under which catalogues have its sentence."""
        return self.code

    @property
    def text(self) -> str:
        """The sentence in English."""
        return fill(template_of(type(self)), msgspec.structs.asdict(self))

    @property
    def ref(self) -> NoticeRef:
        """What is stored and sent of it."""
        fields = msgspec.structs.asdict(self)
        return NoticeRef(self.key, {name: as_parameter(value) for name, value in fields.items()}, self.text)

    def __str__(self) -> str:
        return self.text


class Term(Notice, frozen=True):
    """A word out of a fixed list that stands in sentences, such as the state of a mail."""

    WORDS: ClassVar[Mapping[str, str]] = {}

    value: str

    @property
    def key(self) -> str:
        """The code of this one word."""
        return f"{self.code}.{self.value}"

    @property
    def text(self) -> str:
        """The word in English; one that is not in the list stands as it is."""
        return self.WORDS.get(self.value, self.value)


class Foreign(Notice, frozen=True):
    """{said}"""

    # What another program says, in its own words.
    code = "foreign"

    said: str


class Both(Notice, frozen=True):
    """{first} {second}"""

    code = "both"

    first: Notice | NoticeRef
    second: Notice | NoticeRef


# What can be said: a notice that was just made, or one that was stored.
Sayable = Notice | NoticeRef


class NoticeError(Exception):
    """An error whose words are a notice: for people, unlike those of other exceptions."""

    def __init__(self, notice: Sayable) -> None:
        super().__init__(notice.text)
        self.notice = notice


def notice_of(error: BaseException) -> Sayable:
    """Return what an error says to people; one that has no notice in the words of its program."""
    told = getattr(error, "notice", None)
    return told if isinstance(told, Notice | NoticeRef) else Foreign(str(error) or type(error).__name__)


def kept(notice: Sayable | None, most_characters: int = MOST_CHARACTERS) -> tuple[str | None, NoticeRef | None]:
    """Return what is stored of a notice: its English text, cut off, and its reference with that same text."""
    if notice is None:
        return None, None
    text = notice.text[:most_characters]
    return text, msgspec.structs.replace(notice.ref, text=text)


def notice_beside(text: str, notice: str) -> str:
    """Return the SQL of a stored notice, null beside another text: an earlier release writes that alone."""
    return f"case when {notice}->>'text' = {text} then {notice} end"


def template_of(declared: type) -> str:
    """Return the English sentence of a notice or problem, on one line, with its parameters in braces."""
    return inspect.cleandoc(declared.__doc__ or "").replace("\n", " ")


def names_in(template: str) -> set[str]:
    """Return the parameters that a sentence names."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def fill(template: str, parameters: Mapping[str, Any]) -> str:
    """Return a sentence with its parameters put in; a list is joined as `joined` does."""
    return template.format(**{name: _shown(value) for name, value in parameters.items()})


def as_parameter(value: Any) -> Any:
    """Return what is stored of a parameter, as JSON."""
    if isinstance(value, Notice | NoticeRef):
        return msgspec.structs.asdict(value.ref)
    if isinstance(value, list | tuple):
        return [as_parameter(one) for one in value]
    return msgspec.to_builtins(value)


def as_plain(value: Any) -> Any:
    """Return a parameter without its code: a term's value, a notice's English sentence."""
    if isinstance(value, Term):
        return value.value
    if isinstance(value, list | tuple) and any(isinstance(one, Notice | NoticeRef) for one in value):
        return joined(value)
    return value.text if isinstance(value, Notice | NoticeRef) else value


def joined(values: list[Any] | tuple[Any, ...]) -> str:
    """Return a list as a sentence shows it: sentences are parted by "; ", names by ", "."""
    return ("; " if any(isinstance(one, Notice | NoticeRef) for one in values) else ", ").join(map(str, values))


def subclasses_of(declared: type[T]) -> Iterator[type[T]]:
    """Yield every class that is made from one, however far."""
    for child in declared.__subclasses__():
        yield child
        yield from subclasses_of(child)


def _shown(value: Any) -> Any:
    return joined(value) if isinstance(value, list | tuple) else value
