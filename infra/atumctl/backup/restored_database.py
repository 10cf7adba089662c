"""What a restored database needs before the application works on it.

Transaction ids in it are another cluster's, and mail that waited when it was backed up may have
left since.
"""

from __future__ import annotations

import shutil

from atumctl.core.output import CommandRefused
from atumctl.core.postgres import ADMINISTRATION, Postgres, identifier, literal
from atumctl.core.site import Site

# The ledger is read up to the oldest transaction that still runs. Ids of a cluster that has seen
# more of them would lie ahead of that for a long time, and nothing would be followed meanwhile.
IS_FOREIGN = """
select coalesce(max(xid) >= pg_snapshot_xmin(pg_current_snapshot()), false) from atum.changes"""
# Small numbers in their stead: what a consumer has handled stays before its cursor, what it has
# not stays behind it, and everything lies before what will come.
RENUMBER = f"""
begin;
create temporary table cuts on commit drop as
select row_number() over (order by xid, change_id) as n, xid, change_id
  from (select distinct xid, change_id from atum.consumers) c;
update atum.changes c set xid = ((select count(*) + 1 from cuts
                                   where (cuts.xid, cuts.change_id) < (c.xid, c.id))::text)::xid8;
update atum.consumers c set xid = (cuts.n::text)::xid8, change_id = {2**63 - 1}
  from cuts where (cuts.xid, cuts.change_id) = (c.xid, c.change_id);
commit"""
WAITING = "select count(*) from atum.outbox where state in ('held', 'queued', 'sending')"
# A change like any other: it stands in the ledger, and the desk shows the mails with the reason.
HOLD = """
do $$ declare w bigint; begin
  for w in select distinct workspace_id from atum.outbox where state in ('held', 'queued', 'sending') loop
    perform atum.enter_system(w), atum.open_change();
    update atum.outbox set state = 'unknown', held_until = null, next_attempt_at = null,
           last_error = {reason} where workspace_id = w and state in ('held', 'queued', 'sending');
    perform atum.finish_change('mail.hold', 'cli', null, false, jsonb_build_object('reason', {reason}),
                               null, null);
  end loop; end $$"""

# Beside what the restored database needs.
SPARE_BYTES = 256 << 20


def require_space(postgres: Postgres, needed: int) -> None:
    """Raise Refused unless the database's disk can hold another database of that size."""
    folder = postgres.value("show data_directory", ADMINISTRATION)
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE_BYTES:
        raise CommandRefused(
            f"The restored database needs {needed / 1e6:,.0f} MB beside the present one and "
            f"{folder} has {free / 1e6:,.0f} MB free."
        )


def make_roles(site: Site, postgres: Postgres) -> None:
    """Make the roles that are missing, for a dump names them; migrating completes them."""
    there = {row[0] for row in postgres.query("select rolname from pg_roles", ADMINISTRATION)}
    for role in site.roles:
        if role not in there:
            login = "login" if role in site.login_roles else "nologin"
            postgres.change_role(f"create role {identifier(role)} {login}")


def renumber_transactions(postgres: Postgres, database: str) -> bool:
    """Renumber transaction ids of another cluster; return whether that was needed."""
    if postgres.value(IS_FOREIGN, database) != "t":
        return False
    postgres.query(RENUMBER, database)
    return True


def renew_seal_key(postgres: Postgres, database: str) -> None:
    """Make the key anew that seals contexts: others may have the backup, and with it the one in it."""
    if postgres.value("select to_regprocedure('atum.renew_seal_key()')", database):
        postgres.query("select atum.renew_seal_key()", database)


def let_earlier_release_sign_in(postgres: Postgres) -> None:
    """Let a release before schema 0011 sign people in again, which did so as other roles."""
    if postgres.value("select to_regprocedure('atum.open_previous_doors()')"):
        postgres.query("select atum.open_previous_doors()")


def hold_mail(postgres: Postgres, database: str, made_at: str) -> int:
    """Keep mail from leaving a second time: what waited becomes `unknown`; return how many."""
    waiting = int(postgres.value(WAITING, database))
    if waiting:
        words = f"Restored from the backup of {made_at}: it may have left since."
        postgres.query(HOLD.replace("{reason}", literal(words)), database)
    return waiting


def role_passwords(postgres: Postgres) -> dict[str, str]:
    """Return the hashes PostgreSQL keeps of our roles' passwords; it takes them back as they are."""
    named = ", ".join(literal(role) for role in Site.login_roles)
    rows = postgres.query(
        f"select rolname, coalesce(rolpassword, '') from pg_authid where rolname in ({named})", ADMINISTRATION
    )
    return {row[0]: row[1] for row in rows}


def restore_role_passwords(postgres: Postgres, kept: dict[str, str]) -> None:
    """Give our roles the passwords they had."""
    for role, hashed in kept.items():
        password = literal(hashed) if hashed else "null"
        postgres.change_role(f"alter role {identifier(role)} password {password}")
