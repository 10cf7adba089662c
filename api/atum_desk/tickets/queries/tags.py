"""Tags as tickets meet them; managing them is the slice `tags`."""

from __future__ import annotations

from atum_desk.kernel.database.units_of_work import ReadTransaction


async def list_managed(transaction: ReadTransaction, names: list[str]) -> dict[str, str | None]:
    """Return of each managed tag what it is called now, None for one that is retired."""
    rows = await transaction.fetch(
        """select g.name, coalesce(b.name, g.name) as became, coalesce(b.retired, g.retired) as retired
             from tags g left join tags b on b.id = g.became_id
            where g.workspace_id = (select ctx_workspace()) and g.name = any($1)""",
        names,
    )
    return {row["name"]: None if row["retired"] else row["became"] for row in rows}


async def list_tags(transaction: ReadTransaction, prefix: str, limit: int) -> list[str]:
    """Return tags to offer that begin with a prefix, most used first.

    They are those of the newest visible tickets, and managed ones; neither retired ones nor former names.
    """
    rows = await transaction.fetch(OFFERED, prefix, limit)
    return [row["tag"] for row in rows]


OFFERED = """
    select tag
      from (select unnest(n.tags) as tag, 1 as uses
              from (select t.tags from tickets t where t.workspace_id = (select ctx_workspace())
                     order by t.updated_at desc, t.id desc limit 5000) n
             union all
            select g.name, 0 from tags g where g.workspace_id = (select ctx_workspace())) u
     where starts_with(tag, lower($1))
       and not exists (select from tags g where g.workspace_id = (select ctx_workspace()) and g.name = u.tag
                          and (g.retired or g.became_id is not null))
     group by tag order by sum(uses) desc, tag limit $2"""
