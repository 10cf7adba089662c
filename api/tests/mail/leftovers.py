"""Where words are left in a database and its uploads: every column of every table, mail and archives read."""

from __future__ import annotations

import base64
import gzip
import quopri
import re
import zlib
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import asyncpg

TABLES = """select format('%I.%I', n.nspname, c.relname) as name, c.oid::bigint as id
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')"""
COLUMNS = """select attname, atttypid::regtype::text as type from pg_attribute
              where attrelid = $1 and attnum > 0 and not attisdropped"""


async def leftovers(superuser: str, uploads: Path, words: list[str]) -> list[str]:
    """Return `table.column: word` and `upload: word` for each place that holds one of the words, in any case."""
    connection = await asyncpg.connect(superuser)
    found = []
    try:
        for table in await connection.fetch(TABLES):
            for column in await connection.fetch(COLUMNS, table["id"]):
                cast = "" if column["type"] in ("bytea", "bytea[]") else "::text"
                query = f'select "{column["attname"]}"{cast} as value from {table["name"]}'
                for row in await connection.fetch(query):
                    for value in row["value"] if isinstance(row["value"], list) else [row["value"]]:
                        found += [f"{table['name']}.{column['attname']}: {word}" for word in held(value, words)]
    finally:
        await connection.close()
    for path in uploads.rglob("*"):
        if path.is_file():
            found += [f"upload: {word}" for word in held(path.read_bytes(), words)]
    return sorted(set(found))


def held(value: str | bytes | None, words: list[str]) -> list[str]:
    """Return which words a value holds, as it stands or decoded in any of the ways that mail and files are packed."""
    if value is None:
        return []
    content = value.encode() if isinstance(value, str) else value
    seen = [plain(one) for one in readings(content)]
    return [word for word in words if any(plain(word.encode()) in one for one in seen)]


def plain(content: bytes) -> bytes:
    """Return text without markup, spaces and marks of quotes, in lower case."""
    return re.sub(rb"<[^>]*>|&nbsp;|[\s>|\\]|\\n", b"", content.replace(b"\\n", b" ")).lower()


def readings(content: bytes) -> Iterator[bytes]:
    yield content
    for unpack in (gzip.decompress, zlib.decompress, quopri.decodestring, base64.b64decode):
        try:
            yield unpack(content)
        except (ValueError, OSError, EOFError, zlib.error):
            continue
    if b"\n" in content and b":" in content.partition(b"\n")[0]:
        for part in message_from_bytes(content).walk():
            body = part.get_payload(decode=True)
            if isinstance(body, bytes):
                yield body
