"""Where tests write: in memory only where there is room and programs may run from it."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest

from atum_desk.launch import suite

ROOM = {"f_bavail": 7_000_000, "f_frsize": 1_000}


@pytest.mark.parametrize(
    ("disk", "is_used"),
    [
        ({"f_flag": 0, **ROOM}, True),
        ({"f_flag": os.ST_NOEXEC, **ROOM}, False),
        ({"f_flag": 0, "f_bavail": 5_000_000, "f_frsize": 1_000}, False),
    ],
)
def test_memory_holds_the_folders_of_tests_where_it_can(
    monkeypatch: pytest.MonkeyPatch, disk: dict[str, int], is_used: bool
) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _path: SimpleNamespace(**disk))
    monkeypatch.setattr(os, "access", lambda *_words: True)

    assert bool(suite._folder_in_memory()) is is_used


def test_a_machine_without_a_memory_disk_uses_its_usual_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_path: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(os, "statvfs", missing)

    assert suite._folder_in_memory() == {}
