"""`atumctl rollback`: to the previous release, or the whole plan with `--uninstall`."""

from __future__ import annotations

import argparse
from importlib import import_module
from importlib.util import find_spec

from atumctl import uninstall
from atumctl.site import Site

SWITCH = "atumctl.release_switch"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this verb."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--uninstall", action="store_true", help="remove the installation")
    if find_spec(SWITCH):
        what.add_argument(
            "--to-release", nargs="?", const="", metavar="VERSION",
            help="go back to a release that is still here (default: the previous one)",
        )  # fmt: skip
    uninstall.add_arguments(parser)


def run(args: argparse.Namespace, site: Site) -> int:
    """Roll back in the way that was asked for."""
    if args.uninstall:
        return uninstall.run(args, site)
    code: int = import_module(SWITCH).roll_back_to(args, site)
    return code
