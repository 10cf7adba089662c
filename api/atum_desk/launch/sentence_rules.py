"""The rule that sentences for people are notices: code that builds one as a free string is named (ADR 0040)."""

import ast
import builtins
import re
from collections.abc import Iterator
from pathlib import Path

from atum_desk.launch.syntax_trees import nodes_of, tree_of

# They speak to whoever started a program in a terminal, which has no catalogue.
TERMINAL = {"launch", "entry", "demo"}
# Raised for programmers, or for whoever reads the settings of the server.
TOLD_TO_PROGRAMMERS = {
    "SettingError",
    "LaunchError",
    "DeclaredTwice",
    "JobFailed",
    "RetryLater",
    "SealBroken",
    "PermError",
    "abort",
}
SAYS = {"Problem", "Notice", "Term"}
# Names under which sentences for people are kept or sent.
SAID_UNDER = {"words", "reason", "why", "what", "detail"}
# What may build sentences all the same, each with its reason; a folder counts with all below it.
MAY_SAY_FREELY = {
    "http/health.py": "read by monitors, which want one line of English",
    "operations": "quotes what the programs of the server say of themselves",
    "kernel/ledger": "the names of troubles in the log and the doctor",
}
# English that no person reads.
NO_SENTENCES = {
    "(UID RFC822.SIZE INTERNALDATE)",
    "(UID RFC822.SIZE)",
    "Connection lost",
    "DNS is not asked",
    "the connections are closed",
    "the worker stopped",
    "the process runs but does no work",
}
_SENTENCE = re.compile(r"[^\W\d_]{2,}[^\w]* \W*[^\W\d_]|[^\W\d_] [^\W\d_]{2,}")


def classes_that_say(trees: list[ast.Module]) -> set[str]:
    """Return the names of the problems and notices that modules declare."""
    bases = {
        node.name: {_last_name(base) for base in node.bases}
        for tree in trees
        for node in nodes_of(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = set(SAYS)
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return found


def free_sentences(where: Path, tree: ast.Module, saying: set[str]) -> Iterator[str]:
    """Yield the places of a module that build a sentence for people instead of naming a notice.

    `where` is the module's path inside the package, `saying` the classes that say something.
    """
    if where.parts[0] in TERMINAL or any(one in MAY_SAY_FREELY for one in _places(where)):
        return
    said = (value for node in nodes_of(tree) for value in _said_by(node, saying) if _is_sentence(value))
    # What is raised is a call as well.
    for line, _column in dict.fromkeys((value.lineno, value.col_offset) for value in said):
        yield f"{line}: a sentence for people is a notice with a code (kernel/notices.py)"


def _said_by(node: ast.AST, saying: set[str]) -> Iterator[ast.expr]:
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        name = _last_name(node.exc.func)
        if name not in saying | TOLD_TO_PROGRAMMERS and not hasattr(builtins, name):
            yield from node.exc.args
    elif isinstance(node, ast.Call):
        name, of_class = _last_name(node.func), isinstance(node.func, ast.Attribute) and node.func.attr == "of"
        if name in saying or (of_class and _last_name(node.func.value) in saying):  # type: ignore[attr-defined]
            yield from node.args
            yield from (one.value for one in node.keywords)
        else:
            yield from (one.value for one in node.keywords if one.arg in SAID_UNDER)
    elif isinstance(node, ast.Assign) and any(_last_name(one) in SAID_UNDER for one in node.targets):
        yield node.value


def _is_sentence(value: ast.expr) -> bool:
    """Tell whether a value is, or holds, English of several words; what a call makes is its own affair."""
    if isinstance(value, ast.Constant):
        said = value.value
        return isinstance(said, str) and said not in NO_SENTENCES and _SENTENCE.search(said) is not None
    if isinstance(value, ast.JoinedStr):
        parts = "".join(str(one.value) if isinstance(one, ast.Constant) else "x" for one in value.values)
        return _SENTENCE.search(parts) is not None
    if isinstance(value, ast.Call | ast.Compare | ast.Lambda):
        return False
    return any(_is_sentence(one) for one in ast.iter_child_nodes(value) if isinstance(one, ast.expr))


def _places(where: Path) -> list[str]:
    return [where.as_posix(), *(one.as_posix() for one in where.parents)]


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def sentence_offences(package: Path) -> Iterator[str]:
    """Yield the free sentences of all modules of a package."""
    trees = {path: tree_of(path) for path in sorted(package.rglob("*.py"))}
    saying = classes_that_say(list(trees.values()))
    for path, tree in trees.items():
        where = path.relative_to(package)
        yield from (f"{package.name}/{where}:{said}" for said in free_sentences(where, tree, saying))
