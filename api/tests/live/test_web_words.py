"""The words and commands that the web's tests know are those of the server."""

import json
import re
from pathlib import Path

from atum_desk.live.audience import FIELD_BY_COLUMN, FIELD_BY_TABLE

ROOT = Path(__file__).parents[3]
WORDS = ROOT / "web" / "tests" / "serverWords.json"
# The command of a unit of work, or the two that a condition chooses from.
WRITING = re.compile(r"\.writing\(\s*[\w.()]+,\s*([^)]*?)\)")
COMMAND = re.compile(r'"([a-z_]+\.[a-z_]+)"')


def test_the_web_knows_every_live_word_and_every_command() -> None:
    """A new word or command is told to the web, whose tests then ask who shows it and how it is said."""
    sources = (ROOT / "api" / "atum_desk").rglob("*.py")
    commands = {
        command
        for source in sources
        for given in WRITING.findall(source.read_text())
        for command in COMMAND.findall(given)
    }
    words = {*FIELD_BY_COLUMN.values(), *FIELD_BY_TABLE.values()}
    known = {"liveWords": sorted(words), "commands": sorted(commands)}
    if not WORDS.exists():
        WORDS.write_text(json.dumps(known, indent=2) + "\n")
    assert json.loads(WORDS.read_text()) == known
