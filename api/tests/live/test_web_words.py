"""The words and commands that the web's tests know are those of the server."""

import json
from pathlib import Path

from atum_desk.entry.features import FEATURES
from atum_desk.kernel.feature import declared

ROOT = Path(__file__).parents[3]
WORDS = ROOT / "web" / "tests" / "serverWords.json"


def test_the_web_knows_every_live_word_and_every_command() -> None:
    """A new word or command is told to the web, whose tests then ask who shows it and how it is said."""
    commands = [command.name for feature in FEATURES for command in feature.commands]
    known = {"liveWords": sorted(declared.live_words), "commands": sorted(commands)}
    if not WORDS.exists():
        WORDS.write_text(json.dumps(known, indent=2) + "\n")
    assert json.loads(WORDS.read_text()) == known, (
        f"delete web/tests/{WORDS.name} and run this again: it is written anew"
    )
