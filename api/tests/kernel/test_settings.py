"""Settings: where values come from, what is refused and how it is said."""

import subprocess
import sys
from pathlib import Path

import pytest

from atum_desk.kernel.config import settings as settings_module
from atum_desk.kernel.config.settings import (
    REPOSITORY,
    SettingError,
    Settings,
    ensure_secret,
    list_settings,
    load_service_settings,
    load_settings,
)
from suite.machine_speed import scaled


@pytest.fixture
def env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty `.env` in place of the one beside the code, and no ATUM_ names around."""
    path = tmp_path / ".env"
    monkeypatch.setattr(settings_module, "ENV_FILE", path)
    for row in list_settings({}):
        monkeypatch.delenv(row.name, raising=False)
    monkeypatch.setenv("ATUM_DATA", str(tmp_path / "data"))
    return path


def test_without_anything_given_the_defaults_hold() -> None:
    settings = load_settings({})
    assert (settings.api_port, settings.live_port, settings.smtp_port) == (8000, 8001, 2525)
    assert settings.data == REPOSITORY / "data"
    assert settings.mail_address == "support@atum.localhost"


def test_the_web_application_is_on_the_api_port_unless_it_has_its_own() -> None:
    assert load_settings({"ATUM_API_PORT": "9000"}).web_url == "http://localhost:9000"
    both = load_settings({"ATUM_API_PORT": "9000", "ATUM_WEB_PORT": "9100"})
    assert (both.web_port, both.web_url) == (9100, "http://localhost:9100")


@pytest.mark.parametrize(
    ("given", "live_url"),
    [
        ({}, "ws://localhost:8001/ws/"),
        ({"ATUM_URL": "https://help.example.org"}, "wss://help.example.org/ws/"),
        ({"ATUM_URL": "http://desk.lan:8000", "ATUM_LIVE_PORT": "9"}, "ws://desk.lan:9/ws/"),
        ({"ATUM_WEB_PORT": "8080"}, "ws://localhost:8080/ws/"),
        ({"ATUM_URL": "http://[::1]:8000/"}, "ws://[::1]:8001/ws/"),
    ],
)
def test_the_live_address_is_the_one_a_browser_reaches(given: dict[str, str], live_url: str) -> None:
    assert load_settings(given).live_url == live_url


def test_the_environment_goes_before_the_env_file_and_that_before_the_default(
    env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env_file.write_text('# ports\nexport ATUM_API_PORT=9001  # not 8000\nATUM_LIVE_PORT="9002"\nOTHER=x\n')
    monkeypatch.setenv("ATUM_LIVE_PORT", "9003")
    settings = load_settings()
    assert (settings.api_port, settings.live_port, settings.smtp_port) == (9001, 9003, 2525)
    sources = {row.name: row.source for row in list_settings()}
    assert sources["ATUM_API_PORT"] == "api/.env"
    assert sources["ATUM_LIVE_PORT"] == "environment"
    assert sources["ATUM_SMTP_PORT"] == "default"


def test_an_empty_value_means_the_default() -> None:
    assert load_settings({"ATUM_API_PORT": " "}).api_port == 8000


@pytest.mark.parametrize(
    ("name", "given", "allowed"),
    [
        ("ATUM_API_PORT", "http", "a port number from 1 to 65535"),
        ("ATUM_API_PORT", "0", "a port number from 1 to 65535"),
        ("ATUM_SMTP_PORT", "65536", "a port number from 0 to 65535"),
        ("ATUM_LOG_LEVEL", "loud", "debug, info, warning or error"),
        ("ATUM_URL", "help.example.org", "an http:// or https:// address or nothing"),
        ("ATUM_MAIL_ADDRESS", "support", "a mail address"),
        ("ATUM_TRUSTED_PROXIES", "10.0.0.1, proxy", "IP addresses or networks"),
        ("ATUM_SESSION_DAYS", "1.5", "a whole number from 1 to 365"),
    ],
)
def test_a_bad_value_is_named_with_what_was_given_and_what_is_allowed(name: str, given: str, allowed: str) -> None:
    with pytest.raises(SettingError) as refused:
        load_settings({name: given})
    message = str(refused.value)
    assert message.startswith(f"{name} (from environment) is {given!r}: it must be {allowed}")
    assert "\n" not in message


def test_a_bad_secret_is_refused_without_being_shown() -> None:
    hidden = "hunter2"
    with pytest.raises(SettingError) as refused:
        load_settings({"ATUM_MAIL_RELAY": f"http://user:{hidden}@mail.example.org"})
    assert hidden not in str(refused.value)
    assert "ATUM_MAIL_RELAY" in str(refused.value)


def test_secrets_are_masked_in_lists_and_in_logs() -> None:
    given = {"ATUM_ADMIN_PASSWORD": "correct horse battery"}
    row = next(row for row in list_settings(given) if row.name == "ATUM_ADMIN_PASSWORD")
    assert row.secret
    assert "horse" not in row.value
    assert "horse" not in repr(load_settings(given))
    assert load_settings(given).admin_password == "correct horse battery"


def test_a_misspelt_name_in_the_env_file_is_refused_with_the_nearest(env_file: Path) -> None:
    env_file.write_text("ATUM_API_PROT=1\n")
    with pytest.raises(SettingError, match=r"ATUM_API_PROT in .* the nearest is ATUM_API_PORT"):
        load_settings()


def test_names_of_the_servers_own_tool_are_left_to_it(env_file: Path) -> None:
    env_file.write_text("ATUM_OPS_BACKUP_DAILY=30\nATUM_API_PORT=9000\n")
    assert load_settings().api_port == 9000


def test_a_line_that_is_no_assignment_is_refused_with_its_number(env_file: Path) -> None:
    env_file.write_text("\nATUM_API_PORT\n")
    with pytest.raises(SettingError, match="Line 2 of"):
        load_settings()


def test_every_setting_has_a_sentence_for_its_meaning() -> None:
    rows = list_settings({})
    assert [row.name for row in rows] == [f"ATUM_{field.upper()}" for field in Settings.__struct_fields__]
    assert all(row.meaning.endswith(".") and row.allowed for row in rows)


def test_a_relative_data_folder_is_inside_the_repository() -> None:
    settings = load_settings({"ATUM_DATA": "elsewhere"})
    assert settings.uploads == REPOSITORY / "elsewhere" / "uploads"


def test_the_made_secret_is_private_and_stays(tmp_path: Path) -> None:
    given = {"ATUM_DATA": str(tmp_path / "data")}
    with pytest.raises(SettingError, match="ATUM_SECRET"):
        load_service_settings(given)
    made = ensure_secret(load_settings(given))
    assert made.secret_file.stat().st_mode & 0o777 == 0o600
    assert len(made.secret) >= 32
    assert load_service_settings(given).secret == made.secret
    assert ensure_secret(Settings(data=made.data)).secret == made.secret


@pytest.mark.parametrize("service", ["api", "live", "worker"])
def test_no_service_starts_without_a_secret(service: str, tmp_path: Path) -> None:
    """It would take keys and passwords that follow from nothing."""
    started = subprocess.run(
        [sys.executable, "-m", f"atum_desk.entry.{service}"],
        cwd=REPOSITORY / "api",
        env={"ATUM_DATA": str(tmp_path), "ATUM_DATABASE_URL": "postgresql://127.0.0.1:9/none"},
        check=False,
        capture_output=True,
        text=True,
        timeout=scaled(60),
    )
    assert started.returncode != 0
    assert "neither ATUM_SECRET nor" in started.stderr


def test_trusted_proxies_are_networks() -> None:
    networks = load_settings({"ATUM_TRUSTED_PROXIES": "10.0.0.0/8, ::1"}).trusted_networks
    assert [str(network) for network in networks] == ["10.0.0.0/8", "::1/128"]


def test_the_example_file_names_every_setting_with_its_meaning_and_default() -> None:
    example = (REPOSITORY / "api" / ".env.example").read_text().replace("\n# ", " ")
    for row in list_settings({}):
        default = row.default.removeprefix(f"{REPOSITORY}/")
        if row.name in ("ATUM_WEB_PORT", "ATUM_URL"):
            default = ""
        assert f"\n#{row.name}={default}\n" in example
        assert f"{row.meaning} Allowed: {row.allowed}.\n#{row.name}=" in example
