"""Push messages: which are due, and the job that hands one to a browser's push service (RFC 8030)."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import urlsplit

import msgspec
import structlog

from atum_desk.kernel import clock
from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.jobs.handlers import JobContext, JobFailed, WorkerContext
from atum_desk.kernel.outgoing.rules import OutgoingRefused, OutgoingRules
from atum_desk.kernel.outgoing.web import WebBody, WebLimits, request
from atum_desk.kernel.sealed_secrets import SealBroken, unseal
from atum_desk.notifications.feature import PUSH, PushMessage
from atum_desk.notifications.mails import line_of
from atum_desk.notifications.models import PushedNews, StoredKey, Subscription
from atum_desk.notifications.push_encryption import authorization, encrypt
from atum_desk.notifications.push_keys import PURPOSE
from atum_desk.notifications.queries import push
from atum_desk.notifications.queries.mails import News
from atum_desk.notifications.queries.push import DuePush
from atum_desk.outbox.public import mail_text

# So long after the first: what somebody reads at their desk meanwhile is not pushed.
PUSH_AFTER_SECONDS = 5.0
LIMITS = WebLimits(seconds=20, answer_bytes=10_000)
# A push service keeps a message so long for a browser that is off.
TTL_SECONDS = push.KEEP_HOURS * 3600
TOKEN_SECONDS = 12 * 3600
TOPIC_CHARACTERS = 24
TITLE_CHARACTERS = 120
GONE = (404, 410)

log = structlog.get_logger()


class PushNotTaken(Exception):
    """A push service answered a message with this status; it is tried again."""


class Shown(msgspec.Struct, frozen=True):
    """What a browser shows; one with the same `tag` takes the place of what is shown. `path` is where it leads."""

    title: str
    body: str
    tag: str
    path: str
    unread: int


async def push_due(worker: WorkerContext, actor: SystemActor, after_seconds: float = PUSH_AFTER_SECONDS) -> int:
    """Enqueue the messages of a workspace that are due, at most 500; return how many."""
    async with worker.database.reading(actor) as transaction:
        due = await push.list_due(transaction, after_seconds)
    for one in due:
        await _push_one(worker, actor, one)
    return len(due)


async def _push_one(worker: WorkerContext, actor: SystemActor, due: DuePush) -> None:
    """Enqueue a message to each browser, in the transaction that notes that it was."""
    async with worker.database.marking(actor) as transaction:
        if await push.take_news(transaction, due):
            for subscription_id in await push.list_subscription_ids(transaction, due.recipient_id):
                message = PushMessage(
                    subscription_id=subscription_id,
                    recipient_id=due.recipient_id,
                    person_id=due.person_id,
                    ticket_id=due.about_id,
                )
                await transaction.enqueue(PUSH, message)


async def send_push(job: JobContext, asked: PushMessage) -> None:
    """Hand a message to the browser's push service, as things are now: what was read meanwhile is not told."""
    async with job.reading() as transaction:
        to = await push.find_subscription(transaction, asked.subscription_id)
        key = await push.find_key(transaction)
        news = await push.find_news(transaction, asked.recipient_id, asked.person_id, asked.ticket_id)
    if to is None or key is None or news is None:
        return
    try:
        private_key = unseal(job.settings.secret, PURPOSE, key.private_key)
    except SealBroken:
        # ATUM_SECRET is another one: what browsers subscribed with opens nothing any more.
        async with job.database.marking(job.actor) as transaction:
            await push.forget_key(transaction)
        log.warning("push_key_forgotten", workspace_id=job.actor.workspace_id)
        return
    status = await _post(job, to, shown(news, asked.ticket_id), private_key, topic_of(key, asked), _urgency(news))
    async with job.database.marking(job.actor) as transaction:
        if status in GONE:
            await push.remove_subscription(transaction, to.id)
            return
        if 200 <= status < 300:
            await push.note_used(transaction, to.id)
            return
    raise PushNotTaken(status)


async def _post(job: JobContext, to: Subscription, message: Shown, private_key: str, topic: str, urgency: str) -> int:
    """Return what the push service answers to a message. Raises what `hand_over` raises."""
    place = urlsplit(to.endpoint)
    signed = authorization(
        private_key,
        audience=f"{place.scheme}://{place.netloc}",
        subject=job.settings.web_url,
        expires_at=int(clock.now().timestamp()) + TOKEN_SECONDS,
    )
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(TTL_SECONDS),
        "Topic": topic,
        "Urgency": urgency,
        "Authorization": signed,
    }
    body = WebBody(encrypt(msgspec.json.encode(message), to.p256dh, to.auth), headers)
    return await hand_over(to.endpoint, body, job.settings.outgoing_rules)


async def hand_over(endpoint: str, body: WebBody, rules: OutgoingRules) -> int:
    """Return the status of a push service. Raises JobFailed for one that may not be reached, and WebFailed."""
    try:
        return (await request("POST", endpoint, rules, LIMITS, body=body)).status
    except OutgoingRefused as error:
        raise JobFailed(str(error)) from None


def topic_of(key: StoredKey, asked: PushMessage) -> str:
    """Return by what a newer message takes the place of an older one at the push service, which learns no number."""
    about = f"{key.public_key}:{asked.person_id}:{asked.ticket_id or 0}".encode()
    return base64.urlsafe_b64encode(hashlib.sha256(about).digest()).decode()[:TOPIC_CHARACTERS]


def shown(news: PushedNews, ticket_id: int | None) -> Shown:
    """Return what a browser shows of some news, with or without what happened."""
    language = news.language
    is_one = ticket_id is not None or news.tickets == 1
    tag = f"ticket-{news.ticket_id}" if is_one else "several"
    path = f"/desk/tickets/{news.number}" if is_one else "/desk/notifications"
    if not news.with_content:
        title, body = mail_text("push.hidden_title", language), mail_text("push.hidden_body", language)
    elif is_one:
        title, body = f"#{news.number} {news.subject}"[:TITLE_CHARACTERS], _line(news)
    else:
        title = mail_text("push.summary_title", language, count=news.tickets)
        body = mail_text("push.summary_body", language)
    return Shown(title=title, body=body, tag=tag, path=path, unread=news.unread)


def _line(news: PushedNews) -> str:
    line = line_of(News(news.reason, news.actor, news.message_kind, news.text), news.language)
    if news.text:
        line = mail_text("push.body", news.language, line=line, text=" ".join(news.text.split()))
    if news.count > 1:
        line = mail_text("push.more", news.language, line=line, count=news.count - 1)
    if news.absent_name:
        line = mail_text("push.stands_in", news.language, name=news.absent_name, line=line)
    return line


def _urgency(news: PushedNews) -> str:
    return "high" if news.reason in ("mentioned", "assigned") else "normal"
