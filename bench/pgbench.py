"""The same SQL from pgbench: what PostgreSQL alone could serve."""

import os
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bench.client import Samples

CLIENT_LIMIT_SECONDS = 60
FEW_TRANSACTIONS = 20


class Pgbench:
    """Runs one script at a time against one database."""

    def __init__(self, program: Path, database_url: str, connections: int) -> None:
        parts = urlsplit(database_url)
        self._program = program
        self._connections = connections
        self._environment = os.environ | {
            "PGHOST": parse_qs(parts.query)["host"][0],
            "PGUSER": parts.username or "",
            "PGDATABASE": parts.path[1:],
            "PGOPTIONS": "-c search_path=atum,public -c jit=off",
        }

    def run(self, script: str, seconds: float) -> Samples:
        """Run a script for so long and return what each transaction took.

        pgbench counts whole seconds: for less, each connection runs a few transactions.
        """
        extent = f"--time={seconds:.0f}" if seconds >= 1 else f"--transactions={FEW_TRANSACTIONS}"
        with tempfile.TemporaryDirectory(prefix="atum-pgbench-") as folder:
            file = Path(folder) / "script.sql"
            file.write_text(script)
            began = time.perf_counter()
            run = subprocess.run(
                [
                    self._program,
                    "--no-vacuum",
                    "--protocol=prepared",
                    f"--file={file}",
                    f"--client={self._connections}",
                    extent,
                    "--log",
                    f"--log-prefix={folder}/log",
                ],
                env=self._environment,
                cwd=folder,
                check=False,
                capture_output=True,
                text=True,
                timeout=seconds + CLIENT_LIMIT_SECONDS,
            )
            if run.returncode != 0:
                raise RuntimeError(f"pgbench failed: {run.stderr[-1000:]}")
            lines = [line for log in Path(folder).glob("log*") for line in log.read_text().splitlines()]
        # The third column is the transaction's time in microseconds.
        latencies = [int(line.split()[2]) / 1e6 for line in lines]
        return Samples(latencies_seconds=latencies, elapsed_seconds=time.perf_counter() - began)
