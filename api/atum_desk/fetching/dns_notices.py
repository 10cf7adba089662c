"""What the DNS of a mailbox's domain says, and what to think of it."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice, Sayable


class NotFoundOut(Notice, frozen=True):
    """It could not be found out: {reason}"""

    code = "dns.not_found_out"

    reason: Sayable


class DnsOff(Notice, frozen=True):
    """DNS is not asked here (ATUM_MAIL_DNS)."""

    code = "dns.off"


class DnsSilent(Notice, frozen=True):
    """DNS does not answer for {name}."""

    code = "dns.silent"

    name: str


class NoSpf(Notice, frozen=True):
    """Nothing says who may send for the domain, so receivers distrust its mail."""

    code = "dns.no_spf"


class SeveralSpf(Notice, frozen=True):
    """There are several SPF records, so receivers heed none. Put them into one."""

    code = "dns.several_spf"


class SpfNotCompared(Notice, frozen=True):
    """There is a record. No relay with a public address is set that it could be held against."""

    code = "dns.spf_not_compared"


class SpfMacros(Notice, frozen=True):
    """It uses macros, which only a real mail decides. Look at the headers of one that arrived."""

    code = "dns.spf_macros"


class SpfLacks(Notice, frozen=True):
    """It does not name {addresses}, where your relay {relay} sends from."""

    code = "dns.spf_lacks"

    addresses: list[str]
    relay: str


class SpfOpen(Notice, frozen=True):
    """It lets everybody send for the domain. End it with ~all or -all."""

    code = "dns.spf_open"


class SpfGood(Notice, frozen=True):
    """It names {relay}, your relay."""

    code = "dns.spf_good"

    relay: str


class SpfCount(Notice, frozen=True):
    """{domain} has {count} SPF records, and must have one."""

    code = "dns.spf_count"

    domain: str
    count: int


class NoNetwork(Notice, frozen=True):
    """{term} is no network."""

    code = "dns.no_network"

    term: str


class SpfTooLong(Notice, frozen=True):
    """It asks DNS more than {most} times, so receivers give up."""

    code = "dns.spf_too_long"

    most: int


class NotSigned(Notice, frozen=True):
    """This desk signs no mail of the domain. Your relay may; without a signature mail is distrusted."""

    code = "dns.not_signed"


class KeyMissing(Notice, frozen=True):
    """The public key is missing, so nobody can check the signatures."""

    code = "dns.key_missing"


class SeveralKeys(Notice, frozen=True):
    """There are several records, so receivers may take the wrong one. Keep this one only."""

    code = "dns.several_keys"


class KeyWithdrawn(Notice, frozen=True):
    """The key in DNS was withdrawn: signatures made here fail."""

    code = "dns.key_withdrawn"


class OtherKey(Notice, frozen=True):
    """The key in DNS is another one: signatures made here fail."""

    code = "dns.other_key"


class KeyThere(Notice, frozen=True):
    """The public key is there."""

    code = "dns.key_there"


class NoDmarc(Notice, frozen=True):
    """Nothing says what to do with forged mail of the domain; large providers ask for it."""

    code = "dns.no_dmarc"


class SeveralDmarc(Notice, frozen=True):
    """There are several records. Receivers heed none of it."""

    code = "dns.several_dmarc"


class NoDmarcPolicy(Notice, frozen=True):
    """It names no policy (p=) that exists. Receivers heed none of it."""

    code = "dns.no_dmarc_policy"


class DmarcWatches(Notice, frozen=True):
    """It only watches (p=none). Once SPF and DKIM are good, quarantine keeps forgeries out."""

    code = "dns.dmarc_watches"


class DmarcGood(Notice, frozen=True):
    """Forged mail meets p={policy}."""

    code = "dns.dmarc_good"

    policy: str


class PtrOfProvider(Notice, frozen=True):
    """{relay} belongs to {provider}, who sees to this."""

    code = "dns.ptr_of_provider"

    relay: str
    provider: str


class PtrNoRelay(Notice, frozen=True):
    """No relay with a public address is set, so it is not known which address mail comes from."""

    code = "dns.ptr_no_relay"


class PtrGood(Notice, frozen=True):
    """Each address has a name that leads back to it."""

    code = "dns.ptr_good"


class PtrBad(Notice, frozen=True):
    """{address} has no name that leads back to it, and many receivers refuse its mail.
    Whoever gave you the address sets the name."""

    code = "dns.ptr_bad"

    address: str


class NoMx(Notice, frozen=True):
    """No server takes mail for the domain, so nobody can answer you. Put your own mail server's name in."""

    code = "dns.no_mx"


class MxLost(Notice, frozen=True):
    """{servers} has no address, so mail to the domain may not arrive."""

    code = "dns.mx_lost"

    servers: list[str]


class MxGood(Notice, frozen=True):
    """Mail to the domain goes to {server}."""

    code = "dns.mx_good"

    server: str
