"""The whole program on PostgreSQL: start, chat, one owner, the server away and back, the end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx

from tests.app.visitor import Visitor
from tests.program import lotse, up
from tests.storage.conftest import Postgres, postgres

__all__ = ["postgres"]


async def test_from_an_empty_database_to_its_end(tmp_path: Path, postgres: Postgres) -> None:
    url = postgres.create()
    settings = {"LOTSE_DATABASE_URL": url.replace("postgresql+psycopg", "postgresql")}
    async with up(tmp_path, **settings) as running:
        assert any("Database   PostgreSQL" in line for line in running.lines)
        async with httpx.AsyncClient(base_url=running.url) as client:
            await client.get("/")
            visitor = Visitor(client)
            languages = (await visitor.history())[-1]
            await visitor.post(choice=languages["choices"][0]["id"])
            await visitor.is_answered()

            again = settings | {"LOTSE_WEB_PORT": "0"}
            second = await asyncio.to_thread(lotse, tmp_path, "up", **again)
            assert second.code == 2
            assert "already served by the process behind PostgreSQL backend" in second.err

            postgres.close_door(url, closed=True)
            postgres.cut(url)
            away = await visitor.post(id="kept", text="/menu")
            not_ready = await client.get("/readyz")
            postgres.close_door(url, closed=False)
            back = await visitor.post(id="kept", text="/menu")
            await visitor.is_answered()

            assert (away.status_code, not_ready.status_code, back.status_code) == (503, 503, 202)
            assert not_ready.json()["parts"]["database"]["health"] == "down"

            postgres.close_door(url, closed=True)
            postgres.cut(url)
            code, seconds = await running.end()
    assert code == 0
    assert seconds < 5
