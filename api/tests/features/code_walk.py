"""What the code says by itself: the commands it writes, the permissions it checks, the settings it reads."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.kernel.feature import COMMAND_NAME
from atum_desk.kernel.jobs.job_types import JobType
from atum_desk.launch.project_rules import PACKAGE

# A function that writes several commands gives their names in one expression, or as a pattern.
Named = str | re.Pattern[str]


class Module:
    """A module with its syntax tree; expressions are read with the names that it imports."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.slice = path.relative_to(PACKAGE).parts[0]
        self.tree = ast.parse(path.read_bytes(), str(path))

    def names(self) -> Mapping[str, Any]:
        """Return the module's own names; a module that runs when it is imported has none of use."""
        dotted = ".".join(self.path.relative_to(PACKAGE.parent).with_suffix("").parts)
        return vars(import_module(dotted.removesuffix(".__init__")))

    def calls(self, *methods: str) -> Iterator[ast.Call]:
        """Yield the calls of methods of these names."""
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr in methods:
                yield node

    def functions(self) -> Iterator[ast.AsyncFunctionDef | ast.FunctionDef]:
        """Yield every function, also of classes."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef):
                yield node


def places(*without: str) -> list[Module]:
    """Return the modules of the package but for some of its folders."""
    found = [Module(path) for path in sorted(PACKAGE.rglob("*.py"))]
    return [one for one in found if one.slice not in without and one.path.name != "feature.py"]


def commands_written() -> dict[Named, list[str]]:
    """Return each command that the code writes, or pattern of commands, with where it does."""
    written: defaultdict[Named, list[str]] = defaultdict(list)
    for place in places():
        for function in place.functions():
            for node in ast.walk(function):
                expression = _command_of(node)
                if expression is None:
                    continue
                where = f"{place.path.relative_to(REPOSITORY)}:{node.lineno}"  # type: ignore[attr-defined]
                named = list(_named(expression, function, place))
                # What the kernel writes for others is named where they ask for it.
                if not named and place.slice == "kernel":
                    continue
                assert named, f"{where}: no test can tell which command this is"
                for one in named:
                    written[one].append(where)
    for path, name in _commands_in_sql():
        written[name].append(str(path.relative_to(REPOSITORY)))
    return dict(written)


def _command_of(node: ast.AST) -> ast.expr | None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return command_argument(node) if node.func.attr == "writing" else None
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
        return node.value if node.targets[0].attr == "command" else None
    return None


def command_argument(writing: ast.Call) -> ast.expr:
    """Return the command of a call that opens a unit of work.

    A database is told who acts before; a job is in its workspace already.
    """
    assert isinstance(writing.func, ast.Attribute)
    return writing.args[1 if ast.unparse(writing.func.value).endswith("database") else 0]


def _named(expression: ast.expr, function: ast.AST, place: Module) -> Iterator[Named]:
    """Yield the names that an expression may have: written out, by a pattern, from a table."""
    for node in ast.walk(expression):
        if isinstance(node, ast.JoinedStr):
            yield _pattern(node)
            return
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_command(node.value):
            yield node.value
        elif isinstance(node, ast.Name):
            known = place.names().get(node.id)
            if isinstance(known, str) and _is_command(known):
                yield known
            if isinstance(known, dict):
                yield from (one for one in known.values() if _is_command(one))
            for assigned in ast.walk(function):
                if isinstance(assigned, ast.Assign) and _is_name(assigned.targets[0], node.id):
                    yield from _named(assigned.value, function, place)


def _pattern(text: ast.JoinedStr) -> re.Pattern[str]:
    parts = [re.escape(str(one.value)) if isinstance(one, ast.Constant) else "[a-z_]+" for one in text.values]
    return re.compile("".join(parts))


def _is_name(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name


def _is_command(value: object) -> bool:
    return isinstance(value, str) and bool(COMMAND_NAME.fullmatch(value))


def _commands_in_sql() -> Iterator[tuple[Path, str]]:
    """Yield the commands of changes that SQL writes: migrations, seeds, and what restores a backup."""
    folders = (PACKAGE, REPOSITORY / "api" / "migrations", REPOSITORY / "infra" / "atumctl")
    for path in (one for folder in folders for one in sorted(folder.rglob("*.*"))):
        if path.suffix in (".py", ".sql"):
            text = path.read_text(encoding="utf-8")
            inserted = re.findall(r"insert into (?:atum\.)?changes\b.*?;", text, re.DOTALL)
            found = re.findall(r"finish_change\('([a-z_.]+)'", text)
            found += [name for one in inserted for name in re.findall(r"'([a-z_]+\.[a-z_]+)'", one)]
            yield from ((path, name) for name in found)


def permissions_required() -> dict[str, list[str]]:
    """Return each permission that code asks of an actor, with where it does."""
    required: defaultdict[str, list[str]] = defaultdict(list)
    for place in places():
        for call in place.calls("require", "require_any", "may"):
            for name in texts_of(call.args, place):
                if ":" in name:
                    required[name].append(f"{place.path.relative_to(REPOSITORY)}:{call.lineno}")
    return dict(required)


def texts_of(arguments: list[ast.expr], place: Module) -> Iterator[str]:
    """Yield the texts that arguments stand for: constants, names of the module, tables of them."""
    for node in (one for argument in arguments for one in ast.walk(argument)):
        if isinstance(node, ast.Constant):
            yield from _texts(node.value)
        elif isinstance(node, ast.Name):
            yield from _texts(place.names().get(node.id))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield from _texts(getattr(place.names().get(node.value.id), node.attr, None))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (one for one in value.values() if isinstance(one, str))
    elif isinstance(value, tuple | list | set | frozenset):
        yield from (one for one in value if isinstance(one, str))


def settings_read() -> dict[str, set[str]]:
    """Return by name of a setting the folders of the package that read it."""
    read: defaultdict[str, set[str]] = defaultdict(set)
    for place in places():
        for node in ast.walk(place.tree):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value).endswith("settings"):
                read[node.attr].add(place.slice)
    return dict(read)


def jobs_enqueued() -> set[str]:
    """Return the names of the jobs that code enqueues, or gives to a statement that does."""
    found: set[str] = set()
    for place in places("kernel"):
        named = [call.args[0] for call in place.calls("enqueue")]
        named += [one.value for one in ast.walk(place.tree) if isinstance(one, ast.Attribute) and one.attr == "name"]
        for node in named:
            known = place.names().get(node.id) if isinstance(node, ast.Name) else None
            if isinstance(known, JobType):
                found.add(known.name)
    return found
