"""What `./atum mail reparse` prints."""

from __future__ import annotations

from atum_desk.kernel.config.settings import Settings
from atum_desk.mail.public import ReparseResult, reparse_all


async def print_differences(settings: Settings, dsn: str, *, apply: bool, everything: bool) -> None:
    """Print each mail that reads differently now, then how many there were."""
    read = differ = 0
    async for result in reparse_all(settings, dsn, apply=apply, everything=everything):
        read += 1
        if result.differences:
            differ += 1
            print("\n".join(_lines(result)))
    ending = "were written" if apply else "would be written with --apply"
    print(f"{read} mails read again, {differ} differ; the differences {ending}.")


def _lines(result: ReparseResult) -> list[str]:
    lines = [f"mail {result.mail_id} (parser {result.parser_version} -> {result.current_version})"]
    for one in result.differences:
        lines.append(f"  {one.field}")
        lines += [f"    {line}" for line in (one.diff or one.parsed or "").splitlines()]
    return lines
