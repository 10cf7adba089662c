"""Slows down whoever guesses passwords, and not the person whose password is guessed (ADR 0020).

A wrong password counts against where it came from. A device or a network that the person signed in
with before has a budget of its own; strangers share budgets by network, by the address they name
from there, and by the address they name from anywhere. An address that nobody has is counted alike.
"""

from __future__ import annotations

import hashlib
from ipaddress import IPv6Address, ip_address, ip_network

from atum_desk.http.device_cookie import find_device
from atum_desk.http.rate_limits import RateLimits
from atum_desk.kernel.context import Actor

IPV4_PREFIX = 24
IPV6_PREFIX = 64
# Nobody else guesses against these; the others forgive the one right attempt only, so that an attacker with an
# account of their own cannot begin them anew.
OWN_BUDGETS = ("sign_in_stranger", "sign_in_known_network", "sign_in_known_device")


def network_of(ip: str) -> str:
    """Return the network of an address as one budget counts it: /24, or /64 of IPv6."""
    try:
        address = ip_address(ip.partition("%")[0])
    except ValueError:
        return ip[:64]
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is None:
            return str(ip_network((address, IPV6_PREFIX), strict=False))
        address = address.ipv4_mapped
    return str(ip_network((address, IPV4_PREFIX), strict=False))


def one_spelling(email: str) -> str:
    """Return what all spellings of an address have in common that the database takes for one.

    Its lower() may turn a dotted capital I into a plain i, Python's adds a combining dot.
    """
    return email.strip().lower().replace("\u0307", "")


class SignInThrottle:
    """One attempt to sign in: which budgets it counts against, and what its success changes."""

    def __init__(self, limits: RateLimits, secret: str, *, email: str, ip: str, device_cookie: str | None) -> None:
        self._limits = limits
        self._secret = secret
        self._address = _key(one_spelling(email))
        self._network = network_of(ip)
        self._cookie = device_cookie
        self._counted: list[tuple[str, str]] = []
        self.salt: str | None = None
        self.device: int | None = None

    async def admit(self, salt: str | None) -> None:
        """Count this attempt before its password is looked at. Raises RateLimited.

        `salt` is that of the address' password, None where nobody has it. It stands for the person,
        and a new password makes all their devices and networks strangers.
        """
        self.salt = salt
        if salt is not None:
            self.device = find_device(self._cookie, self._secret, salt)
        for name, key in await self._budgets():
            await self._limits.count_in_steps(name, key)
            self._counted.append((name, key))

    async def succeed(self) -> None:
        """Take the attempt back, begin this place's own budget anew, and know the place from now on."""
        for name, key in self._counted:
            if name in OWN_BUDGETS:
                await self._limits.forget(name, key)
            else:
                await self._limits.forgive(name, key)
        await self._limits.remember_place(self._place())

    async def know_from_now_on(self, salt: str) -> None:
        """Know this network as the person's after a new password, which made all places strangers."""
        self.salt = salt
        await self._limits.remember_place(self._place())

    async def _budgets(self) -> list[tuple[str, str]]:
        """Return what the attempt counts against, as (name, key)."""
        if self.device is not None:
            return [("sign_in_known_device", f"{_key(self.salt or '')} {self.device}")]
        network = ("sign_in_network", self._network)
        if self.salt is not None and await self._limits.is_known_place(self._place()):
            return [network, ("sign_in_known_network", self._place())]
        return [network, ("sign_in_stranger", self._pair()), ("sign_in_address", self._address)]

    def _pair(self) -> str:
        return f"{self._address} {self._network}"

    def _place(self) -> str:
        return _key(f"{self.salt} {self._network}")


class CurrentPasswordThrottle:
    """One proof of the current password by somebody who is signed in.

    A browser's session has a budget of its own; a person's tokens share one, as a token can make more.
    """

    def __init__(self, limits: RateLimits, actor: Actor) -> None:
        self._limits = limits
        by_token = actor.session_kind == "token"
        self._whose = f"tokens of {actor.person_id}" if by_token else f"session {actor.session_id}"

    async def admit(self, salt: str | None) -> None:
        """Count this attempt. Raises RateLimited."""
        await self._limits.count_in_steps("current_password", self._whose)

    async def succeed(self) -> None:
        """Begin anew."""
        await self._limits.forget("current_password", self._whose)


def _key(text: str) -> str:
    """Return a key of bounded length that does not tell what it is made of."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
