"""A folder of many files goes whole, and nothing that a link in it points at."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from atumctl.core.remove_folder import PIECE, remove_folder


def test_a_folder_goes_with_all_in_it_and_what_links_point_at_stays(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "stays").write_text("somebody else's")
    folder = tmp_path / "the tree"
    for number in range(3):
        deep = folder / f"{number}" / "deep"
        deep.mkdir(parents=True)
        for name in range(PIECE + 1):
            (deep / f"{name}").touch()
    (folder / "link to a folder").symlink_to(outside)
    (folder / "link to a file").symlink_to(outside / "stays")
    (folder / "link to nothing").symlink_to(tmp_path / "nothing")
    open_before = len(os.listdir("/proc/self/fd"))
    remove_folder(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["outside"]
    assert (outside / "stays").read_text() == "somebody else's"
    assert len(os.listdir("/proc/self/fd")) == open_before


def test_what_cannot_be_removed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "tree"
    folder.mkdir()
    for name in ("one", "held"):
        (folder / name).touch()
    unlink = os.unlink

    def held(path: str, **where: int) -> None:
        if path == "held":
            raise PermissionError(1, "Operation not permitted", path)
        unlink(path, **where)

    monkeypatch.setattr(os, "unlink", held)
    with pytest.raises(PermissionError, match="held"):
        remove_folder(folder)
    assert [path.name for path in folder.iterdir()] == ["held"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        remove_folder(tmp_path / "none")
