"""What mail systems say in reports: words, and the reason that a status or a sentence stands for."""

import re

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])\d\d(?=[ -])(?![ -]\d{1,3}\.\d)")
REPORT_SUBJECTS = (
    "undeliver", "delivery status", "delivery fail", "delivery has failed", "delivery report",
    "delivery error", "mail delivery", "failure notice", "returned mail", "return mail",
    "mail system error", "message delivery", "non remis", "nicht zustellbar", "unzustellbar",
    "mail could not be delivered", "could not send", "mail failure", "mail error",
    "message you sent", "could not be delivered", "no entregado", "não entregue",
    "non recapitabile", "onbestelbaar", "nie można dostarczyć", "недоставлен", "не доставлено",
    "配信不能", "退信", "permanent delivery", "failed mail", "warning: message",
    "delayed", "returning message", "failure delivery", "failed delivery", "delivery failure",
    "delivery delay", "error sending", "failed to deliver",
    "fehler bei der zustellung", "zustellung fehlgeschlagen", "zustellungsfehler", "nicht zugestellt",
    "échec de la remise", "echec de la remise", "niet bestelbaar", "niet-bestelbaar",
    "nedoručiteln", "kan ikke leveres", "ikke levert", "kan inte levereras", "no se puede entregar",
    "não é possível entregar", "kézbesíthetetlen", "teslim edilemedi", "ei voi toimittaa", "nu se poate livra",
    "recapito non riuscito", "impossibile recapitare", "nelze doručit", "niedostarczon", "无法投递", "無法傳送",
    "배달되지 않음",
)  # fmt: skip
# After these Exchange puts the subject of the mail that came back.
UNDELIVERABLE_HEADS = (
    "undeliverable", "undelivered", "unzustellbar", "nicht zustellbar", "non remis", "non distribuable",
    "onbestelbaar", "niet bestelbaar", "no se puede entregar", "no entregado", "não é possível entregar",
    "não entregue", "non recapitabile", "niedostarczone", "недоставленное", "не доставлено",
    "nedoručitelné", "kan ikke leveres", "ikke levert", "kan inte levereras", "kézbesíthetetlen",
    "teslim edilemedi", "ei voi toimittaa", "nu se poate livra", "配信不能", "退信", "无法投递", "배달되지 않음",
)  # fmt: skip
REPORT_SENDERS = (
    "mailer-daemon", "postmaster", "mail-daemon", "mailer_daemon", "mailerdaemon", "microsoftexchange",
)  # fmt: skip
# Names under which mail systems write from addresses of their own.
REPORT_NAMES = (
    "mail delivery system",
    "mail delivery subsystem",
    "mail delivery service",
    "system administrator",
    "systemadministrator",
    "mail administrator",
)
_REASONS_BY_STATUS = {
    "1.1": "unknown_user", "1.2": "unknown_host", "1.10": "unknown_user", "1.6": "moved",
    "2.1": "disabled", "2.2": "mailbox_full", "2.3": "too_big", "3.4": "too_big",
    "4.1": "unreachable", "4.3": "unreachable", "4.4": "unknown_host", "4.7": "expired",
    "7.1": "rejected", "7.26": "not_authenticated", "7.0": "rejected",
}  # fmt: skip
_REASON_WORDS = (
    ("mailbox_full", ("mailbox full", "over quota", "quota exceeded", "mailbox is full",
                      "exceeds allowed size", "over the quota", "exceeded its quota", "postfach voll",
                      "postfach ist voll", "boîte pleine", "boite pleine", "buzón lleno", "переполнен")),
    ("unknown_host", ("host unknown", "domain not found", "host not found", "no mx", "unknown host",
                      "domain does not exist", "name service error")),
    ("unknown_user", ("user unknown", "unknown user", "no such user", "does not exist",
                      "unknown recipient", "recipient not found", "mailbox unavailable",
                      "no mailbox", "invalid recipient", "unrouteable address", "user not found",
                      "not listed in", "not recognized", "not recognised", "doesn't exist",
                      "couldn't be found", "could not be found", "address not found", "doesn't have an account",
                      "no account", "unknown address", "invalid address", "invalid mailbox",
                      "nicht gefunden", "unbekannt", "existiert nicht", "inconnu", "n'existe pas",
                      "no existe", "desconocid", "não existe", "non esiste", "sconosciut", "bestaat niet",
                      "nie istnieje", "не найден", "не существует", "存在しません")),
    ("spam", ("spam", "blacklist", "blocklist", "blocked using", "reputation")),
    ("disabled", ("disabled", "inactive", "deactivated", "suspended", "was closed", "is closed",
                  "has been closed", "deaktiviert", "gesperrt", "отключен")),
    ("expired", ("expired", "too long", "retry time", "retry timeout")),
    ("unreachable", ("connection timed out", "connection refused", "unreachable")),
    ("too_big", ("too large", "too big", "exceeds", "size limit")),
    ("rejected", ("rejected", "denied", "refused", "policy", "restricted")),
)  # fmt: skip


def reason_of(status: str | None, words: str) -> str:
    """Return one word for a cause: what the status stands for, else what the report's words say."""
    known = _REASONS_BY_STATUS.get((status or "")[2:])
    if known and known != "rejected":
        return known
    lowered = words.lower()
    for reason, phrases in _REASON_WORDS:
        if any(phrase in lowered for phrase in phrases):
            return reason
    return known or "unknown"


def action_of(status: str | None) -> str:
    """Return the action (RFC 3464, section 2.3.3) that a status alone means."""
    return {"2": "delivered", "4": "delayed"}.get((status or "5")[0], "failed")


def status_in(text: str) -> str | None:
    """Return the first enhanced status code in `text`, or one made of its reply code ("5.0.0")."""
    found = _STATUS.search(text)
    if found:
        return found.group(1)
    code = _REPLY_CODE.search(text)
    return f"{code.group(1)}.0.0" if code else None


def find_status(text: str) -> str | None:
    """Return the first enhanced status code in `text`, None without one."""
    found = _STATUS.search(text)
    return found.group(1) if found else None
