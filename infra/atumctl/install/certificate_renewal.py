"""`atumctl certificate`: copies a renewed certificate and has nginx read it.

A timer runs it every five minutes. A pair that was given is renewed where it came from, by certbot
for instance; it is copied once certificate and key fit each other. Then what nginx serves is
compared with what is installed, so that one replaced by hand is noticed too.
"""

from __future__ import annotations

import argparse
import os

from atumctl.core import health, output, releases
from atumctl.core.output import AtumctlError, CommandRefused, Failed
from atumctl.core.shell import ShellError
from atumctl.core.site import Site
from atumctl.steps import nginx, tls
from atumctl.steps.certificate_check import problem_with
from atumctl.steps.changes import Changes
from atumctl.steps.inverses import INVERSES

VERB = "certificate"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this verb: none but the shared ones."""


def run(args: argparse.Namespace, site: Site) -> int:
    """Bring nginx to the certificate that is there. Raises Failed while that cannot be used."""
    if os.geteuid() != 0:
        raise CommandRefused("Run this as root.")
    if site.read_env().get("ATUM_OPS_TLS", "off") == "off" or not tls.certificate(site).exists():
        output.note("this desk uses plain HTTP and has no certificate")
        return 0
    output.result({"changed": follow(site, dry_run=args.dry_run)})
    return 0


def follow(site: Site, *, dry_run: bool = False) -> list[str]:
    """Copy a renewed pair and have nginx serve what is installed; return the steps that were taken."""
    source = tls.source(site)
    if source and not any(path.exists() for path in source):
        # Given once and taken away since: what was copied stays.
        output.note(f"{source[0]} is gone; its renewal can no longer be followed")
        source = None
    if source and (problem := problem_with(*source)):
        raise Failed(f"{problem}; nginx keeps using the previous pair")
    host = health.host_of(site)
    files = tls.wanted_files(site, host, source, None, self_signed=False)
    if not files and health.serves(tls.certificate(site), host):
        output.ok("nginx serves the current certificate")
        return []
    if problem := "" if files else problem_with(tls.certificate(site), tls.key(site)):
        raise Failed(f"{problem}; nginx keeps using the one it has read")
    try:
        # Not sooner: a look every five minutes must not refuse a person's upgrade.
        with releases.altering(site):
            return _serve(site, files, host, dry_run=dry_run)
    except CommandRefused as refusal:
        # Not a fault: the next run of the timer looks again.
        output.note(f"left to the next run: {refusal}")
        return []


def _serve(site: Site, files: tls.Files, host: str, *, dry_run: bool) -> list[str]:
    changes = Changes(site, VERB, dry_run=dry_run)
    try:
        changes.act("nginx reads its certificate again", {"kind": "reload_nginx"}, _nothing)
        tls.write_pair(changes, files)
        if not dry_run:
            nginx.test_and_reload()
            health.await_certificate(tls.certificate(site), host)
    except (OSError, ShellError, AtumctlError) as error:
        raise changes.undo(INVERSES, str(error).rstrip(".")) from error
    changes.close()
    return changes.steps


def _nothing() -> None:
    """Do nothing yet: nginx reads when the files are written."""
