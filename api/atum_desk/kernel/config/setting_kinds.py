"""What a setting may hold: the kinds of value, how a text becomes one, and what is said if not."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Meta

from atum_desk.kernel.outgoing.rules import parse_allow_list

MAIL_ADDRESS = r"^[^@\s<>(),;:\"\\]+@[^@\s<>(),;:\"\\]+\.[^@\s<>(),;:.\"\\]+$"
DATABASE_URL = r"^$|^postgres(ql)?://\S+$"
REDIS_URL = r"^$|^(rediss?|unix)://\S+$"
RELAY_URL = r"^$|^smtps?://([^\s/@]+@)?[^\s/:@]+(:[0-9]+)?/?$"
WEB_URL = r"^$|^https?://[^\s/]+\S*$"
DNS_SERVER = r"^(system|off|[0-9.]+(:[0-9]+)?|\[?[0-9A-Fa-f:]+\]?(:[0-9]+)?)$"
CLAMD = r"^$|^unix:/\S+$|^tcp://[^\s/:]+:[0-9]+/?$"
HOST = r"^[0-9A-Za-z.:_-]+$"
HOST_OR_NOTHING = r"^[0-9A-Za-z.:_-]*$"


class SettingError(Exception):
    """A setting cannot be used as given; the message is one sentence for the person who set it."""


def text(meaning: str, allowed: str, pattern: str | None = None, *, secret: bool = False) -> Meta:
    """Describe a text setting; `allowed` ends the sentence "it must be ..."."""
    return Meta(description=meaning, pattern=pattern, extra={"allowed": allowed, "secret": secret})


def number(meaning: str, allowed: str, ge: int, le: int | None = None) -> Meta:
    """Describe a whole number with its lowest and highest value."""
    extra = {"allowed": f"a whole number {allowed}", "secret": False}
    return Meta(description=meaning, ge=ge, le=le, extra=extra)


def port(meaning: str, *, lowest: int = 1) -> Meta:
    """Describe a TCP port; where the lowest is 0, 0 turns it off."""
    extra = {"allowed": f"a port number from {lowest} to 65535", "secret": False}
    return Meta(description=meaning, ge=lowest, le=65535, extra=extra)


def is_secret(meta: Meta) -> bool:
    """Say whether a setting's value must not be shown."""
    return bool((meta.extra or {})["secret"])


def allowed(meta: Meta) -> str:
    """Return what a setting may be, in words."""
    return str((meta.extra or {})["allowed"])


def convert(name: str, given: str, source: str, kind: Any, meta: Meta) -> Any:
    """Return `given` as the setting's type; raises SettingError naming the setting and the rule."""
    try:
        value = msgspec.convert(given, type=kind, strict=False, dec_hook=_decode)
    except ValueError as error:
        problem = "cannot be used" if is_secret(meta) else f"is {given!r}"
        raise SettingError(f"{name} (from {source}) {problem}: it must be {allowed(meta)}.") from error
    return value


def networks(given: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return IP networks from a list separated by commas; a lone address is a network of one."""
    parts = (part.strip() for part in given.split(","))
    return tuple(ip_network(part, strict=False) for part in parts if part)


class Networks(str):
    """A text of IP addresses and networks separated by commas."""


class AllowList(str):
    """A text of networks, addresses and host names, each with or without a port."""


def _decode(kind: type, value: Any) -> Any:
    if kind is Path:
        return Path(value).expanduser()
    if kind is Networks:
        networks(value)
        return Networks(value)
    if kind is AllowList:
        parse_allow_list(value)
        return AllowList(value)
    raise NotImplementedError(kind)
