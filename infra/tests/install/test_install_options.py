"""Flags reach what they name, on a first run and on a later one; without any, everything stays."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from tls_pairs import make_pair

from atumctl.backup.database_contents import DatabaseContents
from atumctl.backup.manifest import BackupPart, Manifest, Uploads
from atumctl.core.output import CommandRefused
from atumctl.core.site import Site
from atumctl.install import install_options, reused_data
from atumctl.install.install_options import Options, read_options
from atumctl.install.reused_data import KeptData
from atumctl.steps import env

SECRET = "s" * 40


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site on a machine of its own, which has a name and no database."""
    monkeypatch.setattr(install_options, "machine_name", lambda: "machine.example")
    monkeypatch.setattr(reused_data, "kept_database", lambda site: False)
    site = Site(tmp_path / "atum desk", root=tmp_path / "machine")
    site.api.mkdir(parents=True)
    return site


def options(site: Site, *words: str) -> Options:
    parser = argparse.ArgumentParser()
    install_options.add_arguments(parser)
    return read_options(parser.parse_args(words), site)


def run(site: Site, *words: str) -> dict[str, str]:
    """Write the settings as an installation does and return them."""
    read = options(site, *words)
    wanted = env.server_settings(site, read.url, 5432, read.tls_kind)
    site.env_file.write_text(env.plan(site, wanted, read.asked).text)
    return site.read_env()


def test_the_host_reaches_url_mailbox_and_administrator(site: Site) -> None:
    read = options(site, "--host", "Desk.Example")
    assert read.url == "https://desk.example"
    assert read.site.host == "desk.example"
    assert read.first_settings == {
        "ATUM_MAIL_ADDRESS": "support@desk.example",
        "ATUM_ADMIN_EMAIL": "admin@desk.example",
    }


def test_addresses_of_a_new_desk_can_be_named(site: Site) -> None:
    words = ("--mail-address", "help@shop.example", "--admin-email", "ada@shop.example")
    named = {"ATUM_MAIL_ADDRESS": "help@shop.example", "ATUM_ADMIN_EMAIL": "ada@shop.example"}
    assert options(site, "--host", "desk.example", *words).first_settings == named
    assert options(site, "--host", "192.0.2.7", *words).first_settings == named


def test_no_mail_can_go_to_an_address_or_a_bare_name(site: Site) -> None:
    assert options(site, "--host", "192.0.2.7").first_settings == {}
    assert options(site, "--host", "::1").url == "https://[::1]"
    assert options(site, "--host", "::1").site.host == "[::1]"


@pytest.mark.parametrize(
    "words",
    [
        *(("--host", "bad;host"), ("--url", "https://bad;host"), ("--admin-email", "ada")),
        *(("--mail-address", "x"), ("--trusted-proxy", "proxy"), ("--certificate", "a.pem")),
        *(("--no-tls", "--certificate", "a", "--key", "b"), ("--identity", "key.txt")),
    ],
)
def test_what_cannot_be_used_is_refused(site: Site, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandRefused):
        options(site, *words)


def test_a_later_run_without_flags_changes_nothing(site: Site) -> None:
    run(site, "--host", "desk.example")
    before = site.env_file.read_text()
    run(site)
    assert site.env_file.read_text() == before
    run(site, "--host", "desk.example")
    assert site.env_file.read_text() == before


def test_a_later_run_with_another_host_changes_the_address_in_its_line(site: Site) -> None:
    run(site, "--host", "desk.example")
    lines = len(site.env_file.read_text().splitlines())
    assert options(site, "--host", "other.example").url == "https://other.example"
    assert run(site, "--host", "other.example")["ATUM_URL"] == "https://other.example"
    assert len(site.env_file.read_text().splitlines()) == lines


def test_a_certificate_given_later_is_written_down(site: Site) -> None:
    assert run(site, "--host", "desk.example")["ATUM_OPS_TLS"] == "self-signed"
    pair = ("--certificate", "a.pem", "--key", "b.pem")
    assert run(site, *pair)["ATUM_OPS_TLS"] == "given"
    site.tls.mkdir(parents=True)
    make_pair(site.tls, "desk.example", names=("certificate.pem", "key.pem"))
    assert run(site)["ATUM_OPS_TLS"] == "given"
    off = run(site, "--no-tls")
    assert (off["ATUM_OPS_TLS"], off["ATUM_URL"]) == ("off", "http://desk.example")
    on = run(site, *pair)
    assert (on["ATUM_OPS_TLS"], on["ATUM_URL"]) == ("given", "https://desk.example")


