"""The five things that are measured, as HTTP requests and as scripts for pgbench."""

import random
from collections.abc import Callable

import msgspec

from bench.bare import statements
from bench.client import Request
from bench.dataset import Dataset

API = "/api/v1"
# The data set's long threads: every five-hundredth ticket from the seventh on.
LONG_EVERY, LONG_FIRST = 500, 7
ANSWER = (
    "Thank you for the log, it shows a timer rather than a broken line. Both gateways have the same timer now; "
    "please reconnect once more and tell us whether it holds until noon."
)
SUBJECT = "The connection ends every twenty minutes"


class Operation(msgspec.Struct, frozen=True):
    """One thing that people do all day."""

    name: str
    next_request: Callable[[], Request]
    script: str


def operations(data: Dataset, seed: int = 7) -> list[Operation]:
    """Return the operations over a data set; each picks its ticket anew every time."""
    source = random.Random(seed)
    long_threads = max(1, data.tickets // LONG_EVERY)
    newest = max(1, data.tickets * 4 // 5)
    person, contact_end = str(data.administrator_id), data.first_contact_id + data.contacts - 1

    def ticket() -> Request:
        number = source.randrange(long_threads) * LONG_EVERY + LONG_FIRST
        return Request("GET", f"{API}/tickets/{number}")

    def reply() -> Request:
        body = msgspec.json.encode({"kind": "reply", "text": ANSWER})
        return Request("POST", f"{API}/tickets/{source.randint(newest, data.tickets)}/messages", body, 201)

    def opened() -> Request:
        requester = source.randint(data.first_contact_id, contact_end)
        body = {"subject": SUBJECT, "text": ANSWER, "requester_id": requester, "type": "incident"}
        return Request("POST", f"{API}/tickets", msgspec.json.encode(body), 201)

    listing = Request("GET", f"{API}/tickets?view=all_open&limit={statements.LIST_LENGTH}")
    counting = Request("GET", f"{API}/tickets/counts")
    a_long_one = f"\\set k random(0, {long_threads - 1})\n\\set number :k * {LONG_EVERY} + {LONG_FIRST}\n"
    return [
        Operation("list", lambda: listing, statements.as_pgbench(statements.LIST, "1", person)),
        Operation("ticket", ticket, a_long_one + statements.as_pgbench(statements.TICKET, "1", person, ":number")),
        Operation("reply", reply, _reply_script(person, newest, data.tickets)),
        Operation("open", opened, _open_script(person, data.first_contact_id, contact_end)),
        Operation("counts", lambda: counting, statements.as_pgbench(statements.COUNTS, "1", person)),
    ]


def _reply_script(person: str, first: int, last: int) -> str:
    address = '\'[{"name": "Contact", "address": "contact@bench.example"}]\'::jsonb'
    sender = '\'{"name": "Agent", "address": "support@bench.example"}\'::jsonb'
    message_id = "md5(random()::text || clock_timestamp()::text)"
    append = statements.as_pgbench(
        statements.APPEND, "1", ":id", person, "'Agent'", f"'{ANSWER}'", address, f"'{ANSWER[:200]}'"
    )
    send = statements.as_pgbench(
        statements.SEND,
        "1",
        ":id",
        ":message_id",
        ":mailbox_id",
        message_id,
        "'support@bench.example'",
        sender,
        address,
        f"'{SUBJECT}'",
        f"'{ANSWER}'",
        f"'<html><body><p>{ANSWER}</p></body></html>'",
    )
    lock = statements.as_pgbench(statements.LOCK, "1", ":number")
    answered = statements.as_pgbench(statements.ANSWERED, "1", person, ":number", ":message_id")
    return (
        f"\\set number random({first}, {last})\nbegin;\n{lock.rstrip(';' + chr(10))} \\gset\n"
        f"{append.replace('returning m.id;', 'returning m.id as message_id').rstrip()} \\gset\n"
        f"{send}{answered}commit;\n"
    )


def _open_script(person: str, first: int, last: int) -> str:
    opened = statements.as_pgbench(
        statements.OPEN, "1", f"'{SUBJECT}'", ":requester", f"'{ANSWER}'", f"'{ANSWER[:200]}'", "'incident'", person
    )
    page = statements.as_pgbench(statements.TICKET, "1", person, ":number")
    return f"\\set requester random({first}, {last})\n{opened.rstrip(';' + chr(10))} \\gset\n{page}"
