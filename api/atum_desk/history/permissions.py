"""Who may take back what: whoever may do a thing may undo their own, and a lead anybody's."""

from __future__ import annotations

from atum_desk.kernel.context import Actor, SystemActor

TICKET_READ = "ticket:read"
UNDO_ANY = "change:undo_any"
AUDIT_READ = "audit:read"

# What a change of each family needed, and its undo needs again.
NEEDED = {
    "ticket.open": "ticket:open",
    "ticket.reply": "ticket:reply",
    "ticket.note": "ticket:note",
    "ticket.status": "ticket:status",
    "ticket.priority": "ticket:priority",
    "ticket.assign": "ticket:assign",
    "ticket.move": "ticket:move",
    "ticket.tag": "ticket:tag",
    "ticket.rename": "ticket:edit",
    "ticket": "ticket:edit",
    "contact": "contact:edit",
    "organization": "organization:edit",
    "person": "settings:people:edit",
    "team": "settings:teams:edit",
    "mailbox": "settings:mailboxes:edit",
    "sending": "settings:mailboxes:edit",
    "dkim": "settings:mailboxes:edit",
    "layout": "settings:mailboxes:edit",
    "standing": "contact:edit",
    "ticket.edit_reply": "ticket:reply",
    "ticket.add_participant": "ticket:reply",
    "ticket.remove_participant": "ticket:reply",
    "settings": "settings:roles:edit",
    "workspace": "settings:roles:edit",
    "quarantine": "mail:quarantine",
    "mail_block": "mail:quarantine",
    "mail_rules": "settings:mailboxes:edit",
    "mail_text": "mail:manage",
}

# Not in the ledger's power: they end outside of it, or their content is kept out of it.
IRREVERSIBLE = {
    "session": "a sign-in has happened; end the session instead.",
    "token": "a token was handed out; delete it instead.",
    "outbox": "mail moved on; look at the outbox.",
    "mail": "mail that arrived stays; nothing received is ever taken back.",
    "quarantine.release": "it was let through and is filed by now; close its ticket instead.",
    "attachment": "an upload belongs to its message.",
    "ticket.revoke_links": "links that were revoked stay so; send a new one.",
    "workspace.create": "the workspace stands.",
    "workspace.prepare": "the workspace stands.",
    "role": "a built-in role is what the release says.",
    "ledger": "what it removed is kept nowhere.",
    "operations": "it was asked of the machine, not of the desk's records.",
    "person.password": "passwords are kept out of history; set a new one.",
    "person.reset_password": "passwords are kept out of history; set a new one.",
}


# What an undo does not bring back, said with it.
KEPT = {
    "person.add": [
        "A password is kept out of history: set a new one if this person is to sign in."
    ],
    "person.edit": ["Sessions and tokens that ended stay ended."],
    "sending.edit": ["A relay's password is kept out of history: enter it again if it changed."],
    "dkim.remove": [
        "A private key is kept out of history: make a new key, this one signs no more."
    ],
}


def needed_for(command: str, *, own: bool) -> str | None:
    """Return the permission that a command's undo needs, the closest family deciding."""
    if own and command == "person.profile":
        return None
    return NEEDED.get(command) or NEEDED.get(command.partition(".")[0])


def kept(command: str) -> list[str]:
    """Return what an undo of a command leaves as it is, in sentences."""
    return KEPT.get(command, [])


def irreversible(command: str) -> str | None:
    """Return why a command cannot be undone, or None when it can."""
    return IRREVERSIBLE.get(command) or IRREVERSIBLE.get(command.partition(".")[0])


def may_undo(
    actor: Actor | SystemActor, command: str, *, via: str, actor_id: int | None, undone: bool
) -> bool:
    """Return whether an undo of a change is worth offering to somebody; trying it decides.

    What stands in its way among the records, and mail that has left, only shows then.
    """
    if undone or via == "mail" or irreversible(command):
        return False
    own = isinstance(actor, Actor) and actor.person_id == actor_id
    needed = needed_for(command, own=own)
    return (own or actor.may(UNDO_ANY)) and (needed is None or actor.may(needed))
