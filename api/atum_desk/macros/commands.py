"""Add, change and delete macros: each is one change with one undo."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET

from atum_desk.actions.public import Action, WriteReply, read_template, require_sound
from atum_desk.audiences.public import Sharing, require_audience, require_room
from atum_desk.files.public import KeptFile, keep_files
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.one_line_text import clean_line
from atum_desk.kernel.problems import require_text, require_version
from atum_desk.macros import problems, queries
from atum_desk.macros.models import Macro, MacroKind, MacroText
from atum_desk.macros.permissions import MACRO_EDIT, MACRO_SHARE, SETTINGS_MACROS_EDIT
from atum_desk.macros.schemas import MacroChange, NewMacro, stored
from atum_desk.tickets.public import clean_text, parse_condition, read_body

SHARING = Sharing(
    table="macros", share=MACRO_SHARE, not_in_team=problems.MacroTeamNotYours, too_many=problems.TooManyMacros
)


async def add_macro(database: Database, web_url: str, actor: Actor, new: NewMacro) -> int:
    """Add a macro and return its id.

    Raises ConditionInvalid, MacroTeamNotYours, TooManyMacros, PermissionMissing, AttachmentTaken, and what
    `require_sense` raises.
    """
    texts = await read_texts(new.texts, web_url)
    require_sense(new.kind, texts, new.actions)
    async with database.writing(actor, "macro.add") as work:
        work.actor.require(MACRO_EDIT)
        team_id = new.team_id if new.scope == "team" else None
        await require_audience(work, SHARING, new.scope, team_id, may_share=_may_share(work.actor))
        await require_room(work, SHARING, new.scope)
        columns = {
            "name": require_text("name", new.name),
            "folder": clean_line(new.folder),
            "kind": new.kind,
            "texts": stored(texts),
            "actions": stored(new.actions),
            "files": stored(await keep_files(work, new.attachment_ids)),
            "scope": new.scope,
            "team_id": team_id,
            "owner_id": actor.person_id,
            "active": new.active,
            **await _condition_columns(work, new.condition),
        }
        macro_id = await queries.insert_macro(work, columns)
        work.summary = {"name": columns["name"]}
    return macro_id


async def change_macro(
    database: Database, web_url: str, actor: Actor, macro_id: int, change: MacroChange, version: int | None
) -> None:
    """Change a macro. Raises MacroNotFound, MacroNotEditable, VersionConflict, and what add_macro raises."""
    texts = None if change.texts is UNSET else await read_texts(change.texts, web_url)
    async with database.writing(actor, "macro.edit") as work:
        work.actor.require(MACRO_EDIT)
        macro = await queries.lock_macro(work, macro_id)
        _require_editable(work, macro)
        require_version(change.version if version is None else version, macro.version)
        columns = await _changed_columns(work, macro, change, texts)
        if not columns:
            work.unchanged = True
            return
        scope = columns.get("scope", macro.scope)
        if scope == "personal" and macro.owner_id != actor.person_id:
            raise problems.MacroNotEditable
        if {"scope", "team_id"} & columns.keys():
            await require_audience(
                work, SHARING, scope, columns.get("team_id", macro.team_id), may_share=_may_share(work.actor)
            )
            if (scope == "personal") != (macro.scope == "personal"):
                await require_room(work, SHARING, scope)
        await queries.update_macro(work, macro.id, columns)
        work.summary = {"name": columns.get("name", macro.name)}


async def delete_macro(database: Database, actor: Actor, macro_id: int, version: int | None) -> None:
    """Delete a macro. Raises MacroNotFound, MacroNotEditable, VersionConflict."""
    async with database.writing(actor, "macro.delete") as work:
        work.actor.require(MACRO_EDIT)
        macro = await queries.lock_macro(work, macro_id)
        _require_editable(work, macro)
        require_version(version, macro.version)
        await queries.delete_macro(work, macro.id)
        work.summary = {"name": macro.name}


def _may_share(actor: Actor | SystemActor) -> bool:
    return actor.may(MACRO_SHARE) or actor.may(SETTINGS_MACROS_EDIT)


def may_edit(actor: Actor | SystemActor, macro: Macro) -> bool:
    """Tell whether somebody who sees a macro may change it."""
    if not actor.may(MACRO_EDIT):
        return False
    if macro.owner_id == actor.person_id and (macro.scope == "personal" or actor.may(MACRO_SHARE)):
        return True
    return macro.scope != "personal" and actor.may(SETTINGS_MACROS_EDIT)


def require_sense(kind: MacroKind, texts: list[MacroText], actions: list[Action]) -> None:
    """Refuse a macro that does nothing, lacks a text, or could never be applied.

    Raises MacroEmpty, MacroTextMissing, MacroReplies, and the problems of actions and templates.
    """
    languages = [text.language.lower() for text in texts]
    if kind != "none" and (not texts or languages[0] != "" or not all(text.text.strip() for text in texts)):
        raise problems.MacroTextMissing
    if len(set(languages)) != len(languages):
        raise problems.MacroTextMissing
    if kind == "none" and not actions:
        raise problems.MacroEmpty
    if any(isinstance(action, WriteReply) for action in actions):
        raise problems.MacroReplies
    require_sound(actions)
    for text in texts:
        read_template(text.text if text.html is None else text.html, html=text.html is not None)


async def read_texts(texts: list[MacroText], web_url: str) -> list[MacroText]:
    """Return texts with HTML made safe, and what that reads as; call it before a transaction."""
    read = []
    for one in texts:
        if one.html is None:
            read.append(msgspec.structs.replace(one, text=clean_text(one.text)))
            continue
        plain, html = await read_body(None, one.html, web_url=web_url)
        read.append(msgspec.structs.replace(one, text=plain, html=html))
    return read


def _require_editable(work: UnitOfWork, macro: Macro) -> None:
    if not may_edit(work.actor, macro):
        raise problems.MacroNotEditable


async def _condition_columns(work: UnitOfWork, text: str) -> dict[str, Any]:
    """Return what is stored of a condition's text. Raises ConditionInvalid."""
    condition, _ = await parse_condition(work, text)
    return {"condition_text": text.strip(), "condition": None if condition is None else msgspec.to_builtins(condition)}


