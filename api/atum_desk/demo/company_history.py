"""How the company came to be: the changes that made its teams, people and organizations."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from atum_desk.conditions.public import Register
from atum_desk.demo.company_settings import contract_value, settings_added
from atum_desk.demo.ids import Ids
from atum_desk.demo.models import Agent, Company, DemoContact, DemoOrganization, DemoRow, DemoStep, DemoTeam
from atum_desk.demo.queries import Ground

BEFORE_FIRST_TICKET = timedelta(days=2)
BETWEEN_STEPS = timedelta(seconds=20)


def found(
    company: Company, ids: Ids, ground: Ground, first_ticket_at: datetime, workspace_id: int, register: Register
) -> list[DemoStep]:
    """Return the founding in order, two days before the first ticket. `register` has the fields of conditions."""
    named = {"name": company.name}
    changes = [("workspace.rename", named, [DemoRow("workspaces", workspace_id, named, True)])]
    for team in company.teams:
        changes.append(_team_made(team, ground))
        changes += [_agent_added(agent, team, ids, ground) for agent in team.agents]
    changes += settings_added(company, ids, register)
    customers = count()
    for one in company.organizations:
        contract = [] if one.own else [contract_value(company, one.id, next(customers))]
        changes.append(_organization_added(one, contract, ids))
    changes += [_contact_added(one, ids) for one in company.contacts]
    start = first_ticket_at - BEFORE_FIRST_TICKET
    return [
        DemoStep(
            at=start + BETWEEN_STEPS * place,
            command=command,
            via="cli",
            actor_id=company.administrator_id,
            summary=summary,
            rows=rows,
        )
        for place, (command, summary, rows) in enumerate(changes)
    ]


def _team_made(team: DemoTeam, ground: Ground) -> tuple[str, dict[str, Any], list[DemoRow]]:
    first = team.id == ground.team_id
    rows = [DemoRow("teams", team.id, {"name": team.name, "color": team.color, "version": 1}, first)]
    if first:
        rows = [DemoRow("teams", team.id, {"name": team.name, "color": team.color}, True)]
        rows.append(DemoRow("mailboxes", team.mailbox_id, {"name": team.name}, True))
    else:
        mailbox = {"address": team.address, "name": team.name, "team_id": team.id, "active": True, "version": 1}
        rows.append(DemoRow("mailboxes", team.mailbox_id, mailbox))
    return "team.edit" if first else "team.add", {"team_id": team.id, "name": team.name}, rows


def _agent_added(agent: Agent, team: DemoTeam, ids: Ids, ground: Ground) -> tuple[str, dict[str, Any], list[DemoRow]]:
    person = {
        "kind": "staff",
        "name": agent.name,
        "sees_all_teams": True,
        "active": True,
        "locale": "en",
        "version": 1,
        "role_id": ground.roles["Team lead" if agent.lead else "Agent"],
        "organization_manager": False,
    }
    rows = [
        DemoRow("people", agent.id, person),
        DemoRow("addresses", ids.next("addresses"), {"person_id": agent.id, "email": agent.email, "is_primary": True}),
        DemoRow("team_members", ids.next("team_members"), {"team_id": team.id, "person_id": agent.id}),
    ]
    return "person.add", {"person_id": agent.id, "name": agent.name}, rows


def _organization_added(
    one: DemoOrganization, contract: list[DemoRow], ids: Ids
) -> tuple[str, dict[str, Any], list[DemoRow]]:
    domain = {"organization_id": one.id, "domain": one.domain}
    rows = [
        DemoRow("organizations", one.id, {"name": one.name, "version": 1}),
        DemoRow("organization_domains", ids.next("organization_domains"), domain),
        *contract,
    ]
    return "organization.add", {"organization_id": one.id, "name": one.name}, rows


def _contact_added(one: DemoContact, ids: Ids) -> tuple[str, dict[str, Any], list[DemoRow]]:
    person = {
        "kind": "contact",
        "name": one.name,
        "organization_id": one.organization.id,
        "active": True,
        "version": 1,
        "locale": one.organization.language,
        "organization_manager": False,
        "sees_all_teams": True,
    }
    rows = [
        DemoRow("people", one.id, person),
        DemoRow("addresses", ids.next("addresses"), {"person_id": one.id, "email": one.email, "is_primary": True}),
    ]
    return "contact.add", {"contact_id": one.id, "name": one.name}, rows
