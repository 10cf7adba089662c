"""The words of one search: read as PostgreSQL does, widened by the vocabulary, corrected when nothing holds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import chain

import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.kernel.problems import ValidationFailed
from atum_desk.tickets.notices import TooManyWords
from atum_desk.tickets.queries.vocabulary import AskedForms, list_forms, list_neighbours
from atum_desk.tickets.schemas import CorrectedWord
from atum_desk.tickets.words.spellings import folded, is_number, one_letter_away, signed
from atum_desk.tickets.words.word_query import QueryWord, WordQuery, read_query

MOST_WORDS = 32
# Words of one search for which a mistake is looked for.
MOST_CORRECTABLE = 3
# Words that a whole search asks for: PostgreSQL takes a query of 1 MB, and a word may have 240 bytes.
MOST_FORMS = 3_000
# A name is compared with so many spellings of a word, the shortest first.
MOST_PATTERNS = 50

CountForms = Callable[["SearchWords", list[str]], Awaitable[Counter[str]]]
IsFound = Callable[["SearchWords"], Awaitable[bool]]


class SearchWords(msgspec.Struct, frozen=True):
    """A search's words and, for each in its order, the words of the vocabulary that it may stand for."""

    query: WordQuery
    forms: tuple[tuple[str, ...], ...]

    def tsquery(self, *, exact: bool = False, most: int | None = None) -> str:
        """Return the query in PostgreSQL's text form; `exact`: of the words as they were typed.

        `most`: of each word so many forms at most, the typed one and then the shortest.
        """
        given = iter(self.forms)

        def forms_of(word: QueryWord) -> list[str]:
            own = next(given)
            return [word.text] if exact else list(own[:most])

        return self.query.text(forms_of)

    def patterns(self) -> list[list[str]]:
        """Return for each word that must be there the texts of which a name holds one, in lower case."""
        found = []
        for word, forms in zip(self.query.words, self.forms, strict=True):
            if not word.excluded:
                bare = word.text.lstrip("+-") if is_number(word.text) else word.text
                others = sorted({one for one in forms if not is_number(one)} - {bare}, key=lambda one: (len(one), one))
                found.append([bare, *others[: MOST_PATTERNS - 1]])
        # Words with `or` between them: a name needs one of them.
        return [list(chain.from_iterable(found))] if "|" in self.query.tokens else found

    def only(self, place: int) -> SearchWords:
        """Return a search of one of the words alone."""
        return SearchWords(WordQuery((self.query.words[place],)), (self.forms[place],))

    def replaced(self, place: int, forms: list[str]) -> SearchWords:
        """Return the search with other words in the place of one."""
        return SearchWords(self.query, (*self.forms[:place], tuple(forms), *self.forms[place + 1 :]))


async def read_words(transaction: ReadTransaction, words: str) -> SearchWords:
    """Read a search's words and widen them, in two statements.

    Raises ValidationFailed for more than 32 words.
    """
    if len(words.split()) > MOST_WORDS:
        raise ValidationFailed.of("q", TooManyWords(MOST_WORDS))
    text = await transaction.fetchval("select websearch_to_tsquery('simple', $1)::text", words)
    query = read_query(text, words)
    asked = [
        AskedForms(word.text, word.in_phrase, word.is_beginning)
        for word in query.words
        if not word.excluded and not is_number(word.text)
    ]
    listed = iter(await list_forms(transaction, asked) if asked else ())
    most = MOST_FORMS // max(1, len(asked))
    forms = []
    for word in query.words:
        if word.excluded:
            own = [word.text]
        elif is_number(word.text):
            own = signed(word.text)
        else:
            own = [word.text, *sorted(next(listed) - {word.text}, key=lambda one: (len(one), one))[:most]]
        forms.append(tuple(own))
    return SearchWords(query, tuple(forms))


async def find_correction(
    transaction: ReadTransaction, words: SearchWords, is_found: IsFound, count_forms: CountForms
) -> tuple[SearchWords, CorrectedWord] | None:
    """Return the search with one word corrected, when the actor finds nothing by that word and something by the other.

    `is_found` and `count_forms` ask what the actor sees, so that a correction tells of no hidden word. Of several
    words one letter away it takes the one that most of what is found holds, then the first by its letters.
    """
    places = [n for n, word in enumerate(words.query.words) if word.may_be_corrected][:MOST_CORRECTABLE]
    for place in places:
        typed = words.query.words[place].text
        neighbours = await list_neighbours(transaction, one_letter_away(folded(typed)))
        if not neighbours or (len(words.query.words) > 1 and await is_found(words.only(place))):
            continue
        listed = await list_forms(transaction, [AskedForms(one) for one in neighbours])
        every = sorted(set().union(*listed))[:MOST_FORMS]
        counted = await count_forms(words.replaced(place, every), every)
        held = {
            neighbour: sum(counted[form] for form in forms) for neighbour, forms in zip(neighbours, listed, strict=True)
        }
        best = max(sorted(held), key=lambda one: held[one])
        if held[best]:
            forms = listed[neighbours.index(best)]
            written = [form for form in sorted(forms) if folded(form) == best and counted[form]]
            to = best if best in written else (written or [best])[0]
            return words.replaced(place, sorted(forms)), CorrectedWord(typed, to)
    return None


async def correct_again(transaction: ReadTransaction, words: SearchWords, corrected: CorrectedWord) -> SearchWords:
    """Return the search corrected as its first page was; unchanged when it is another search's correction."""
    places = [n for n, word in enumerate(words.query.words) if word.text == corrected.from_ and word.may_be_corrected]
    if not places:
        return words
    [forms] = await list_forms(transaction, [AskedForms(folded(corrected.to))])
    return words.replaced(places[0], sorted(forms | {corrected.to}))
