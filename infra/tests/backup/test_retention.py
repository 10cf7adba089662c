"""What stays: the last day's, 14 daily, 8 weekly, and always the last that was proven."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from atumctl.backup import backup, retention
from atumctl.backup.index import BackupEntry, Index, ProofEntry
from atumctl.backup.manifest import PARTS
from atumctl.core.site import Site

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
PROVEN = ProofEntry("proven", "2026-03-18T00:00:00+00:00", 1.0)
FAILED = ProofEntry("failed", "2026-03-18T00:00:00+00:00", 1.0)


def made(ago: timedelta, proof: ProofEntry | None = PROVEN) -> BackupEntry:
    stamp = f"{NOW - ago:%Y%m%d_%H%M%S}"
    return BackupEntry(stamp, "", 0, "", "", 0, f"manifest_{stamp}.json", proof)


def kept(entries: list[BackupEntry]) -> list[BackupEntry]:
    stay = retention.kept(entries, NOW, retention.DAILY, retention.WEEKLY)
    return [entry for entry in entries if entry.stamp in stay]


def test_a_year_of_nights_leaves_14_days_and_8_weeks() -> None:
    nights = [made(timedelta(days=day)) for day in range(365)]
    stay = kept(nights)
    assert stay[:14] == nights[:14]
    weeks = {f"{NOW - timedelta(days=day):%G-%V}" for day in range(8 * 7)}
    assert {f"{_at(entry):%G-%V}" for entry in stay} == set(sorted(weeks)[-8:])
    # 18 March is a Wednesday: the 14 days reach into three weeks, five more weeks follow.
    assert len(stay) == 14 + 5


def test_all_of_the_last_day_stay() -> None:
    hours = [made(timedelta(hours=hour)) for hour in range(48)]
    stay = kept(hours)
    assert stay[:24] == hours[:24]
    assert stay[24:] == [hours[37]], "and the newest of the day before yesterday"


def test_of_a_day_the_proven_one_stays_not_the_newest() -> None:
    late, early = made(timedelta(days=3), FAILED), made(timedelta(days=3, hours=5))
    assert kept([made(timedelta(0)), late, early]) == [made(timedelta(0)), early]


def test_the_last_proven_stays_however_old_it_is() -> None:
    old = made(timedelta(days=900))
    unproven = [made(timedelta(days=day), FAILED) for day in range(120)]
    stay = kept([*unproven, old, made(timedelta(days=901))])
    assert old in stay
    assert made(timedelta(days=901)) not in stay


@pytest.mark.parametrize("seed", range(50))
def test_the_newest_and_the_last_proven_are_never_removed(seed: int) -> None:
    chance = random.Random(seed)
    ages = chance.sample(range(1, 400 * 24), 80)
    entries = [made(timedelta(hours=age), chance.choice([PROVEN, FAILED, None])) for age in sorted(ages)]
    stay = kept(entries)
    assert entries[0] in stay
    proven = [entry for entry in entries if entry.is_proven]
    assert not proven or proven[0] in stay
    assert kept(stay) == stay, "a second look removes nothing more"


def test_what_need_not_stay_is_removed_with_all_its_parts(site: Site) -> None:
    now = backup.make_backup(site)
    old = datetime.now(UTC) - timedelta(days=400)
    for hour in (1, 2):
        _plant(site, f"{old:%Y%m%d}_0{hour}0000", now.stamp)
    Index(site).record_proof(f"{old:%Y%m%d}_010000", PROVEN)
    gone = [entry.stamp for entry in retention.remove_superfluous(site)]
    assert gone == [f"{old:%Y%m%d}_020000"], "the proven one is the last proven of all"
    assert not [path for path in site.backups.iterdir() if gone[0] in path.name]
    assert [entry.stamp for entry in Index(site).entries()] == [now.stamp, f"{old:%Y%m%d}_010000"]


def _plant(site: Site, stamp: str, like: str) -> None:
    """Put a backup of another moment there."""
    for name in (*PARTS.values(), "manifest_{}.json"):
        source = site.backups / name.format(like)
        (site.backups / name.format(stamp)).write_bytes(source.read_bytes())


def _at(entry: BackupEntry) -> datetime:
    return datetime.strptime(entry.stamp, "%Y%m%d_%H%M%S").replace(tzinfo=UTC)


def test_how_many_stay_can_be_chosen() -> None:
    entries = [made(timedelta(days=day)) for day in range(30)]
    assert len(retention.kept(entries, NOW, 2, 1)) == 2
