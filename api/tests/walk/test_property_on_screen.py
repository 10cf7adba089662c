"""The walk's edits of the web show the property: on the ticket, in its picker and in history.

Each one left out is a type error that names it.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from pathlib import Path

import pytest
from edited_copy import API, apply, copied_tree, edits, said

from atum_desk.launch.node import find_node
from atum_desk.launch.web_build import WEB, install_web_packages

pytestmark = pytest.mark.slow("checks the types of the whole web application four times")

# Types that were checked once are not checked again when another file changes.
TSC = ("node_modules/typescript7/bin/tsc", "--noEmit", "--incremental", "--tsBuildInfoFile", "types.json")
COPIED = ("src", "tests", "scripts", "public")
SCREEN_TEST = Path(__file__).with_name("dueDate.test.tsx")


async def node(web: Path, *words: str) -> str:
    """Return what a Node program prints, run in the copy of the web."""
    return await said(find_node().program, *words, folder=web)


async def edited_web(root: Path) -> Path:
    """Return the `web` of a copy of the tree with all edits of the walk, the generated ones included."""
    api, web = copied_tree(root), root / "web"
    for name in COPIED:
        shutil.copytree(WEB / name, web / name)
    for path in WEB.iterdir():
        if path.is_file() and path.name != "package-lock.json":
            shutil.copy(path, web)
    (web / "node_modules").symlink_to(WEB / "node_modules")
    apply(root, edits("api", "web"))
    assert await said(sys.executable, "-m", "atum_desk.entry.openapi", folder=api) == ""
    assert await node(web, "scripts/generate.mjs") == ""
    (api / "tests/live").mkdir()
    shutil.copy(API / "tests/live/test_web_words.py", api / "tests/live")
    assert await said(sys.executable, "-c", WRITE_WORDS, folder=api) == ""
    shutil.copy(SCREEN_TEST, web / "tests")
    (web / "walk.config.ts").write_text(CONFIG, encoding="utf-8")
    return web


# node_modules is a link out of the copy, where Vite reads nothing by itself.
CONFIG = """import { mergeConfig } from "vitest/config";
import base from "./vitest.config";

export default mergeConfig(base, { server: { fs: { strict: false } } });
"""
# The words that the web's tests know are written by a test of the API.
WRITE_WORDS = "import sys; sys.path.append('tests/live'); import test_web_words as t; t.WORDS.unlink(); t.test_the_web_knows_every_live_word_and_every_command()"


# What is forgotten, and the type error that follows.
FORGOTTEN = {
    "src/features/tickets/properties/table.tsx": r"properties/table\.tsx\S* error TS\d+: Property 'due_at' is missing",
    "src/locales/en/tickets.ts": r"properties/table\.tsx.*property\.due_at",
    "tests/fake/tickets.ts": r"tests/fake/tickets\.ts.*due_at",
}


async def test_the_property_is_on_the_screen_and_a_forgotten_edit_is_an_error_that_names_it(tmp_path: Path) -> None:
    await asyncio.to_thread(install_web_packages)
    web = await edited_web(tmp_path / "tree")
    assert await node(web, *TSC) == ""
    shown = await node(
        web,
        "node_modules/vitest/vitest.mjs",
        "run",
        "--config=walk.config.ts",
        "tests/dueDate.test.tsx",
        "tests/features.test.tsx",
    )
    assert re.search(r"Test Files .*2 passed", shown), shown

    assert {f"web/{path}" for path in FORGOTTEN} == set(edits("web"))
    for path, expected in FORGOTTEN.items():
        edited = (web / path).read_text(encoding="utf-8")
        shutil.copy(WEB / path, web / path)
        told = await node(web, *TSC)
        assert re.search(expected, told), f"{path}: {told}"
        (web / path).write_text(edited, encoding="utf-8")
