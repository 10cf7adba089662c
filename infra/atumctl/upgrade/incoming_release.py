"""An incoming release, an archive or a tree: checked before anything of it runs."""

from __future__ import annotations

import contextlib
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from atumctl.core import output
from atumctl.core.durable_files import file_sha256
from atumctl.core.output import CommandRefused
from atumctl.core.releases import NAME
from atumctl.core.site import Site
from atumctl.steps.release import check_tree

UNPACKED = ".incoming"
# An environment of its own, and room to write what the services write meanwhile.
ENVIRONMENT_BYTES = 400 << 20


@contextlib.contextmanager
def opened(site: Site, path: Path) -> Iterator[Path]:
    """Yield the tree of a release, unpacked meanwhile where it is an archive.

    Raises Refused when it is incomplete, was altered on its way, or does not fit on the disk.
    """
    if not path.exists():
        raise CommandRefused(f"There is no release {path}.")
    if path.is_dir():
        tree = path.resolve()
        if tree == site.prefix or tree.is_relative_to(site.releases):
            raise CommandRefused(f"{tree} is already installed; name an archive or another tree.")
        _require_space(site, sum(p.stat().st_size for p in tree.rglob("*") if p.is_file()))
        check(tree)
        yield tree
        return
    folder = site.releases / UNPACKED
    try:
        _check_archive(path)
        _require_space(site, path.stat().st_size * 6)
        shutil.rmtree(folder, ignore_errors=True)
        tree = unpack(path, folder)
        check(tree)
        yield tree
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check(tree: Path) -> None:
    """Raise Refused unless a tree is complete and every file is what release.json says."""
    try:
        check_tree(tree)
    except (ValueError, AttributeError) as error:
        raise CommandRefused(f"{tree / NAME} cannot be read: {error}.") from None
    if (tree / NAME).is_file():
        output.ok(f"every file matches {NAME}")
    else:
        output.warn(f"{tree} has no {NAME}: its files cannot be checked")


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack an archive into a folder and return the tree in it; links and odd names are refused."""
    folder.mkdir(mode=0o700, parents=True)
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for entry in tar:
                name = PurePosixPath(entry.name)
                if entry.isdir():
                    continue
                if not entry.isreg() or name.is_absolute() or ".." in name.parts:
                    raise CommandRefused(f"{archive.name} contains {entry.name!r}, which no release contains.")
                _write(tar, entry, folder / name)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise CommandRefused(f"{archive} cannot be unpacked: {error}.") from None
    trees = [path for path in folder.iterdir() if path.is_dir()]
    if len(trees) != 1:
        raise CommandRefused(f"{archive.name} is not a release: it contains {len(trees)} folders.")
    return trees[0]


def _write(tar: tarfile.TarFile, entry: tarfile.TarInfo, path: Path) -> None:
    content = tar.extractfile(entry)
    assert content is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        shutil.copyfileobj(content, file)
    path.chmod(0o755 if entry.mode & 0o100 else 0o644)


def _check_archive(path: Path) -> None:
    """Compare an archive with the checksum beside it, where there is one."""
    beside = path.with_name(f"{path.name}.sha256")
    if not beside.is_file():
        output.warn(f"there is no {beside.name}: only the files within are checked")
    elif beside.read_text().split()[0] != file_sha256(path):
        raise CommandRefused(f"{path.name} was altered: its SHA-256 is not that of {beside.name}.")


def _require_space(site: Site, needed: int) -> None:
    free = shutil.disk_usage(site.releases).free
    if free < needed + ENVIRONMENT_BYTES:
        raise CommandRefused(
            f"The release needs {(needed + ENVIRONMENT_BYTES) / 1e6:,.0f} MB and {site.releases} "
            f"has {free / 1e6:,.0f} MB free."
        )
