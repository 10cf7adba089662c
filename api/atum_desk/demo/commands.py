"""Filling an empty workspace with Halvorsen Instruments and its last 90 days."""

from __future__ import annotations

import random
from operator import attrgetter

import asyncpg
import msgspec

from atum_desk.demo import queries
from atum_desk.demo.company import found_company
from atum_desk.demo.company_history import found
from atum_desk.demo.files import make_files
from atum_desk.demo.ids import reserve_ids
from atum_desk.demo.lives import LifeStage, StoredDemoFile
from atum_desk.demo.models import Agent, FileKind
from atum_desk.demo.problems import WorkspaceInUse
from atum_desk.demo.story_parts import live
from atum_desk.files.public import FileStore
from atum_desk.identity.public import give_password
from atum_desk.kernel import clock
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction, connect_owner
from atum_desk.tickets.public import register_of

SEED = 1964
TICKETS = 2000
UNREAD = 20


class FilledDemo(msgspec.Struct, frozen=True):
    """How much was written."""

    tickets: int
    changes: int
    contacts: int
    agents: tuple[Agent, ...]
    # of every agent
    password: str


async def fill_demo(settings: Settings, admin_url: str, tickets: int = TICKETS) -> FilledDemo:
    """Fill the first workspace in one transaction. `admin_url` is the database administrator's.

    Raises WorkspaceInUse when there are tickets. What is told depends only on `tickets` and the
    moment; every change is the ledger's own, so all of them can be looked at and undone.
    """
    database = Database(settings, admin_url, settings.secret)
    await database.open("atum_desk_worker", size=2)
    owner = await connect_owner(admin_url)
    try:
        return await _fill(database, owner, settings, tickets)
    finally:
        await owner.close()
        await database.close()


async def _fill(database: Database, owner: asyncpg.Connection, settings: Settings, tickets: int) -> FilledDemo:
    async with database.connection("atum_desk_worker") as connection:
        workspace_id = await connection.fetchval("select workspace_id from portal_workspace()")
    actor = SystemActor(workspace_id=workspace_id, via="cli")
    async with database.marking(actor) as transaction:
        await _require_empty(transaction)
        stage = await _set_stage(transaction, settings, tickets)
        register = await register_of(transaction)
    # Written down between two transactions: thinking takes longer than one may stand idle.
    lives = live(stage, clock.now(), tickets)
    steps = found(stage.company, stage.ids, stage.ground, lives[0].steps[0].at, workspace_id, register)
    steps += sorted((step for life in lives for step in life.steps), key=attrgetter("at"))
    async with queries.past_history(owner, actor) as transaction:
        await queries.lock_tickets(transaction)
        await _require_empty(transaction)
        await queries.play(transaction, steps)
        await queries.set_last_number(transaction, lives[-1].number)
        await queries.mark_read(transaction, await queries.list_unanswered(transaction, UNREAD))
    agents = tuple(agent for team in stage.company.teams for agent in team.agents)
    return FilledDemo(
        tickets=len(lives),
        changes=len(steps),
        contacts=len(stage.company.contacts),
        agents=agents,
        password=await give_password(database, actor, [one.id for one in agents]),
    )


async def _require_empty(transaction: ReadTransaction) -> None:
    if await queries.has_tickets(transaction):
        raise WorkspaceInUse


async def _set_stage(transaction: ReadTransaction, settings: Settings, tickets: int) -> LifeStage:
    source = random.Random(SEED)
    ground = await queries.get_ground(transaction)
    ids = await reserve_ids(transaction, tickets)
    company = found_company(source, ids, ground)
    files = await _store_files(FileStore(settings.uploads))
    return LifeStage(source=source, settings=settings, ids=ids, ground=ground, company=company, files=files)


async def _store_files(store: FileStore) -> dict[FileKind, list[StoredDemoFile]]:
    return {
        kind: [StoredDemoFile(file.filename, file.mime_type, await store.put(file.content)) for file in made]
        for kind, made in make_files(SEED).items()
    }
