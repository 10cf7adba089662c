"""What stands between the failures and pytest's closing line."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from _pytest.terminal import TerminalReporter

from suite.allowed_skips import AllowedSkip, Skip

MOST_LINES_OF_FAILURE = 40
MOST_TESTS_NAMED = 3


@dataclass(frozen=True)
class FlakyTest:
    """A test that failed and passed when it was run once more; the text is the failure's."""

    test: str
    text: str

    @property
    def folder(self) -> str:
        return self.test.partition("::")[0].rpartition("/")[0]


@dataclass(frozen=True)
class Printed:
    """Everything that a run says beside pytest's own words."""

    skips: list[tuple[Skip, AllowedSkip]]
    stale: list[AllowedSkip]
    slow: list[tuple[str, float]]
    slow_limit_seconds: float
    folders: list[tuple[str, int, float]]
    flaky: list[FlakyTest]


def write_summary(terminal: TerminalReporter, said: Printed, folder: Path | None) -> None:
    """Print each section that has something in it, and keep skips and flaky tests in `folder`."""
    flaky = [line for one in said.flaky for line in _flaky_lines(one)]
    skips = _skip_lines(said.skips)
    stale = [f"{one.tests}: {one.reason} ({_conditions(one)})" for one in said.stale]
    slow = [f"{seconds:6.1f} s  {test}" for test, seconds in said.slow]
    limit = f"slower than {said.slow_limit_seconds:.0f} s without @pytest.mark.slow(why)"
    _section(terminal, "time by folder", _folder_lines(said.folders))
    _section(terminal, limit, slow)
    _section(terminal, "allowed skips that no test needed, though their condition holds", stale)
    _section(terminal, "skipped, with an allowed reason", skips)
    _section(terminal, "flaky: failed, and passed when run once more alone", flaky)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, lines in (("flaky", flaky), ("skips", skips), ("stale", stale), ("slow", slow)):
            (folder / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines))
        parts, _colour = terminal.build_summary_stats_line()
        (folder / "closing.txt").write_text(f"{', '.join(text for text, _markup in parts)}\n")


def _section(terminal: TerminalReporter, title: str, lines: list[str]) -> None:
    if lines:
        terminal.section(title)
        for line in lines:
            terminal.write_line(line)


def _flaky_lines(one: FlakyTest) -> list[str]:
    text = one.text.splitlines()
    left_out = len(text) - MOST_LINES_OF_FAILURE
    shown = [f"({left_out} lines before)", *text[left_out:]] if left_out > 0 else text
    return [f"{one.test}  (in {one.folder})", *(f"    {line}" for line in shown)]


def _skip_lines(skips: list[tuple[Skip, AllowedSkip]]) -> list[str]:
    groups: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for skip, entry in skips:
        file = skip.test.partition("::")[0]
        groups[file, skip.kind, skip.reason, entry.why].append(skip.test.partition("::")[2])
    lines = []
    for (file, kind, reason, why), tests in groups.items():
        said = reason if kind == "skipped" else f"{kind}: {reason}"
        named = [test for test in tests if test][:MOST_TESTS_NAMED]
        more = [f"{len(tests) - len(named)} more"] if 0 < len(named) < len(tests) else []
        which = f" ({', '.join([*named, *more])})" if named else ""
        lines.append(f"{len(tests):4}  {file}{which}: {said}; allowed: {why}")
    return lines


def _conditions(entry: AllowedSkip) -> str:
    return ", ".join(f"{name} {value}" for name, value in entry.conditions.items())


def _folder_lines(rows: list[tuple[str, int, float]]) -> list[str]:
    if not rows:
        return []
    total = sum(seconds for _, _, seconds in rows)
    width = max(len("folder"), *(len(folder) for folder, _, _ in rows))
    lines = [f"{'folder':<{width}}  tests  seconds  share"]
    lines += [
        f"{folder:<{width}}  {tests:5}  {seconds:7.1f}  {seconds / (total or 1):5.0%}"
        for folder, tests, seconds in rows
    ]
    count = sum(tests for _, tests, _ in rows)
    return [*lines, f"{'all, added up over processes':<{width}}  {count:5}  {total:7.1f}"]
