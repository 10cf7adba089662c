"""The rules of the project, each with code that keeps it and code that breaks it."""

import ast
from pathlib import Path

import pytest

from atum_desk.entry.features import FEATURES
from atum_desk.launch import project_rules
from atum_desk.launch.project_rules import (
    API,
    PACKAGE_HOSTS,
    avoided_words,
    checks_in_routes,
    dead_links,
    declared_jobs,
    foreign_imports,
    jobs_named_by_strings,
    long_functions,
    missing_files,
    name_offences,
    revision_offences,
)


def _offences(where: str, code: str) -> list[str]:
    return list(foreign_imports(Path(where), ast.parse(code)))


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("tickets/commands.py", "from atum_desk.contacts.queries import get_contact"),
        ("tickets/commands.py", "import atum_desk.contacts.queries"),
        ("tickets/commands.py", "from atum_desk.contacts import queries"),
        ("tickets/commands.py", "from litestar import get"),
        ("kernel/database/units_of_work.py", "import litestar.di"),
    ],
)
def test_imports_past_public_py_are_found(where: str, code: str) -> None:
    assert len(_offences(where, code)) == 1


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("tickets/commands.py", "from atum_desk.contacts.public import find_contact"),
        ("tickets/commands.py", "from atum_desk.contacts import public"),
        ("tickets/commands.py", "from atum_desk.tickets.queries import get_ticket"),
        ("tickets/commands.py", "from atum_desk.kernel.database.units_of_work import Database"),
        ("tickets/routes.py", "from litestar import get"),
        ("entry/api.py", "from atum_desk.tickets.routes import routes\nfrom litestar import get"),
    ],
)
def test_imports_through_public_py_are_left_alone(where: str, code: str) -> None:
    assert _offences(where, code) == []


def test_a_route_that_checks_a_permission_itself_is_found() -> None:
    code = "def route(view):\n    view.actor.require_any(READ)\n    return view.actor.may(WRITE)"
    assert [said.partition(":")[0] for said in checks_in_routes(ast.parse(code))] == ["2", "3"]


def test_a_job_that_is_named_by_a_string_is_found() -> None:
    code = """
async def f(work, database):
    await work.enqueue("outbox.send", {})
    await work.execute("select enqueue_workspace_job('outbox.send', '{}')")
    name = "mail.confirm"
    async with database.writing(actor, "mail.confirm") as own:
        await own.enqueue(SEND_MAIL, SendMail(outbox_id=1))
    return JobType(name="own.job", parameters=Own)
"""
    jobs = frozenset({"outbox.send", "mail.confirm"})
    found = [
        said.partition(":")[0] for said in jobs_named_by_strings(Path("tickets/commands.py"), ast.parse(code), jobs)
    ]
    assert sorted(set(found)) == ["3", "4", "5", "8"]


def test_the_rule_knows_every_declared_job() -> None:
    assert declared_jobs() == {job.name for feature in FEATURES for job in feature.jobs}


def test_a_function_is_too_long_by_its_body_and_not_by_its_docstring() -> None:
    lines = "\n".join("    pass" for _ in range(40))
    docstring = '    """One.\n\n' + "    more\n" * 30 + '    """\n'
    assert list(long_functions(ast.parse(f"def f():\n{docstring}{lines}"))) == []
    assert list(long_functions(ast.parse(f"def f():\n{lines}\n    pass"))) == ["1: f has 41 lines of 40"]


def test_a_page_that_names_a_file_which_is_gone_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project_rules, "REPOSITORY", tmp_path)
    (tmp_path / "page.md").write_text(
        "`tickets/links.py`, `links.py`, `NNNN_x.sql`; gone: `mail/links.py` and `other.py`."
    )
    names = ["page.md", "api/atum_desk/tickets/links.py"]
    assert list(missing_files(names)) == ["page.md: there is no mail/links.py", "page.md: there is no other.py"]


def test_a_picture_where_the_field_has_a_term_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project_rules, "REPOSITORY", tmp_path)
    (tmp_path / "page.md").write_text("A gate function.\nIndoors, and a door.\n")
    assert list(avoided_words(["page.md"])) == [
        "page.md:2: says door; the word is HTTP route, public.py or gate function"
    ]


def test_a_link_to_a_file_or_heading_that_is_gone_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project_rules, "REPOSITORY", tmp_path)
    (tmp_path / "other.md").write_text("# Here it is: all\n")
    (tmp_path / "page.md").write_text(
        "## Below\n[a](other.md#here-it-is-all) [b](#below) [c](https://example.org/x.md) "
        "[d](gone.md) [e](other.md#gone) [f](#above)"
    )
    assert list(dead_links(["page.md"])) == [
        "page.md: links to gone.md, which there is not",
        "page.md: other.md has no heading #gone",
        "page.md: page.md has no heading #above",
    ]


def test_a_gerund_a_long_file_and_a_class_that_stands_twice_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_rules, "REPOSITORY", tmp_path)
    (tmp_path / "sealing.py").write_text("class Seal:\n    pass\n")
    (tmp_path / "seals.py").write_text("class Seal:\n    pass\n" + "x = 1\n" * 400)
    (tmp_path / "incoming.py").write_text("class Mail:\n    pass\n")
    assert list(name_offences(["sealing.py", "seals.py", "incoming.py"])) == [
        "sealing.py: is named by a gerund; name it after the thing",
        "seals.py: has 402 lines of 400",
        "seals.py: class Seal stands in sealing.py as well",
    ]


def test_hosts_of_package_registries_are_recognised() -> None:
    assert PACKAGE_HOSTS.search("https://registry." + "npm" + "js.org/x")
    assert not PACKAGE_HOSTS.search("https://example.org/")


def test_migrations_are_one_line_from_first_to_last(tmp_path: Path) -> None:
    for name, before in (("0001", "None"), ("0002", '"0001"'), ("0003", '"0001"')):
        text = f'revision = "{name}"\ndown_revision = {before}\n'
        (tmp_path / f"{name}_x.py").write_text(text)
        (tmp_path / f"{name}_x.sql").write_text("")
    assert list(revision_offences(tmp_path)) == ["0003_x.py: its down_revision must be 0002, for there is one head"]
    assert list(revision_offences(API / "migrations" / "versions")) == []
