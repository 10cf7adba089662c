"""Which way a ticket goes: how far its story has come, and when each part of it happens."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Literal

from atum_desk.demo.hours import LATEST_MINUTES, working_time_after
from atum_desk.demo.models import Story

Fate = Literal["new", "open", "waiting", "on_hold", "resolved", "unanswered"]
Part = Literal["triage", "move", "question", "answer", "note", "hold", "fix", "thanks", "resolve", "give_up", "close"]

# Of 2,000 tickets: how many are in each open state, and among how many of the newest they are.
NEW, NEW_AMONG = 7, 9
OPEN, OPEN_AMONG = 19, 80
WAITING, WAITING_AMONG = 15, 240
ON_HOLD, ON_HOLD_AMONG = 9, 500
JUST_IN = len(LATEST_MINUTES)
UNANSWERED_SHARE = 0.05
THANKS_SHARE = 0.55
MISDIRECTED_SHARE = 0.12

# How much of the time since it was opened an unfinished story has used up: not all stop this minute.
ALREADY_DONE = (0.3, 1.0)
# Median working minutes until each part after the one before, and how much they scatter.
MEDIAN_MINUTES: dict[Part, tuple[float, float]] = {
    "triage": (11, 0.9),
    "move": (14, 0.8),
    "question": (48, 0.9),
    "answer": (150, 1.0),
    "note": (40, 0.7),
    "hold": (55, 0.7),
    "fix": (170, 1.0),
    "thanks": (110, 1.1),
    "resolve": (25, 0.8),
    "give_up": (3000, 0.2),
}
HELD_MINUTES = 1900
CLOSES_AFTER = timedelta(days=7)
LATEST_PART = timedelta(seconds=70)


def choose_fates(source: random.Random, stories: list[Story]) -> list[Fate]:
    """Return a fate for each ticket, oldest first: most are done, about 55 of 2,000 are open."""
    count = len(stories)
    scale = min(1.0, count / 2000)
    fates: list[Fate] = ["unanswered" if source.random() < UNANSWERED_SHARE else "resolved" for _ in stories]

    def spread(fate: Fate, wanted: int, among: int, suitable: list[int]) -> None:
        places = [p for p in suitable if count - p <= max(4, among * scale) and fates[p] in ("resolved", "unanswered")]
        for place in source.sample(places, min(len(places), max(1, round(wanted * scale)))):
            fates[place] = fate

    everywhere = list(range(count))
    held = [place for place in everywhere if stories[place].hold]
    spread("new", NEW, NEW_AMONG, everywhere)
    # Nobody has finished what came in a few hours ago.
    spread("open", JUST_IN, JUST_IN, everywhere)
    spread("on_hold", ON_HOLD, ON_HOLD_AMONG, held)
    spread("open", OPEN, OPEN_AMONG, everywhere)
    spread("waiting", WAITING, WAITING_AMONG, everywhere)
    return fates


def plan_parts(
    source: random.Random, story: Story, fate: Fate, opened_at: datetime, now: datetime
) -> list[tuple[Part, datetime]]:
    """Return what happens after the first message and when, all of it before now."""
    parts = _parts(source, story, fate)
    moments, moment = [], opened_at
    for place, part in enumerate(parts):
        median, scatter = MEDIAN_MINUTES[part]
        if part == "fix" and place and parts[place - 1] == "hold":
            median = HELD_MINUTES
        moment = working_time_after(moment, source.lognormvariate(0, scatter) * median)
        moments.append(moment)
    if moments and moments[-1] > now - LATEST_PART:
        # What has not happened yet has happened faster: the order stays, nothing lies ahead.
        latest = (now - LATEST_PART - opened_at) * source.uniform(*ALREADY_DONE)
        share = latest / (moments[-1] - opened_at)
        moments = [opened_at + (moment - opened_at) * share for moment in moments]
    planned = list(zip(parts, moments, strict=True))
    if fate in ("resolved", "unanswered") and moments[-1] + CLOSES_AFTER < now:
        planned.append(("close", moments[-1] + CLOSES_AFTER))
    return planned


def _parts(source: random.Random, story: Story, fate: Fate) -> list[Part]:
    if fate == "new":
        return []
    parts: list[Part] = ["move"] if source.random() < MISDIRECTED_SHARE else []
    parts.append("triage")
    if fate == "open" and source.random() < 0.4:
        return parts
    parts.append("question")
    if fate == "unanswered":
        return [*parts, "give_up"]
    if fate == "waiting":
        return parts
    parts.append("answer")
    if fate == "open":
        return parts
    if story.note:
        parts.append("note")
    if story.hold and (fate == "on_hold" or source.random() < 0.5):
        parts.append("hold")
    if fate == "on_hold":
        return parts
    parts.append("fix")
    return [*parts, "thanks", "resolve"] if source.random() < THANKS_SHARE else parts
