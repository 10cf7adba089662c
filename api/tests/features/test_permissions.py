"""Every permission is declared, checked somewhere, held by somebody, and named in the docs and to people."""

from __future__ import annotations

import re

from code_walk import permissions_required

from atum_desk.entry.api import ROOT_ROUTES, ROUTES
from atum_desk.entry.features import FEATURES
from atum_desk.http.access import access_of
from atum_desk.kernel.config.settings import REPOSITORY

PERMISSIONS = {one.name: one for feature in FEATURES for one in feature.permissions}
RETIRED = {name for feature in FEATURES for name in feature.retired_permissions}


def taken_by_routes() -> set[str]:
    """Return the permissions of which some route takes one."""
    accesses = [access_of(route) for route in (*ROUTES, *ROOT_ROUTES)]
    return {name for access in accesses if access for name in access.any_of}


def test_a_permission_that_is_declared_is_checked_and_one_that_is_checked_is_declared() -> None:
    required = permissions_required()
    checked = taken_by_routes() | required.keys()
    assert PERMISSIONS.keys() - checked == set(), "nothing checks it: it opens nothing"
    assert checked - PERMISSIONS.keys() == set(), f"no feature declares it: {required}"
    assert len(required) > 20


def test_what_declarations_name_is_declared() -> None:
    named = {name for feature in FEATURES for one in feature.commands for name in one.permissions}
    for feature in FEATURES:
        audiences = [one for table in feature.tables for one in table.audiences]
        audiences += [one for command in feature.commands for one in command.audience]
        named |= {name for one in audiences for name in one.permissions}
    assert named <= PERMISSIONS.keys()


def test_every_permission_has_holders_and_a_retired_one_has_none() -> None:
    assert all(one.roles for one in PERMISSIONS.values())
    assert all("Administrator" in one.roles for one in PERMISSIONS.values())
    assert PERMISSIONS.keys() & RETIRED == set()


def test_the_docs_and_the_catalogue_name_the_same_permissions() -> None:
    page = (REPOSITORY / "docs" / "permissions.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z_:]+)` \|", page, re.MULTILINE)) == PERMISSIONS.keys()
    catalogue = (REPOSITORY / "web/src/locales/en/settings.ts").read_text(encoding="utf-8")
    block = re.search(r"\n  permission: \{\n(.*?)\n  \}", catalogue, re.DOTALL)
    assert block
    told = set(re.findall(r"^ +([a-z_]+):", block[1], re.MULTILINE))
    assert told == {name.replace(":", "_") for name in PERMISSIONS}
