"""The verbs and the flags they share; a verb's module is imported when it is called."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType, ModuleType
from typing import NoReturn

from atumctl.core import output
from atumctl.core.output import AtumctlError
from atumctl.core.own_tree import TREE
from atumctl.core.releases import current_version
from atumctl.core.shell import ShellError
from atumctl.core.site import DEFAULT_PREFIX, Site
from atumctl.steps.release import version_of

# Of each verb the module that has it, and what it does.
VERBS = {
    "install": ("atumctl.install.install", "install everything on this machine, or bring it up to date"),
    "status": ("atumctl.status", "show what is installed and what runs"),
    "doctor": ("atumctl.doctor.doctor", "measure every trigger of the rollback plan and give a verdict"),
    "watch": ("atumctl.watch.watch", "measure once, keep the evidence, and act if the settings say so"),
    "backup": ("atumctl.backup.backup", "back up database, uploads and settings"),
    "verify": ("atumctl.backup.verify_backup", "prove a backup by restoring it"),
    "restore": ("atumctl.backup.restore", "restore the state of a backup"),
    "export": ("atumctl.backup.export", "write one complete backup to a single archive"),
    "upgrade": ("atumctl.upgrade.upgrade", "upgrade to a newer release, and go back when a trigger fires"),
    "rollback": ("atumctl.rollback", "go back to the previous release, or remove the installation"),
    "certificate": ("atumctl.install.certificate_renewal", "have nginx serve a renewed certificate"),
    "requests": ("atumctl.desk_requests", "run what the Operations page requested"),
}
EXIT_CODES = """exit codes: 0 done; 1 failed, the previous state is restored; 2 refused, nothing was changed;
3 failed and needs a person; the message says what to do"""


def main(words: list[str] | None = None) -> int:
    """Run a verb and return its exit code; what went wrong is said in a sentence."""
    words = sys.argv[1:] if words is None else words
    signal.signal(signal.SIGTERM, _interrupt)
    args = _parser(words).parse_args(words)
    output.prepare(as_json=args.json)
    os.umask(0o022)
    try:
        site = _site(args)
        _hand_over(site, words)
        code: int = args.module.run(args, site)
        return code
    except AtumctlError as error:
        return output.report_error(str(error), error.exit_code)
    except ShellError as error:
        return output.report_error(str(error), 1)
    except KeyboardInterrupt:
        return output.report_error("interrupted", 1)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """Let SIGTERM unwind like Ctrl-C, so that what was begun is undone."""
    raise KeyboardInterrupt


def _parser(words: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("atumctl", description="Operations of ATUM DESK.", epilog=EXIT_CODES)
    parser.set_defaults(json=False)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, (module_name, meaning) in VERBS.items():
        verb = verbs.add_parser(name, help=meaning, description=meaning, epilog=EXIT_CODES)
        if name in words:
            module = importlib.import_module(module_name)
            _add_shared_flags(verb, module)
    return parser


def _add_shared_flags(verb: argparse.ArgumentParser, module: ModuleType) -> None:
    verb.add_argument("--prefix", type=Path, help=f"install root (default: {DEFAULT_PREFIX})")
    verb.add_argument("--dry-run", action="store_true", help="print the exact plan, do nothing")
    verb.add_argument("--json", action="store_true", help="one JSON document on standard output")
    verb.add_argument("--yes", action="store_true", help="ask nothing")
    module.add_arguments(verb)
    verb.set_defaults(module=module)


def _site(args: argparse.Namespace) -> Site:
    prefix = args.prefix.absolute() if args.prefix else _own_prefix()
    # ./atum hands over where its private PostgreSQL is; a server's is found through systemd.
    return Site(prefix, "embedded" if "ATUM_PG_DSN" in os.environ else "server")


def _hand_over(site: Site, words: list[str]) -> None:
    """Let the tool of the release in use do it, as the scripts do, where this is an earlier one's.

    What a later release has written, only its own tool knows.
    """
    tool = site.current / "infra/atumctl"
    if site.prefix.resolve() == TREE and tool.is_dir() and version_of(TREE) != current_version(site):
        os.execv(sys.executable, [sys.executable, str(tool), *words])


def _own_prefix() -> Path:
    """Return the install root this tool lies in, also when it lies in a release of it.

    A copy kept outside any tree has a file beside it that names the root.
    """
    tree = TREE
    named = tree / "prefix.json"
    if named.is_file():
        return Path(json.loads(named.read_text())["prefix"])
    if tree.parent.name == "releases":
        tree = tree.parent.parent
    return tree if (tree / "infra").is_dir() else DEFAULT_PREFIX
