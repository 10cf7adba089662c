"""Commands on forms: each is one change with one undo."""

from __future__ import annotations

from typing import Any

import asyncpg
import msgspec
from msgspec import UNSET

from atum_desk.custom_fields.public import key_of
from atum_desk.forms import notices, queries
from atum_desk.forms.models import MOST_FORMS, Form, FormTexts, Section
from atum_desk.forms.permissions import SETTINGS_FORMS_EDIT
from atum_desk.forms.problems import FormNotFound, FormOrderIncomplete, TooManyForms
from atum_desk.forms.schemas import FormChange, NewForm
from atum_desk.forms.settings_checks import require_languages, require_sections, require_template
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.problems import AlreadyExists, require_text, require_version
from atum_desk.tickets.public import TeamUnknown, normalise_tags

MOST_KEY_CHARACTERS = 60
# What is checked as a whole when it changes.
CHECKED = {"sections", "subject_template", "text_template", "language", "translations", "team_id"}


async def add_form(database: Database, actor: Actor, new: NewForm) -> int:
    """Add a form and return its id.

    Raises AlreadyExists, TooManyForms, TeamUnknown, ValidationFailed, ConditionInvalid and what a
    template raises.
    """
    async with database.writing(actor, "form.add") as work:
        work.actor.require(SETTINGS_FORMS_EDIT)
        known = await queries.lock_forms(work)
        if len(known) >= MOST_FORMS:
            raise TooManyForms(limit=MOST_FORMS)
        columns = msgspec.structs.asdict(new)
        columns["name"] = require_text("name", new.name)
        columns["key"] = new.key or key_of(columns["name"], {one.key for one in known}, "form", MOST_KEY_CHARACTERS)
        _normalise(columns)
        await _require_valid(work, columns)
        form_id: int = await _written(queries.insert_form(work, _stored(columns)), columns["name"])
        work.summary = {"name": columns["name"]}
    return form_id


async def change_form(database: Database, actor: Actor, form_id: int, change: FormChange, version: int | None) -> None:
    """Change, retire or bring back a form. Raises FormNotFound, VersionConflict, and what add_form raises."""
    async with database.writing(actor, "form.edit") as work:
        work.actor.require(SETTINGS_FORMS_EDIT)
        form = _found(await queries.lock_forms(work), form_id)
        require_version(change.version if version is None else version, form.version)
        given = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not UNSET}
        given.pop("version")
        if "name" in given:
            given["name"] = require_text("name", given["name"])
        _normalise(given)
        changed = {name: value for name, value in given.items() if value != getattr(form, name)}
        if not changed:
            work.unchanged = True
            return
        after = msgspec.structs.asdict(form) | changed
        # A form may be retired, renamed or moved also when a field of it is gone meanwhile.
        if changed.keys() & CHECKED:
            await _require_valid(work, after)
        await _written(queries.update_form(work, form.id, _stored(changed)), after["name"])
        work.summary = {"name": after["name"], "fields": sorted(changed)}


async def delete_form(database: Database, actor: Actor, form_id: int, version: int | None) -> None:
    """Delete a form; the undo brings it back whole. Raises FormNotFound and VersionConflict."""
    async with database.writing(actor, "form.delete") as work:
        work.actor.require(SETTINGS_FORMS_EDIT)
        form = _found(await queries.lock_forms(work), form_id)
        require_version(version, form.version)
        await queries.delete_form(work, form.id)
        work.summary = {"name": form.name}


async def order_forms(database: Database, actor: Actor, form_ids: list[int]) -> None:
    """Show forms in another order. Raises FormOrderIncomplete."""
    async with database.writing(actor, "form.order") as work:
        work.actor.require(SETTINGS_FORMS_EDIT)
        known = await queries.lock_forms(work)
        if sorted(form_ids) != sorted(one.id for one in known):
            raise FormOrderIncomplete
        work.unchanged = form_ids == [one.id for one in known]
        await queries.set_positions(work, form_ids)


def _found(known: list[Form], form_id: int) -> Form:
    for form in known:
        if form.id == form_id:
            return form
    raise FormNotFound


def _normalise(columns: dict[str, Any]) -> None:
    if "help" in columns:
        columns["help"] = columns["help"].strip()
    if "tags" in columns:
        columns["tags"] = normalise_tags(columns["tags"])


async def _require_valid(work: UnitOfWork, columns: dict[str, Any]) -> None:
    sections: list[Section] = columns["sections"]
    known = await queries.read_known_fields(work)
    require_sections(sections, known)
    translations: dict[str, FormTexts] = columns["translations"]
    require_languages(columns["language"], translations, sections)
    for name in ("subject_template", "text_template"):
        for source in (columns[name], *(getattr(texts, name) for texts in translations.values())):
            require_template(source, sections)
    team_id = columns["team_id"]
    if team_id is not None and str(team_id) not in {one.key for one in known.options("team")}:
        raise TeamUnknown


def _stored(columns: dict[str, Any]) -> dict[str, Any]:
    """Return columns as the driver takes them; sections and translations as JSON."""
    documents = ("sections", "translations")
    return {name: msgspec.to_builtins(value) if name in documents else value for name, value in columns.items()}


async def _written(statement: Any, name: str) -> Any:
    try:
        return await statement
    except asyncpg.UniqueViolationError:
        raise AlreadyExists(what=notices.FormNamed(name)) from None
