"""Software on the machine that is not ours, compared before and after a removal."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

from atumctl.core import health
from atumctl.core.postgres import ADMINISTRATION, Postgres
from atumctl.core.shell import ShellError, run
from atumctl.core.site import Site

SERVICES = ("postgresql", "redis-server", "nginx")
PATIENCE_SECONDS = 10.0
UNKNOWN = "unknown"


@dataclass(frozen=True)
class OtherSoftware:
    """Services that run, others' databases, the number of others' Redis keys, others' sites.

    What could not be asked is `unknown`. Of the Redis keys, `expiring` end by themselves; `web` is
    what nginx answers on port 80 to a plain name.
    """

    running: list[str]
    databases: list[str] | str
    redis_keys: int | str
    expiring: int
    sites: list[str]
    web: str

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


def read_other_software(site: Site) -> OtherSoftware:
    """Return what is there besides our installation. Never raises for a service that is down."""
    enabled = site.nginx / "sites-enabled"
    others = [p.name for p in enabled.glob("*") if p.name not in (site.nginx_link.name, "default")]
    return OtherSoftware(
        running=[name for name in SERVICES if _is_running(name)],
        databases=_databases(site),
        redis_keys=count_keys(ours=False),
        expiring=_count_expiring(),
        sites=sorted(others),
        web=_web_answer(),
    )


def count_keys(*, ours: bool) -> int | str:
    """Return how many Redis keys are ours, or others'; `unknown` when Redis does not answer."""
    try:
        our_count = len(our_keys())
        return our_count if ours else _sum_of("keys") - our_count
    except ShellError:
        return UNKNOWN


def our_keys() -> list[str]:
    """Return the names of our Redis keys. Raises ShellError when Redis does not answer."""
    return _redis("--scan", "--pattern", Site.redis_keys).split()


def delete_our_keys() -> int:
    """Delete our Redis keys and no other; return how many there were."""
    keys = our_keys()
    for begin in range(0, len(keys), 500):
        _redis("unlink", *keys[begin : begin + 500])
    return len(keys)


def _count_expiring() -> int:
    try:
        return _sum_of("expires")
    except ShellError:
        return 0


def _sum_of(name: str) -> int:
    """Return a count of `info keyspace`, summed over Redis's databases."""
    return sum(map(int, re.findall(rf"{name}=(\d+)", _redis("info", "keyspace"))))


def _redis(*words: str) -> str:
    command = ["redis-cli", "-u", Site.redis_url, "--no-auth-warning", *words]
    done = run(command, timeout=PATIENCE_SECONDS)
    if done.stderr.strip():
        raise ShellError(command, done.stderr.strip(), done)
    return done.stdout


def _is_running(service: str) -> bool:
    try:
        return run(["systemctl", "is-active", "--quiet", service], check=False, timeout=20).ok
    except ShellError:
        return False


def _databases(site: Site) -> list[str] | str:
    try:
        named = Postgres(site).query(
            "select datname from pg_database where not datistemplate order by 1", ADMINISTRATION
        )
    except ShellError:
        return UNKNOWN
    ours = re.compile(rf"{site.database}(_[a-z]+_\d.*)?$")
    return [row[0] for row in named if not ours.match(row[0])]


def _web_answer() -> str:
    try:
        status, _ = health.ask(80, "/", host="localhost")
    except OSError as error:
        return f"no answer: {error}"
    return str(status)
