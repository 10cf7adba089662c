"""Files, links and folders: written with the mode they need, put back as they were found."""

from __future__ import annotations

import base64
import os
import pwd
import shutil
from pathlib import Path
from typing import Any

from atumctl.core.journal import Inverse
from atumctl.steps.changes import Changes

Found = dict[str, Any]


def write_file(changes: Changes, path: Path, content: str | bytes, *, mode: int = 0o644, owner: str = "root") -> bool:
    """Write a file unless it is so already; return whether anything was to do."""
    raw = content.encode() if isinstance(content, str) else content
    if _is_file_of(path, raw, mode, owner):
        return False
    inverse = {"kind": "restore_file", "path": str(path), "found": found_at(path)}
    changes.act(f"file {path}", inverse, lambda: put_file(path, raw, mode, owner))
    return True


def make_link(changes: Changes, path: Path, target: str) -> bool:
    """Make a symbolic link unless it is so already; return whether anything was to do."""
    if path.is_symlink() and os.readlink(path) == target:
        return False
    inverse = {"kind": "restore_file", "path": str(path), "found": found_at(path)}
    changes.act(f"link {path} -> {target}", inverse, lambda: put_link(path, target))
    return True


def remove_file(changes: Changes, path: Path) -> bool:
    """Remove a file or a link where there is one; return whether there was."""
    if not os.path.lexists(path):
        return False
    inverse = {"kind": "restore_file", "path": str(path), "found": found_at(path)}
    changes.act(f"remove {path}", inverse, path.unlink)
    return True


def make_folder(changes: Changes, path: Path, *, mode: int = 0o755, owner: str = "root") -> bool:
    """Make a folder, or give one its mode and owner; return whether anything was to do."""
    if path.is_dir():
        now = path.stat()
        if now.st_mode & 0o7777 == mode and _name_of(now.st_uid) == owner:
            return False
        kept = {"mode": now.st_mode & 0o7777, "uid": now.st_uid, "gid": now.st_gid}
        inverse = {"kind": "restore_folder_mode", "path": str(path), **kept}
        changes.act(f"mode of {path}", inverse, lambda: _set_mode(path, mode, owner))
        return True
    missing = [p for p in (path, *path.parents) if not p.exists()]
    inverse = {"kind": "remove_folder", "path": str(missing[-1])}

    def make() -> None:
        path.mkdir(mode=mode, parents=True, exist_ok=True)
        _set_mode(path, mode, owner)

    changes.act(f"folder {path}", inverse, make)
    return True


def give_tree(changes: Changes, folder: Path, owner: str) -> bool:
    """Give a folder that is there to a user, with all in it; return whether anything was to do."""
    if not folder.is_dir() or folder.is_symlink():
        return False
    now = folder.stat()
    if _name_of(now.st_uid) == owner:
        return False
    inverse = {"kind": "restore_tree_owner", "path": str(folder), "uid": now.st_uid, "gid": now.st_gid}

    def give() -> None:
        account = pwd.getpwnam(owner)
        _own_all(folder, account.pw_uid, account.pw_gid)

    changes.act(f"owner of {folder} and all in it", inverse, give)
    return True


def restore_tree_owner(inverse: Inverse) -> None:
    """Give a folder and all in it back to whom it belonged."""
    if Path(inverse["path"]).is_dir():
        _own_all(Path(inverse["path"]), inverse["uid"], inverse["gid"])


def _own_all(folder: Path, uid: int, gid: int) -> None:
    for place, folders, names in os.walk(folder):
        for name in (*folders, *names):
            os.chown(Path(place, name), uid, gid, follow_symlinks=False)
    os.chown(folder, uid, gid)  # last: cut off before it, the next run begins again


def found_at(path: Path) -> Found:
    """Return what stands at a path, as `restore` takes it."""
    if path.is_symlink():
        return {"type": "link", "target": os.readlink(path)}
    if not path.exists():
        return {"type": "missing"}
    now = path.stat()
    return {
        "type": "file",
        "content": base64.b64encode(path.read_bytes()).decode(),
        "mode": now.st_mode & 0o7777,
        "uid": now.st_uid,
        "gid": now.st_gid,
        "mtime_ns": now.st_mtime_ns,
    }


def restore_file(inverse: Inverse) -> None:
    """Put back what stood at a path."""
    path, found = Path(inverse["path"]), inverse["found"]
    if found["type"] == "missing":
        path.unlink(missing_ok=True)
    elif found["type"] == "link":
        put_link(path, found["target"])
    else:
        put_file(path, base64.b64decode(found["content"]), found["mode"], "root")
        os.chown(path, found["uid"], found["gid"])
        os.utime(path, ns=(found["mtime_ns"], found["mtime_ns"]))


def restore_folder_mode(inverse: Inverse) -> None:
    """Put back a folder's mode and owner."""
    path = Path(inverse["path"])
    if path.is_dir():
        os.chown(path, inverse["uid"], inverse["gid"])
        path.chmod(inverse["mode"])


def remove_folder(inverse: Inverse) -> None:
    """Remove a folder that was made, and what has come into it since."""
    path = Path(inverse["path"])
    if path.is_dir():
        shutil.rmtree(path)


def remove_new_folders(inverse: Inverse) -> None:
    """Leave it to the journal's end: its own folder holds the journal until then."""


def put_file(path: Path, content: bytes, mode: int, owner: str) -> None:
    """Write a file so that it is there whole or not at all, never readable for others meanwhile."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _set_mode(draft, mode, owner)
    draft.replace(path)


def put_link(path: Path, target: str) -> None:
    """Make or turn a link in one move."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    draft.symlink_to(target)
    draft.replace(path)


def _is_file_of(path: Path, content: bytes, mode: int, owner: str) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    now = path.stat()
    same = now.st_mode & 0o7777 == mode and _name_of(now.st_uid) == owner
    return same and path.read_bytes() == content


def _set_mode(path: Path, mode: int, owner: str) -> None:
    if os.geteuid() == 0:
        account = pwd.getpwnam(owner)
        os.chown(path, account.pw_uid, account.pw_gid)
    path.chmod(mode)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
