"""How long `./atum up` takes on a data folder that is already there."""

import json
import os
import select
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import msgspec

from atum_desk.kernel.config.settings import REPOSITORY
from bench.bench_database import free_port

START_TIMEOUT_SECONDS = 180.0


class WarmStart(msgspec.Struct):
    """Seconds until everything served; `words` says why there are none."""

    first_seconds: float | None = None
    seconds: float | None = None
    words: str = ""


def measure_start() -> WarmStart:
    """Start everything twice on one fresh data folder."""
    with tempfile.TemporaryDirectory(prefix="atum-bench-start-") as folder:
        ports = {name: str(free_port()) for name in ("API_PORT", "LIVE_PORT", "SMTP_PORT")}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ATUM_")}
        environment = kept | {f"ATUM_{name}": port for name, port in ports.items()}
        environment["ATUM_DATA"] = str(Path(folder) / "data")
        try:
            return WarmStart(first_seconds=_start(environment), seconds=_start(environment))
        except RuntimeError as error:
            return WarmStart(words=str(error))


def _start(environment: dict[str, str]) -> float:
    began = time.perf_counter()
    process = subprocess.Popen(
        [REPOSITORY / "atum", "up", "--json"],
        env=environment,
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stdout
        assert process.stderr
        ready, _, _ = select.select([process.stdout], [], [], START_TIMEOUT_SECONDS)
        line = process.stdout.readline() if ready else b""
        if not line:
            process.send_signal(signal.SIGTERM)
            raise RuntimeError(f"./atum up did not serve: {process.stderr.read()[-300:].decode(errors='replace')}")
        json.loads(line)
        return time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
