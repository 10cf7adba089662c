"""`rollback --uninstall`: the rollback plan, steps 1 to 7 in its order.

A step that fails is told and the next one is taken, for a half-removed installation helps nobody;
the checklist at the end says what is so, by looking, and what needs a person. Run again after a
crash, it goes on: each step looks before it acts, and a proof made before the crash still counts.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import time
from collections.abc import Callable, Iterator

from atumctl.core import output
from atumctl.core.output import CommandRefused, NeedsPerson
from atumctl.core.postgres import Postgres
from atumctl.core.releases import altering
from atumctl.core.shell import ShellError
from atumctl.core.site import Site
from atumctl.uninstall import checklist, kept_data, uninstall_steps
from atumctl.uninstall.other_software import OtherSoftware, read_other_software

Action = Callable[[], object]
TOLD_SECONDS = 1.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of an uninstallation."""
    parser.add_argument("--drop-database", action="store_true", help="drop database and roles too")
    parser.add_argument("--keep-data", action="store_true", help="leave the data folder in place")
    parser.add_argument(
        "--discard-data", metavar="DATABASE", help="go on without a proven backup; the database's name must be typed"
    )


def run(args: argparse.Namespace, site: Site) -> int:
    """Remove the installation and return 0, or 3 when the checklist is not clean.

    Raises Refused, with the services running as before, when no backup can be proven.
    """
    options = _options(args, site)
    _require_something(site, options)
    if args.dry_run:
        _tell_plan(site, options)
        return 0
    output.confirm(f"Remove ATUM DESK from {site.prefix}?", yes=args.yes)
    with altering(site):
        return _uninstall(site, options)


def _uninstall(site: Site, options: uninstall_steps.UninstallOptions) -> int:
    os.chdir("/")
    started = time.time()
    run = kept_data.resume_or_begin(site, read_other_software)
    troubles: list[str] = []
    seconds: dict[str, float] = {}

    def attempt(name: str, action: Action) -> None:
        output.step(name)
        with _timed(name, seconds):
            try:
                action()
            except (OSError, ShellError) as error:
                output.fail(str(error))
                troubles.append(f"{name}: {error}")

    if not options.discard:
        uninstall_steps.drain(site)
    attempt("Step 1: stop all services", lambda: uninstall_steps.stop_all(site, run.journals(site)))
    if not options.discard:
        with _timed("Data preservation: a proven backup", seconds):
            _prove_or_return(site, run)
        attempt("Data preservation: certificate", lambda: kept_data.keep_certificate(site, run))
    attempt("Data preservation", lambda: kept_data.keep_tool(site, run))
    attempt("Step 2: disable services", lambda: uninstall_steps.disable_all(site))
    attempt("Step 3: remove systemd units", lambda: uninstall_steps.remove_units(site))
    attempt("Step 4: restore nginx", lambda: uninstall_steps.restore_nginx(site, run.journals(site)))
    logs = None if options.discard else run.folder / "logs"
    attempt("Logs and stamps", lambda: uninstall_steps.remove_traces(site, logs))
    attempt("Step 5: database", lambda: uninstall_steps.drop_state(site, drop=options.drop_database))
    # One step: the tree may go only when the data is out of it.
    attempt("Step 6: remove the installation", lambda: _remove(site, run, options, seconds))
    output.step("Step 7: verify")
    return _conclude(site, run, options, troubles, seconds, started)


@contextlib.contextmanager
def _timed(name: str, seconds: dict[str, float]) -> Iterator[None]:
    """Keep how long a step took, and tell it where somebody has waited for it."""
    began = time.monotonic()
    yield
    seconds[name] = round(time.monotonic() - began, 1)
    if seconds[name] >= TOLD_SECONDS:
        output.note(f"took {seconds[name]:.1f} s")


def _options(args: argparse.Namespace, site: Site) -> uninstall_steps.UninstallOptions:
    if os.geteuid() != 0:
        raise CommandRefused("rollback --uninstall must be run as root.")
    if site.kind != "server":
        raise CommandRefused("This is no server installation; remove the folder and its data instead.")
    if args.discard_data is not None and args.discard_data != site.database:
        raise CommandRefused(f"--discard-data needs the name of the database, {site.database}.")
    if args.discard_data and args.keep_data:
        raise CommandRefused("--discard-data and --keep-data exclude each other.")
    return uninstall_steps.UninstallOptions(args.drop_database, args.keep_data, args.discard_data is not None)


