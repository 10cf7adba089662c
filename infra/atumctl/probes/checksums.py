"""Data checksums of PostgreSQL: whether it has them, and what they found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from atumctl.probes.measurement import Measurement, Probe
from atumctl.probes.triggers import State, Trigger, TriggerFinding

CHECKSUMS = Trigger("integrity.checksums", "PostgreSQL read a page within a day whose checksum is wrong", "degraded")
LATELY = timedelta(days=1)
ASKED = """select json_build_object('on', current_setting('data_checksums') = 'on',
  'failures', coalesce(sum(checksum_failures), 0), 'last', max(checksum_last_failure),
  'folder', current_setting('data_directory'),
  'major', current_setting('server_version_num')::int / 10000) from pg_stat_database"""
OFF = """data checksums are off: a wrong byte within a value passes unseen until somebody reads it.
With them PostgreSQL finds each page that is not what it wrote, whatever the byte means.
To turn them on, in a quiet hour (about a minute for each 10 GB):
  pg_ctlcluster {major} {name} stop
  runuser -u postgres -- /usr/lib/postgresql/{major}/bin/pg_checksums --enable --pgdata {folder}
  pg_ctlcluster {major} {name} start"""


def _checksums(measurement: Measurement) -> Iterator[TriggerFinding]:
    answer = measurement.database.ask(ASKED)
    if not answer["on"]:
        name = answer["folder"].rstrip("/").rpartition("/")[2]
        said = OFF.format(name=name, major=answer["major"], folder=answer["folder"])
        yield measurement.not_here(CHECKSUMS, said)
        return
    failures, last = int(answer["failures"]), answer["last"]
    recent = bool(last) and measurement.now - datetime.fromisoformat(last) < LATELY
    state: State = "fires" if recent else "warn" if failures else "ok"
    said = f"data checksums are on; {failures} pages were read whose checksum was wrong"
    said += f", the last at {last}; see PostgreSQL's log for which" if last else ""
    said += "\nonce it is mended: select pg_stat_reset() in each database" if failures else ""
    yield measurement.found(CHECKSUMS, state, failures, said)


PROBES = (Probe((CHECKSUMS,), _checksums),)
