"""What pages name is there: identifiers, routes, settings with their defaults, verbs, modules, permissions, commands.

Names of files are held by `launch/project_rules.py`, commands of the server by
`infra/tests/test_documented_commands.py`, the walk of CONTRIBUTING by `tests/walk`.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest

from atum_desk.entry.cli import app
from atum_desk.entry.features import FEATURES
from atum_desk.kernel.config.settings import REPOSITORY, Settings
from atum_desk.launch.project_rules import SUPERSEDED, tracked_files

# Names of other programs: PostgreSQL, Postfix, Linux, clamd, Python, and of libraries that a page compares.
FOREIGN = {
    "ProcessPool",
    "SO_REUSEPORT",
    "StreamMaxLength",
    "debug_print_plan",
    "gin_fuzzy_search_limit",
    "reject_unverified_recipient",
    "toast_tuple_target",
    "track_functions",
    "verify_structure",
    "wal_compression",
    "working_hours",
}
# What the handler of a consumer gets.
NO_COMMANDS = {"change.rows"}
# Said in paths for any id.
ANY_ID = re.compile(r"\{[^}]*\}|(?<=/)(?:ID|\d+)(?=/|$)")
# Beside the API's own address the live service and the API answer these.
OTHER_ROUTES = {"/ready", "/ws/", "/metrics"}

TABLES = {table.name for feature in FEATURES for table in feature.tables} | {"outbox", "jobs"}
FILES = tracked_files()
PAGES = [name for name in FILES if name.endswith(".md") and not name.startswith("CHANGELOG")]
TEXTS = {page: (REPOSITORY / page).read_text(encoding="utf-8") for page in PAGES}
HELD = [page for page in PAGES if SUPERSEDED not in TEXTS[page]]


@cache
def words_of_code() -> frozenset[str]:
    """Return the words of all files that are no pages, and the names of the files."""
    words = {Path(name).stem for name in FILES}
    for name in FILES:
        path = REPOSITORY / name
        if not name.endswith((".md", ".png", ".woff2", ".eml", ".ico")) and path.is_file():
            words |= set(re.findall(r"\w+", path.read_text(encoding="utf-8", errors="replace")))
    return frozenset(words)


def spans(page: str) -> Iterator[str]:
    """Yield what a page writes as code within its sentences."""
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", TEXTS[page], flags=re.DOTALL))


@pytest.mark.parametrize("page", HELD)
def test_an_identifier_stands_in_the_code(page: str) -> None:
    known = words_of_code()
    named = {word for span in spans(page) for word in re.findall(r"[A-Za-z_]\w*", span)}
    named = {word for word in named if "_" in word.strip("_") or re.fullmatch(r"[A-Z][a-z]+[A-Z]\w+", word)}
    assert {word for word in named - known - FOREIGN if not _is_made_of_parts(word, known)} == set()


def _is_made_of_parts(word: str, known: frozenset[str]) -> bool:
    """Tell whether the code makes a name: of a database, of a file that ends with a moment, of a migration, of tests."""
    if word.startswith("NNNN_") or word.removeprefix("atum_desk") in known:
        return True
    start = re.sub(r"_?\d{8}_\d{6}$", "", word).rstrip("_")
    return any(start in one for one in known if "_" in one) or (start != word and start in known)


def test_a_route_is_one_of_the_api() -> None:
    paths = json.loads((REPOSITORY / "api/openapi.json").read_text(encoding="utf-8"))["paths"]
    routes = {(method.upper(), ANY_ID.sub("{}", path)) for path, methods in paths.items() for method in methods}
    named = [
        (page, method, ANY_ID.sub("{}", path))
        for page in HELD
        for method, path in re.findall(r"`(GET|POST|PATCH|PUT|DELETE) (/[^`\s?]*)", TEXTS[page])
    ]
    assert len(named) > 30
    known = routes | {("GET", path) for path in OTHER_ROUTES}
    assert [one for one in named if not {one[1:], (one[1], f"/api/v1{one[2]}")} & known] == []


def test_a_setting_is_read_and_its_default_is_the_one_told() -> None:
    defaults = {f"ATUM_{one.name.upper()}": one.default for one in msgspec.structs.fields(Settings)}
    known = words_of_code()
    told = 0
    for page in HELD:
        for name in re.findall(r"\bATUM_[A-Z0-9_]*[A-Z0-9]\b", TEXTS[page]):
            assert name in defaults or name in known, f"{page}: nothing reads {name}"
        for name, value in re.findall(r"`(ATUM_[A-Z_]+)` \((\d+)\)", TEXTS[page]):
            told += 1
            default = defaults.get(name) if name in defaults else _default_of_a_script(name)
            assert str(default) == value, f"{page}: {name} is {default} by default"
    assert told > 5


def _default_of_a_script(name: str) -> str:
    """Return the default of a setting that the tools of the server read by themselves."""
    tools = [file for file in FILES if file.startswith("infra/atumctl/") and file.endswith(".py")]
    code = "\n".join((REPOSITORY / file).read_text(encoding="utf-8") for file in tools)
    constant = re.search(rf'"{name}", ([A-Z_]+)', code)
    value = constant and re.search(rf"^{constant[1]} = ([\d_]+)", code, re.MULTILINE)
    return value[1] if value else "nowhere"


def test_a_verb_of_atum_is_there() -> None:
    verbs = {one.name or getattr(one.callback, "__name__", "") for one in app.registered_commands}
    verbs |= {str(group.name) for group in app.registered_groups}
    named = {(page, verb) for page in PAGES for verb in re.findall(r"\./atum ([a-z][a-z-]*)", TEXTS[page])}
    assert len({verb for _, verb in named}) > 10
    assert {one for one in named if one[1] not in verbs} == set()


def test_a_module_can_be_run() -> None:
    named = {(page, name) for page in HELD for name in re.findall(r"python3? -m ([a-z_.]*[a-z_])", TEXTS[page])}
    assert named
    for page, name in named:
        file = name.replace(".", "/")
        here = any(one.endswith((f"{file}.py", f"{file}/__main__.py")) for one in FILES)
        assert here or importlib.util.find_spec(name.split(".")[0]), f"{page}: {name}"


def test_words_after_k_select_a_test() -> None:
    tests = "\n".join(
        name
        for file in FILES
        if "/test_" in file and file.endswith(".py")
        for name in [file, *re.findall(r"def (test_\w+)", (REPOSITORY / file).read_text(encoding="utf-8"))]
    )
    for page in PAGES:
        for words in re.findall(r"""-k (?:"([^"]+)"|(\w+))""", TEXTS[page]):
            for word in set("".join(words).split()) - {"or", "and", "not"}:
                assert word in tests, f"{page}: -k {word} selects nothing"


