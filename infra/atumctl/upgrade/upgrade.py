"""`atumctl upgrade`: installs a newer release beside the one in use, switches, and goes back if it fails.

The release is installed, a backup is made and proven, and all of it is rehearsed on a copy of that; only
then are the database migrated and the services switched, and watched. When a trigger fires the
services go back and the database stays as it is, with all that has arrived meanwhile.
"""

from __future__ import annotations

import argparse
import shutil
import time
from functools import partial
from pathlib import Path
from typing import Any

from atumctl.backup import backup, verify_backup
from atumctl.backup.manifest import Manifest
from atumctl.core import desk_database, output, releases
from atumctl.core.output import AtumctlError, CommandRefused, Failed, NeedsPerson
from atumctl.core.postgres import Postgres
from atumctl.core.releases import (
    altering,
    installed,
    order,
    other_templates,
    outlive_terminal,
    require_server,
    superfluous,
)
from atumctl.core.shell import reason_of
from atumctl.core.site import Site
from atumctl.steps import release
from atumctl.steps.changes import Changes, undo_journal
from atumctl.upgrade import incoming_release, release_switch, undo, upgrade_steps, watch_after_switch
from atumctl.upgrade.access_log import AccessLog

VERB = "upgrade"
WATCH_SECONDS = 120.0
LOG = "upgrade.log"  # where a run goes on that has lost its terminal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this verb."""
    parser.add_argument("release", type=Path, help="archive of ./atum release, or a tree with web/dist")
    parser.add_argument(
        "--watch",
        type=float,
        metavar="SECONDS",
        help=f"how long the new release is watched (ATUM_OPS_WATCH_SECONDS, {WATCH_SECONDS:g})",
    )


def run(args: argparse.Namespace, site: Site) -> int:
    """Upgrade. Exit code 2 when the rehearsal refuses it, 1 when it was taken back."""
    require_server(site)
    seconds = args.watch
    if seconds is None:
        seconds = site.number("ATUM_OPS_WATCH_SECONDS", WATCH_SECONDS)
    with altering(site):
        outlive_terminal(site.journal / LOG)
        if not args.dry_run:
            for verb in (VERB, release_switch.VERB):
                undo.finish_earlier(site, verb)
        output.step("Checking the release")
        with incoming_release.opened(site, args.release.absolute()) as tree:
            _check(site, tree)
            upgrade = _Upgrade(site, tree, seconds)
            if args.dry_run:
                return upgrade.tell_plan()
            question = f"Upgrade from {upgrade.old} to {upgrade.new}?"
            output.confirm(question, yes=args.yes)
            upgrade.run()
    return 0


def _check(site: Site, tree: Path) -> None:
    """Raise Refused unless a tree is a newer release than the one in use."""
    version, now = release.version_of(tree), releases.current_version(site) or ""
    if order(version) <= order(now):
        raise CommandRefused(
            f"Release {version} is not newer than {now}, which is in use; `rollback --to-release` goes back."
        )
    if version in installed(site):
        present, coming = (release.description(one) for one in (site.release(version), tree))
        if present != coming:
            raise CommandRefused(
                f"Another release {version} is already installed in {site.release(version)}; remove it."
            )
    output.ok(f"{version} is newer than {now}")