async def _changed_columns(
    work: UnitOfWork, macro: Macro, change: MacroChange, texts: list[MacroText] | None
) -> dict[str, Any]:
    """Return what differs from the macro, by column."""
    given = {name: getattr(change, name) for name in ("kind", "actions", "scope", "team_id", "active")}
    given = {name: value for name, value in given.items() if value is not UNSET}
    if change.name is not UNSET:
        given["name"] = require_text("name", change.name)
    if change.folder is not UNSET:
        given["folder"] = clean_line(change.folder)
    if texts is not None:
        given["texts"] = texts
    require_sense(given.get("kind", macro.kind), given.get("texts", macro.texts), given.get("actions", macro.actions))
    if change.attachment_ids is not UNSET:
        given["files"] = await _files_of(work, macro, change.attachment_ids)
    if change.condition is not UNSET:
        given |= await _condition_columns(work, change.condition)
    if given.get("scope", macro.scope) != "team":
        given["team_id"] = None
    changed = {name: value for name, value in given.items() if value != getattr(macro, name)}
    # A text that says the same as before in other words is no change of the condition.
    if changed.keys() == {"condition_text"}:
        return {}
    return {name: stored(value) if name in ("texts", "actions", "files") else value for name, value in changed.items()}


async def _files_of(work: UnitOfWork, macro: Macro, wanted: list[int]) -> list[KeptFile]:
    held = {file.id: file for file in macro.files}
    new = {file.id: file for file in await keep_files(work, [one for one in wanted if one not in held])}
    return [(held | new)[one] for one in dict.fromkeys(wanted)]
