"""Disks of their own: uploads, backups and second places are watched, mounted and writable."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from small_disk import small_disk
from whole_desk import WholeDesk

from atumctl.core import mounts
from atumctl.core.shell import run
from atumctl.probes import disk_space
from atumctl.probes.measurement import Measurement
from atumctl.probes.triggers import TriggerFinding
from atumctl.watch.watch import merged

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")


@needs_root
@pytest.mark.parametrize("place", ["uploads", "backups", "second"])
async def test_a_full_disk_of_its_own_fires(still: WholeDesk, place: str, tmp_path: Path) -> None:
    folder = tmp_path / "second" if place == "second" else getattr(still.site, place)
    folder.mkdir(exist_ok=True)
    still.set(ATUM_OPS_DISK_FREE_MB="8", ATUM_OPS_BACKUP_TO=str(folder))
    with small_disk(folder):
        assert still.finding("health.disk").state == "ok"
        (folder / "filling").write_bytes(b"x" * 28_000_000)
        found = still.finding("health.disk")
    assert found.state == "fires"
    assert f"{folder}: " in found.evidence


@needs_root
async def test_a_disk_without_inodes_fires_also_where_only_backups_lie(still: WholeDesk) -> None:
    still.site.backups.mkdir(exist_ok=True)
    still.set(ATUM_OPS_INODES_FREE_PERCENT="10", ATUM_OPS_DISK_FREE_MB="1")
    with small_disk(still.site.backups):
        for number in range(480):
            (still.site.backups / str(number)).touch()
        assert still.finding("health.inodes").state == "fires"


@needs_root
async def test_a_disk_that_takes_no_writes_fires(still: WholeDesk) -> None:
    with small_disk(still.site.uploads):
        assert still.finding("health.mounts").state == "ok"
        run(["mount", "-o", "remount,ro", still.site.uploads])
        found = still.finding("health.mounts")
    assert (found.state, found.calls_for) == ("fires", "degraded")
    assert f"{still.site.uploads}: {still.site.uploads} (tmpfs of tmpfs) takes no writes" in (found.evidence)


@needs_root
async def test_a_disk_that_is_gone_fires_for_a_day_unless_it_comes_back(still: WholeDesk) -> None:
    uploads = still.site.uploads
    with small_disk(uploads):
        assert still.watched("health.mounts").state == "ok"
    missing = f"{uploads} was a disk of its own in an earlier run and is not mounted"
    assert missing in still.watched("health.mounts").evidence
    assert still.watched("health.mounts").state == "fires", "still missed by the run after"
    memory = still.memory
    later = Measurement(still.site, memory)
    later.now += timedelta(hours=25)
    assert measured(later).state == "ok", "after a day it is taken for what is wanted"
    still.remember(merged(memory, later.remember))
    assert still.finding("health.mounts").state == "ok"
    still.remember(memory)
    with small_disk(uploads):
        assert still.watched("health.mounts").state == "ok"


async def test_a_disk_that_the_machine_is_told_to_mount_fires_until_it_is(still: WholeDesk) -> None:
    table = still.site.root / "etc/fstab"
    table.parent.mkdir(parents=True)
    folder = str(still.site.data).replace(" ", "\\040")
    table.write_text(
        f"# what is mounted\n/dev/sdz1 {folder} ext4 defaults 0 2\n"
        "/dev/sdz2 none swap sw 0 0\n/dev/sdz3 /mnt/by-hand ext4 noauto 0 0\n"
        "/dev/sdz4 /elsewhere ext4 defaults 0 2\n"
    )
    found = still.finding("health.mounts")
    assert found.state == "fires"
    assert f"{still.site.data} is in /etc/fstab and not mounted; {still.site.data}, " in (found.evidence)
    assert "elsewhere" not in found.evidence, "no concern of ours"


async def test_a_machine_whose_root_takes_no_writes_is_well_where_data_does(
    still: WholeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = replace(still.site, kind="server")
    monkeypatch.setattr(disk_space, "_of_postgres", lambda _look: [])
    for read_only, state in ((False, "ok"), (True, "fires")):
        known = [
            mounts.Mount(Path("/"), "squashfs", "/dev/sda1", True),
            mounts.Mount(site.root, "squashfs", "/dev/sda1", True),
            mounts.Mount(site.prefix, "ext4", "/dev/sda2", read_only),
        ]
        monkeypatch.setattr(disk_space, "read_mounts", lambda known=known: known)
        assert measured(Measurement(site)).state == state


async def test_a_second_place_that_is_missing_fires(still: WholeDesk, tmp_path: Path) -> None:
    still.set(ATUM_OPS_BACKUP_TO=f"'{tmp_path / 'gone'} user@host.example:/away'")
    found = still.finding("health.mounts")
    assert (found.state, found.evidence) == ("fires", f"{tmp_path / 'gone'} is not there")


def test_the_kernels_table_is_read_with_its_octal_numbers_and_later_mounts_hide_earlier(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "mountinfo"
    table.write_text(
        "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        "22 21 8:2 / /data/ATUM\\040DESK rw shared:2 master:1 - ext4 /dev/sdb1 ro,errors=remount-ro\n"
        "23 21 8:3 / /srv ro - xfs /dev/sdc1 rw\n"
        "24 23 8:4 / /srv rw - nfs4 host:/share rw\n"
    )
    monkeypatch.setattr(mounts, "VIEWS", (tmp_path / "none", table))
    known = mounts.read_mounts()
    data = mounts.mount_of(Path("/data/ATUM DESK/atum-desk/data"), known)
    assert (str(data.point), data.read_only) == ("/data/ATUM DESK", True)
    share = mounts.mount_of(Path("/srv/backups"), known)
    assert (share.kind, share.read_only) == ("nfs4", False)
    assert mounts.mount_of(Path("/data"), known).point == Path("/")


def measured(measurement: Measurement) -> TriggerFinding:
    [found] = disk_space.PROBES[1].measure(measurement)
    return found
