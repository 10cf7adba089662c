"""What systemd reports of our services and of those they depend on."""

from __future__ import annotations

from dataclasses import dataclass

from atumctl.core.shell import run
from atumctl.core.site import Site

FOUNDATIONS = ("postgresql", "redis-server", "nginx")
ASKED = (
    *("Id", "ActiveState", "SubState", "Result", "NRestarts", "MainPID", "ControlGroup"),
    *("MemoryCurrent", "MemoryHigh", "MemoryMax"),
)
UNLIMITED = 2**63


@dataclass(frozen=True)
class Unit:
    """A unit's state and what it uses; None where systemd does not count or limit."""

    name: str
    active: str
    sub: str
    result: str
    restarts: int
    pid: int
    group: str
    memory_bytes: int | None
    limit_bytes: int | None

    @property
    def runs(self) -> bool:
        """Say whether it is up."""
        return self.active == "active"

    def __str__(self) -> str:
        words = f"{self.name}: {self.active} ({self.sub})"
        return words if self.result in ("", "success") else f"{words}, result {self.result}"


def read_units(site: Site) -> dict[str, Unit]:
    """Return our units that start with the machine, and the services they stand on, by name."""
    names = [*site.enabled_units, *(f"{name}.service" for name in FOUNDATIONS)]
    done = run(["systemctl", "show", f"--property={','.join(ASKED)}", *names], timeout=4)
    blocks = (block.splitlines() for block in done.stdout.split("\n\n"))
    shown = [dict(line.partition("=")[::2] for line in lines if line) for lines in blocks]
    return {one["Id"]: _unit(one) for one in shown if one.get("Id")}


def _unit(shown: dict[str, str]) -> Unit:
    limits = [_number(shown.get(name)) for name in ("MemoryHigh", "MemoryMax")]
    return Unit(
        name=shown["Id"],
        active=shown.get("ActiveState", ""),
        sub=shown.get("SubState", ""),
        result=shown.get("Result", ""),
        restarts=_number(shown.get("NRestarts")) or 0,
        pid=_number(shown.get("MainPID")) or 0,
        group=shown.get("ControlGroup", ""),
        memory_bytes=_number(shown.get("MemoryCurrent")),
        limit_bytes=min((limit for limit in limits if limit is not None), default=None),
    )


def _number(text: str | None) -> int | None:
    """Return a count; None for `infinity`, `[not set]` and the largest number, which means that."""
    if not text or not text.isdigit():
        return None
    number = int(text)
    return number if number < UNLIMITED else None
