"""mypy reads all our Python, tests and migrations as well; a new folder is read without an entry anywhere."""

from __future__ import annotations

import os
from pathlib import Path

from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.launch import typed_code
from atum_desk.launch.project_rules import tracked_files


def test_every_module_of_the_tree_is_read_under_one_name() -> None:
    files = [Path(one) for one in typed_code.mypy_arguments() if one.endswith(".py")]
    read = [file.resolve() for file in files]
    assert len(read) == len(set(read))
    tracked = {REPOSITORY / name for name in tracked_files() if name.endswith(".py")}
    assert tracked - set(read) == set(), "no type in it is checked"


def test_what_lies_beside_a_test_is_found_and_a_package_is_no_root() -> None:
    roots = typed_code.mypy_environment()["MYPYPATH"].split(os.pathsep)
    tests = REPOSITORY / "api" / "tests"
    assert {str(tests), str(tests / "mail"), str(REPOSITORY / "infra")} <= set(roots)
    # Its modules say `from e2e...` and `from .conftest ...`.
    assert str(tests / "e2e") not in roots


def test_files_of_one_name_are_read_by_links_that_say_whose_they_are() -> None:
    links = [Path(one) for one in typed_code.mypy_arguments() if str(typed_code.LINKS) in one]
    assert "conftest_of_api_tests_mail" in {link.stem for link in links}
    assert all(link.is_symlink() and link.exists() for link in links)
