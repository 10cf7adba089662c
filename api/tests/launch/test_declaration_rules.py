"""What a new slice or a new feature of the web must still be entered in is named when it is forgotten."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.launch.declaration_rules import slice_offences, web_feature_offences

API, WEB = REPOSITORY / "api", REPOSITORY / "web"


@pytest.fixture
def api(tmp_path: Path) -> Path:
    """The folders and lists of the API without what stands in them."""
    shutil.copy(API / "pyproject.toml", tmp_path)
    for path in (API / "atum_desk").glob("*/__init__.py"):
        folder = tmp_path / "atum_desk" / path.parent.name
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
        (folder / "feature.py").touch()
    shutil.copy(API / "atum_desk/entry/features.py", tmp_path / "atum_desk/entry/features.py")
    return tmp_path


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """The folders and the list of the web's features."""
    (tmp_path / "src/app").mkdir(parents=True)
    shutil.copy(WEB / "src/app/features.ts", tmp_path / "src/app")
    for path in (WEB / "src/features").glob("*/feature.ts"):
        (tmp_path / "src/features" / path.parent.name).mkdir(parents=True)
        (tmp_path / "src/features" / path.parent.name / "feature.ts").touch()
    return tmp_path


def test_the_tree_as_it_stands_is_listed(api: Path, web: Path) -> None:
    assert [*slice_offences(API), *web_feature_offences(WEB)] == []
    assert [*slice_offences(api), *web_feature_offences(web)] == []


def test_a_new_slice_is_told_each_place_that_lacks_it(api: Path) -> None:
    (api / "atum_desk/ratings").mkdir()
    (api / "atum_desk/ratings/__init__.py").touch()
    assert list(slice_offences(api)) == [
        'api/pyproject.toml: "ratings" has no place in the layers of tool.importlinter; add "(ratings)"',
        'api/atum_desk/ratings/feature.py is missing; it holds FEATURE = Feature(name="ratings")',
        'api/atum_desk/entry/features.py: add "ratings", to SLICES',
    ]


def test_a_listed_slice_that_is_gone_is_named(api: Path) -> None:
    shutil.rmtree(api / "atum_desk/logos")
    assert list(slice_offences(api)) == [
        "api/atum_desk/logos: there is no such folder, but SLICES or the layers of pyproject.toml name it"
    ]


def test_a_new_feature_of_the_web_is_told_what_lacks_it(web: Path) -> None:
    folder = web / "src/features/ratings"
    folder.mkdir()
    assert list(web_feature_offences(web)) == [
        "web/src/features/ratings/feature.ts is missing; it exports ratingsFeature"
    ]
    (folder / "feature.ts").touch()
    assert list(web_feature_offences(web)) == ["web/src/app/features.ts: add ratingsFeature, to features"]
