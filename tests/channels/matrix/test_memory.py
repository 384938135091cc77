from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.matrix.memory import Memory, Waiting
from bot.service.ports import UnavailableError
from tests.channels.matrix.conftest import Drawer

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def test_it_comes_back_as_it_was() -> None:
    drawer = Drawer()
    memory = await Memory.load(drawer)
    await memory.save()
    assert drawer.values == {}
    memory.invites["!a"] = NOW
    memory.refused.add("!g")
    event = {"type": "m.room.encrypted", "event_id": "$1", "content": {"ciphertext": "x"}}
    memory.waiting.append(Waiting(room="!b", event=event, since=NOW, told=True))
    await memory.save()
    again = await Memory.load(drawer)
    assert (again.invites, again.refused, again.waiting) == (
        memory.invites,
        memory.refused,
        memory.waiting,
    )
    again.invites.clear()
    again.refused.clear()
    again.waiting.clear()
    await again.save()
    last = await Memory.load(drawer)
    assert (last.invites, last.refused, last.waiting) == ({}, set(), [])


async def test_only_changes_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    drawer = Drawer()
    memory = await Memory.load(drawer)
    memory.refused.add("!g")
    await memory.save()

    async def down(*_: Any) -> None:
        raise UnavailableError("down")

    monkeypatch.setattr(drawer, "put", down)
    await memory.save()
    memory.refused.add("!h")
    with pytest.raises(UnavailableError):
        await memory.save()
    await memory.try_save()
    monkeypatch.undo()
    await memory.save()
    assert (await Memory.load(drawer)).refused == {"!g", "!h"}
