"""Names of the session cookies, and the tokens a browser presents under them."""

from __future__ import annotations

from collections.abc import Iterable

from atum_desk.kernel.context import Audience

# Two names, so that an agent can look at the portal with the other hand.
STAFF_COOKIE = "atum_staff"
CONTACT_COOKIE = "atum_contact"
COOKIES: dict[Audience, str] = {"staff": STAFF_COOKIE, "contact": CONTACT_COOKIE}
# A browser takes such a cookie over TLS only, for this host only, and from nobody but us (RFC 6265bis, 4.1.3).
HOST_PREFIX = "__Host-"
# Others on the same domain may plant cookies of our name: so many are looked at.
MOST_TOKENS = 4


def tokens_in(headers: Iterable[str], audience: Audience) -> list[str]:
    """Return the session tokens in Cookie headers, those that nobody else can have set first.

    A token has no character that would be quoted. The name without prefix is that of plain HTTP and
    of the release before this one.
    """
    name = COOKIES[audience]
    pairs = [pair.strip().partition("=") for header in headers for pair in header.split(";")]
    wanted = (f"{HOST_PREFIX}{name}", name)
    found = [value for one in wanted for key, _, value in pairs if key == one and value]
    return list(dict.fromkeys(found))[:MOST_TOKENS]
