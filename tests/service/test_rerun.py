"""From the fault to the mended answer: set aside, tried again by an administrator, answered."""

from __future__ import annotations

from functools import partial
from typing import NoReturn

import pytest

from bot.content.catalogue import Catalogue
from bot.service import door
from bot.service.backlog import Kind, Retried, overview, retry
from bot.service.rerun import rerun
from bot.storage import jobs, quarantine
from bot.storage.database import Database
from tests.service.world import PostChannel, World


def broken(*_: object, **__: object) -> NoReturn:
    raise LookupError("words of a person")


@pytest.fixture
def world(database: Database, catalogue: Catalogue) -> World:
    return World(database, catalogue, PostChannel())


async def test_an_event_that_was_set_aside_is_answered_once_the_fault_is_mended(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.write("/start")
    await world.settle()
    with monkeypatch.context() as patch:
        patch.setattr(door, "take", broken)
        await world.write("Deutsch")
        await world.settle()
    (item,) = await world.database.read(overview)
    assert (item.kind, item.code) == (Kind.EVENT, "LookupError")
    sent = len(world.channel.sent)

    wish = partial(retry, kind=item.kind, number=item.id, now=world.now)
    assert await world.database.write(wish) is Retried.QUEUED
    (job,) = await world.database.read(jobs.list_jobs)
    handle = rerun(database=world.database, door=world.door, clock=lambda: world.now)
    await handle(job.args)
    await handle(job.args)
    await world.settle()

    assert await world.database.read(quarantine.count) == 0
    assert any("Welcome Center" in text for text in world.channel.texts[sent:])


async def test_one_that_fails_again_is_set_aside_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "take", broken)
    await world.write("/start")
    handle = rerun(database=world.database, door=world.door, clock=lambda: world.now)
    (first,) = await world.database.read(overview)
    await handle({"event": first.id})
    await world.settle()
    (second,) = await world.database.read(overview)
    assert second.id > first.id
    assert second.code == "LookupError"
