"""Statements about the vocabulary: the words that messages and names hold, by spelling, stem and part.

It widens what a search asks for and decides nothing about what is found: that are the policies of tickets,
contacts and attachments.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.tickets.words.spellings import LONGEST_WORD, keys_of, spellings

Source = Literal["messages", "people", "organizations", "attachments"]
SOURCES: tuple[Source, ...] = ("messages", "people", "organizations", "attachments")
# What a search asks for of one word: so many words of a spelling, stem or part, and so many that begin with it.
MOST_WORDS_A_KEY = 500
MOST_WITH_PREFIX = 100
# Of so many keys that begin with the same letters the shortest words are taken.
MOST_KEYS_OF_PREFIX = 2_000
MOST_NEIGHBOURS = 32
# Rows that one statement reads, and how many new words of them at most; ids that a first look reads once more.
ROWS_AT_ONCE = 200
MOST_NEW_WORDS = 20_000
OVERLAP = 1_000

# The words of rows with these ids; of names what the parser of messages makes of them.
_WORDS_OF: dict[Source, str] = {
    "messages": "select l.lexeme as word from messages r cross join unnest(r.words) l where {rows}",
    "people": "select l.lexeme as word from people r cross join unnest(to_tsvector('simple', r.name)) l where {rows}",
    "organizations": """select l.lexeme as word from organizations r
                         cross join unnest(to_tsvector('simple', r.name)) l where {rows}""",
    "attachments": """select l.lexeme as word from attachments r
                       cross join unnest(to_tsvector('simple', regexp_replace(r.filename, '[._-]+', ' ', 'g'))) l
                       where r.ticket_id is not null and {rows}""",
}
NEW_WORDS = f"""
    select distinct w.word from ({{words}}) w
     where length(w.word) between 2 and {LONGEST_WORD} and w.word !~ '^[-+]?[0-9.,]+$'
       and not exists (select from vocabulary v where v.workspace_id = (select ctx_workspace())
                          and v.key = w.word and v.word = w.word and v.kind = 'w')
     limit {MOST_NEW_WORDS}"""
# $1 keys, $2 words, $3 kinds. The stem is that of the folded word, which is the second of its keys or its first.
ADD_WORDS = """
    insert into vocabulary (workspace_id, key, word, kind)
    select (select ctx_workspace()), f.key, f.word, f.kind
      from (select u.key, u.word, u.kind from unnest($1::text[], $2::text[], $3::text[]) u(key, word, kind)
             union
            select (ts_lexize('english_stem', u.key))[1], u.word, 's'
              from unnest($1::text[], $2::text[], $3::text[]) u(key, word, kind)
             where u.kind = 'w' and u.key ~ '^[a-z]{3,}$') f
     where f.key <> '' and length(f.key) <= 200
     order by f.key, f.word, f.kind
    on conflict do nothing"""

# $1 numbers of what is asked for, $2 its keys, $3 the kinds of keys that count, `S` for the stem of the key, `P` for
# what begins with it.
FORMS = f"""
    with asked as materialized (
      select a.n, a.kinds, case when a.kinds = 'S' then (ts_lexize('english_stem', a.key))[1] else a.key end as key
        from unnest($1::int[], $2::text[], $3::text[]) a(n, key, kinds))
    select a.n, f.word from asked a cross join lateral (
      select v.word from vocabulary v
       where v.workspace_id = (select ctx_workspace()) and v.key = a.key and a.kinds <> 'P'
         and case when a.kinds = 'S' then v.kind in ('w', 's') else strpos(a.kinds, v.kind) > 0 end
       limit {MOST_WORDS_A_KEY}) f
    union
    select a.n, f.word from asked a cross join lateral (
      select b.word from (
        select v.word, v.kind from vocabulary v
         where v.workspace_id = (select ctx_workspace()) and a.kinds = 'P'
           and v.key >= a.key and v.key < a.key || U&'\\+10FFFF' collate "C"
         limit {MOST_KEYS_OF_PREFIX}) b
       where b.kind in ('w', 'p') group by b.word order by length(b.word), b.word limit {MOST_WITH_PREFIX}) f"""

NEIGHBOURS = f"""
    select distinct v.key from unnest($1::text[]) k cross join lateral (
      select v.key from vocabulary v
       where v.workspace_id = (select ctx_workspace()) and v.key = k and v.kind = 'w' limit 1) v
     order by v.key limit {MOST_NEIGHBOURS}"""


class AskedForms(msgspec.Struct, frozen=True):
    """A word of a query: by its spellings alone in a phrase, else by stem and part, too, or as a beginning."""

    word: str
    in_phrase: bool = False
    is_beginning: bool = False


async def list_forms(transaction: ReadTransaction, asked: list[AskedForms]) -> list[set[str]]:
    """Return the words of the vocabulary that each asked one may stand for, in one statement."""
    found: list[set[str]] = [set() for _ in asked]
    rows: list[tuple[int, str, str]] = []
    for n, one in enumerate(asked):
        own = spellings(one.word)
        rows += [(n, key, "w" if one.in_phrase else "wp") for key in own]
        if not one.in_phrase and own[-1].isascii() and own[-1].isalpha() and len(own[-1]) > 2:
            rows += [(n, key, "S") for key in dict.fromkeys(own) if key.isascii()]
        if one.is_beginning:
            rows += [(n, key, "P") for key in own]
    if rows:
        numbers, keys, kinds = zip(*rows, strict=True)
        for row in await transaction.fetch(FORMS, list(numbers), list(keys), list(kinds)):
            found[row["n"]].add(row["word"])
    return found


async def list_neighbours(transaction: ReadTransaction, keys: list[str]) -> list[str]:
    """Return which of these keys are spellings of a word, at most 32."""
    return [row["key"] for row in await transaction.fetch(NEIGHBOURS, keys)] if keys else []


async def learn_rewritten(transaction: ReadTransaction, source: Source) -> int:
    """Read the words of rows that were written over, some at once; return how many rows these were."""
    rows = await transaction.fetch(
        """delete from vocabulary_rewritten where (workspace_id, source, row_id) in (
             select workspace_id, source, row_id from vocabulary_rewritten
              where workspace_id = (select ctx_workspace()) and source = $1 order by row_id limit $2)
           returning row_id""",
        source,
        ROWS_AT_ONCE,
    )
    if rows:
        await _learn(transaction, source, "r.id = any($1::bigint[])", [row["row_id"] for row in rows])
    return len(rows)


async def learn_new(transaction: ReadTransaction, source: Source) -> bool:
    """Read the words of the next rows that came since, if these are certainly all there; tell whether more wait."""
    row = await transaction.fetchrow(
        """select read_to, seen_to, seen_before <= settled_before() as is_settled from vocabulary_progress
            where workspace_id = (select ctx_workspace()) and source = $1 for update""",
        source,
    )
    if row is None:
        await _begin(transaction, source)
        return False
    if row["read_to"] < row["seen_to"]:
        if not row["is_settled"]:
            return False
        to = min(row["seen_to"], row["read_to"] + ROWS_AT_ONCE)
        await _learn(transaction, source, "r.id > $1 and r.id <= $2", row["read_to"], to)
        await transaction.execute(
            """update vocabulary_progress set read_to = $2
                where workspace_id = (select ctx_workspace()) and source = $1""",
            source,
            to,
        )
        return True
    await transaction.execute(
        f"""update vocabulary_progress p set seen_to = n.id, seen_before = pg_snapshot_xmax(pg_current_snapshot())
              from (select max(id) as id from {source}) n
             where p.workspace_id = (select ctx_workspace()) and p.source = $1 and n.id > p.seen_to""",
        source,
    )
    return False


async def learn_old(transaction: ReadTransaction, source: Source) -> bool:
    """Read the words of the newest rows that were there before and are unread; tell whether more are left."""
    below = await transaction.fetchval(
        """select backlog_from from vocabulary_progress
            where workspace_id = (select ctx_workspace()) and source = $1 for update""",
        source,
    )
    if not below:
        return False
    rest = max(0, below - ROWS_AT_ONCE)
    await _learn(transaction, source, "r.id > $1 and r.id <= $2", rest, below)
    await transaction.execute(
        """update vocabulary_progress set backlog_from = $2
            where workspace_id = (select ctx_workspace()) and source = $1""",
        source,
        rest,
    )
    return rest > 0


async def _begin(transaction: ReadTransaction, source: Source) -> None:
    # A row that is not committed yet has an id near the newest: those are read again.
    await transaction.execute(
        f"""insert into vocabulary_progress (workspace_id, source, read_to, seen_to, seen_before, backlog_from)
            select ctx_workspace(), $1, greatest(0, n.id - {OVERLAP}), n.id,
                   pg_snapshot_xmax(pg_current_snapshot()), n.id
              from (select coalesce(max(id), 0) as id from {source}) n
            on conflict do nothing""",
        source,
    )


async def _learn(transaction: ReadTransaction, source: Source, rows: str, *values: object) -> None:
    words = _WORDS_OF[source].format(rows=f"r.workspace_id = (select ctx_workspace()) and {rows}")
    new = [row["word"] for row in await transaction.fetch(NEW_WORDS.format(words=words), *values)]
    keys = [(key, word, kind) for word in new for key, kind in keys_of(word)]
    if keys:
        own, owners, kinds = zip(*keys, strict=True)
        await transaction.execute(ADD_WORDS, list(own), list(owners), list(kinds))
