"""`rollback --to-release`: to a release that is still here; the database stays as it is."""

from __future__ import annotations

import argparse
import time

from atumctl.core import desk_database, output
from atumctl.core.journal import Journal
from atumctl.core.output import AtumctlError, CommandRefused
from atumctl.core.postgres import Postgres
from atumctl.core.releases import altering, current_version, installed, needed_schema, previous, require_server, running
from atumctl.core.shell import ShellError, reason_of
from atumctl.core.site import Site
from atumctl.steps.changes import Changes
from atumctl.upgrade.release_switch import VERB, act, frees_port
from atumctl.upgrade.undo import finish_earlier, inverses


def roll_back_to(args: argparse.Namespace, site: Site) -> int:
    """Go to a release that is still here, by default the one before; for `rollback`."""
    require_server(site)
    now, wanted = current_version(site), args.to_release or previous(site)
    check_target(site, wanted)
    if args.dry_run:
        return tell_plan(site, wanted)
    output.confirm(f"Go from release {now} to {wanted}?", yes=args.yes)
    with altering(site):
        # A switch that was interrupted is not undone first: this one brings all to where it should be.
        for journal in Journal.unfinished(site.journal, VERB):
            journal.close("taken up by the next")
        finish_earlier(site, "upgrade")
        changes = Changes(site, VERB)
        began = time.monotonic()
        output.step(f"Switch from {now} to {wanted}")
        try:
            act(changes, wanted)
        except (AtumctlError, ShellError, OSError, KeyboardInterrupt) as error:
            raise changes.undo(inverses(site), reason_of(error)) from error
        changes.close()
    seconds = round(time.monotonic() - began, 1)
    output.ok(f"release {wanted} serves, after {seconds} s")
    output.note("the database stays as it is; mail and tickets that arrived since are all there")
    output.result({"from": now, "to": wanted, "seconds": seconds})
    return 0


def check_target(site: Site, version: str) -> None:
    """Raise Refused unless a release is here and the database has what it needs."""
    if version not in installed(site):
        raise CommandRefused(f"Release {version} is not here; there are {', '.join(installed(site))}.")
    there = desk_database.schema_of(Postgres(site))
    needed = needed_schema(site.release(version))
    if there < needed:
        raise CommandRefused(f"Release {version} needs schema {needed}, the database is at {there}.")


def tell_plan(site: Site, version: str) -> int:
    """Tell what a switch would do."""
    plan = [
        f"start {site.bridge} of release {version} on port {site.bridge_port}",
        f"write the units of release {version} that differ",
        *([f"stop and remove {site.mail_socket}"] if frees_port(site, version) else []),
        f"turn {site.current} to releases/{version}",
        *(f"restart {name}" for name in site.services if running(site, name) != version),
        f"stop {site.bridge}",
    ]
    for line in plan:
        output.note(line)
    output.result({"plan": plan})
    return 0
