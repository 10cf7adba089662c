"""`./atum check`: what can be known about the working copy without running it."""

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import msgspec

from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.launch.node import Node
from atum_desk.launch.passed_checks import PassedChecks
from atum_desk.launch.problems import LaunchError
from atum_desk.launch.project_rules import API, broken_code_rules, broken_rules
from atum_desk.launch.source_checks import committed_secrets, dead_code, foreign_licences
from atum_desk.launch.typed_code import mypy_arguments, mypy_environment
from atum_desk.launch.web_build import WEB, install_web_packages

INFRA = REPOSITORY / "infra"
MOST_SHOWN_LINES = 60
# What tsc found in each file, by the file's content: those that did not change are not checked again.
KNOWN_TYPES = "node_modules/.cache/types7.json"
AT_ONCE = 2
# They take longer than all others together: whichever began late would be waited for alone.
FIRST = ("types", "web types")
# What the checks read, as beginnings of paths.
EVERYTHING = ("",)
PYTHON = ("api/", "bench/", "infra/")
PRODUCT = ("api/atum_desk/", "api/openapi.json")
SENTENCES = ("api/atum_desk/", "web/src/locales/en/notices.json")
FEATURE_LISTS = ("web/src/app/features.ts", "web/src/features/")
TYPESCRIPT = ("web/",)
CLIENT = ("web/src/api/", "web/scripts/", "api/openapi.json")
LOCKS = ("api/requirements", "web/package")


HOOK = """#!/bin/sh
# Written by ./atum hook.
cd "$(git rev-parse --show-toplevel)" && exec ./atum check
"""


class CheckOutcome(msgspec.Struct, frozen=True):
    """What one check found; `words` is empty when nothing is wrong."""

    name: str
    words: str
    seconds: float


class SourceCheck(msgspec.Struct, frozen=True):
    """One check; `run` returns what is wrong, and `reads` are the beginnings of the paths that it looks at."""

    name: str
    reads: tuple[str, ...]
    run: Callable[[], str]


def run_checks(*, anew: bool = False) -> bool:
    """Run every check, print a line for each, and say whether all passed.

    A check that passed on the same files before is not run again, unless `anew`.
    """
    checks = [*_python_checks(), *_web_checks(install_web_packages())]
    passed = PassedChecks()
    keys = {check.name: passed.key(check.name, check.reads) for check in checks}
    to_run = [check for check in checks if anew or not passed.has(check.name, keys[check.name])]
    if len(to_run) < len(checks):
        print(f"check: {len(checks) - len(to_run)} of {len(checks)} passed on these files before", flush=True)
    to_run.sort(key=lambda check: check.name not in FIRST)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = [pool.submit(_run, check) for check in to_run]
        outcomes = [_report(run.result()) for run in as_completed(runs)]
    for outcome in outcomes:
        if not outcome.words:
            passed.add(outcome.name, keys[outcome.name])
    passed.write()
    failed = sorted(outcome.name for outcome in outcomes if outcome.words)
    if failed:
        print(f"check: failed: {', '.join(failed)}", flush=True)
    return not failed


def install_hook() -> Path:
    """Write git's pre-commit hook of this working copy, and return it.

    Raises LaunchError where another hook stands, or where this is no working copy.
    """
    asked = subprocess.run(
        ["git", "rev-parse", "--git-path", "hooks"], cwd=REPOSITORY, check=False, capture_output=True, text=True
    )
    if asked.returncode:
        raise LaunchError("This is no working copy of git; a hook belongs to one.")
    path = REPOSITORY / asked.stdout.strip() / "pre-commit"
    if path.exists() and path.read_text(encoding="utf-8") != HOOK:
        raise LaunchError(f"{path} stands already and is not ours; add ./atum check to it by hand.")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HOOK, encoding="utf-8")
    path.chmod(0o755)
    return path


def _python_checks() -> list[SourceCheck]:
    python = sys.executable
    beside = [path for path in (REPOSITORY / "bench", INFRA) if path.exists()]
    code = [str(path) for path in (API, *beside)]
    ruff = [python, "-m", "ruff"]
    configured = ["--config", str(API / "pyproject.toml"), "--output-format=concise"]
    return [
        SourceCheck("types", PYTHON, _command([python, "-m", "mypy", *mypy_arguments()], API, mypy_environment())),
        SourceCheck("format", PYTHON, _command([*ruff, "format", "--check", *configured, *code], API)),
        SourceCheck("lint", PYTHON, _command([*ruff, "check", *configured, *code], API)),
        SourceCheck("imports", PYTHON, _command([python, "-c", LINT_IMPORTS], API)),
        SourceCheck("infra imports", PYTHON, _command([python, "-c", LINT_IMPORTS], INFRA)),
        SourceCheck("api document", PRODUCT, _command([python, "-m", "atum_desk.entry.openapi", "--check"], API)),
        SourceCheck("sentences", SENTENCES, _command([python, "-m", "atum_desk.entry.notices", "--check"], API)),
        SourceCheck("code rules", PYTHON + FEATURE_LISTS, lambda: "\n".join(broken_code_rules())),
        SourceCheck("tree", EVERYTHING, lambda: "\n".join(broken_rules())),
        SourceCheck("dead code", PYTHON, lambda: "\n".join(dead_code())),
        SourceCheck("secrets", EVERYTHING, lambda: "\n".join(committed_secrets())),
        SourceCheck("licences", LOCKS, lambda: "\n".join(foreign_licences())),
    ]


# The command's own script has a shebang, which breaks in a path with spaces.
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as run; run(['--no-logo'])"


def _web_checks(node: Node) -> list[SourceCheck]:
    def tool(path: str, *words: str) -> Callable[[], str]:
        return _command([node.program, f"node_modules/{path}", *words], WEB)

    checks = [
        SourceCheck(
            "web types",
            TYPESCRIPT,
            tool("typescript7/bin/tsc", "--noEmit", "--incremental", "--tsBuildInfoFile", KNOWN_TYPES),
        ),
        SourceCheck(
            "web lint",
            TYPESCRIPT,
            tool("@biomejs/biome/bin/biome", "check", "--colors=off", "--diagnostic-level=error", "."),
        ),
        SourceCheck("web dead code", TYPESCRIPT, tool("knip/bin/knip.js", "--no-progress", "--no-config-hints")),
    ]
    if (WEB / "scripts/generate.mjs").exists():
        generate = [node.program, "scripts/generate.mjs", "--check"]
        checks.append(SourceCheck("web client", CLIENT, _command(generate, WEB)))
    return checks


def _command(command: list[str], cwd: Path, environment: dict[str, str] | None = None) -> Callable[[], str]:
    """Return a check that passes when a command ends well; otherwise its output says why."""

    def run() -> str:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return (done.stdout.strip() or "failed without a word") if done.returncode else ""

    return run


def _run(check: SourceCheck) -> CheckOutcome:
    started = time.monotonic()
    words = check.run()
    return CheckOutcome(check.name, words, time.monotonic() - started)


def _report(outcome: CheckOutcome) -> CheckOutcome:
    lines = outcome.words.splitlines()
    word = "FAILED" if lines else "ok"
    print(f"check: {outcome.name:<12} {word:<6} {outcome.seconds:5.1f} s", flush=True)
    for line in lines[:MOST_SHOWN_LINES]:
        print(f"  {line}")
    if len(lines) > MOST_SHOWN_LINES:
        print(f"  and {len(lines) - MOST_SHOWN_LINES} lines more")
    return outcome