class _Upgrade:
    def __init__(self, site: Site, tree: Path, watch_seconds: float) -> None:
        self.old = releases.current_version(site) or ""
        self.new = release.version_of(tree)
        self._site, self._tree, self._watch_seconds = site, tree, watch_seconds
        self._changes = Changes(site, VERB)
        self._touched = False
        self._told: dict[str, Any] = {"from": self.old, "to": self.new}

    def tell_plan(self) -> int:
        site, new = self._site, self.new
        plan = [
            f"install {site.release(new)} with an environment of its own",
            f"back up to {site.backups} and prove it",
            f"rehearse in the database {site.database}_rehearsal, and drop it",
            f"migrate {site.database} to schema {release.description(self._tree)['schema']}",
            f"start {site.bridge} of release {new}, turn {site.current}, restart "
            f"{', '.join(site.services)}, stop the bridge",
            f"watch for {self._watch_seconds:g} s; go back to {self.old} when a trigger fires",
            *(f"remove the release {one}" for one in superfluous(site)),
        ]
        for line in plan:
            output.note(line)
        output.result({"plan": plan})
        return 0

    def run(self) -> None:
        """Do it, or take it back and raise why."""
        try:
            self._do()
        except (Exception, KeyboardInterrupt) as error:
            if isinstance(error, NeedsPerson):
                raise
            raise self._take_back(error) from error
        self._changes.close()
        self._tell_templates()
        self._prune()
        output.step(f"Release {self.new} is in use")
        output.note(f"going back: python3 {str(self._site.current / 'infra/atumctl')!r} rollback --to-release")
        output.result(self._told)

    def _do(self) -> None:
        site, changes = self._site, self._changes
        old = site.release(self.old)
        output.step(f"Release {self.new}, beside {self.old}")
        new = release.install_release(changes, self._tree)
        output.step("Backup and its proof")
        manifest = self._proven_backup()
        output.step("Rehearsal on a copy")
        self._told["rehearsal"] = upgrade_steps.rehearse_on_copy(changes, manifest, old, new).as_json()
        output.step("The running desk")
        before, log = watch_after_switch.baseline(site), AccessLog(site)
        self._touched = True
        self._told["migration_seconds"] = upgrade_steps.migrate(changes, new)
        upgrade_steps.open_to_writing(changes, manifest, before.since)
        self._switch()
        # Should the new API end, nginx finds the old one there in the same moment.
        standing_by = partial(release_switch.keep_on_bridge, site, self.old)
        changes.act(f"release {self.old} stands by", {"kind": "nothing"}, standing_by)
        output.step(f"Watching for {self._watch_seconds:g} s")
        self._watch(before, log)
        release_switch.stop_bridge(site)

    def _proven_backup(self) -> Manifest:
        manifest = backup.make_backup(self._site)
        proof = verify_backup.prove(self._site, self._site.backups / manifest.file)
        if proof.state != "proven":
            raise CommandRefused(f"The backup cannot be proven: {'; '.join(proof.failures)}.")
        output.ok(f"{manifest.file} is proven; recovery takes {proof.recovery_seconds:.1f} s")
        self._told["backup"] = manifest.file
        return manifest

    def _switch(self) -> None:
        began = time.monotonic()
        release_switch.act(self._changes, self.new)
        self._told["switch_seconds"] = round(time.monotonic() - began, 1)

    def _watch(self, before: watch_after_switch.Baseline, log: AccessLog) -> None:
        watch = watch_after_switch.WatchAfterSwitch(self._site, before, log)
        reason = watch.keep(self._watch_seconds)
        self._told |= {"requests": log.total, "failed_requests": log.failed}
        output.note(f"{watch.looks} checks; {log.total} requests, {log.failed} of them failed")
        if reason:
            output.fail(reason)
            raise Failed(f"Release {self.new} was taken back: {reason}")
        output.ok("no trigger fires")

    def _take_back(self, error: BaseException) -> AtumctlError:
        """Undo what was done; return the failure to raise. Raises NeedsPerson when not all goes."""
        cause = reason_of(error)
        if self._changes.journal:
            output.step("Taking it back")
            began = time.monotonic()
            undo_journal(self._changes.journal, undo.inverses(self._site), cause)
            output.note(f"taken back in {time.monotonic() - began:.1f} s")
        if not self._touched:
            return CommandRefused(f"{cause}. The desk was not changed.")
        return Failed(
            f"{cause}. Release {self.old} serves; mail and tickets that arrived meanwhile are "
            f"all there. The schema is at {desk_database.schema_of(Postgres(self._site))}, "
            f"with which release {self.old} works."
        )

    def _tell_templates(self) -> None:
        """Say what only an installation writes, so that nobody waits for it in vain."""
        old, new = (self._site.release(one) for one in (self.old, self.new))
        if others := other_templates(old, new):
            self._told["templates"] = others
            script = self._site.prefix / "infra/scripts/install.sh"
            output.warn(f"{', '.join(others)}: not as in {self.old}; bash '{script}' installs them")

    def _prune(self) -> None:
        """Remove releases that nobody goes back to any more."""
        changes = Changes(self._site, "prune")
        for version in superfluous(self._site):
            remove = partial(shutil.rmtree, self._site.release(version))
            changes.act(f"remove release {version}", {"kind": "nothing"}, remove)
        changes.close()
