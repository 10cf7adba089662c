"""The workspace's own name and logo: read by its staff, set by its administrators."""

from __future__ import annotations

from atum_desk.identity.models import Logo, Workspace
from atum_desk.identity.permissions import SETTINGS_ROLES_EDIT
from atum_desk.identity.schemas import WorkspaceChange
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction, UnitOfWork
from atum_desk.kernel.problems import require_text, require_version

LOGO_URL = "/api/v1/logos"


async def get_workspace(transaction: ReadTransaction) -> Workspace:
    """Return the workspace that was entered."""
    row = await transaction.fetchone(
        """select w.id, w.name, w.version, l.sha256, l.width, l.height
             from workspaces w left join workspace_logos l on l.id = w.logo_id
            where w.id = (select ctx_workspace())"""
    )
    return Workspace(row["id"], row["name"], row["version"], logo_of(row["sha256"], row["width"], row["height"]))


def logo_of(sha256: str | None, width: int | None, height: int | None) -> Logo | None:
    """Return the logo of these columns, None where there is none."""
    return Logo(f"{LOGO_URL}/{sha256}", width or 0, height or 0) if sha256 else None


async def set_workspace_logo(work: UnitOfWork, logo_id: int | None) -> None:
    """Let the locked workspace have a logo, or none."""
    await work.execute(
        """update workspaces set logo_id = $1, version = version + 1
            where id = (select ctx_workspace())""",
        logo_id,
    )


async def rename_workspace(database: Database, actor: Actor, change: WorkspaceChange, version: int | None) -> None:
    """Give the workspace another name. Raises VersionConflict and ValidationFailed."""
    async with database.writing(actor, "workspace.rename") as work:
        work.actor.require(SETTINGS_ROLES_EDIT)
        name = require_text("name", change.name)
        row = await work.fetchrow("select name, version from workspaces where id = (select ctx_workspace()) for update")
        assert row is not None, "who entered a workspace sees it"
        require_version(change.version if version is None else version, row["version"])
        if row["name"] == name:
            work.unchanged = True
            return
        await work.execute(
            """update workspaces set name = $1, version = version + 1
                where id = (select ctx_workspace())""",
            name,
        )
        work.summary = {"name": name, "before": row["name"]}
