"""What the slices declare, against the tree, the routes, the schema and the worker's jobs."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path

import msgspec
import pytest
from code_walk import jobs_enqueued, settings_read
from litestar.handlers import BaseRouteHandler

import atum_desk.kernel.feature as kernel_feature
from atum_desk.entry.api import ROOT_ROUTES, ROUTES
from atum_desk.entry.features import FEATURES, SLICES
from atum_desk.kernel.audience import staff
from atum_desk.kernel.config.settings import REPOSITORY, Settings
from atum_desk.kernel.feature import Command, Declarations, DeclaredTwice, Feature, Table, declared
from atum_desk.launch.declaration_rules import slice_offences
from atum_desk.launch.project_rules import PACKAGE
from desk import Desk

TABLES = {table.name: table for feature in FEATURES for table in feature.tables}


def test_every_slice_declares_itself_and_is_listed_once() -> None:
    assert list(slice_offences(PACKAGE.parent)) == []
    assert len(SLICES) == len(set(SLICES))
    assert [feature.name for feature in FEATURES] == list(SLICES)


def test_every_route_belongs_to_a_feature() -> None:
    listed = {id(route) for route in (*ROUTES, *ROOT_ROUTES)}
    found: dict[int, str] = {}
    for name in SLICES:
        for path in sorted((PACKAGE / name).rglob("*.py")):
            dotted = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
            for own, value in vars(import_module(dotted)).items():
                if isinstance(value, BaseRouteHandler):
                    found[id(value)] = f"{dotted}.{own}"
    assert {found[one] for one in found.keys() - listed} == set(), "add it to the routes of its slice"
    assert listed == found.keys()


def test_a_large_body_belongs_to_a_route_that_writes_and_a_setting() -> None:
    for feature in FEATURES:
        writing = {path for route in feature.routes() if route.http_methods - {"GET", "HEAD"} for path in route.paths}
        assert set(feature.large_bodies) <= writing, feature.name
        assert set(feature.large_bodies.values()) <= set(Settings.__struct_fields__)


async def test_every_table_of_the_ledger_is_declared_and_every_declared_one_is_of_it(shared_desk: Desk) -> None:
    rows = await shared_desk.rows(
        """select c.relname as name, array_agg(a.attname::text) as columns
             from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where c.relnamespace = 'atum'::regnamespace
              and exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'ledger')
            group by 1"""
    )
    columns = {row["name"]: set(row["columns"]) for row in rows}
    assert columns.keys() - TABLES.keys() == set(), "no feature says who is told of its changes"
    assert TABLES.keys() - columns.keys() == set(), "the ledger does not record it"
    for name, table in TABLES.items():
        named = set(table.live_by_column)
        named |= set() if isinstance(table.alters_powers, bool) else set(table.alters_powers)
        named |= {one.column for one in table.audiences if one.column}
        assert named <= columns[name], name


def test_every_table_and_every_word_of_a_command_says_whom_it_concerns() -> None:
    """What does not is told to nobody; whoever leaves it out is told here."""
    undeclared = [name for name, table in TABLES.items() if table.audience is None]
    assert undeclared == [], "say in its feature.py whom a change of it concerns; () is nobody"
    for table in TABLES.values():
        assert bool(table.words) == bool(table.audiences), f"{table.name}: told to nobody, or nothing told"
    for feature in FEATURES:
        for command in feature.commands:
            assert bool(command.live) == bool(command.audience), command.name


async def test_every_column_of_people_says_whether_it_is_theirs_alone(shared_desk: Desk) -> None:
    rows = await shared_desk.rows(
        """select attname::text as name from pg_attribute
            where attrelid = 'atum.people'::regclass and attnum > 0 and not attisdropped"""
    )
    kept_out = {"id", "workspace_id", "version", "created_at"}
    theirs = {"locale", "time_zone", "undo_send_seconds", "after_send"}
    assert {row["name"] for row in rows} - kept_out - theirs == set(TABLES["people"].live_by_column)


def test_contacts_are_told_words_that_a_table_has() -> None:
    for table in TABLES.values():
        assert set(table.contacts_hear) <= table.words


async def test_the_quiet_commands_are_those_of_the_indexes(shared_desk: Desk) -> None:
    """The planner takes an index for the list of changes only while both name the same."""
    rows = await shared_desk.rows(
        """select c.relname as name, pg_get_expr(i.indpred, i.indrelid) as predicate
             from pg_index i join pg_class c on c.oid = i.indexrelid
            where c.relname in ('changes_shown', 'changes_quiet', 'changes_quiet_own')"""
    )
    assert len(rows) == 3
    for row in rows:
        named = set(re.findall(r"'([a-z_]+\.[a-z_]+)'", row["predicate"]))
        assert named == set(declared.quiet_commands()), row["name"]


def test_every_job_that_is_enqueued_has_a_handler_and_every_handler_is_enqueued() -> None:
    handled = [handled.job.name for feature in FEATURES for handled in feature.job_handlers()]
    assert sorted(handled) == sorted(declared.jobs)
    assert sorted(handled) == sorted(jobs_enqueued())


def test_payloads_of_earlier_releases_are_still_read() -> None:
    """A queue outlives a release: each line of the file is a job as some release enqueued it."""
    lines = (Path(__file__).parent / "payloads_of_releases.txt").read_text(encoding="utf-8").splitlines()
    named = [line.partition(" ") for line in lines if not line.startswith("#")]
    assert {name for name, _, _ in named} == set(declared.jobs), "add a payload of the new job; keep the old ones"
    for name, _, payload in named:
        workspace_id, parameters = declared.jobs[name].decode(payload.encode())
        given = json.loads(payload)
        assert workspace_id == given.pop("workspace_id")
        assert msgspec.to_builtins(parameters) == given


def test_names_of_jobs_schedules_and_consumers_begin_with_their_slice() -> None:
    for feature in FEATURES:
        # A job is named by the slice that does it.
        for name in (*(handled.job.name for handled in feature.job_handlers()), *feature.schedules()):
            assert name.startswith(f"{feature.name}."), name
        for name in feature.consumers():
            # What a consumer writes becomes this change unless it names it better.
            assert f"{name}.follow" in declared.commands, name


def test_a_setting_that_one_slice_reads_is_declared_by_it() -> None:
    read, known = settings_read(), set(Settings.__struct_fields__)
    declaring = {name: feature.name for feature in FEATURES for name in feature.settings}
    reading = {
        name: next(iter(readers))
        for name, readers in read.items()
        if name in known and len(readers) == 1 and readers <= set(SLICES)
    }
    assert declaring == reading


@pytest.mark.parametrize(
    "twice",
    [
        Feature(name="identity"),
        Feature(name="x", commands=(Command(name="team.add", permission=None, undo="inverse"),)),
        Feature(name="x", tables=(Table(name="people", live=None),)),
    ],
)
def test_nothing_is_declared_twice(twice: Feature) -> None:
    own = Declarations()
    own.add(*FEATURES)
    with pytest.raises(DeclaredTwice):
        own.add(twice)


def test_a_name_that_is_no_commands_is_refused() -> None:
    wrong = Command(name="team.add'); drop", permission=None, undo="inverse")
    with pytest.raises(ValueError, match="no name of a command"):
        Declarations().add(Feature(name="x", commands=(wrong,)))


def test_the_docs_name_every_part_of_a_feature() -> None:
    page = (REPOSITORY / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page[page.index("| part of a `Feature` |") : page.index("What takes memory to import")]
    cells = [line.split("|")[1] for line in table.splitlines()[2:] if line]
    assert [name for cell in cells for name in re.findall(r"`(\w+)`", cell)] == [*Feature.__struct_fields__]


def test_the_example_of_contributing_declares_a_feature() -> None:
    page = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    example = re.search(r"```python\n(FEATURE = .*?)```", page, re.DOTALL)
    assert example
    names = {
        **vars(kernel_feature),
        "staff": staff,
        "TICKET_READ": "ticket:read",
        "RATING_EDIT": "rating:edit",
        "_routes": tuple,
    }
    exec(example[1], names)
    own = Declarations()
    own.add(*FEATURES, names["FEATURE"])
    assert own.commands["rating.add"].permissions == ("rating:edit",)
    assert own.tables["ratings"].audience == (staff("ticket:read"),)
