"""The stories people tell a help desk, and the words that make each telling its own."""

from __future__ import annotations

import random
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from atum_desk.demo.models import Agent, DemoContact, Language, Story

FOLDER = Path(__file__).with_name("stories")


@cache
def load_stories() -> tuple[Story, ...]:
    """Return every story of the folder; a story without a team belongs to its file's."""
    stories = []
    for path in sorted(FOLDER.glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        shared = {name: content[name] for name in ("language", "team") if name in content}
        stories += [msgspec.convert(shared | one, Story) for one in content.get("story", [])]
    return tuple(stories)


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))


class Telling:
    """One telling of a story: its slots are filled once and stay the same to the end."""

    def __init__(
        self, source: random.Random, story: Story, requester: DemoContact, agent: Agent, colleague: str
    ) -> None:
        self.story = story
        self._source = source
        self._words = _words()["any"] | _words()[story.language]
        self._slots = _slots(source, story.language, requester, self._words) | {
            "name": requester.name,
            "called": requester.called,
            "agent": agent.name,
            "agent_called": agent.name.split()[0],
            "colleague": colleague,
        }

    def subject(self) -> str:
        """Return a subject."""
        filled = self._fill(self.story.subjects)
        return filled[0].upper() + filled[1:]

    def first(self) -> str:
        """Return the first message."""
        return self._letter("greeting", self.story.ask, "closing")

    def of_requester(self, part: str) -> str:
        """Return a later message of the requester: `answer` or `thanks`."""
        return self._letter("reply_greeting", getattr(self.story, part), "reply_closing")

    def of_agent(self, part: str) -> str:
        """Return an agent's reply: `question`, `hold` or `fix`."""
        return self._letter("agent_greeting", getattr(self.story, part), "agent_closing")

    def note(self) -> str:
        """Return what the staff say among themselves."""
        return self._fill(self.story.note)

    def _letter(self, greeting: str, body: tuple[str, ...], closing: str) -> str:
        parts = [self._fill(self._words[greeting]), self._fill(body), self._fill(self._words[closing])]
        return "\n\n".join(part for part in parts if part)

    def _fill(self, variants: Any) -> str:
        return self._source.choice(variants).format_map(self._slots)


def _slots(
    source: random.Random, language: Language, requester: DemoContact, words: dict[str, list[str]]
) -> dict[str, str]:
    organization = requester.organization
    chosen = {name: source.choice(values) for name, values in words.items() if "{" not in values[0]}
    return chosen | {
        "office": organization.office.get(language, organization.name),
        "serial": f"{source.randrange(1000, 9999)}-{source.randrange(1, 40):02d}",
        "order": str(source.randrange(40_000, 60_000)),
        "invoice": str(source.randrange(70_000, 90_000)),
        "count": str(source.randrange(180, 520)),
        "day": str(source.randrange(2, 28)),
        "week": str(source.randrange(36, 52)),
    }
