from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.matrix import joins
from bot.channels.matrix.homeserver import MatrixError
from bot.channels.matrix.joins import PATIENCE, Joins
from bot.channels.matrix.memory import Memory
from tests.channels.matrix.conftest import Drawer, eventually

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Rooms:
    """A homeserver that answers a join with what the test says."""

    def __init__(self, *answers: MatrixError | None) -> None:
        self.answers = list(answers)
        self.calls: list[str] = []

    async def call(self, _: str, where: str, __: Any, **___: Any) -> dict[str, Any]:
        self.calls.append(where)
        if "/leave" in where:
            return {}
        answer = self.answers.pop(0)
        if answer is not None:
            raise answer
        return {}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waits are noted and not waited."""
    waits: list[float] = []
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await real(0)

    monkeypatch.setattr(joins.asyncio, "sleep", sleep)
    return waits


async def attempt(server: Rooms, clock: Callable[[], datetime] = lambda: NOW) -> Memory:
    memory = await Memory.load(Drawer())
    memory.invites["!room:far"] = NOW
    homeserver: Any = server
    async with asyncio.TaskGroup() as tasks:
        each = Joins(homeserver, memory, clock, tasks)
        each.start()
        each.start()  # one attempt per room, however often the stream tells of it
    return memory


async def test_a_join_is_tried_until_it_works(quick: list[float]) -> None:
    away = MatrixError("http_502", status=502, certain=False)
    limited = MatrixError("M_LIMIT_EXCEEDED", status=429, retry_after=timedelta(seconds=40))
    server = Rooms(away, away, limited, None)
    memory = await attempt(server)
    assert memory.invites == {}
    assert len(server.calls) == 4
    assert quick == [1.0, 2.0, 40.0]


async def test_an_invitation_that_is_gone_is_declined(quick: list[float]) -> None:
    server = Rooms(MatrixError("M_FORBIDDEN", status=403))
    assert (await attempt(server)).invites == {}
    assert server.calls[-1].endswith("/leave")
    assert quick == []


async def test_patience_has_an_end(quick: list[float]) -> None:
    away = MatrixError("http_502", status=502, certain=False)
    server = Rooms(away)
    memory = await attempt(server, lambda: NOW + PATIENCE + timedelta(seconds=1))
    assert memory.invites == {}
    assert quick == []


async def test_a_lost_login_keeps_the_invitation(quick: list[float]) -> None:
    server = Rooms(MatrixError("M_UNKNOWN_TOKEN", status=401))
    memory = await attempt(server)
    assert list(memory.invites) == ["!room:far"]
    assert quick == []


async def test_stop_ends_all_attempts() -> None:
    class Silent(Rooms):
        async def call(self, *_: Any, **__: Any) -> dict[str, Any]:
            self.calls.append("asked")
            await asyncio.Event().wait()
            return {}

    server: Any = Silent()
    memory = await Memory.load(Drawer())
    memory.invites["!room:far"] = NOW
    async with asyncio.TaskGroup() as tasks:
        each = Joins(server, memory, lambda: NOW, tasks)
        each.start()
        await eventually(lambda: bool(server.calls))
        each.stop()
    assert list(memory.invites) == ["!room:far"]
