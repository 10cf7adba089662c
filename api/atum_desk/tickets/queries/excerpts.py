"""Where a search found its words: of each hit one message, cut around them, with the words marked."""

from __future__ import annotations

import re

from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.tickets.models import MarkedText, MessageAuthor, SearchMatch

EXCERPT_CHARS = 240
# So much stands before the first marked word when a long text has to be cut: a phone shows some 35.
LEAD_CHARS = 24
# What the search index holds of a message, and what of it one excerpt is made from.
INDEXED_CHARS = 100_000
WINDOW_CHARS = 2_000
WINDOW_LEAD_CHARS = 300

# Mark the beginning and the end of a found word. Other people's text loses them before, so nobody
# else can mark anything.
_START, _STOP = "\x01", "\x02"
_MARKS = f'StartSel="{_START}", StopSel="{_STOP}"'
_SPACE = re.compile(r"\s+")

# The query's words as alternatives: an excerpt marks each of them, also where the other words stand
# elsewhere in the message or in its subject. `querytree` leaves out what must not be there. A word may
# stand for hundreds, of which a message holds a few: its text is searched for those. A long text is
# first cut around the first of them, as ts_headline reads all that it gets (20 ms for 100 kB).
# The words of $1 of the messages $2, under the actor's policies.
EXCERPTS = f"""
    with words as materialized (
      select distinct x[1] as quoted,
             replace(replace(substr(x[1], 2, length(x[1]) - 2), '''''', ''''), '\\\\', '\\') as bare
        from regexp_matches(querytree($1::text::tsquery), '(''(?:[^'']|'''')*'')', 'g') x),
    asked as materialized (select string_agg(quoted, ' | ')::tsquery as any_word from words),
    found as materialized (
      select m.id, m.kind, m.author_name, m.created_at, t.subject, m.words,
             case when coalesce(m.author_verdict, 'proven') = 'proven' then m.author_id end as author_id,
             translate(left(m.text, {INDEXED_CHARS}), '{_START}{_STOP}', '') as text
        from messages m join tickets t on t.id = m.ticket_id
       where m.id = any($2::bigint[])),
    held as materialized (
      select f.id, string_agg(w.quoted, ' | ')::tsquery as any_word,
             '(?:^|\\W)(?:'
               || string_agg(regexp_replace(w.bare, '([^[:alnum:]])', '\\\\\\1', 'g'), '|') || ')(?:\\W|$)' as pattern
        from found f cross join unnest(f.words) l join words w on w.bare = l.lexeme group by f.id)
    select f.id, f.kind, f.author_id, f.author_name, f.created_at,
           coalesce(ts_headline('simple', translate(f.subject, '{_START}{_STOP}', ''), a.any_word,
                                'HighlightAll=true, {_MARKS}'), f.subject) as subject,
           coalesce(ts_headline('simple', part.text, h.any_word, 'HighlightAll=true, {_MARKS}'),
                    part.text) as excerpt,
           part.follows
      from found f cross join asked a left join held h on h.id = f.id
     cross join lateral (select case when length(f.text) <= {WINDOW_CHARS} or h.pattern is null then 1
                                     else greatest(1, regexp_instr(f.text, h.pattern, 1, 1, 0, 'i')
                                                      - {WINDOW_LEAD_CHARS}) end as start offset 0) s
     cross join lateral (select substr(f.text, s.start, {WINDOW_CHARS}) as text, s.start > 1 as follows) part"""


async def list_matches(transaction: ReadTransaction, query: str, message_ids: list[int]) -> dict[int, SearchMatch]:
    """Return what the words of a query were found in, by message, in one statement.

    What the actor does not see is left out. The parts of subject and excerpt are plain text.
    """
    if not message_ids:
        return {}
    rows = await transaction.fetch(EXCERPTS, query, message_ids)
    return {
        row["id"]: SearchMatch(
            message_id=row["id"],
            kind=row["kind"],
            author=MessageAuthor(row["author_id"], row["author_name"]),
            at=row["created_at"],
            subject=marked_parts(row["subject"]),
            excerpt=cut_excerpt(row["excerpt"], follows=row["follows"]),
        )
        for row in rows
    }


def marked_parts(text: str) -> list[MarkedText]:
    """Part a text at the marks around its found words; runs of white space become one space."""
    parts: list[MarkedText] = []
    for number, stretch in enumerate(_SPACE.sub(" ", text).strip().split(_START)):
        found, _, rest = stretch.partition(_STOP) if number else ("", "", stretch)
        parts += [MarkedText(found, marked=True)] if found else []
        parts += [MarkedText(rest, marked=False)] if rest else []
    return parts


def cut_excerpt(text: str, *, follows: bool) -> list[MarkedText]:
    """Part a marked text and cut it to EXCERPT_CHARS characters, with the first found word among them.

    An ellipsis stands where the message goes on; `follows` tells that it begins before the text.
    """
    parts = marked_parts(text)
    if not any(part.marked for part in parts):
        return _within(parts, EXCERPT_CHARS)
    first = parts[0]
    if not first.marked and (follows or len(first.text) > LEAD_CHARS):
        lead = first.text[-LEAD_CHARS:]
        parts[0] = MarkedText("…" + lead[lead.find(" ") + 1 :], marked=False)
    return _within(parts, EXCERPT_CHARS)


def _within(parts: list[MarkedText], chars: int) -> list[MarkedText]:
    kept: list[MarkedText] = []
    for part in parts:
        if len(part.text) > chars:
            kept.append(MarkedText(part.text[:chars].rstrip() + "…", part.marked))
            break
        kept.append(part)
        chars -= len(part.text)
    return kept
