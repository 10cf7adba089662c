"""Every setting of the product: its name, type, default and meaning, and where its value came from.

A setting is read from the process environment, then from `api/.env`, then from its default.
`./atum settings` prints what is in force.
"""

import os
import secrets
from collections.abc import Mapping
from functools import cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_type_hints
from urllib.parse import urlsplit

import msgspec

from atum_desk.kernel.config import setting_kinds as kinds
from atum_desk.kernel.config.env_file import read_env_file
from atum_desk.kernel.config.setting_kinds import AllowList, Networks, SettingError, number, port, text
from atum_desk.kernel.outgoing.rules import OutgoingRules, parse_allow_list

__all__ = ["REPOSITORY", "SettingError", "SettingRow", "Settings", "ensure_secret", "list_settings", "load_settings"]

REPOSITORY = Path(__file__).resolve().parents[4]
ENV_FILE = REPOSITORY / "api" / ".env"
PREFIX = "ATUM_"
MASK = "********"

ApiPort = Annotated[int, port("Port of the API and, by default, of the web application.")]
LivePort = Annotated[int, port("Port of the live service (WebSocket).")]
WebPort = Annotated[int, port("Port of the web application; 0 means the API's own.", lowest=0)]
SmtpPort = Annotated[int, port("Port that receives mail by SMTP; 0 turns it off.", lowest=0)]
SmtpCertificate = Annotated[
    str,
    text("Certificate with its chain (PEM) for STARTTLS on the SMTP port; empty offers no TLS.", "a path or nothing"),
]
SmtpKey = Annotated[
    str, text("Private key (PEM) of that certificate; empty when it is in the same file.", "a path or nothing")
]
LmtpSocket = Annotated[str, text("Unix socket that receives mail by LMTP; empty turns it off.", "a path or nothing")]
Bind = Annotated[
    str, text("Address the ports listen on; that of SMTP may have its own.", "an IP address or host name", kinds.HOST)
]
SmtpBind = Annotated[
    str,
    text(
        "Address the SMTP port listens on; empty means ATUM_BIND.",
        "an IP address or host name, or nothing",
        kinds.HOST_OR_NOTHING,
    ),
]
Data = Annotated[Path, text("Folder of all that is kept at run time: database, uploads, logs.", "a path")]
Url = Annotated[
    str,
    text(
        "Public address of the web application; empty means http://localhost and the web port.",
        "an http:// or https:// address or nothing",
        kinds.WEB_URL,
    ),
]
AllowedHosts = Annotated[
    str,
    text(
        "Further names that browsers and tools may use for this installation, with a port where it differs.",
        "host names separated by commas, each with or without :port, or nothing",
        r"^[0-9A-Za-z.:,_ -]*$",
    ),
]
LiveSocketsPerPerson = Annotated[
    int, number("Most live connections of one person; the oldest gives way.", "from 1 to 1000", ge=1, le=1000)
]
LiveSocketsPerAddress = Annotated[
    int, number("Most live connections from one IP address.", "from 1 to 10000", ge=1, le=10_000)
]
DatabaseUrl = Annotated[
    str,
    text(
        "PostgreSQL to use, as its owner; empty means the embedded one.",
        "a postgresql:// address or nothing",
        kinds.DATABASE_URL,
        secret=True,
    ),
]
RedisUrl = Annotated[
    str,
    text(
        "Redis for rate limits, presence and short caches; empty keeps them in memory.",
        "a redis://, rediss:// or unix:// address or nothing",
        kinds.REDIS_URL,
        secret=True,
    ),
]
MailboxAddress = Annotated[str, text("Address of a fresh workspace's mailbox.", "a mail address", kinds.MAIL_ADDRESS)]
MailRelay = Annotated[
    str,
    text(
        "Server that takes outgoing mail; empty lets mail wait in the outbox.",
        "smtp:// or smtps://[user:password@]host[:port] or nothing",
        kinds.RELAY_URL,
        secret=True,
    ),
]
MailMaxBytes = Annotated[int, number("Largest mail that is accepted, in bytes.", "of at least 65536", ge=65536)]
MailTrustedNetworks = Annotated[
    Networks,
    text(
        "Relays of our own: their Authentication-Results count, their address says nothing of a sender.",
        "IP addresses or networks separated by commas, or nothing",
    ),
]
MailTrustedAuthserv = Annotated[
    str,
    text(
        "Names under which those relays write Authentication-Results; empty believes none.",
        "host names separated by commas, or nothing",
        r"^[0-9A-Za-z.,_ -]*$",
    ),
]
MailDns = Annotated[
    str,
    text(
        "Where DNS is asked about senders (DMARC, DKIM, SPF): the system's resolver, a server, or nowhere.",
        "system, off, or an IP address with or without :port",
        kinds.DNS_SERVER,
    ),
]
OutgoingAllow = Annotated[
    AllowList,
    text(
        "Servers of private networks or on unusual ports that workspaces may connect to, such as a mail server.",
        "networks, IP addresses or host names separated by commas, each alone, with :port or with :*, or nothing",
    ),
]
Clamd = Annotated[
    str,
    text(
        "Virus scanner (clamd) that looks at each mail and upload; empty scans none.",
        "unix:/path, tcp://host:port or nothing",
        kinds.CLAMD,
    ),
]
SmimeAuthorities = Annotated[
    str,
    text(
        "Certificates (PEM) of the authorities whose S/MIME signatures count as known; empty knows none.",
        "a path or nothing",
    ),
]
UploadMaxBytes = Annotated[int, number("Largest attachment that is accepted, in bytes.", "of at least 1024", ge=1024)]
UploadsAtOnce = Annotated[
    int, number("Most uploads a process of the API receives at once.", "from 2 to 1000", ge=2, le=1000)
]
LedgerTextDays = Annotated[
    int,
    number(
        "Days for which history keeps texts that were altered or deleted, for an undo; 0 keeps them for ever.",
        "from 0 to 36500",
        ge=0,
        le=36500,
    ),
]
UploadKeepHours = Annotated[
    int, number("Hours after which an upload that no message took is deleted.", "from 1 to 8760", ge=1, le=8760)
]
UndoSendSeconds = Annotated[
    int,
    number(
        "How long a reply waits before its mail leaves, for people who chose no time of their own.",
        "of seconds from 0 to 60",
        ge=0,
        le=60,
    ),
]
Secret = Annotated[
    str,
    text(
        "Key that signs links; empty means one made at the first start, kept in the data folder.",
        "at least 32 characters or nothing",
        r"^$|^.{32,}$",
        secret=True,
    ),
]
AdminEmail = Annotated[str, text("Sign-in of a fresh workspace's administrator.", "a mail address", kinds.MAIL_ADDRESS)]
AdminPassword = Annotated[
    str,
    text(
        "First password of the administrator; empty means one made and printed at first start.",
        "at least 10 characters that are hard to guess, or nothing",
        r"^$|^.{10,}$",
        secret=True,
    ),
]
SessionDays = Annotated[int, number("Days after which a sign-in ends, used or not.", "from 1 to 365", ge=1, le=365)]
PortalLinkDays = Annotated[
    int,
    number(
        "Days after the last message in a request until a link to it in a mail ends.", "from 1 to 365", ge=1, le=365
    ),
]
LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"],
    text("Least important message that is logged.", "debug, info, warning or error"),
]
LogFormat = Annotated[
    Literal["auto", "json", "text"],
    text("Form of log lines; auto is text on a terminal, else json.", "auto, json or text"),
]
ApiProcesses = Annotated[
    int,
    number(
        "Processes that answer HTTP requests; more than one need ATUM_REDIS_URL, for they count attempts together.",
        "from 1 to 16",
        ge=1,
        le=16,
    ),
]
PoolSize = Annotated[
    int,
    number(
        "Most database connections a process holds for each role; a quarter of them is for writes only.",
        "from 2 to 100",
        ge=2,
        le=100,
    ),
]
MetricsToken = Annotated[
    str,
    text(
        "Bearer token that may read /metrics from elsewhere; empty allows this machine only.",
        "at least 16 characters or nothing",
        r"^$|^\S{16,}$",
        secret=True,
    ),
]
TrustedProxies = Annotated[
    Networks,
    text("Proxies whose X-Forwarded-For is believed.", "IP addresses or networks separated by commas, or nothing"),
]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What is in force; made by `load_settings`, or directly in a test.

    A field is the setting of the same name: `api_port` is `ATUM_API_PORT`. `web_port`, `url` and
    `data` are filled in when left empty, so they always hold what is used.
    """

    api_port: ApiPort = 8000
    live_port: LivePort = 8001
    web_port: WebPort = 0
    smtp_port: SmtpPort = 2525
    smtp_certificate: SmtpCertificate = ""
    smtp_key: SmtpKey = ""
    smtp_bind: SmtpBind = ""
    lmtp_socket: LmtpSocket = ""
    bind: Bind = "127.0.0.1"
    data: Data = REPOSITORY / "data"
    url: Url = ""
    allowed_hosts: AllowedHosts = ""
    live_sockets_per_person: LiveSocketsPerPerson = 20
    live_sockets_per_address: LiveSocketsPerAddress = 500
    database_url: DatabaseUrl = ""
    redis_url: RedisUrl = ""
    mail_address: MailboxAddress = "support@atum.localhost"
    mail_relay: MailRelay = ""
    mail_max_bytes: MailMaxBytes = 52_428_800
    mail_trusted_networks: MailTrustedNetworks = Networks("127.0.0.0/8,::1")
    mail_trusted_authserv: MailTrustedAuthserv = ""
    mail_dns: MailDns = "system"
    outgoing_allow: OutgoingAllow = AllowList()
    clamd: Clamd = ""
    smime_authorities: SmimeAuthorities = ""
    upload_max_bytes: UploadMaxBytes = 26_214_400
    uploads_at_once: UploadsAtOnce = 32
    upload_keep_hours: UploadKeepHours = 24
    ledger_text_days: LedgerTextDays = 0
    undo_send_seconds: UndoSendSeconds = 10
    secret: Secret = ""
    admin_email: AdminEmail = "admin@atum.localhost"
    admin_password: AdminPassword = ""
    session_days: SessionDays = 14
    portal_link_days: PortalLinkDays = 90
    log_level: LogLevel = "info"
    log_format: LogFormat = "auto"
    api_processes: ApiProcesses = 1
    pool_size: PoolSize = 10
    trusted_proxies: TrustedProxies = Networks()
    metrics_token: MetricsToken = ""

    def __post_init__(self) -> None:
        if not self.web_port:
            msgspec.structs.force_setattr(self, "web_port", self.api_port)
        if not self.url:
            msgspec.structs.force_setattr(self, "url", f"http://localhost:{self.web_port}")
        if not self.data.is_absolute():
            msgspec.structs.force_setattr(self, "data", REPOSITORY / self.data)

    def __repr__(self) -> str:
        """Show the settings as far as they may be logged."""
        shown = (
            f"{field}={MASK if kinds.is_secret(_meta(kind)) else getattr(self, field)!r}"
            for field, kind in _kinds().items()
        )
        return f"Settings({', '.join(shown)})"

    @property
    def web_url(self) -> str:
        """Public address of the web application, without a slash at the end."""
        return self.url.rstrip("/")

    @property
    def live_url(self) -> str:
        """Address of the live service as a browser reaches it.

        Where the public address names the API's own port nothing stands before the two services,
        so the live port is named; otherwise whatever stands there serves both under one address.
        """
        parts = urlsplit(self.web_url)
        scheme = "wss" if parts.scheme == "https" else "ws"
        if parts.port == self.api_port and parts.hostname:
            host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
            return f"{scheme}://{host}:{self.live_port}/ws/"
        return f"{scheme}://{parts.netloc}{parts.path}/ws/"

    @property
    def smtp_address(self) -> str:
        """Address that the SMTP port listens on."""
        return self.smtp_bind or self.bind

    @property
    def uploads(self) -> Path:
        """Folder of content-addressed files."""
        return self.data / "uploads"

    @property
    def backups(self) -> Path:
        """Folder of backups."""
        return self.data / "backups"

    @property
    def quarantine(self) -> Path:
        """Folder of files that were refused and kept for a look."""
        return self.data / "quarantine"

    @property
    def journal(self) -> Path:
        """Folder of mail that was received while the database could not be reached."""
        return self.data / "journal"

    @property
    def draining(self) -> Path:
        """File that exists while writes are refused, for a moment during an upgrade."""
        return self.data / "draining"

    @property
    def logs(self) -> Path:
        """Folder of log files."""
        return self.data / "logs"

    @property
    def secret_file(self) -> Path:
        """File that keeps the key made at the first start, readable by its owner only."""
        return self.data / "secret"

    @property
    def trusted_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Networks of the trusted proxies."""
        return kinds.networks(self.trusted_proxies)

    @property
    def trusted_relays(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Networks of the relays that may hand over mail and speak for its sender."""
        return kinds.networks(self.mail_trusted_networks)

    @property
    def outgoing_rules(self) -> OutgoingRules:
        """Where connections may go that a workspace's administrator asks for."""
        return OutgoingRules(parse_allow_list(self.outgoing_allow))


class SettingRow(msgspec.Struct, frozen=True):
    """One setting as `./atum settings` shows it; a secret's value is masked."""

    name: str
    value: str
    source: str
    default: str
    meaning: str
    allowed: str
    secret: bool


class _Given(msgspec.Struct, frozen=True):
    text: str
    source: str


def load_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Return the settings in force.

    With `env` only that mapping is read (for tests); without it the process environment and then
    `api/.env`. Raises SettingError for the first value that cannot be used.
    """
    return _load(_gather(env))


def load_service_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Return the settings in force for a process that needs the secret. Raises SettingError without one.

    An empty secret would sign and log in all the same, with keys that anybody can work out.
    """
    settings = load_settings(env)
    if not settings.secret:
        raise SettingError(f"There is neither ATUM_SECRET nor {settings.secret_file}; ./atum migrate makes one.")
    return settings


def list_settings(env: Mapping[str, str] | None = None) -> list[SettingRow]:
    """Return every setting with its value, source and meaning, in the order of `Settings`."""
    given = _gather(env)
    settings, defaults = _load(given), Settings()
    return [_row(field, given.get(field), settings, defaults) for field in _kinds()]


def ensure_secret(settings: Settings) -> Settings:
    """Return the settings with a signing key, making and keeping one when there is none."""
    if settings.secret:
        return settings
    settings.data.mkdir(mode=0o711, parents=True, exist_ok=True)
    made = secrets.token_urlsafe(48)
    draft = settings.secret_file.with_name(f"secret.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(made + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        # A link, not a rename: of two processes that make a key at once, the first one's stays.
        os.link(draft, settings.secret_file)
    except FileExistsError:
        made = _read_secret(settings.secret_file)
    finally:
        draft.unlink()
    return msgspec.structs.replace(settings, secret=made)


def _row(field: str, given: _Given | None, settings: Settings, defaults: Settings) -> SettingRow:
    meta = _meta(_kinds()[field])
    value, source = str(getattr(settings, field)), "default"
    if given and given.text:
        source = given.source
    elif field == "secret" and value:
        source = str(settings.secret_file)
    return SettingRow(
        name=PREFIX + field.upper(),
        value=MASK if kinds.is_secret(meta) and value else value,
        source=source,
        default=str(getattr(defaults, field)),
        meaning=meta.description or "",
        allowed=kinds.allowed(meta),
        secret=kinds.is_secret(meta),
    )


def _gather(env: Mapping[str, str] | None) -> dict[str, _Given]:
    """Return the text and the source of every setting that is given anywhere."""
    names = {field: PREFIX + field.upper() for field in _kinds()}
    surroundings: Mapping[str, str] = os.environ if env is None else env
    sources = [(surroundings, "environment")]
    if env is None:
        sources.append((read_env_file(ENV_FILE, names.values(), PREFIX), "api/.env"))
    return {
        field: _Given(values[name].strip(), source)
        for values, source in reversed(sources)
        for field, name in names.items()
        if name in values
    }


def _load(given: Mapping[str, _Given]) -> Settings:
    values = {}
    for field, one in given.items():
        # Nothing after the equals sign means the default, as people leave it in an env file.
        if one.text:
            kind = _kinds()[field]
            name = PREFIX + field.upper()
            values[field] = kinds.convert(name, one.text, one.source, kind, _meta(kind))
    settings = Settings(**values)
    if settings.api_processes > 1 and not settings.redis_url:
        raise SettingError(
            f"ATUM_API_PROCESSES is {settings.api_processes} and ATUM_REDIS_URL is not set; several "
            "processes need one Redis, which counts attempts to sign in for all of them."
        )
    if not settings.secret and (kept := _read_secret(settings.secret_file)):
        return msgspec.structs.replace(settings, secret=kept)
    return settings


def _read_secret(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise SettingError(f"{path} cannot be read: {error.strerror}.") from error


@cache
def _kinds() -> dict[str, Any]:
    hints = get_type_hints(Settings, include_extras=True)
    return {name: hints[name] for name in Settings.__struct_fields__}


def _meta(kind: Any) -> msgspec.Meta:
    return next(one for one in get_args(kind) if isinstance(one, msgspec.Meta))
