"""The words of a loaded desk, learned at once: the worker takes minutes, and would do so while others are measured."""

import asyncpg

from atum_desk.tickets.queries.vocabulary import ADD_WORDS, SOURCES
from atum_desk.tickets.words.spellings import LONGEST_WORD, keys_of

WORDS_AT_ONCE = 10_000
# What each source's texts are to the parser of messages.
TEXTS = {
    "messages": "select words from atum.messages",
    "people": "select to_tsvector(''simple'', name) from atum.people",
    "organizations": "select to_tsvector(''simple'', name) from atum.organizations",
    "attachments": """select to_tsvector(''simple'', regexp_replace(filename, ''[._-]+'', '' '', ''g''))
                        from atum.attachments""",
}
WORDS = """select word from ts_stat('{texts}')
            where length(word) between 2 and {longest} and word !~ '^[-+]?[0-9.,]+$'"""
# As the worker leaves it that has read everything.
LEARNED = """
    insert into vocabulary_progress (workspace_id, source, read_to, seen_to, seen_before, backlog_from)
    select 1, $1, n.id, n.id, pg_snapshot_xmax(pg_current_snapshot()), 0
      from (select coalesce(max(id), 0) as id from {source}) n
    on conflict do nothing"""


async def learn_vocabulary(url: str) -> None:
    """Write the words of all messages and names, unless that is done. `url` is a superuser's."""
    connection = await asyncpg.connect(url, server_settings={"search_path": "atum, public"})
    try:
        if await connection.fetchval("select exists (select from vocabulary_progress)"):
            return
        async with connection.transaction():
            await connection.execute("select enter_system(1, null)")
            for source in SOURCES:
                words = WORDS.format(texts=TEXTS[source], longest=LONGEST_WORD)
                await _add(connection, [row["word"] for row in await connection.fetch(words)])
                await connection.execute(LEARNED.format(source=source), source)
        await connection.execute("vacuum analyze vocabulary")
    finally:
        await connection.close()


async def _add(connection: asyncpg.Connection, words: list[str]) -> None:
    for start in range(0, len(words), WORDS_AT_ONCE):
        keys = [(key, word, kind) for word in words[start : start + WORDS_AT_ONCE] for key, kind in keys_of(word)]
        if keys:
            own, owners, kinds = zip(*keys, strict=True)
            await connection.execute(ADD_WORDS, list(own), list(owners), list(kinds))
