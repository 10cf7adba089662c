"""A saved search is a personal view: it holds what the search finds of tickets, and is its owner's alone."""

from __future__ import annotations

import pytest

from desk import Desk


@pytest.mark.parametrize("text", ["barometer", 'barometer status:new "fell again"', "barometer -rain"])
async def test_a_view_of_a_searchs_words_holds_what_the_search_finds(desk: Desk, text: str) -> None:
    client = await desk.administrator()
    for subject, said in (("Barometer", "It fell again."), ("Barometer and rain", "It fell again."), ("Wind", "None")):
        await client.posted("/tickets", {"subject": subject, "text": said, "requester": {"email": "a@example.org"}})
    view = await client.posted("/views", {"name": text, "text": text, "scope": "personal"})
    found = {one["number"] for one in (await client.got("/search", q=text, kinds="tickets"))["tickets"]["items"]}
    listed = {one["number"] for one in (await client.got("/tickets", view=view["id"]))["items"]}
    assert listed == found
    assert 0 < len(found) < 3
    other = await desk.staff()
    assert view["id"] not in [one["id"] for one in (await other.got("/views"))["items"]]