def test_behind_another_proxy_the_public_address_stays(site: Site) -> None:
    proxied = ("--no-tls", "--url", "https://public.example", "--trusted-proxy", "10.0.0.0/8")
    run(site, *proxied)
    for words in ((), ("--no-tls",), ("--host", "public.example")):
        found = run(site, *words)
        assert found["ATUM_URL"] == "https://public.example", words
        assert found["ATUM_OPS_TLS"] == "off"
    assert run(site, "--trusted-proxy", "10.9.0.0/16")["ATUM_OPS_PROXIES"] == "10.9.0.0/16"


def test_settings_that_a_rollback_kept_are_the_beginning(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    older, newer = (site.kept_folder / f"rollback_2026112{n}_120000" for n in (1, 2))
    for folder, host in ((older, "older"), (newer, "newer")):
        folder.mkdir(parents=True)
        url = f"ATUM_URL=https://{host}.example\nATUM_OPS_TLS=given\nATUM_SECRET={SECRET}\n"
        (folder / "env").write_text(url)
    make_pair(newer / "tls", "newer.example", names=("certificate.pem", "key.pem"))
    assert options(site).beginning == "", "only where its database is used again"
    monkeypatch.setattr(reused_data, "kept_database", lambda site: True)
    read = options(site)
    assert read.url == "https://newer.example"
    assert SECRET in read.beginning
    assert (read.tls_kind, read.kept_tls) == ("given", newer / "tls")
    assert reused_data.kept_by_rollback(site) == KeptData(newer)
    site.env_file.write_text("ATUM_URL=https://mine.example\n")
    assert options(site).beginning == "", "what a person has laid goes before"
    assert options(site).url == "https://mine.example"
    (site.kept_folder / "rollback_20261123_120000").mkdir()
    site.env_file.unlink()
    assert options(site).beginning == "", "what the newest discarded is not another desk's"


def test_a_kept_certificate_is_used_for_its_host_alone(site: Site) -> None:
    folder = site.kept_folder / "rollback_20261121_120000"
    folder.mkdir(parents=True)
    (folder / "env").write_text("")
    make_pair(folder / "tls", "desk.example", names=("certificate.pem", "key.pem"))
    (folder / "tls/source.json").write_text("{}")
    read = options(site, "--host", "desk.example")
    assert (read.kept_tls, read.tls_kind) == (folder / "tls", "given")
    read = options(site, "--host", "other.example")
    assert (read.kept_tls, read.tls_kind) == (None, "self-signed")
    (folder / "tls/key.pem").unlink()
    assert options(site, "--host", "desk.example").kept_tls is None


def test_a_backup_of_a_server_brings_its_address_unless_another_is_asked_for(site: Site, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest_20261121_120000.json"
    part = BackupPart("env_20261121_120000", "", 0)
    made = Manifest(
        "20261121_120000",
        "",
        0,
        "0.1.0",
        "15",
        0,
        DatabaseContents("0001", {}, 0, "", ""),
        Uploads(0, 0),
        {"env": part},
    )
    manifest.write_text(made.to_json())
    from_backup = ("--from-backup", str(manifest))
    (tmp_path / part.file).write_text("ATUM_URL=https://moved.example\nATUM_OPS_TLS=given\n")
    assert options(site, *from_backup).url == "https://moved.example"
    assert options(site, *from_backup, "--host", "here.example").url == "https://here.example"
    assert options(site, *from_backup, "--url", "https://u.example").url == "https://u.example"
    (tmp_path / part.file).write_text("ATUM_URL=http://localhost:8000\n")
    assert options(site, *from_backup).url == "https://machine.example", "it was no server's"
    gone = options(site, "--from-backup", str(tmp_path / "none.json"))
    assert gone.url == "https://machine.example", "that there is none, the checks say with the rest"


def test_without_a_kept_certificate_another_is_made_and_said(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reused_data, "kept_database", lambda site: True)
    folder = site.kept_folder / "rollback_20261121_120000"
    folder.mkdir(parents=True)
    (folder / "env").write_text("ATUM_URL=https://desk.example\nATUM_OPS_TLS=given\n")
    assert options(site).tls_kind == "self-signed"
