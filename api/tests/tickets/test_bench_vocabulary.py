"""The bench's desk knows the words that the worker would have learned of it, and nothing is left to learn."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest

from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets.jobs import learn_words_of
from bench.dataset import load
from bench.vocabulary import learn_vocabulary
from scratch_databases import SECRET, copied_database, make_settings

WORDS = "select key, word, kind from vocabulary order by 1, 2, 3"


@pytest.mark.slow("learns the words of a desk twice")
async def test_the_words_learned_at_once_are_those_that_the_worker_learns(
    cluster: str, template: str, tmp_path: Path
) -> None:
    async with copied_database(cluster, template) as url:
        await load(url, 200)
        await learn_vocabulary(url)
        owner = await asyncpg.connect(url, server_settings={"search_path": "atum, public"})
        database = Database(make_settings(tmp_path / "data"), url, SECRET)
        await database.open("atum_desk_worker", size=2)
        system = SystemActor(workspace_id=1, via="job")
        try:
            at_once = await owner.fetch(WORDS)
            assert not await learn_words_of(database, system, 60)
            assert await owner.fetch(WORDS) == at_once
            await owner.execute("delete from vocabulary; delete from vocabulary_progress")
            for _ in range(3):
                await learn_words_of(database, system, 60)
            assert await owner.fetch(WORDS) == at_once
            assert len(at_once) > 1_000
        finally:
            await database.close()
            await owner.close()
