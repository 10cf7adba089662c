"""Which settings fit a field of which kind, and what the options of a choice may be."""

from __future__ import annotations

from atum_desk.custom_fields import notices
from atum_desk.custom_fields.keys import key_of
from atum_desk.custom_fields.models import (
    KINDS_OF_STAFF,
    KINDS_OF_TEXT,
    KINDS_WITH_OPTIONS,
    MOST_LEVELS,
    CustomField,
    Option,
)
from atum_desk.custom_fields.patterns import NotBounded, require_bounded
from atum_desk.custom_fields.schemas import OptionInput
from atum_desk.kernel.notices import Notice
from atum_desk.kernel.problems import ValidationFailed, require_text

MOST_OPTIONS = 1_000
MOST_KEY_CHARACTERS = 60


def require_fitting(field: CustomField) -> None:
    """Raise ValidationFailed for settings that fields of the kind, or of such records, do not have."""
    of_kind = notices.NotOfKind(field.kind)
    faults: list[tuple[str, Notice]] = []
    if field.pattern is not None:
        if field.kind not in KINDS_OF_TEXT or field.kind == "long_text":
            faults.append(("pattern", of_kind))
        elif not _is_bounded(field.pattern):
            faults.append(("pattern", notices.NoPattern()))
    if (field.kind == "money") != (field.currency is not None):
        faults.append(("currency", of_kind))
    if field.options and field.kind not in KINDS_WITH_OPTIONS:
        faults.append(("options", of_kind))
    if field.kind in KINDS_WITH_OPTIONS and field.active and not any(one.active for one in field.options):
        faults.append(("options", notices.OptionsNeeded()))
    if field.kind != "tree" and any(one.parent for one in field.options):
        faults.append(("options", of_kind))
    if field.requesters != "none" and (field.kind in KINDS_OF_STAFF or field.entity != "ticket"):
        faults.append(("requesters", of_kind))
    if field.entity != "ticket":
        of_entity = notices.NotOfRecord(field.entity)
        settings = ("required_on", "hand_over_team_ids", "team_ids", "ticket_types")
        faults += [(name, of_entity) for name in settings if getattr(field, name)]
    if faults:
        raise ValidationFailed(faults)


def merged_options(before: list[Option], given: list[OptionInput]) -> list[Option]:
    """Return the options in their new order; those left out stay behind the others.

    Raises ValidationFailed for a key or name that stands twice, and for what is no tree.
    """
    known = {one.key: one for one in before}
    keys = {*known, *(one.key for one in given if one.key)}
    after: dict[str, Option] = {}
    for one in given:
        name = require_text("options", one.name)
        key = one.key or key_of(name, keys, "option", MOST_KEY_CHARACTERS)
        keys.add(key)
        if key in after:
            raise ValidationFailed.of("options", notices.OptionTwice(name))
        if key in known and known[key].parent != one.parent:
            raise ValidationFailed.of("options", notices.OptionMoved(name))
        after[key] = Option(key, name, one.color.upper() if one.color else None, one.parent, one.active)
    after |= {key: option for key, option in known.items() if key not in after}
    options = list(after.values())
    if len(options) > MOST_OPTIONS:
        raise ValidationFailed.of("options", notices.TooManyOptions(MOST_OPTIONS))
    _require_tree(after)
    _require_names(options)
    return options


def _require_tree(options: dict[str, Option]) -> None:
    for option in options.values():
        level, above = 1, option.parent
        while above is not None:
            level += 1
            if above not in options or level > MOST_LEVELS:
                raise ValidationFailed.of("options", notices.NoTree(MOST_LEVELS))
            above = options[above].parent


def _require_names(options: list[Option]) -> None:
    """Two options in use beneath the same one are told apart by their names."""
    seen: set[tuple[str | None, str]] = set()
    for option in options:
        called = (option.parent, option.name.casefold())
        if option.active and called in seen:
            raise ValidationFailed.of("options", notices.OptionTwice(option.name))
        if option.active:
            seen.add(called)


def _is_bounded(pattern: str) -> bool:
    try:
        require_bounded(pattern)
    except NotBounded:
        return False
    return True
