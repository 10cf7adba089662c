"""What a removal keeps in `/var/backups/atum-desk/rollback_<moment>`: backups, journals, settings."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from atumctl.backup.backup import make_backup
from atumctl.backup.verify_backup import prove, tell
from atumctl.core import output
from atumctl.core.journal import Journal
from atumctl.core.output import CommandRefused
from atumctl.core.own_tree import INFRA
from atumctl.core.site import Site
from atumctl.uninstall.other_software import OtherSoftware
from atumctl.uninstall.uninstall_steps import UninstallOptions

STATE = "unfinished.json"
TOOL = "tool"


@dataclass
class Uninstallation:
    """A removal in progress: where it keeps data, what it found, what was proven."""

    kept_folder: Path
    folder: Path
    began_at: str
    before: dict[str, Any]
    proven: str = ""
    moved: list[str] = field(default_factory=list)

    def save(self) -> None:
        """Keep it over a crash; on a full disk it lives in memory only."""
        with contextlib.suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self.kept_folder / f"{STATE}.new"
            values = {key: value for key, value in asdict(self).items() if key != "kept_folder"}
            draft.write_text(json.dumps(values, default=str))
            draft.replace(self.kept_folder / STATE)

    def forget(self) -> None:
        """Let the next removal begin anew; an empty folder goes as well."""
        (self.kept_folder / STATE).unlink(missing_ok=True)
        for folder in (self.folder, self.kept_folder):
            with contextlib.suppress(OSError):
                folder.rmdir()

    def journals(self, site: Site) -> list[Journal]:
        """Return the journals of installations, from the tree or from where they were moved."""
        folders = (site.journal, self.folder / "journal")
        return [journal for folder in folders for journal in Journal.of_verb(folder, "install")]

    def command(self) -> str:
        """Return the command that goes on, for a tool that may be gone from its tree."""
        tool = self.kept_folder / TOOL / "infra/atumctl"
        return f"python3 {shlex.quote(str(tool))} rollback --uninstall"


def is_under_way(site: Site) -> bool:
    """Say whether a removal was interrupted, or ended with something left to do."""
    return (site.kept_folder / STATE).exists()


def resume_or_begin(site: Site, look: Callable[[Site], OtherSoftware]) -> Uninstallation:
    """Return the removal that was interrupted, or a new one that has looked around first."""
    try:
        kept = json.loads((site.kept_folder / STATE).read_text())
        kept["folder"] = Path(kept["folder"])
        output.note(f"continuing the removal of {kept['began_at']}")
        return Uninstallation(site.kept_folder, **kept)
    except (OSError, ValueError, TypeError):
        moment = datetime.now(UTC)
        folder = site.kept_folder / f"rollback_{moment:%Y%m%d_%H%M%S}"
        run = Uninstallation(site.kept_folder, folder, moment.isoformat(timespec="seconds"), look(site).to_json())
        run.save()
        return run


def prove_backup(site: Site, run: Uninstallation) -> None:
    """Make a backup and prove it, unless this run has; raises Refused when it is not proven."""
    if run.proven:
        output.ok(f"{run.proven} was proven before this run was interrupted")
        return
    manifest = make_backup(site)
    proof = prove(site, site.backups / manifest.file)
    tell(manifest.file, proof)
    if proof.state != "proven":
        raise CommandRefused("; ".join(proof.failures))
    run.proven = manifest.file
    run.save()


def keep_certificate(site: Site, run: Uninstallation) -> None:
    """Copy certificate and key out of nginx's reach, for the way back."""
    if site.tls.is_dir():
        kept = run.folder / "tls"
        shutil.copytree(site.tls, kept, dirs_exist_ok=True)
        kept.chmod(0o700)
        output.ok(f"certificate and key are kept in {kept}")


def keep_tool(site: Site, run: Uninstallation) -> None:
    """Copy this tool out of the tree that is about to go, so that a cut-off removal can go on."""
    tool = run.kept_folder / TOOL
    if INFRA.is_relative_to(tool):
        return
    shutil.rmtree(tool, ignore_errors=True)
    tool.mkdir(mode=0o700, parents=True)
    ignored = shutil.ignore_patterns("tests", "__pycache__")
    shutil.copytree(INFRA, tool / "infra", ignore=ignored)
    (tool / "prefix.json").write_text(json.dumps({"prefix": str(site.prefix)}))
    output.ok(f"the tool is kept in {tool}")


def move_data_out(site: Site, run: Uninstallation, options: UninstallOptions) -> None:
    """Move journals and backups out of the tree, and uploads and settings unless discarded."""
    sources = {"journal": site.journal, "backups": site.backups}
    if not options.discard and not options.keep_data:
        sources |= {"uploads": site.uploads, "quarantine": site.quarantine}
    for name, source in sources.items():
        if source.is_dir() and any(source.iterdir()):
            _move(source, run.folder / name, run, keep=options.keep_data)
    if not options.discard and site.env_file.exists():
        target = run.folder / "env"
        shutil.copyfile(site.env_file, target)
        target.chmod(0o600)
        output.ok(f"{site.env_file} is kept in {target}")


def _move(source: Path, target: Path, run: Uninstallation, *, keep: bool) -> None:
    """Move a folder; within one file system that takes no time and no room."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if keep:
        # What stands in a folder of backups is replaced and never written to, so a link does.
        copy = _link if source.name == "backups" else shutil.copy2
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True, copy_function=copy)
    elif target.exists():
        # Cut off while it was copied from another file system: what is there is not known whole.
        shutil.rmtree(target)
        shutil.move(source, target)
    else:
        shutil.move(source, target)
    _give_to_root(target)
    run.moved.append(target.name)
    run.save()
    output.ok(f"{source} is kept in {target}")


def _link(source: str, target: str) -> None:
    """Give a file a second name, or copy it where that is on another file system."""
    Path(target).unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _give_to_root(folder: Path) -> None:
    """Hand files to root, for the number of the user that goes may be given to somebody else."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, 0, -1, follow_symlinks=False)
