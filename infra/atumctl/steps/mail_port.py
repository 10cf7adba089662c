"""The mail port, held by systemd, so that no sender is refused while the worker restarts.

The socket's unit belongs to a release, its addresses to the site: `atum-desk-mail.socket` of a
release says how it is passed on, `api/.env` where it listens. A release without that unit listens
itself and needs the port for itself, so the unit goes before it starts.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

from atumctl.core.shell import run
from atumctl.core.site import Site
from atumctl.steps.files import put_file

DEFAULT_PORT = 2525
SECTION = "[Socket]\n"


def number(site: Site) -> int:
    """Return the SMTP port that the settings name; 0 for none."""
    given = _setting(site, "ATUM_SMTP_PORT")
    return int(given) if given.isdigit() else DEFAULT_PORT


def host(site: Site) -> str:
    """Return the address, or the name, that the SMTP port listens on."""
    return _setting(site, "ATUM_SMTP_BIND") or _setting(site, "ATUM_BIND") or "127.0.0.1"


def addresses(site: Site) -> list[str]:
    """Return what systemd listens on for the worker, as ListenStream= has it.

    Raises OSError for a host name that nobody knows.
    """
    port = number(site)
    found = [f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}" for ip in _ips(site)]
    lmtp = _setting(site, "ATUM_LMTP_SOCKET")
    return [*found, lmtp] if lmtp.startswith("/") else found


def render(template: Path, site: Site) -> str | None:
    """Return the socket's unit for a site; None where it has nothing to listen on."""
    lines = [f"ListenStream={one.replace('%', '%%')}\n" for one in addresses(site)]
    if not lines:
        return None
    return template.read_text().replace(SECTION, SECTION + "".join(lines), 1)


def problems(site: Site) -> Iterator[str]:
    """Yield why the SMTP port cannot be where the settings say."""
    try:
        ips = _ips(site)
    except OSError as error:
        yield f"{host(site)}, the host in ATUM_SMTP_BIND, cannot be resolved: {error}."
        return
    for ip in ips:
        try:
            socket.create_server((ip, 0), family=_family(ip)).close()
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                yield f"{ip}, the address in ATUM_SMTP_BIND, is not one of this machine."


def is_held(site: Site) -> bool:
    """Say whether systemd holds the SMTP port for us."""
    asked = ["systemctl", "show", "--property=ActiveState,Listen", site.mail_socket]
    shown = run(asked, check=False).stdout
    return "ActiveState=active" in shown and f":{number(site)} (Stream)" in shown


def follow(site: Site, release: Path) -> bool:
    """Write, alter or remove the socket's unit as a release wants it; for a switch.

    Return whether it has to start: the worker, which wants it, starts it when it restarts, for a
    socket does not start while its service runs.
    """
    template, path = (release / "infra/systemd" / site.mail_socket, site.unit_folder / site.mail_socket)
    try:
        text = render(template, site) if template.is_file() else None
    except OSError:
        return False  # a name that is not known at this moment: what was written stays
    if text is None:
        if path.exists():
            run(["systemctl", "disable", "--now", "--quiet", site.mail_socket], check=False)
            path.unlink()
            run(["systemctl", "daemon-reload"])
        return False
    if path.exists() and path.read_text() == text:
        return not run(["systemctl", "is-active", "--quiet", site.mail_socket], check=False).ok
    # The worker serves on what it was passed until it restarts.
    run(["systemctl", "stop", site.mail_socket], check=False)
    put_file(path, text.encode(), 0o644, "root")
    run(["systemctl", "daemon-reload"])
    run(["systemctl", "enable", "--quiet", site.mail_socket])
    return True


def _setting(site: Site, name: str) -> str:
    """Return a setting as the services read it: a server's have `api/.env` alone."""
    return site.read_env().get(name, "") if site.kind == "server" else site.setting(name, "")


def _ips(site: Site) -> list[str]:
    """Return the addresses of the SMTP port as the worker finds them, each once."""
    if not (port := number(site)):
        return []
    name = host(site)
    with suppress(ValueError):
        ip_address(name)
        return [name]
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def _family(ip: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in ip else socket.AF_INET
