"""A migration may add; whatever else it does to what was there is told."""

from __future__ import annotations

import pytest

from atumctl.core.postgres import Postgres
from atumctl.rehearsal import table_digests

QUIET = "set session_replication_role = replica;"
ONE = "where id = (select min(id) from atum.tickets)"


@pytest.mark.parametrize(
    "sql",
    [
        "alter table atum.tickets add column due_at timestamptz",
        "alter table atum.tickets add column due_at timestamptz not null default clock_timestamp()",
        "create table atum.badges (id bigint primary key)",
        "create index on atum.tickets (subject)",
        "insert into atum.workspaces (name) select 'Another'",
        "update atum.tickets set subject = subject",
        # A table becomes the first part of one of its name, as migration 0027 does it.
        """alter table atum.ledger_parts rename to ledger_parts_0;
           create table atum.ledger_parts (like atum.ledger_parts_0) partition by range (id);
           alter table atum.ledger_parts attach partition atum.ledger_parts_0
             for values from (minvalue) to (maxvalue)""",
    ],
)
def test_what_adds_is_allowed(postgres: Postgres, sql: str) -> None:
    assert _changed(postgres, sql) == []


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (f"delete from atum.tickets {ONE}", "atum.tickets has 39 rows, it had 40"),
        (f"update atum.tickets set subject = 'x' {ONE}", "1 of 40 rows are not what they were"),
        ("drop table atum.idempotency_keys cascade", "atum.idempotency_keys is gone"),
        ("alter table atum.tickets drop column preview cascade", "atum.tickets lost preview"),
        ("alter table atum.tickets rename column preview to teaser", "atum.tickets lost preview"),
        ("truncate atum.outbox cascade", "atum.outbox has 0 rows"),
        (
            "delete from atum.workspaces; insert into atum.workspaces (name) select 'Other'",
            "1 of 1 rows are not what they were",
        ),
    ],
)
def test_what_does_more_than_add_is_told(postgres: Postgres, sql: str, words: str) -> None:
    told = _changed(postgres, sql)
    assert any(words in one for one in told), told


def test_a_count_that_falls_is_told(postgres: Postgres) -> None:
    before = table_digests.lasting_counts(postgres)
    assert table_digests.fallen(before, before) == []
    postgres.query(f"{QUIET} delete from atum.messages where id = (select min(id) from atum.messages)")
    now = table_digests.lasting_counts(postgres)
    assert table_digests.fallen(before, now) == [
        f"messages has {now['messages']:,} rows, it had {before['messages']:,}"
    ]


def _changed(postgres: Postgres, sql: str) -> list[str]:
    before, since = table_digests.read_before(postgres, postgres.database)
    postgres.query(f"{QUIET} {sql}")
    return table_digests.compare(postgres, postgres.database, before, since)
