"""Mail providers whose servers are known: by the domain of an address, or by its mail servers (MX)."""

from __future__ import annotations

import msgspec

from atum_desk.fetching.models import MailServer, SignIn


class OAuthProvider(msgspec.Struct, frozen=True):
    """Where a provider lets programs in without the password; the client is registered there by hand."""

    authorize_url: str
    token_url: str
    scope: str


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's servers. `hint` is a value of ProviderHint; `spf` is its part of SPF."""

    name: str
    incoming: MailServer
    outgoing: MailServer
    sign_ins: tuple[SignIn, ...] = ("password",)
    oauth: OAuthProvider | None = None
    hint: str | None = None
    spf: str | None = None


def _provider(name: str, imap: str, smtp: str, smtp_port: int = 465, **more: object) -> Provider:
    return msgspec.convert(
        {
            "name": name,
            "incoming": {"host": imap, "port": 993, "security": "tls"},
            "outgoing": {"host": smtp, "port": smtp_port, "security": "tls" if smtp_port == 465 else "starttls"},
        }
        | more,
        Provider,
    )


GOOGLE = _provider(
    "Google",
    "imap.gmail.com",
    "smtp.gmail.com",
    sign_ins=("oauth2", "password"),
    oauth={
        "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
        "token_url": "https://oauth2.googleapis.com/token",
        "scope": "https://mail.google.com/",
    },
    hint="oauth_or_app_password",
    spf="include:_spf.google.com",
)
MICROSOFT = _provider(
    "Microsoft",
    "outlook.office365.com",
    "smtp.office365.com",
    587,
    sign_ins=("oauth2",),
    oauth={
        "authorize_url": "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        "token_url": "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        "scope": "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
    },
    hint="oauth_only",
    spf="include:spf.protection.outlook.com",
)
YAHOO = _provider("Yahoo", "imap.mail.yahoo.com", "smtp.mail.yahoo.com", hint="app_password")
ICLOUD = _provider("iCloud", "imap.mail.me.com", "smtp.mail.me.com", 587, hint="app_password", spf="include:icloud.com")
FASTMAIL = _provider(
    "Fastmail", "imap.fastmail.com", "smtp.fastmail.com", hint="app_password", spf="include:spf.messagingengine.com"
)
ZOHO = _provider("Zoho", "imappro.zoho.com", "smtppro.zoho.com", spf="include:zohomail.com")
GMX = _provider("GMX", "imap.gmx.net", "mail.gmx.net", hint="turn_on")
WEB_DE = _provider("WEB.DE", "imap.web.de", "smtp.web.de", 587, hint="turn_on")
AOL = _provider("AOL", "imap.aol.com", "smtp.aol.com", hint="app_password")
MAILBOX_ORG = _provider("mailbox.org", "imap.mailbox.org", "smtp.mailbox.org", spf="include:mailbox.org")
POSTEO = _provider("Posteo", "posteo.de", "posteo.de")
T_ONLINE = _provider("T-Online", "secureimap.t-online.de", "securesmtp.t-online.de")
IONOS = _provider("IONOS", "imap.ionos.com", "smtp.ionos.com", spf="include:_spf-eu.ionos.com")
STRATO = _provider("STRATO", "imap.strato.de", "smtp.strato.de", spf="redirect=smtp.strato.de")
OVH = _provider("OVH", "ssl0.ovh.net", "ssl0.ovh.net", spf="include:mx.ovh.com")
GANDI = _provider("Gandi", "mail.gandi.net", "mail.gandi.net", spf="include:_mailcust.gandi.net")
MIGADU = _provider("Migadu", "imap.migadu.com", "smtp.migadu.com", spf="include:spf.migadu.com")

BY_DOMAIN: dict[str, Provider] = {
    domain: provider
    for provider, domains in (
        (GOOGLE, "gmail.com googlemail.com"),
        (MICROSOFT, "outlook.com hotmail.com live.com msn.com outlook.de hotmail.de"),
        (YAHOO, "yahoo.com yahoo.de yahoo.fr yahoo.co.uk ymail.com"),
        (ICLOUD, "icloud.com me.com mac.com"),
        (FASTMAIL, "fastmail.com fastmail.fm"),
        (GMX, "gmx.de gmx.net gmx.at gmx.ch gmx.com"),
        (WEB_DE, "web.de"),
        (AOL, "aol.com"),
        (MAILBOX_ORG, "mailbox.org"),
        (POSTEO, "posteo.de posteo.net"),
        (T_ONLINE, "t-online.de magenta.de"),
    )
    for domain in domains.split()
}
# The end of a mail server's name tells whose it is.
BY_EXCHANGE: dict[str, Provider] = {
    ".google.com": GOOGLE,
    ".googlemail.com": GOOGLE,
    ".mail.protection.outlook.com": MICROSOFT,
    ".mx.microsoft": MICROSOFT,
    ".messagingengine.com": FASTMAIL,
    ".zoho.com": ZOHO,
    ".zoho.eu": ZOHO,
    ".mailbox.org": MAILBOX_ORG,
    ".kundenserver.de": IONOS,
    ".ionos.com": IONOS,
    ".ionos.de": IONOS,
    ".rzone.de": STRATO,
    ".ovh.net": OVH,
    ".gandi.net": GANDI,
    ".migadu.com": MIGADU,
    ".mail.icloud.com": ICLOUD,
}


def find_provider(domain: str, exchanges: list[str]) -> Provider | None:
    """Return whose servers a domain uses, where that is known."""
    if known := BY_DOMAIN.get(domain):
        return known
    for exchange in exchanges:
        for end, provider in BY_EXCHANGE.items():
            if f".{exchange}".endswith(end):
                return provider
    return None


def provider_of_relay(host: str) -> Provider | None:
    """Return whose server a relay is."""
    everyone = {*BY_DOMAIN.values(), *BY_EXCHANGE.values()}
    return next((one for one in everyone if one.outgoing.host == host.lower()), None)
