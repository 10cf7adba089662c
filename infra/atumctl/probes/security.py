"""Security: what must be refused is refused, and the database guards rows and ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from atumctl.probes import ledger, ledger_seal, sliced_checks
from atumctl.probes.access_attempts import AccessAttempt, attempt_access
from atumctl.probes.measurement import Measurement, Probe
from atumctl.probes.triggers import State, Trigger, TriggerFinding

ANONYMOUS = Trigger("security.anonymous", "somebody without a key reads a private ticket")
FOREIGN = Trigger("security.foreign", "a contact reads a ticket that is not theirs")
EXPIRED = Trigger("security.expired", "a session that has ended reads a private ticket")
UPLOADS = Trigger("security.uploads", "an upload that must be refused is taken")
ROW_SECURITY = Trigger("security.row_security", "a table is without row security, or a role past it")
SIGN_INS = Trigger(
    "security.sign_ins",
    "so many wrong passwords were tried within 5 minutes",
    "degraded",
    "ATUM_OPS_FAILED_SIGN_INS",
    100,
)

STAFF_ROUTE = "/api/v1/tickets/{}"
PORTAL_ROUTE = "/api/v1/portal/tickets/{}"
STAFF_UPLOAD = "/api/v1/attachments"
PORTAL_UPLOAD = "/api/v1/portal/attachments"
NO_TICKET = "there is no ticket yet that could be asked for"
NEWEST = "select max(number) from atum.tickets"
OVERSIZE_BYTES = 1 << 40

ROW_SECURITY_ASKED = """select json_build_object(
  'tables', (select count(*) from guarded),
  'open', (select coalesce(json_agg(name order by name), '[]') from guarded where not safe),
  'roles', (select coalesce(json_agg(rolname order by rolname), '[]') from pg_roles
             where rolname like 'atum_desk_%' and (rolsuper or rolbypassrls)))"""
GUARDED = """with guarded as (
  select c.oid::regclass::text as name, c.relrowsecurity and c.relforcerowsecurity
         and exists (select from pg_policy p where p.polrelid = c.oid) as safe
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p') and (n.nspname in ('atum', 'jobs')
         or (n.nspname = 'public' and c.relname = 'schema_revision'))) """


def _anonymous(measurement: Measurement) -> Iterator[TriggerFinding]:
    number = measurement.database.ask(NEWEST)
    if number is None:
        yield measurement.not_here(ANONYMOUS, NO_TICKET)
        return
    yield _judged(
        measurement,
        ANONYMOUS,
        [
            attempt_access(measurement.ports[0], "GET", route.format(number), "nobody")
            for route in (STAFF_ROUTE, PORTAL_ROUTE)
        ],
    )


def _expired(measurement: Measurement) -> Iterator[TriggerFinding]:
    keys = measurement.keys()
    if keys["ticket_number"] is None or keys["expired_staff_token"] is None:
        yield measurement.not_here(EXPIRED, NO_TICKET)
        return
    who, token = "an ended session", keys["expired_staff_token"]
    path = STAFF_ROUTE.format(keys["ticket_number"])
    yield _judged(measurement, EXPIRED, [attempt_access(measurement.ports[0], "GET", path, who, token=token)])


def _foreign(measurement: Measurement) -> Iterator[TriggerFinding]:
    keys = measurement.keys()
    number, token = keys["ticket_number"], keys["foreign_contact_token"]
    if number is None or token is None:
        yield measurement.not_here(FOREIGN, f"{NO_TICKET}, or nobody is foreign to it")
        return
    who = "a foreign contact"
    # Only a key that opens something shows that it is the ticket which is refused.
    home = attempt_access(measurement.ports[0], "GET", "/api/v1/portal", who, token=token)
    attempts = [
        attempt_access(measurement.ports[0], "GET", route.format(number), who, token=token)
        for route in (STAFF_ROUTE, PORTAL_ROUTE)
    ]
    found = _judged(measurement, FOREIGN, attempts)
    if found.state == "ok" and not _signed_in(home):
        words = f"the key itself does not work: {home.words}\n{found.evidence}"
        found = measurement.found(FOREIGN, "unknown", evidence=words)
    yield found


def _uploads(measurement: Measurement) -> Iterator[TriggerFinding]:
    file, multipart = _form()
    send = partial(attempt_access, measurement.ports[0], "POST", headers=multipart, body=file)
    keys = _keys_or_none(measurement)
    oversize = {"Content-Type": multipart["Content-Type"], "Content-Length": str(OVERSIZE_BYTES)}
    foreign = multipart | {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    attempts = [
        send(STAFF_UPLOAD, "nobody"),
        send(STAFF_UPLOAD, "nobody, as a script", headers={"Content-Type": "text/html"}),
        send(PORTAL_UPLOAD, "somebody, far too large", headers=oversize, body=None),
        send(PORTAL_UPLOAD, "another site's page", headers=foreign),
    ]
    if token := keys.get("expired_staff_token"):
        attempts.append(send(STAFF_UPLOAD, "an ended session", token=token))
    if token := keys.get("foreign_contact_token"):
        attempts.append(send(STAFF_UPLOAD, "a contact, on the staff's route", token=token))
    yield _judged(measurement, UPLOADS, attempts)


def _row_security(measurement: Measurement) -> Iterator[TriggerFinding]:
    answer = measurement.database.ask(GUARDED + ROW_SECURITY_ASKED)
    if not answer["tables"]:
        yield measurement.found(ROW_SECURITY, "unknown", evidence="the database has no tables of ours")
        return
    wrong = [f"without forced policies: {name}" for name in answer["open"]]
    wrong += [f"past row security: role {name}" for name in answer["roles"]]
    said = "\n".join(wrong) or f"{answer['tables']} tables with forced policies"
    yield measurement.found(ROW_SECURITY, "fires" if wrong else "ok", len(wrong), said)


def _sign_ins(measurement: Measurement) -> Iterator[TriggerFinding]:
    refused = measurement.metrics().value("atum_sign_ins_refused_5m")
    if refused is None:
        yield measurement.found(SIGN_INS, "unknown", evidence="/metrics does not say")
        return
    yield measurement.judge(SIGN_INS, refused, "wrong passwords within 5 minutes, as /metrics says")


def _judged(measurement: Measurement, trigger: Trigger, attempts: list[AccessAttempt]) -> TriggerFinding:
    """Fire when any attempt was let in; an error of the server is no refusal either."""
    opened = [one for one in attempts if one.opened]
    broken = [one for one in attempts if one.status >= 500 and one.status != 503]
    state: State = "fires" if opened else "warn" if broken else "ok"
    worst_first = sorted(attempts, key=lambda one: (not one.opened, one not in broken))
    said = "\n".join(one.words for one in worst_first)
    return measurement.found(trigger, state, len(opened), said)


def _signed_in(home: AccessAttempt) -> bool:
    try:
        return bool(json.loads(home.body)["signed_in"])
    except (ValueError, KeyError, TypeError):
        return False


def _keys_or_none(measurement: Measurement) -> dict[str, Any]:
    try:
        found: dict[str, Any] = measurement.keys()
    except Exception:
        # The probes that cannot do without them say why.
        return {}
    return found


def _form() -> tuple[bytes, dict[str, str]]:
    """Return a small form with one file that says what it is, should it ever be taken."""
    edge = "atum-desk-canary"
    head = 'Content-Disposition: form-data; name="file"; filename="canary.html"'
    body = f"--{edge}\r\n{head}\r\nContent-Type: text/html\r\n\r\na canary\r\n--{edge}--\r\n"
    return body.encode(), {"Content-Type": f"multipart/form-data; boundary={edge}"}


PROBES = (
    Probe((ANONYMOUS,), _anonymous),
    Probe((FOREIGN,), _foreign),
    Probe((EXPIRED,), _expired),
    Probe((UPLOADS,), _uploads),
    Probe((ROW_SECURITY,), _row_security),
    Probe((SIGN_INS,), _sign_ins),
    Probe((ledger.HISTORY,), partial(sliced_checks.measure, ledger.SUBJECT)),
    Probe((ledger.GUARDS,), ledger.measure_guards),
    Probe((ledger_seal.SEAL,), ledger_seal.measure),
)
