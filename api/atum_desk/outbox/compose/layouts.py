"""Layouts of mail by team and language: their SQL and use cases."""

from __future__ import annotations

import asyncpg
import msgspec

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction, UnitOfWork
from atum_desk.kernel.one_line_text import clean_line
from atum_desk.kernel.problems import AlreadyExists, ValidationFailed, require_version
from atum_desk.outbox.compose.placeholders import require_known
from atum_desk.outbox.compose.render import render_mail, sender_name, subject_line, values_of
from atum_desk.outbox.models import Layout, MailNames
from atum_desk.outbox.notices import LayoutOf, TeamNotSeen
from atum_desk.outbox.permissions import SENDING_EDIT
from atum_desk.outbox.problems import LayoutNotFound
from atum_desk.outbox.schemas import LayoutChange, LayoutItem, LayoutPreview, LayoutTexts, NewLayout

COLUMNS = "id, team_id, language, sender, subject, intro, signature, footer, version"
HEADERS = ("sender", "subject")
TEXTS = ("sender", "subject", "intro", "signature", "footer")
SAMPLE = """\
Thank you for the log. It shows that the certificate on the gateway ran out this morning.

We have renewed it. Please reconnect, and tell us if it happens again:
https://status.example.com/gateway"""


def layout_for(team: str, language: str) -> str:
    """Return the SQL of the layout of a team in a language (both SQL expressions), as JSON or null.

    The team's own goes before every team's, the very language before any.
    """
    return f"""(select json_build_object('sender', l.sender, 'subject', l.subject, 'intro', l.intro,
                                         'signature', l.signature, 'footer', l.footer)
                from mail_layouts l
               where l.workspace_id = ctx_workspace() and (l.team_id is null or l.team_id = {team})
                 and l.language in ('', {language}, split_part({language}, '-', 1))
               order by l.team_id is null, length(l.language) desc limit 1)"""


async def list_layouts(transaction: ReadTransaction) -> list[LayoutItem]:
    """Return all layouts."""
    rows = await transaction.fetch(
        f"""select {COLUMNS} from mail_layouts where workspace_id = ctx_workspace()
             order by team_id nulls first, language"""
    )
    return [LayoutItem(**row) for row in rows]


async def add_layout(database: Database, actor: Actor, new: NewLayout) -> LayoutItem:
    """Add a layout. Raises AlreadyExists and ValidationFailed (a placeholder or team that is none)."""
    _require_sound(new)
    async with database.writing(actor, "layout.add") as work:
        work.actor.require(SENDING_EDIT)
        await _require_team(work, new.team_id)
        try:
            row = await work.fetchrow(
                f"""insert into mail_layouts (workspace_id, team_id, language, sender, subject, intro, signature,
                           footer)
                    values (ctx_workspace(), $1, $2, $3, $4, $5, $6, $7) returning {COLUMNS}""",
                new.team_id,
                new.language,
                *(_tidy(name, getattr(new, name)) for name in TEXTS),
            )
        except asyncpg.UniqueViolationError:
            raise AlreadyExists(what=LayoutOf()) from None
        assert row is not None
        work.summary = {"layout_id": row["id"]}
        return LayoutItem(**row)


async def change_layout(
    database: Database, actor: Actor, layout_id: int, change: LayoutChange, version: int | None
) -> LayoutItem:
    """Change a layout's texts. Raises LayoutNotFound, VersionConflict and ValidationFailed."""
    given = {name: _tidy(name, text) for name in TEXTS if isinstance(text := getattr(change, name), str)}
    for name, text in given.items():
        require_known(name, text)
    async with database.writing(actor, "layout.edit") as work:
        work.actor.require(SENDING_EDIT)
        await _lock(work, layout_id, change.version if version is None else version)
        row = await work.fetchrow(
            f"""update mail_layouts set {", ".join(f"{n} = coalesce(${p}, {n})" for p, n in enumerate(TEXTS, start=2))}
                 where id = $1 returning {COLUMNS}""",
            layout_id,
            *(given.get(name) for name in TEXTS),
        )
        assert row is not None
        work.summary = {"layout_id": layout_id}
        return LayoutItem(**row)


def _tidy(name: str, text: str) -> str:
    """Return a text as it is kept: what becomes a header is one line."""
    return clean_line(text) if name in HEADERS else text


async def remove_layout(database: Database, actor: Actor, layout_id: int) -> None:
    """Take a layout away. Raises LayoutNotFound."""
    async with database.writing(actor, "layout.remove") as work:
        work.actor.require(SENDING_EDIT)
        await _lock(work, layout_id, None)
        await work.execute("delete from mail_layouts where id = $1", layout_id)
        work.summary = {"layout_id": layout_id}


def preview_layout(texts: LayoutTexts) -> LayoutPreview:
    """Return a made-up answer in a layout. Raises ValidationFailed."""
    _require_sound(texts)
    layout = msgspec.convert({name: getattr(texts, name) for name in TEXTS}, Layout)
    names = MailNames(
        agent="Ann Lee", team="Support", mailbox="Support", mailbox_address="support@example.com", requester="Sam Doe"
    )
    link = "https://desk.example.com/requests/1"
    subject = "The VPN drops every 20 minutes"
    values = values_of(names, subject=subject, number=1042, link=link)
    rendering = render_mail(SAMPLE, None, number=1042, link=link, layout=layout, values=values)
    return LayoutPreview(
        sender=sender_name(layout, values),
        subject=subject_line(layout, values, subject, 1042),
        text=rendering.text,
        html=rendering.html,
    )


def _require_sound(texts: LayoutTexts) -> None:
    for name in TEXTS:
        require_known(name, getattr(texts, name))


async def _require_team(work: UnitOfWork, team_id: int | None) -> None:
    if team_id is not None and not await work.fetchval(
        "select true from teams where id = $1 and id = any(ctx_teams())", team_id
    ):
        raise ValidationFailed.of("team_id", TeamNotSeen())


async def _lock(work: UnitOfWork, layout_id: int, version: int | None) -> None:
    current = await work.fetchval("select version from mail_layouts where id = $1 for update", layout_id)
    if current is None:
        raise LayoutNotFound
    require_version(version, current)
