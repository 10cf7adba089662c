"""SQL that writes a table stands in the slice that owns it, and a slice reads tables of those below it."""

from __future__ import annotations

import ast
import re
from collections import defaultdict

import pytest

from atum_desk.entry.features import FEATURES, SLICES
from atum_desk.kernel.database.migrate import MIGRATIONS
from atum_desk.launch.project_rules import PACKAGE

# Tables that the ledger does not record; their slices declare the others.
OTHER_TABLES = {
    "kernel": {
        "changes",
        "consumers",
        "idempotency_keys",
        "ledger_parts",
        "link_keys",
        "parked_changes",
        "previous_doors",
        "row_changes",
        "seal_keys",
        "waiting_changes",
        "workers",
    },
    "identity": {"sessions"},
    "contact_imports": {"contact_import_rows", "contact_imports"},
    "tickets": {
        "ticket_counters",
        "ticket_field_keys",
        "ticket_field_ranks",
        "ticket_reads",
        "ticket_stars",
        "ticket_tags",
        "vocabulary",
        "vocabulary_progress",
        "vocabulary_rewritten",
    },
    "drafts": {"draft_texts", "drafts"},
    "notifications": {"notification_inboxes", "notifications", "push_keys", "push_subscriptions", "ticket_mutes"},
    "time_entries": {"timers"},
    "mail": {"mail_sources"},
    "outbox": {"relay_limits"},
    "fetching": {"fetch_leftovers", "fetch_log", "fetch_states", "mail_trips", "oauth_consents"},
    "portal": {"portal_link_generations"},
    "macros": {"macro_uses"},
    "conversations": {"conversation_reads"},
    "bulk": {"bulk_items", "bulk_runs"},
}
WRITES_OF_OTHERS = {
    # A contact is a row of `people` as a member of the staff is.
    ("contacts", "people"),
    ("contacts", "addresses"),
    # An import writes what a contact's own commands write, in batches.
    ("contact_imports", "addresses"),
    ("contact_imports", "contact_notes"),
    ("contact_imports", "organization_domains"),
    ("contact_imports", "organizations"),
    ("contact_imports", "people"),
    ("contact_imports", "phones"),
    # A message is shown as sent when its mail is; tickets stand above the outbox.
    ("outbox", "messages"),
    # A workspace is made before anything else, by its owner.
    ("identity", "ticket_counters"),
    # The canary makes and removes its own sessions.
    ("operations", "sessions"),
    # Every slice keeps its settings of a workspace by `kernel/workspace_settings.py`.
    ("kernel", "settings"),
}
READS_FROM_BELOW = {
    # Joins that would cost a statement for each row if the slice above were asked.
    ("outbox", "mailboxes"),
    ("outbox", "messages"),
    ("outbox", "tickets"),
    ("tickets", "mailboxes"),
    # A list is one of a stored view; who sees that one is the view's policy.
    ("tickets", "views"),
    ("tickets", "tags"),
    # How far the checklists of a list's tickets are.
    ("tickets", "checklist_items"),
    ("contacts", "mailboxes"),
    ("contacts", "tickets"),
    # Values that are an organization are shown by its name.
    ("custom_fields", "organizations"),
    # An upload that a draft holds is not swept.
    ("files", "draft_texts"),
    ("identity", "tickets"),
    ("identity", "workspace_logos"),
    ("kernel", "tickets"),
    ("kernel", "settings"),
}
OWNERS = {table.name: feature.name for feature in FEATURES for table in feature.tables} | {
    table: owner for owner, tables in OTHER_TABLES.items() for table in tables
}
PLACES = {name: place for place, name in enumerate(("kernel", "conditions", "mime", "sandbox", *SLICES))}
WRITTEN = re.compile(r"\b(?:insert into|update|delete from)\s+(?:atum\.|jobs\.)?(\w+)")
READ = re.compile(r"\b(?:from|join)\s+(?:atum\.|jobs\.)?(\w+)")


def uses(pattern: re.Pattern[str]) -> dict[tuple[str, str], set[str]]:
    """Return which slice's texts name which table in this way, and in which modules."""
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for path in PACKAGE.rglob("*.py"):
        place = path.relative_to(PACKAGE)
        # The sample company is written as if everybody had written it; entry has no SQL of its own.
        if place.parts[0] in ("demo", "entry", "launch"):
            continue
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for table in pattern.findall(node.value):
                    if table in OWNERS:
                        found[place.parts[0], table].add(place.as_posix())
    return dict(found)


@pytest.fixture(scope="module")
def tables() -> set[str]:
    sql = "".join(path.read_text() for path in (MIGRATIONS / "versions").glob("*.sql"))
    return set(re.findall(r"^create table (?:if not exists )?(?:atum\.|jobs\.)?(\w+)", sql, re.MULTILINE))


def test_every_table_has_an_owner(tables: set[str]) -> None:
    assert tables - OWNERS.keys() == set(), "declare it in the feature.py of its slice"
    assert OWNERS.keys() - tables == set()


def test_a_table_is_written_by_its_owner_alone() -> None:
    foreign = {use: where for use, where in uses(WRITTEN).items() if OWNERS[use[1]] != use[0]}
    assert {use: where for use, where in foreign.items() if use not in WRITES_OF_OTHERS} == {}
    assert WRITES_OF_OTHERS - foreign.keys() == set(), "no longer so"


def test_a_slice_reads_no_table_of_a_slice_above_it() -> None:
    above = {
        use: where
        for use, where in uses(READ).items()
        if OWNERS[use[1]] != use[0] and PLACES[use[0]] < PLACES[OWNERS[use[1]]]
    }
    assert {use: where for use, where in above.items() if use not in READS_FROM_BELOW} == {}
    assert READS_FROM_BELOW - above.keys() == set(), "no longer so"
