"""Commands that only tests write: what they do has no name in the product."""

from __future__ import annotations

from atum_desk.entry.features import FEATURES
from atum_desk.kernel.feature import Command, Feature, declared

# A slice that comes may take one of the names below for its own.
PRODUCT = {command.name for feature in FEATURES for command in feature.commands}
# Changes of people, roles, teams and tokens: whoever follows them must read everybody's powers again.
OF_POWERS = (
    "person.create",
    "person.rename",
    "person.test",
    "person.update",
    "role.add",
    "role.edit",
    "role.make",
    "role.update",
    "team.create",
    "team.rename",
    "team.update",
    "token.narrow",
)
OTHERS = (
    "contact.create",
    "law.begin",
    "mail.keep",
    "mail_text.read",
    "organization.create",
    "participant.add",
    "rule.answer",
    "rule.first",
    "rule.second",
    "setting.edit",
    "settings.edit",
    "standing.mark",
    "test.add",
    "test.age",
    "test.alter",
    "test.answered",
    "test.both",
    "test.break",
    "test.edit",
    "test.enqueue",
    "test.forge",
    "test.lose",
    "test.many",
    "test.move",
    "test.much",
    "test.revoke",
    "test.slow",
    "test.undo",
    "test.write",
    "ticket.copy",
    "ticket.link",
    "ticket.split",
    "ticket.undo",
    "ticket.update",
)


def declare_made_up_commands() -> None:
    """Declare them to this process, beside what the product declares."""
    names = [name for name in (*OF_POWERS, *OTHERS) if name not in PRODUCT]
    declared.add(
        Feature(
            name="tests",
            commands=tuple(
                Command(name=name, permission=None, undo="inverse", alters_powers=name in OF_POWERS) for name in names
            ),
        )
    )


def declare_command(name: str) -> None:
    """Declare one more to this process, unless it is declared already."""
    if name not in declared.commands:
        command = Command(name=name, permission=None, undo="inverse")
        declared.add(Feature(name=f"tests of {name}", commands=(command,)))
