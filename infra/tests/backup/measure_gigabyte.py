"""What backups of 1 GB of uploads cost: `api/.venv/bin/python infra/tests/backup/measure_gigabyte.py`.

Makes a small desk with 100 attachments of 10 MB that nothing makes smaller, in a folder that is removed
afterwards (3.5 GB at most), and prints for each run its seconds, the time of the processor, and the
bytes that the backups' folder grew by. `--attachments N` and `--at FOLDER` choose size and place.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

TREE = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(TREE / folder) for folder in ("infra", "infra/tests/backup", "api/tests", "api")]

from desk_with_uploads import lay_code, upload  # noqa: E402

from atum_desk.demo.public import fill_demo  # noqa: E402
from atum_desk.launch.postgres import EmbeddedPostgres  # noqa: E402
from atum_desk.launch.postgres_binaries import find_client  # noqa: E402
from atumctl.backup import backup, verify_backup  # noqa: E402
from atumctl.backup.folder import find_manifest  # noqa: E402
from atumctl.core.site import Site  # noqa: E402
from scratch_databases import (  # noqa: E402
    SECRET,
    copied_database,
    ensure_template,
    make_settings,
)

TICKETS = 40
ATTACHMENT_BYTES = 10_000_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attachments", type=int, default=100, help="of 10 MB each")
    parser.add_argument("--at", type=Path, default=TREE / "data", help="folder to work in")
    args = parser.parse_args()
    args.at.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="gigabyte-", dir=args.at) as work, filled(Path(work)) as site:
        for _ in range(args.attachments):
            upload(site, os.urandom(ATTACHMENT_BYTES))
        os.sync()
        for what in ("first", "second, nothing new"):
            measured(site, f"backup, {what}", lambda: backup.make_backup(site))
            measured(site, f"proof, {what}", lambda: prove(site))


@contextmanager
def filled(work: Path) -> Iterator[Site]:
    """Yield a desk with a small company in it and a PostgreSQL of its own."""
    site = Site(work / "the desk", "embedded")
    lay_code(site)
    site.env_file.write_text(f"ATUM_SECRET={SECRET}\nATUM_URL=https://desk.example\n")
    server = EmbeddedPostgres(data_directory=work / "postgres")
    settings = make_settings(site.data)
    try:
        cluster = server.start()
        with asyncio.Runner() as runner:
            template = runner.run(ensure_template(cluster, settings, seeded=True))
            copy = copied_database(cluster, template)
            url = runner.run(copy.__aenter__())
            runner.run(fill_demo(settings, url, TICKETS))
            os.environ |= {"ATUM_PG_DSN": url, "ATUM_PG_BIN": str(find_client("pg_dump").parent)}
            yield site
            runner.run(copy.__aexit__(None, None, None))
    finally:
        server.stop()


def prove(site: Site) -> None:
    """Prove the newest backup."""
    proof = verify_backup.prove(site, find_manifest(site))
    assert proof.state == "proven", proof.failures


def measured(site: Site, what: str, act: Callable[[], object]) -> None:
    """Run it and print what it took."""
    before, began, used = folder_bytes(site.backups), time.monotonic(), cpu_seconds()
    act()
    seconds, cpu = time.monotonic() - began, cpu_seconds() - used
    grown = (folder_bytes(site.backups) - before) / 1e6
    free = shutil.disk_usage(site.data).free / 1e9
    print(f"{what:32} {seconds:6.1f} s, {cpu:5.1f} s of processor, {grown:8,.1f} MB more ({free:.0f} GB free)")


def folder_bytes(folder: Path) -> int:
    """Return what the files of a folder take."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


def cpu_seconds() -> float:
    """Return the time that this process and its ended children had a processor."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main()
