"""The inverses of everything an upgrade does, by their kind."""

from __future__ import annotations

from atumctl import release_switch
from atumctl.journal import Inverses
from atumctl.site import Site
from atumctl.steps.inverses import INVERSES


def inverses(site: Site) -> Inverses:
    """Return every inverse; each is harmless when its step never happened."""
    return {**INVERSES, **release_switch.inverses(site)}