def test_permissions_and_commands_are_declared() -> None:
    permissions = {one.name for feature in FEATURES for one in feature.permissions}
    commands = {one.name for feature in FEATURES for one in feature.commands}
    slices = {name.split(":")[0] for name in permissions}
    kinds = {name.split(".")[0] for name in commands}
    wrong = []
    for page in HELD:
        for span in spans(page):
            is_permission = re.fullmatch(r"([a-z]+)(:[a-z_]+)+", span) and span.split(":")[0] in slices
            if is_permission and span not in permissions:
                wrong.append((page, span))
            is_command = re.fullmatch(r"[a-z_]+\.[a-z_]+", span) and span.split(".")[0] in kinds
            if is_command and span not in commands and not _is_other_name(span):
                wrong.append((page, span))
    assert not wrong, "\n".join(map(str, wrong))


def _is_other_name(span: str) -> bool:
    """Tell whether a dotted name is a file's, a column's, or stands quoted in the code, as a job's does."""
    return (
        span in NO_COMMANDS | _quoted()
        or any(file.endswith(f"/{span}") for file in FILES)
        or span.split(".")[0] in TABLES
    )


@cache
def _quoted() -> frozenset[str]:
    code = (REPOSITORY / name for name in FILES if name.startswith("api/atum_desk/") and name.endswith(".py"))
    return frozenset(
        one for path in code for one in re.findall(r'"([a-z_]+\.[a-z_]+)"', path.read_text(encoding="utf-8"))
    )
