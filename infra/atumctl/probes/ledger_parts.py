"""The ledger's parts: the next one is made, and old texts go when the settings say so."""

from __future__ import annotations

from collections.abc import Iterator

from atumctl.probes.measurement import Measurement
from atumctl.probes.triggers import State, Trigger, TriggerFinding

PARTS = Trigger(
    "integrity.ledger_parts",
    "nobody makes the ledger's parts ahead, or texts stay that the settings do not keep",
    "degraded",
)
TEXT_DAYS = ("ATUM_LEDGER_TEXT_DAYS", 0.0)
# The caretaker comes every hour and may find a part locked, or much to copy.
GRACE_DAYS = 2
MEGABYTE = 1_000_000
# `overdue` are parts whose texts had to go by now.
ASKED = """select json_build_object(
  'ahead', (select count(*) from atum.ledger_parts
             where from_change > (select last_value from atum.changes_id_seq)),
  'parts', (select count(*) from atum.ledger_parts where began_at is not null),
  'bytes', (select coalesce(sum(pg_total_relation_size(relid)), 0)
              from pg_partition_tree('atum.row_changes') where isleaf),
  'removed', (select coalesce(sum(texts_removed) filter (where removed_at is not null), 0)
                from atum.ledger_parts),
  'overdue', (select coalesce(json_agg(name order by from_change), '[]') from atum.ledger_parts
               where {0} > 0 and removed_at is null
                 and ended_at < now() - make_interval(days => {0} + {1})))"""


def measure(measurement: Measurement) -> Iterator[TriggerFinding]:
    """Tell how many parts the ledger has and how large it is, and whether its caretaker keeps up."""
    days = int(measurement.site.number(*TEXT_DAYS))
    answer = measurement.database.ask(ASKED.format(days, GRACE_DAYS))
    kept = f"for {days} days" if days else "for ever"
    parts = f"{answer['parts']} part{'' if answer['parts'] == 1 else 's'}"
    said = (
        f"{parts} of {answer['bytes'] / MEGABYTE:,.0f} MB, {answer['ahead']} made ahead; "
        f"old texts are kept {kept}, {answer['removed']} were removed"
    )
    wrong = [f"the texts of {name} should be gone" for name in answer["overdue"]]
    if not answer["ahead"]:
        wrong.append("no part is made ahead: does the worker run?")
    state: State = "fires" if not answer["ahead"] else "warn" if wrong else "ok"
    yield measurement.found(PARTS, state, len(wrong), "\n".join([*wrong, said]))
