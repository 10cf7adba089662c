"""Checks names and addresses that people enter, before they reach nginx, settings or a shell."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from atumctl.core.output import CommandRefused

LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
MAX_NAME_CHARACTERS = 253
# What may stand before the @. No quote, backslash or dollar sign, which systemd and shells read in their own ways.
LOCAL_PART = re.compile(r"[A-Za-z0-9.!#%&*+/=?^_{|}~-]{1,64}")
URL_PATH = re.compile(r"[A-Za-z0-9._~/-]*")
SCHEMES = ("http", "https")


def read_host(given: str) -> str:
    """Return a host name in lower case and ASCII, or an IP address without brackets.

    Raises Refused for what is neither (RFC 1123, section 2.1).
    """
    plain = given.removeprefix("[").removesuffix("]")
    try:
        return str(ip_address(plain))
    except ValueError:
        pass
    try:
        name = given.lower() if given.isascii() else given.encode("idna").decode().lower()
    except UnicodeError:
        name = ""
    labels = name.split(".")
    named = all(map(LABEL.fullmatch, labels)) and not labels[-1].isdigit()
    if not named or len(name) > MAX_NAME_CHARACTERS:
        raise CommandRefused(f"{given!r} is neither a host name nor an IP address.")
    return name


def bracketed(host: str) -> str:
    """Return a host as URLs and nginx write it: an IPv6 address in brackets."""
    try:
        return f"[{host}]" if isinstance(ip_address(host), IPv6Address) else host
    except ValueError:
        return host


def check_url(given: str) -> None:
    """Raise Refused for what cannot be the address of the desk."""
    try:
        parts = urlsplit(given)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise CommandRefused(f"{given!r} is not a URL: {error}.") from None
    read_host(host)
    whole = bracketed(host) + ("" if port is None else f":{port}")
    plain = parts.netloc.lower() == whole and not parts.query and not parts.fragment
    if parts.scheme not in SCHEMES or not plain or not URL_PATH.fullmatch(parts.path):
        raise CommandRefused(f"{given!r} is not a URL such as https://desk.example.")


def check_mail_address(given: str, flag: str) -> None:
    """Raise Refused for what is no mail address at a domain."""
    local, at, domain = given.rpartition("@")
    if not at or not LOCAL_PART.fullmatch(local) or not is_domain(domain):
        raise CommandRefused(f"{flag} needs an email address; {given!r} is not one.")


def is_domain(host: str) -> bool:
    """Say whether mail can be addressed to a host: a name of two labels or more."""
    try:
        name = read_host(host)
    except CommandRefused:
        return False
    return "." in name and not is_ip_address(name)


def is_ip_address(host: str) -> bool:
    """Say whether a host is an IPv4 or IPv6 address, without brackets."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
