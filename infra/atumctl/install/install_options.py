"""Options of an installation: from the command line, and from the settings of an earlier run."""

from __future__ import annotations

import argparse
import socket
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from atumctl.backup.manifest import read_manifest
from atumctl.core.address import bracketed, check_mail_address, check_url, is_domain, read_host
from atumctl.core.output import CommandRefused
from atumctl.core.site import Site, read_env_file
from atumctl.install import reused_data
from atumctl.steps import tls
from atumctl.steps.nginx import SiteOptions, check_proxies

TLS = "ATUM_OPS_TLS"


@dataclass(frozen=True)
class Options:
    """What the command line and the settings of an earlier run decide.

    `asked` holds the settings that flags name: they replace what an earlier run has written.
    `beginning` is the text of settings that a removal kept, empty where there is none to use.
    """

    url: str
    has_tls: bool
    tls_kind: str
    certificate: tuple[Path, Path] | None = None
    proxies: list[str] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)
    beginning: str = ""
    kept_tls: Path | None = None
    mail_address: str | None = None
    admin_email: str | None = None
    from_backup: Path | None = None
    identity: Path | None = None

    @property
    def host(self) -> str:
        """Return the name people type."""
        return urlsplit(self.url).hostname or "localhost"

    @property
    def site(self) -> SiteOptions:
        """Return what nginx needs of it."""
        return SiteOptions(bracketed(self.host), self.has_tls, self.proxies)

    @property
    def first_settings(self) -> dict[str, str]:
        """Return the addresses of a new desk: as asked, otherwise at its host if mail can go there."""
        asked = {"ATUM_MAIL_ADDRESS": self.mail_address, "ATUM_ADMIN_EMAIL": self.admin_email}
        usual = {"ATUM_MAIL_ADDRESS": f"support@{self.host}", "ATUM_ADMIN_EMAIL": f"admin@{self.host}"}
        named = {name: value for name, value in asked.items() if value}
        return usual | named if is_domain(self.host) else named


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `install`."""
    parser.add_argument("--host", help="name or address people type (default: this machine's)")
    parser.add_argument("--certificate", type=Path, help="certificate with its chain, PEM")
    parser.add_argument("--key", type=Path, help="private key of --certificate, PEM")
    parser.add_argument("--no-tls", action="store_true", help="plain HTTP behind another proxy")
    parser.add_argument("--url", help="public address, where another proxy stands before nginx")
    parser.add_argument(
        "--trusted-proxy",
        action="append",
        default=[],
        metavar="NETWORK",
        help="proxy whose X-Forwarded-For is believed; may be repeated",
    )
    parser.add_argument("--mail-address", help="address of a new desk's mailbox (default: support@HOST)")
    parser.add_argument("--admin-email", help="sign-in of a new desk's administrator (default: admin@HOST)")
    parser.add_argument("--from-backup", type=Path, metavar="MANIFEST", help="begin with the state of a backup")
    parser.add_argument("--identity", type=Path, help="private key (age) of an encrypted backup")


def read_options(args: argparse.Namespace, site: Site) -> Options:
    """Return what is to be installed. Raises Refused for what cannot be used or contradicts."""
    _require_sense(args)
    own = site.read_env()
    kept = reused_data.kept_by_rollback(site)
    # The settings belong to the database: a backup has its own.
    reused = not own and not args.from_backup and reused_data.kept_database(site)
    env = kept.env if kept and reused else None
    known = own or (read_env_file(env) if env else _place_of_backup(args))
    was_off = known.get(TLS) == "off"
    off = args.no_tls or (was_off and not args.certificate)
    url = _url(args, known.get("ATUM_URL", ""), off=off, turned=bool(known) and off != was_off)
    proxies = args.trusted_proxy or known.get("ATUM_OPS_PROXIES", "").split(",")
    pair = (args.certificate.absolute(), args.key.absolute()) if args.certificate else None
    host = urlsplit(url).hostname or ""
    kept_tls = kept.tls if kept and kept.tls and tls.is_usable(kept.tls, host) else None
    kind = _tls_kind(known, pair, tls.folder_in_use(site, kept_tls), off=off)
    return Options(
        url=url,
        has_tls=not off,
        tls_kind=kind,
        certificate=pair,
        proxies=[proxy for proxy in proxies if proxy],
        asked=_asked(args, url, kind),
        beginning=env.read_text() if env else "",
        kept_tls=kept_tls,
        mail_address=args.mail_address,
        admin_email=args.admin_email,
        from_backup=args.from_backup.absolute() if args.from_backup else None,
        identity=args.identity.absolute() if args.identity else None,
    )


def _tls_kind(known: dict[str, str], pair: tuple[Path, Path] | None, there: Path | None, *, off: bool) -> str:
    """Return where the certificate comes from: one that was given once stays until another is.

    `there` is the folder of the pair in use, or of one that a removal kept.
    """
    if off:
        return "off"
    was_given = there and (known.get(TLS) == "given" or tls.has_source(there))
    return "given" if pair or was_given else "self-signed"


def _require_sense(args: argparse.Namespace) -> None:
    if bool(args.certificate) != bool(args.key):
        raise CommandRefused("--certificate and --key belong together.")
    if args.no_tls and args.certificate:
        raise CommandRefused("--no-tls and --certificate exclude each other.")
    if args.identity and not args.from_backup:
        raise CommandRefused("--identity is the key of an encrypted --from-backup.")
    if args.host:
        args.host = read_host(args.host)
    if args.url:
        check_url(args.url)
    check_proxies(args.trusted_proxy)
    for flag in ("mail_address", "admin_email"):
        if given := getattr(args, flag):
            check_mail_address(given, f"--{flag.replace('_', '-')}")


def _asked(args: argparse.Namespace, url: str, kind: str) -> dict[str, str]:
    asked = {"ATUM_URL": url, TLS: kind}
    if args.trusted_proxy:
        asked["ATUM_OPS_PROXIES"] = ",".join(args.trusted_proxy)
    return asked


def _url(args: argparse.Namespace, known: str, *, off: bool, turned: bool) -> str:
    """Return the public address: as asked, otherwise as it was, otherwise this machine's.

    `turned` says that TLS is switched on or off, so that the address known is no longer right.
    """
    if args.url:
        return str(args.url)
    before = urlsplit(known)
    if known and not turned and args.host in (None, before.hostname):
        return known
    scheme = before.scheme if known and not turned else "http" if off else "https"
    return f"{scheme}://{bracketed(args.host or before.hostname or machine_name())}"


def _place_of_backup(args: argparse.Namespace) -> dict[str, str]:
    """Return the settings of a server's backup, for its address; none where another is asked for."""
    if not args.from_backup or args.host or args.url:
        return {}
    try:
        manifest = read_manifest(args.from_backup)
    except CommandRefused:
        return {}  # the checks say so, with all else that stands in the way
    backed_up = read_env_file(args.from_backup.parent / manifest.parts["env"].file)
    return backed_up if TLS in backed_up else {}


def machine_name() -> str:
    """Return the name others know this machine by, otherwise its address."""
    name = socket.getfqdn()
    if "." in name and not name.startswith("localhost"):
        return name
    # No packet is sent: it only asks the kernel which address would be used.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "localhost"
        return str(probe.getsockname()[0])
