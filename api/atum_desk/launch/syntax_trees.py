"""The syntax trees of our modules: several rules look at each, and it is parsed and walked once."""

import ast
from functools import cache
from pathlib import Path


def tree_of(path: Path) -> ast.Module:
    """Return the tree of a module as the file is now."""
    return _parsed(str(path), path.read_bytes())


@cache
def nodes_of(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Return every node of a tree, those above before those below."""
    return tuple(ast.walk(tree))


@cache
def _parsed(name: str, code: bytes) -> ast.Module:
    return ast.parse(code, name)
