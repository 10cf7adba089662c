"""A sign-in and a search in a restored database, through the application's own gate functions.

Done in SQL, as the application's roles and under row security, and not by starting the
application: a backup must be provable while the release it came from does not start.
"""

from __future__ import annotations

import hashlib
import secrets

from atumctl.core.postgres import Postgres, PsqlSession, literal

# Somebody who may see all: what cannot be found then is lost and not hidden.
ADMINISTRATOR = """
select p.id, a.email from atum.people p
  join atum.addresses a on a.person_id = p.id and a.is_primary
  join atum.passwords w on w.person_id = p.id and w.hash like '$argon2%'
 where p.kind = 'staff' and p.active order by p.sees_all_teams desc, p.id limit 1"""
NEWEST_WORD = """
select m.ticket_id, w.lexeme from (select * from atum.messages order by id desc limit 50) m,
       lateral (select lexeme from unnest(m.words) where lexeme ~ '^[[:alnum:]]{3,30}$'
                 order by length(lexeme) desc, lexeme limit 1) w
 order by m.id desc limit 1"""


class DeskCheckFailed(Exception):
    """Nobody could work in this database; the text says why."""


def check_desk(postgres: Postgres, database: str) -> tuple[str, str]:
    """Sign in and search; return what was seen of each. Raises DeskFault."""
    with postgres.session(database) as session:
        found = session.ask(ADMINISTRATOR)
        if not found:
            raise DeskCheckFailed("no active staff member has a password")
        person, email = found[0]
        signed_in = _sign_in(session, email, person)
        return f"{email} signed in and sees {signed_in}", _search(session)


def _sign_in(session: PsqlSession, email: str, person: str) -> str:
    """Open a session as the API does and enter with it; return what is seen then."""
    token = f"decode('{hashlib.sha256(secrets.token_bytes(32)).hexdigest()}', 'hex')"
    # As the worker: the staff's role finds nobody and opens no session.
    session.ask("set session authorization atum_desk_worker")
    candidate = session.ask(f"select person_id from atum.sign_in_candidate({literal(email)})")
    if candidate != [[person]]:
        raise DeskCheckFailed(f"the sign-in does not find {email}")
    session.ask(f"""select atum.open_session({person}, 'staff', 'cookie', {token}, null,
                           'atumctl verify', null, interval '5 minutes')""")
    session.ask("set session authorization atum_desk_staff")
    powers = session.ask(f"select workspace_name, stamp from atum.authenticate({token})")
    if not powers:
        raise DeskCheckFailed(f"the session of {email} opens nothing")
    workspace, stamp = powers[0]
    session.ask(f"begin; select atum.enter({token}, {literal(stamp)})")
    tickets = session.ask("select count(*) from atum.tickets")[0][0]
    return f"{int(tickets):,} tickets of {workspace}"


def _search(session: PsqlSession) -> str:
    """Search for a word of the newest message and find its ticket, as who signed in."""
    session.ask("reset session authorization")
    wanted = session.ask(NEWEST_WORD)
    if not wanted:
        return "there is no message to search"
    ticket, word = wanted[0]
    session.ask("set session authorization atum_desk_staff")
    words = f"websearch_to_tsquery('simple', {literal(word)})"
    found = session.ask(f"""select t.number from atum.find_messages({words}, {2**62}, 200) f
                              join atum.tickets t on t.id = f.ticket_id
                             where t.id = {ticket} limit 1""")
    if not found:
        raise DeskCheckFailed(f"a search for {word!r} does not find ticket {ticket}, which says it")
    return f"a word of the newest message found ticket {found[0][0]}"