def _require_something(site: Site, options: uninstall_steps.UninstallOptions) -> None:
    """Raise Refused where nothing is installed, unless a removal is to go on or a database to go."""
    if uninstall_steps.is_installed(site) or kept_data.is_under_way(site):
        return
    words = f"Nothing of ATUM DESK is installed in {site.prefix}; there is nothing to remove."
    if not database_is_here(site):
        raise CommandRefused(words)
    if not (options.drop_database and options.discard):
        raise CommandRefused(
            f"{words} The database {site.database} was kept; --drop-database --discard-data "
            f"{site.database} drops it, without another backup."
        )


def database_is_here(site: Site) -> bool:
    """Say whether the database is there; no where PostgreSQL does not answer."""
    try:
        return Postgres(site).exists(site.database)
    except ShellError:
        return False


def _prove_or_return(site: Site, run: kept_data.Uninstallation) -> None:
    """Make and prove a backup; when that fails, start everything again and refuse."""
    output.step("Data preservation: a proven backup")
    try:
        kept_data.prove_backup(site, run)
    except (OSError, ShellError, CommandRefused) as error:
        down = uninstall_steps.resume(site)
        run.forget()
        state = f"These do not run: {', '.join(down)}." if down else "The services run as before."
        raise CommandRefused(
            f"The backup could not be proven, so nothing was removed: {error} {state} "
            f"--discard-data {site.database} goes on without a backup."
        ) from error
    except KeyboardInterrupt:
        uninstall_steps.resume(site)
        raise


def _remove(
    site: Site, run: kept_data.Uninstallation, options: uninstall_steps.UninstallOptions, seconds: dict[str, float]
) -> None:
    with _timed("Step 6: keep data", seconds):
        kept_data.move_data_out(site, run, options)
    with _timed("Step 6: remove user", seconds):
        uninstall_steps.remove_user(site, run.journals(site))
    with _timed("Step 6: remove tree", seconds):
        uninstall_steps.remove_tree(site, options)


def _conclude(
    site: Site,
    run: kept_data.Uninstallation,
    options: uninstall_steps.UninstallOptions,
    troubles: list[str],
    seconds: dict[str, float],
    started: float,
) -> int:
    before = OtherSoftware(**run.before)
    report = checklist.fill_in(site, options, before, read_other_software(site), run, started)
    output.step("Post-rollback checklist")
    for item in report.items:
        tell = output.ok if item.ok else output.fail
        tell(f"{item.what}: {item.evidence}")
    saved = report.save(run.folder, troubles)
    output.note(f"report    {saved}" if saved else "the report could not be saved")
    output.note(f"kept      {run.folder}")
    kept = {"kept": str(run.folder), "report": str(saved or ""), "seconds": seconds}
    document = report.to_json(troubles) | kept
    if report.ok:
        run.forget()
        output.result(document)
        return 0
    output.result(document)
    wrong = "; ".join(f"{item.what}: {item.evidence}" for item in report.items if not item.ok)
    raise NeedsPerson(
        f"The removal has ended, but this is not as it should be: {wrong}. Correct it and run it again: {run.command()}"
    )


def _tell_plan(site: Site, options: uninstall_steps.UninstallOptions) -> None:
    lines = [
        *([] if options.discard else ["refuse writes", "make a backup and prove it"]),
        f"stop {', '.join(uninstall_steps.all_units(site))}",
        "disable them",
        *(f"remove {path}" for path in uninstall_steps.unit_files(site)),
        *(f"remove {path}" for path in (site.nginx_link, site.nginx_site, site.tls.parent)),
        "restore what the installation changed in nginx, test it, reload it",
        f"{'delete' if options.discard else 'keep'} nginx's logs of it, remove its timers' stamps",
        f"{'drop' if options.drop_database else 'keep'} the database {site.database}",
        f"delete the Redis keys {site.redis_keys}",
        f"{'leave' if options.keep_data else 'move' if not options.discard else 'delete'} {site.data}",
        *(f"remove {path}" for path in uninstall_steps.tree_parts(site, options)),
        f"remove the user {site.user}",
        "fill in the checklist",
    ]
    for line in lines:
        output.note(f"would: {line}")
    output.result({"plan": lines})
