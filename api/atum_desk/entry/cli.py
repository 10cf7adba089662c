"""The verbs of `./atum`; each imports what it needs when it is called, so that none is slow."""

import asyncio
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from atum_desk.kernel.config.settings import SettingError, ensure_secret, list_settings, load_settings
from atum_desk.launch.problems import LaunchError

app = typer.Typer(
    help="ATUM DESK: a self-hosted help desk.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
mail = typer.Typer(help="Look at mail as the parser does, and prove that none was lost.", no_args_is_help=True)
app.add_typer(mail, name="mail")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
PASS_ON = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}


@app.command()
def up(
    as_json: AsJson = False, demo: Annotated[bool, typer.Option(help="Fill it with a small made-up company.")] = False
) -> None:
    """Start everything on this machine."""
    from atum_desk.launch.supervisor import up as start

    start(load_settings(), as_json=as_json, demo=demo)


@app.command(context_settings=PASS_ON)
def test(context: typer.Context) -> None:
    """Set up what tests need and run them all; further words go to pytest."""
    from atum_desk.launch.suite import run_tests

    raise typer.Exit(run_tests(context.args))


@app.command(context_settings=PASS_ON)
def bench(context: typer.Context) -> None:
    """Measure against a bare application and pgbench; `--help` lists its own options."""
    import os
    import subprocess

    from atum_desk.kernel.config.settings import REPOSITORY

    path = os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "api")])
    command = [sys.executable, "-m", "bench", *context.args]
    done = subprocess.run(command, cwd=REPOSITORY, env=os.environ | {"PYTHONPATH": path}, check=False)
    raise typer.Exit(done.returncode)


@app.command()
def check(
    anew: Annotated[bool, typer.Option("--anew", help="Also run what passed on the same files before.")] = False,
) -> None:
    """Run the fast checks: format, lint, types, import contracts, locks."""
    from atum_desk.launch.checks import run_checks

    raise typer.Exit(0 if run_checks(anew=anew) else 1)


@app.command()
def hook() -> None:
    """Let git run the fast checks before each commit of this working copy."""
    from atum_desk.launch.checks import install_hook

    print(f"{install_hook()} runs ./atum check before each commit.")


@app.command()
def release(
    wheels: Annotated[bool, typer.Option(help="Pack the Python packages in as well.")] = False,
    uncommitted: Annotated[bool, typer.Option(help="Take the tree as it is; the release names what differs.")] = False,
) -> None:
    """Build the archive that a server is installed from, in dist/."""
    from atum_desk.launch.release import build_release

    print(build_release(wheels=wheels, uncommitted=uncommitted))


@app.command()
def settings(as_json: AsJson = False) -> None:
    """Print every setting with its value, where that came from, and what it means."""
    from atum_desk.launch.setting_list import as_lines

    rows = list_settings()
    if as_json:
        import msgspec

        print(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode())
    else:
        print("\n".join(as_lines(rows)))


@app.command()
def migrate(as_json: AsJson = False) -> None:
    """Bring the database to this release's schema, making workspace and administrator if new."""
    import msgspec

    from atum_desk.entry.prepare import find_refused_servers, prepare_database
    from atum_desk.launch.postgres import running_database
    from atum_desk.launch.supervisor import PrintedSignIn

    current = ensure_secret(load_settings())
    with _database_in_words(), running_database(current) as dsn:
        first = asyncio.run(prepare_database(dsn, current))
        refused = asyncio.run(find_refused_servers(dsn, current))
    for one in refused:
        print(f"Mailbox {one.mailbox}, port {one.port}: {one.words}", file=sys.stderr)
    if as_json:
        sign_in = PrintedSignIn(first.email, first.password) if first else PrintedSignIn()
        print(msgspec.json.encode(sign_in).decode())
    elif first:
        print(f"Sign in as {first.email} with the password {first.password} (shown only now).")


@app.command()
def demo() -> None:
    """Fill an empty workspace with a small made-up company."""
    from atum_desk.demo.public import WorkspaceInUse, demo_lines, fill_demo
    from atum_desk.launch.postgres import running_database

    current = ensure_secret(load_settings())
    with _database_in_words(), running_database(current) as dsn:
        try:
            filled = asyncio.run(fill_demo(current, dsn))
            print("\n".join(demo_lines(filled)))
        except WorkspaceInUse as refusal:
            # Said, not failed: `up --demo` starts a second time as well.
            print(refusal.detail)


