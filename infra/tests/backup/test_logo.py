"""The workspace's logo is in a backup as every upload is, and missed where it is gone."""

from __future__ import annotations

import hashlib

from atumctl.backup import backup
from atumctl.core.postgres import Postgres
from atumctl.core.site import Site

CONTENT = b"RIFF of a logo"
NAME = hashlib.sha256(CONTENT).hexdigest()
PATH = f"{NAME[:2]}/{NAME[2:4]}/{NAME}"


def set_logo(site: Site, postgres: Postgres) -> None:
    """Lay a logo's content into the store with the rows that the application writes."""
    file = site.uploads / PATH
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(CONTENT)
    postgres.value(f"""
        set session_replication_role = replica;
        with a as (
          insert into atum.attachments (workspace_id, filename, mime_type, size, sha256, inline)
          select id, 'logo.webp', 'image/webp', {len(CONTENT)}, '{NAME}', true from atum.workspaces
           order by id limit 1 returning id, workspace_id),
        l as (
          insert into atum.workspace_logos (workspace_id, attachment_id, sha256, width, height)
          select workspace_id, id, '{NAME}', 10, 10 from a returning id, workspace_id)
        update atum.workspaces w set logo_id = l.id from l where w.id = l.workspace_id returning w.id""")


def test_a_backup_has_the_logo(site: Site, postgres: Postgres) -> None:
    set_logo(site, postgres)
    manifest = backup.make_backup(site)
    assert manifest.uploads.missing == ()
    assert manifest.contents.rows["atum.workspace_logos"] == 1
    kept = site.backups / "uploads" / NAME[:2] / NAME
    assert kept.read_bytes() == CONTENT


def test_a_backup_names_a_logo_that_the_store_has_lost(site: Site, postgres: Postgres) -> None:
    set_logo(site, postgres)
    (site.uploads / PATH).unlink()
    assert backup.make_backup(site).uploads.missing == (NAME,)
