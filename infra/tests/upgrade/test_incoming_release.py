"""A release is looked at before anything of it runs."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest

from atumctl.core.output import CommandRefused
from atumctl.core.site import Site
from atumctl.upgrade import incoming_release

FILES = {
    "api/requirements.lock": b"",
    "api/migrations/versions/0001_kernel.sql": b"select 1;",
    "web/dist/index.html": b"<html>",
}


@pytest.fixture
def here(tmp_path: Path) -> Site:
    """An installation of its own."""
    site = Site(tmp_path / "the desk")
    site.releases.mkdir(parents=True)
    return site


def _archive(folder: Path, files: dict[str, bytes] = FILES, altered: str = "") -> Path:
    """Write an archive of a release; one file may differ from what release.json says of it."""
    files = dict(files)
    named = {name: hashlib.sha256(raw).hexdigest() for name, raw in files.items()}
    files["release.json"] = json.dumps({"version": "2.0.0", "schema": "0001", "files": named}).encode()
    if altered:
        files[altered] += b" "
    path = folder / "atum-desk-2.0.0.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name, raw in files.items():
            entry = tarfile.TarInfo(f"atum-desk-2.0.0/{name}")
            entry.size = len(raw)
            tar.addfile(entry, io.BytesIO(raw))
    return path


def test_an_archive_is_unpacked_and_removed_again(here: Site, tmp_path: Path) -> None:
    with incoming_release.opened(here, _archive(tmp_path)) as tree:
        assert (tree / "web/dist/index.html").read_bytes() == b"<html>"
        assert tree.is_relative_to(here.releases)
    assert list(here.releases.iterdir()) == []


def test_a_tree_is_taken_where_it_is(here: Site, tmp_path: Path) -> None:
    tree = incoming_release.unpack(_archive(tmp_path), tmp_path / "laid")
    with incoming_release.opened(here, tree) as found:
        assert found == tree


@pytest.mark.parametrize("name", ["web/dist/index.html", "api/requirements.lock"])
def test_an_altered_file_is_named(here: Site, tmp_path: Path, name: str) -> None:
    with (
        pytest.raises(CommandRefused, match=f"differs from what was released: {name}"),
        incoming_release.opened(here, _archive(tmp_path, altered=name)),
    ):
        pass
    assert list(here.releases.iterdir()) == []


def test_an_archive_that_is_not_what_its_checksum_says_is_refused(here: Site, tmp_path: Path) -> None:
    path = _archive(tmp_path)
    (tmp_path / f"{path.name}.sha256").write_text(f"{'0' * 64}  {path.name}\n")
    with pytest.raises(CommandRefused, match="its SHA-256"), incoming_release.opened(here, path):
        pass


def test_a_cut_off_archive_and_an_incomplete_tree_are_refused(here: Site, tmp_path: Path) -> None:
    lacking = {name: raw for name, raw in FILES.items() if "web" not in name}
    with (
        pytest.raises(CommandRefused, match=r"index\.html is missing"),
        incoming_release.opened(here, _archive(tmp_path, lacking)),
    ):
        pass
    path = _archive(tmp_path)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(CommandRefused, match="cannot be unpacked"), incoming_release.opened(here, path):
        pass


@pytest.mark.parametrize("name", ["../out", "/etc/out", "a/../../out"])
def test_a_name_that_leads_out_is_refused(here: Site, tmp_path: Path, name: str) -> None:
    path = tmp_path / "bad.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = 1
        tar.addfile(entry, io.BytesIO(b"x"))
    with pytest.raises(CommandRefused, match="which no release contains"), incoming_release.opened(here, path):
        pass


def test_what_is_installed_already_is_not_taken_for_a_release_that_came(here: Site) -> None:
    (here.releases / "1.0.0").mkdir()
    with (
        pytest.raises(CommandRefused, match="already installed"),
        incoming_release.opened(here, here.releases / "1.0.0"),
    ):
        pass
