"""Which name servers are asked (`ATUM_MAIL_DNS`), and what it means when they do not answer."""

from __future__ import annotations

from typing import TypeVar

import dns.resolver

from atum_desk.kernel.notices import NoticeError

QUESTION_SECONDS = 2.0
ResolverKind = TypeVar("ResolverKind", bound=dns.resolver.BaseResolver)


class DnsAway(NoticeError):
    """DNS said neither yes nor no."""


def resolver_for(kind: type[ResolverKind], where: str, answer_seconds: float) -> ResolverKind | None:
    """Return a resolver for "system" or an IP address with or without a port; None for "off".

    None also where the system names no server. One question waits `QUESTION_SECONDS`, all that
    lead to an answer together `answer_seconds`.
    """
    if where == "off":
        return None
    try:
        made = kind(configure=where == "system")
    except dns.resolver.NoResolverConfiguration:
        return None
    if where != "system":
        host, port = _host_and_port(where)
        made.nameservers, made.port = [host], port
    made.timeout, made.lifetime = QUESTION_SECONDS, answer_seconds
    return made


def _host_and_port(where: str) -> tuple[str, int]:
    if where.startswith("["):
        host, _, port = where[1:].partition("]")
        return host, int(port.lstrip(":") or 53)
    if where.count(":") > 1:
        return where, 53
    host, _, port = where.partition(":")
    return host, int(port or 53)
