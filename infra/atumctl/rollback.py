"""`atumctl rollback`: to the previous release, or the whole plan with `--uninstall`."""

from __future__ import annotations

import argparse

from atumctl.core.site import Site
from atumctl.uninstall import uninstall
from atumctl.upgrade import switch_back


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this verb."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--uninstall", action="store_true", help="remove the installation")
    what.add_argument(
        "--to-release",
        nargs="?",
        const="",
        metavar="VERSION",
        help="go back to a release that is still here (default: the previous one)",
    )
    uninstall.add_arguments(parser)


def run(args: argparse.Namespace, site: Site) -> int:
    """Roll back in the way that was asked for."""
    if args.uninstall:
        return uninstall.run(args, site)
    return switch_back.roll_back_to(args, site)
