"""What is said before anything is started."""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from atum_desk.kernel.config.settings import Settings
from atum_desk.launch import preflight
from atum_desk.launch.preflight import check_ports, hold_data_folder
from atum_desk.launch.problems import LaunchError


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_named_with_its_setting_and_its_holder(taken_port: int, free_port: Callable[[], int]) -> None:
    settings = Settings(api_port=free_port(), live_port=taken_port, smtp_port=0)
    with pytest.raises(LaunchError) as refused:
        check_ports(settings)
    said = str(refused.value)
    assert said.startswith(f"Port {taken_port} is taken by process {os.getpid()} (")
    program = Path("/proc/self/cmdline").read_bytes().split(b"\0")[0].decode()
    assert program in said
    assert "set ATUM_LIVE_PORT to another port" in said


def test_free_ports_are_left_free(free_port: Callable[[], int]) -> None:
    settings = Settings(api_port=free_port(), live_port=free_port(), smtp_port=free_port())
    check_ports(settings)
    check_ports(settings)


def test_one_port_for_two_purposes_is_refused(free_port: Callable[[], int]) -> None:
    port = free_port()
    with pytest.raises(LaunchError, match="ATUM_API_PORT and ATUM_SMTP_PORT are both"):
        check_ports(Settings(api_port=port, live_port=free_port(), smtp_port=port))


def test_the_data_folder_is_made_and_held(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "new" / "data")
    with hold_data_folder(settings):
        assert settings.data.stat().st_mode & 0o777 == 0o711
        assert settings.uploads.stat().st_mode & 0o777 == 0o700
        with pytest.raises(LaunchError, match=f"already runs .*process {os.getpid()}"):
            hold_data_folder(settings)
    hold_data_folder(settings).close()


def test_a_data_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LaunchError, match="cannot be written: Not a directory; see ATUM_DATA"):
        hold_data_folder(Settings(data=tmp_path / "file" / "data"))


def test_a_full_disk_is_refused_and_the_folder_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data=tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(preflight, "LEAST_FREE_BYTES", 1 << 62)
        with pytest.raises(LaunchError, match=r"has \d+ MB left; at least \d+ MB are needed"):
            hold_data_folder(settings)
    hold_data_folder(settings).close()
