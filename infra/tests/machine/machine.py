"""A throw-away Debian with a systemd of its own, driven through the fresh-machine tool."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
PREFIX = "/data/ATUM DESK/atum-desk"
MAX_SECONDS = 900


def fresh_machine_tool() -> Path | None:
    """Return the tool that makes machines, or None where there is none."""
    beside = REPOSITORY.parent / "shared/tools/fresh-machine.sh"
    tool = Path(os.environ.get("ATUM_FRESH_MACHINE") or beside)
    return tool if tool.is_file() else None


def why_no_machine() -> str | None:
    """Return why no machine can be made here, by making one and taking it away; None if it can."""
    tool = fresh_machine_tool()
    if tool is None:
        return "there is no fresh-machine.sh beside the repository nor in ATUM_FRESH_MACHINE"
    with tempfile.TemporaryDirectory(prefix="atum-machine-") as scratch:
        probe = str(Path(scratch) / "probe")
        try:
            for words in (["deps"], ["create", probe], ["boot", probe]):
                done = subprocess.run(
                    ["bash", str(tool), *words],
                    env=os.environ | {"FRESH_NET": "private"},
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    timeout=MAX_SECONDS,
                    check=False,
                )
                if done.returncode != 0:
                    last = (done.stdout.strip().splitlines() or ["no word"])[-1]
                    return f"no throw-away machine can be made here: {words[0]}: {last}"
        finally:
            subprocess.run(["bash", str(tool), "destroy", probe], capture_output=True, check=False)
    return None


@dataclass(frozen=True)
class MachineResult:
    """How a command on the machine ended."""

    code: int
    output: str


class Machine:
    """One machine in a folder; its files are below `root`, also while it is off."""

    def __init__(self, folder: Path) -> None:
        tool = fresh_machine_tool()
        assert tool is not None
        self._tool = tool
        self._folder = folder
        self.root = folder / "rootfs"

    def create(self) -> None:
        """Make a blank machine and boot it."""
        self._call("create", str(self._folder))
        self.boot()

    def boot(self) -> None:
        """Switch it on."""
        self._call("boot", str(self._folder))

    def stop(self) -> None:
        """Switch it off; its files stay."""
        self._call("stop", str(self._folder))

    def destroy(self) -> None:
        """Switch it off and remove it."""
        self._call("destroy", str(self._folder))

    def run(self, *words: str, check: bool = True, timeout: float = MAX_SECONDS, **env: str) -> MachineResult:
        """Run a command as root; with `check` a failure fails the test with all its words."""
        return self._run(words, env, check=check, timeout=timeout)

    def _run(
        self, words: tuple[str, ...], env: dict[str, str], *, check: bool, timeout: float = MAX_SECONDS
    ) -> MachineResult:
        named = ["env", *(f"{name}={value}" for name, value in env.items())] if env else []
        done = self._process("run", str(self._folder), "--", *named, *words, timeout=timeout)
        answer = MachineResult(done.returncode, done.stdout + done.stderr)
        assert not check or answer.code == 0, f"{words} ended with {answer.code}\n{answer.output}"
        return answer

    def sh(self, script: str, *, check: bool = True) -> str:
        """Run a shell script as root and return what it said."""
        return self.run("bash", "-c", f"cd /; {script}", check=check).output

    def lay(self, archive: Path) -> None:
        """Unpack a release where it is to be installed."""
        target = self.path(PREFIX)
        target.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive) as tar:
            for entry in tar:
                entry.name = entry.name.partition("/")[2]
                tar.extract(entry, target, filter="tar", numeric_owner=True)

    def path(self, inside: str) -> Path:
        """Return where a file of the machine is on this one."""
        return self.root / inside.lstrip("/")

    def install(self, *words: str, check: bool = True, **env: str) -> MachineResult:
        """Run install.sh."""
        script = f"{PREFIX}/infra/scripts/install.sh"
        return self._run(("bash", script, "--yes", *words), env, check=check)

    def atumctl(self, *words: str, check: bool = True, **env: str) -> MachineResult:
        """Run a verb of the tool in the tree."""
        return self._run(("python3", f"{PREFIX}/infra/atumctl", *words), env, check=check)

    def rollback(self, *words: str, check: bool = True, **env: str) -> MachineResult:
        """Run rollback.sh --uninstall."""
        script = f"{PREFIX}/infra/scripts/rollback.sh"
        return self._run(("bash", script, "--uninstall", "--yes", *words), env, check=check)

    def remove_tree(self) -> None:
        """Take a tree away that was laid and never installed."""
        shutil.rmtree(self.path(PREFIX), ignore_errors=True)

    def _call(self, *words: str) -> None:
        done = self._process(*words)
        assert done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"

    def _process(self, *words: str, timeout: float = MAX_SECONDS) -> subprocess.CompletedProcess[str]:
        # Its own network: the ports of this machine are in use.
        return subprocess.run(
            ["bash", str(self._tool), *words],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            env=os.environ | {"FRESH_NET": "private"},
        )
