"""The ledger's seal: what the last proven backup counted of it must still add up to the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from atumctl.backup.database_contents import DatabaseContents
from atumctl.backup.index import Index
from atumctl.backup.manifest import read_manifest
from atumctl.probes.measurement import Measurement
from atumctl.probes.triggers import State, Trigger, TriggerFinding

SEAL = Trigger("security.ledger_seal", "the ledger is not what the last proven backup sealed")
AGAIN_AFTER = timedelta(hours=6)
COUNT_SECONDS = 600.0

COUNTED = """select json_build_object(
  'schema', (select max(version_num) from public.schema_revision),
  'changes', (select count(*) from atum.changes where id <= {0}),
  'row_changes', (select count(*) from atum.row_changes where change_id <= {0}),
  'seal', (select coalesce(sum(hashtextextended((to_jsonb(c) - 'xid')::text, 0)::numeric), 0)
             from atum.changes c where id <= {0}) || ':' ||
          ((select coalesce(sum(hashtextextended(r::text, 0)::numeric), 0)
              from atum.row_changes r where change_id <= {0})
           + (select coalesce(sum(seal_before - seal_after), 0)
                from atum.ledger_parts where removed_by > {0})),
  'redacted', (select count(*) from atum.changes where id > {0} and command in ('ticket.redact', 'note.redact')),
  'cut', exists (select from atum.ledger_parts where removed_by > {0} and before_change > {0}))"""


def measure(measurement: Measurement) -> Iterator[TriggerFinding]:
    """Compare once for each proven backup and every few hours; tell what was found last."""
    proven = Index(measurement.site).last_proven()
    if proven is None:
        yield measurement.not_here(SEAL, "no backup is proven yet, so nothing is sealed")
        return
    known: dict[str, Any] = measurement.memory.get("seal", {})
    if known.get("stamp") != proven.stamp or _is_old(measurement, known) or measurement.depth == "whole":
        if measurement.depth == "glance":
            words = f"the watch has not compared with {proven.manifest} yet"
            yield measurement.found(SEAL, "unknown", evidence=words)
            return
        sealed = read_manifest(measurement.site.backups / proven.manifest).contents
        state, words = _compare(measurement, sealed)
        at = measurement.now.isoformat(timespec="seconds")
        known = {"stamp": proven.stamp, "at": at, "state": state, "words": words}
        measurement.remember["seal"] = known
    said = f"{known['words']}; compared with {proven.manifest} at {known['at']}"
    yield measurement.found(SEAL, known["state"], None, said)


def _compare(measurement: Measurement, sealed: DatabaseContents) -> tuple[State, str]:
    last = sealed.last_change
    found = measurement.database.ask(COUNTED.format(int(last)), seconds=COUNT_SECONDS)
    if found["schema"] != sealed.schema:
        return "unknown", f"sealed at schema {sealed.schema}, now {found['schema']}"
    tables = ("changes", "row_changes")
    more = {name: found[name] - sealed.rows[f"atum.{name}"] for name in tables}
    fewer = [f"{-count} rows of atum.{name} are gone" for name, count in more.items() if count < 0]
    if fewer:
        return "fires", f"up to change {last}: {', '.join(fewer)}"
    if any(more.values()):
        # Begun before the backup's point and committed after it: not in the seal, and rightly there.
        return "unknown", f"changes up to {last} were under way at the backup's point"
    if found["cut"]:
        return "unknown", f"change {last} is in a part that has lost its old texts since"
    if found["redacted"] and found["seal"] != sealed.ledger_seal:
        return "unknown", _redacted_since(found["redacted"], last)
    if found["seal"] != sealed.ledger_seal:
        return "fires", f"up to change {last} a change or what it did was altered"
    return "ok", f"the seal fits up to change {last}"


def _redacted_since(count: int, last: int) -> str:
    """Say why the seal cannot be compared, and what will: a redaction takes texts out of traces that were sealed."""
    redactions = "1 redaction" if count == 1 else f"{count} redactions"
    taken = f"{redactions} since took texts out of what was sealed up to change {last}"
    return f"{taken}; the next proven backup seals anew"


def _is_old(measurement: Measurement, known: dict[str, Any]) -> bool:
    age = measurement.now - datetime.fromisoformat(known["at"])
    # What was wrong is looked at in every run, so that it ends when it is put right.
    return age > AGAIN_AFTER or (known["state"] == "fires" and measurement.depth != "glance")
