"""nginx's site: one file, tested before nginx reads it; a conflicting default site is put aside."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

from atumctl.core.journal import Inverse
from atumctl.core.output import CommandRefused
from atumctl.core.shell import run
from atumctl.core.site import DEFAULT_PREFIX, Site
from atumctl.steps import tls
from atumctl.steps.changes import Changes
from atumctl.steps.files import make_link, remove_file, write_file
from atumctl.steps.templates import fill, tools_folder

BODY_SLACK_BYTES = 1_000_000  # as the application's own limit has it: an upload's envelope
DEFAULT_UPLOAD_BYTES = 26_214_400


@dataclass(frozen=True)
class SiteOptions:
    """How the site is reached."""

    host: str
    tls: bool = True
    proxies: list[str] = field(default_factory=list)


def provide_site(changes: Changes, options: SiteOptions, certificate: tls.Files, *, nginx_is_ours: bool) -> None:
    """Write certificate and site, test all of nginx's settings, and only then have nginx read them."""
    site = changes.site
    default = site.nginx / "sites-enabled/default"
    before = len(changes.steps)
    if certificate or _would_touch(changes, options, default, nginx_is_ours):
        # Written down first, so that it is undone last: when the old files are back.
        changes.act("nginx reads its sites again", {"kind": "forget_site"}, lambda: None)
    tls.write_pair(changes, certificate)
    if nginx_is_ours:
        # The page that came along with the package; where nginx was before, it stays.
        remove_file(changes, default)
    write_file(changes, site.nginx_site, render_site(site, options))
    make_link(changes, site.nginx_link, str(site.nginx_site))
    if len(changes.steps) > before and not changes.dry_run:
        test_and_reload()


def render_site(site: Site, options: SiteOptions) -> str:
    """Return the site's text."""
    template = (tools_folder("nginx") / "atum-desk.conf").read_text()
    body = int(site.number("ATUM_UPLOAD_MAX_BYTES", DEFAULT_UPLOAD_BYTES)) + BODY_SLACK_BYTES
    values = {
        "WEB": str(site.current / "web/dist"),
        "HOST": options.host,
        "BODY_BYTES": str(body),
        "BRIDGE": str(site.bridge_port),
        "LISTEN": _listen(site, options),
        "TLS": _tls_lines(site) if options.tls else "",
        "ASSET_HEADERS": "\n        ".join([*ASSET_HEADERS, HSTS] if options.tls else ASSET_HEADERS),
        "HSTS": HSTS if options.tls else "",
        "REDIRECT": _redirect(site, options) if options.tls else "",
        "REAL_ADDRESS": _real_address(options.proxies),
        "SCHEME": "$atum_desk_scheme" if options.proxies else "$scheme",
    }
    return re.sub(r"\n{3,}", "\n\n", fill(template, values))


def test_and_reload() -> None:
    """Test all settings of nginx and have it read them; start it where it does not run."""
    run(["nginx", "-t", "-q"])
    run(["systemctl", "reload-or-restart", "nginx"])


def reload_nginx(inverse: Inverse) -> None:
    """Have nginx read its settings again, if it is still there and they are right."""
    if run(["systemctl", "is-active", "--quiet", "nginx"], check=False).ok:
        test_and_reload()


def forget_site(inverse: Inverse) -> None:
    """Have nginx read what was put back; where our site was not before, its logs go as well."""
    reload_nginx(inverse)
    site = Site(DEFAULT_PREFIX)
    if not os.path.lexists(site.nginx_link):
        for log in site.nginx_logs.glob("atum-desk.*"):
            log.unlink()


def check_proxies(proxies: list[str]) -> None:
    """Raise Refused for what is neither an address nor a network."""
    for proxy in proxies:
        try:
            ip_network(proxy)
        except ValueError:
            raise CommandRefused(f"{proxy} is neither an IP address nor a network.") from None


# nginx inherits no header into a location that adds one, so each location has them all.
ASSET_HEADERS = [
    'add_header Cache-Control "public, max-age=31536000, immutable" always;',
    "add_header X-Content-Type-Options nosniff always;",
    "add_header Cross-Origin-Opener-Policy same-origin always;",
    "add_header Cross-Origin-Resource-Policy same-origin always;",
    "add_header Referrer-Policy same-origin always;",
    "add_header X-Frame-Options DENY always;",
]
HSTS = 'add_header Strict-Transport-Security "max-age=31536000" always;'


def _would_touch(changes: Changes, options: SiteOptions, default: Path, nginx_is_ours: bool) -> bool:
    site = changes.site
    try:
        same = site.nginx_site.read_text() == render_site(site, options)
    except OSError:
        return True
    linked = site.nginx_link.is_symlink()
    return not (same and linked) or (nginx_is_ours and default.is_symlink())


def _listen(site: Site, options: SiteOptions) -> str:
    port = 443 if options.tls else 80
    suffix = " ssl" if options.tls else ""
    suffix += "" if _has_default_server(site, port) else " default_server"
    lines = [f"listen {port}{suffix}{_http2(options)};"]
    if _has_ipv6(site):
        lines.append(f"listen [::]:{port}{suffix}{_http2(options)};")
    if options.tls and not _old_http2():
        lines.append("http2 on;")
    return "\n    ".join(lines)


def _redirect(site: Site, options: SiteOptions) -> str:
    suffix = "" if _has_default_server(site, 80) else " default_server"
    ipv6 = f"\n    listen [::]:80{suffix};" if _has_ipv6(site) else ""
    return f"""server {{
    listen 80{suffix};{ipv6}
    server_name {options.host};
    return 308 https://$host$request_uri;
}}"""


def _tls_lines(site: Site) -> str:
    lines = [
        f'ssl_certificate "{tls.certificate(site)}";',
        f'ssl_certificate_key "{tls.key(site)}";',
        "ssl_protocols TLSv1.2 TLSv1.3;",
        "ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;",
        "ssl_prefer_server_ciphers off;",
        "ssl_session_cache shared:atum_desk_tls:2m;",
        "ssl_session_timeout 1d;",
        "ssl_session_tickets off;",
    ]
    return "\n    ".join(lines)


def _real_address(proxies: list[str]) -> str:
    if not proxies:
        return ""
    lines = [f"set_real_ip_from {proxy};" for proxy in proxies]
    return "\n    ".join([*lines, "real_ip_header X-Forwarded-For;", "real_ip_recursive on;"])


def _has_default_server(site: Site, port: int) -> bool:
    """Say whether another enabled site answers for unknown names; two such are an error."""
    listening = re.compile(rf"^[^#\n]*\blisten\s+(?:\S*:)?{port}\b[^;]*\bdefault_server", re.MULTILINE)
    folders = (site.nginx / "sites-enabled", site.nginx / "conf.d")
    others = (p for folder in folders for p in folder.glob("*") if p.name != site.nginx_link.name)
    return any(p.is_file() and listening.search(p.read_text(errors="replace")) for p in others)


def _has_ipv6(site: Site) -> bool:
    return (site.root / "proc/net/if_inet6").exists()


def _http2(options: SiteOptions) -> str:
    return " http2" if options.tls and _old_http2() else ""


def _old_http2() -> bool:
    """Say whether nginx knows HTTP/2 only as a word of `listen`: until 1.25."""
    if shutil.which("nginx") is None:
        return True
    done = run(["nginx", "-v"], check=False)
    found = re.search(r"nginx/(\d+)\.(\d+)\.(\d+)", done.stderr + done.stdout)
    return found is None or tuple(map(int, found.groups())) < (1, 25, 1)
