"""Notifies people that the verdict changed: through a command of theirs, or by mail."""

from __future__ import annotations

import shlex
import smtplib
import socket
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from atumctl.core import output
from atumctl.core.shell import ShellError, run
from atumctl.core.site import Site
from atumctl.doctor.settings import NOTIFY_COMMAND, NOTIFY_MAIL
from atumctl.probes.triggers import WRONG, Examination, TriggerFinding

COMMAND_SECONDS = 30.0
SMTP_SECONDS = 20.0
EVIDENCE_LINES = 6
OTHERS = "busy, by others,"


def tell_change(site: Site, found: Examination, told: str | None) -> str | None:
    """Tell people when the verdict is another than the one they know; return what they know now.

    What could not be told is told again by the next run.
    """
    known = told or "healthy"
    if found.verdict == known:
        return known
    subject = f"ATUM DESK on {socket.gethostname()}: {found.verdict} (was {known})"
    try:
        send(site, subject, text_of(site, found), found.verdict)
    except (OSError, ShellError, smtplib.SMTPException) as error:
        output.warn(f"the verdict could not be sent: {error}")
        return told
    return found.verdict


def text_of(site: Site, found: Examination) -> str:
    """Return what people are told."""
    wrong = [one for one in found.findings if one.state in WRONG]
    lines = [f"Measured at {found.at}: {found.verdict}.", ""]
    for one in sorted(wrong, key=lambda finding: finding.state):
        lines += [*_lines(one), ""]
    if found.verdict != "healthy":
        tool = shlex.quote(str(site.prefix / "infra/atumctl"))
        lines.append(f"To measure everything: python3 {tool} doctor")
    return "\n".join(lines) + "\n"


def send(site: Site, subject: str, text: str, verdict: str) -> None:
    """Send words by every way that is set. Raises OSError, ShellError or SMTPException."""
    if command := site.setting(NOTIFY_COMMAND, ""):
        env = {"ATUM_SUBJECT": subject, "ATUM_VERDICT": verdict}
        run(["sh", "-c", command], input=f"{subject}\n\n{text}", env=env, timeout=COMMAND_SECONDS)
    people = [one.strip() for one in site.setting(NOTIFY_MAIL, "").split(",") if one.strip()]
    relay = site.setting("ATUM_MAIL_RELAY", "")
    if people and relay:
        _mail(relay, _message(site, people, subject, text))


def _lines(finding: TriggerFinding) -> list[str]:
    evidence = finding.evidence.splitlines()[:EVIDENCE_LINES]
    state = OTHERS if finding.state == "others" else finding.state
    head = f"{finding.trigger} {state} since {finding.since}"
    if finding.value is not None:
        limit = "" if finding.threshold is None else f", threshold {finding.threshold:g}"
        head += f" ({finding.value} {finding.unit}".rstrip() + f"{limit})"
    return [head, *(f"  {line}" for line in evidence)]


def _message(site: Site, people: list[str], subject: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = site.setting("ATUM_MAIL_ADDRESS", "support@atum.localhost")
    message["To"] = ", ".join(people)
    message["Subject"] = subject
    # Nobody's automatic answer to it shall become a ticket.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def _mail(relay: str, message: EmailMessage) -> None:
    parts = urlsplit(relay)
    secure = parts.scheme == "smtps"
    kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
    port = parts.port or (465 if secure else 587 if parts.username else 25)
    with kind(parts.hostname or "localhost", port, timeout=SMTP_SECONDS) as server:
        server.ehlo()
        if not secure and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