@app.command()
def password(email: str) -> None:
    """Give a member of the staff a new password and print it."""
    from atum_desk.entry.prepare import reset_password
    from atum_desk.kernel.problems import Problem
    from atum_desk.launch.postgres import running_database

    current = ensure_secret(load_settings())
    with _database_in_words(), running_database(current) as dsn:
        try:
            print(asyncio.run(reset_password(dsn, current, email)))
        except Problem as problem:
            print(f"atum: {problem.detail}", file=sys.stderr)
            raise typer.Exit(1) from problem


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="Words, and conditions such as status:open.")],
    kinds: Annotated[str, typer.Option(help="tickets,contacts,organizations,attachments; all by default.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many of each kind.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Search tickets, contacts, organizations and attachments, as who sees all of them."""
    import msgspec

    from atum_desk.kernel.problems import Problem
    from atum_desk.launch.postgres import running_database
    from atum_desk.search.cli import kinds_of, result_lines, search_on_machine

    current = ensure_secret(load_settings())
    try:
        named = kinds_of(kinds)
        with _database_in_words(), running_database(current) as dsn:
            results = asyncio.run(search_on_machine(current, dsn, text, named, limit))
    except Problem as problem:
        print(f"atum: {problem.detail}", file=sys.stderr)
        raise typer.Exit(1) from problem
    for result in results:
        if as_json:
            print(msgspec.json.encode(result).decode())
        else:
            print("\n".join(result_lines(result, colored=sys.stdout.isatty())) or "Nothing was found.")


@app.command(context_settings=PASS_ON)
def backup(context: typer.Context) -> None:
    """Back up database, uploads and settings; `--verify` proves the backup at once."""
    _operate("backup", context.args)


@app.command(context_settings=PASS_ON)
def verify(context: typer.Context) -> None:
    """Prove a backup, the newest unless named, by restoring it beside the desk."""
    _operate("verify", context.args)


@app.command(context_settings=PASS_ON)
def restore(context: typer.Context) -> None:
    """Bring back the state of a backup; the present state is set aside."""
    _operate("restore", context.args)


@app.command(context_settings=PASS_ON)
def export(context: typer.Context) -> None:
    """Write one backup, the newest unless named, whole as a single archive: `--to FOLDER`."""
    _operate("export", context.args)


@app.command(context_settings=PASS_ON)
def doctor(context: typer.Context) -> None:
    """Measure every trigger of the rollback plan and give the verdict."""
    _operate("doctor", context.args)


def _operate(verb: str, words: list[str]) -> None:
    from atum_desk.launch.operations import run_atumctl

    raise typer.Exit(run_atumctl(load_settings(), [verb, *words]))


@mail.command("parse")
def parse_files(files: list[Path]) -> None:
    """Print what the parser sees in each file, one line of JSON a file."""
    from atum_desk.mime import mail_json, parse_mail

    unread = 0
    for file in files:
        try:
            raw = file.read_bytes()
        except OSError as error:
            print(f"atum: {file} cannot be read: {error.strerror}", file=sys.stderr)
            unread += 1
            continue
        sys.stdout.buffer.write(mail_json(parse_mail(raw)) + b"\n")
    sys.stdout.buffer.flush()
    if unread:
        raise typer.Exit(1)


@mail.command("deliver")
def deliver(
    to: Annotated[list[str], typer.Argument(help="Mailboxes the mail is for.")],
    sender: Annotated[str, typer.Option(help="Envelope sender (MAIL FROM).")] = "",
) -> None:
    """Keep the mail on standard input; for a mail server that pipes (exit codes of sysexits.h)."""
    from atum_desk.entry.piped import deliver_from

    raise typer.Exit(deliver_from(sys.stdin.buffer, to, sender))


@mail.command("audit")
def audit() -> None:
    """Prove that every mail, received or written, is in exactly one state; exit code 1 when one is not."""
    from atum_desk.launch.postgres import running_database
    from atum_desk.mail.public import audit_lines, audit_mail, audit_sent

    current = ensure_secret(load_settings())
    with _database_in_words(), running_database(current) as dsn:
        rows = asyncio.run(audit_mail(current, dsn))
        sent = asyncio.run(audit_sent(current, dsn))
    print("\n".join(audit_lines(rows, sent)))
    if not (all(row.holds for row in rows) and all(row.holds for row in sent)):
        raise typer.Exit(1)


@mail.command("reparse")
def reparse(
    apply: Annotated[bool, typer.Option("--apply", help="Write what differs.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Read every mail, not only what an earlier parser read.")
    ] = False,
) -> None:
    """Read filed mail again after the parser learned something, and show what differs."""
    from atum_desk.entry.reparse import print_differences
    from atum_desk.launch.postgres import running_database

    current = ensure_secret(load_settings())
    with _database_in_words(), running_database(current) as dsn:
        asyncio.run(print_differences(current, dsn, apply=apply, everything=everything))


@app.command()
def canary(as_json: AsJson = False) -> None:
    """Print keys that must open nothing, for `atumctl doctor` to try."""
    import msgspec

    from atum_desk.launch.postgres import running_database
    from atum_desk.operations.public import make_canary

    current = ensure_secret(load_settings())
    with _database_in_words(), running_database(current) as dsn:
        made = asyncio.run(make_canary(current, dsn))
    if as_json:
        print(msgspec.json.encode(made).decode())
        return
    for name, value in msgspec.structs.asdict(made).items():
        print(f"{name}: {value or 'none'}")


@contextlib.contextmanager
def _database_in_words() -> Iterator[None]:
    """Say in a sentence that the database cannot be reached; leave every other error as it is."""
    import asyncpg

    refusals = (
        ConnectionError,
        TimeoutError,
        asyncpg.PostgresConnectionError,
        asyncpg.InvalidAuthorizationSpecificationError,
        asyncpg.InvalidCatalogNameError,
    )
    try:
        yield
    except refusals as error:
        raise LaunchError(f"The database cannot be used: {error}; see ATUM_DATABASE_URL.") from None


def main() -> None:
    """Run a verb; what a person can put right is said in one sentence, without a traceback."""
    try:
        app(prog_name="./atum")
    except (LaunchError, SettingError) as error:
        print(f"atum: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
