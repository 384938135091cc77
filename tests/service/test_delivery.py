from __future__ import annotations

from datetime import timedelta

import pytest

from bot.content.catalogue import Catalogue
from bot.domain.delivery import DeliveryStatus, Refused, Retry, Scope, Sent, Unknown
from bot.service import metrics
from bot.storage import conversations, outbox
from bot.storage.database import Database
from tests.service.world import NAME, PostChannel, World


@pytest.fixture
def world(database: Database, catalogue: Catalogue) -> World:
    return World(database, catalogue, PostChannel())


async def depth(world: World) -> dict[str, int]:
    rows = await world.database.read(outbox.depth)
    return {str(status): number for (_, status), number in rows.items()}


async def greet(world: World, who: str = "anna") -> None:
    await world.press("0~l:de", who=who)


async def test_messages_arrive_in_order_and_edits_find_their_target(world: World) -> None:
    await greet(world)
    await world.settle()
    await world.press("3~t:arrival")
    await world.settle()
    hello, menu, topic = world.channel.sent[:3]
    assert "Guten Tag" in hello.parts.pieces[0].text
    assert "Womit" in menu.parts.pieces[0].text
    assert topic.edit_of == "1002"
    assert await depth(world) == {}


async def test_a_refusal_that_passes_is_tried_again_and_order_holds(world: World) -> None:
    world.channel.outcomes = [Retry(after=timedelta(seconds=30), scope=Scope.CHAT, reason="429")]
    async with world.delivering():
        await greet(world)
        await world.channel.wait_for(1)
        await world.settle()
        assert (await depth(world))["pending"] == 2
        await greet(world, "berta")
        await world.channel.wait_for(3)
        await world.settle()
        assert {d.address for d in world.channel.sent[1:]} == {"berta"}, "only her chat waits"
        world.later(seconds=31)
        world.deliverer.accept(())
        world.deliverer._wake.set()
        await world.channel.wait_for(5)
        await world.settle()
    annas = [d.parts.pieces[0].text for d in world.channel.sent if d.address == "anna"]
    assert [text.split()[0] for text in annas] == ["Guten", "Guten", "Womit"]
    keys = [d.key for d in world.channel.sent if d.address == "anna"]
    assert keys[0] == keys[1], "the same key at every attempt"


async def test_a_limit_of_the_account_stops_everybody(world: World) -> None:
    world.channel.outcomes = [Retry(after=timedelta(seconds=30), scope=Scope.ACCOUNT, reason="429")]
    async with world.delivering():
        await greet(world)
        await world.channel.wait_for(1)
        await world.settle()
        await greet(world, "berta")
        await world.settle()
        assert len(world.channel.sent) == 1
        world.later(seconds=31)
        world.deliverer._wake.set()
        await world.channel.wait_for(5)
        await world.settle()
    assert await depth(world) == {}


async def test_an_unknown_outcome_is_repeated_exactly_once_and_counted(world: World) -> None:
    counter = metrics.POSSIBLE_DUPLICATES.labels("post")
    before = counter._value.get()
    world.channel.outcomes = [Unknown(reason="timeout"), Unknown(reason="timeout")]
    async with world.delivering():
        await greet(world)
        await world.channel.wait_for(1)
        await world.settle()
        world.later(seconds=5)
        world.deliverer._wake.set()
        await world.channel.wait_for(3)
        await world.settle()
    sent = world.channel.sent
    assert [d.repeated for d in sent] == [False, True, False]
    assert sent[0].key == sent[1].key != sent[2].key
    assert counter._value.get() - before == 1
    assert await depth(world) == {}, "after one repetition the next message goes"


async def test_with_an_idempotency_key_it_is_repeated_until_it_is_known(
    database: Database, catalogue: Catalogue
) -> None:
    world = World(database, catalogue, PostChannel(idempotent=True))
    world.channel.outcomes = [Unknown(reason="timeout")] * 3
    async with world.delivering():
        await greet(world)
        for number in range(1, 5):
            await world.channel.wait_for(number)
            await world.settle()
            world.later(seconds=100)
            world.deliverer._wake.set()
        await world.channel.wait_for(5)
        await world.settle()
    assert len({d.key for d in world.channel.sent[:4]}) == 1
    assert await depth(world) == {}


async def test_whoever_blocked_the_bot_gets_nothing_more(world: World) -> None:
    world.channel.outcomes = [Refused(reason="blocked", unreachable=True)]
    await greet(world)
    await world.settle()
    assert len(world.channel.sent) == 1
    conversation = await world.database.read(lambda tx: conversations.find(tx, NAME, "anna"))
    assert conversation is not None
    assert not conversation.reachable
    assert await depth(world) == {}


async def test_a_refused_message_does_not_stop_the_next(world: World) -> None:
    world.channel.outcomes = [Refused(reason="bad-request")]
    await greet(world)
    await world.settle()
    assert len(world.channel.sent) == 2


async def test_an_edit_whose_target_is_gone_becomes_a_new_message(world: World) -> None:
    await greet(world)
    await world.settle()
    world.channel.outcomes = [Refused(reason="gone")]
    await world.press("3~t:arrival")
    await world.settle()
    first, second = world.channel.sent[2:4]
    assert first.edit_of == "1002"
    assert second.edit_of is None
    assert second.parts == first.parts


async def test_what_a_dead_process_was_sending_is_repeated_and_counted(
    database: Database, catalogue: Catalogue
) -> None:
    dead = World(database, catalogue, PostChannel(), owner="dead")
    dead.channel.open.clear()
    await greet(dead)
    await dead.channel.wait_for(1)
    await dead.deliverer.drain(0)

    alive = World(database, catalogue, PostChannel(), owner="alive")
    async with alive.delivering():
        await alive.channel.wait_for(2)
        await alive.settle()
    hello, menu = alive.channel.sent
    assert hello.repeated
    assert hello.key == dead.channel.sent[0].key
    assert "Womit" in menu.parts.pieces[0].text
    assert await depth(alive) == {}


async def test_a_backlog_waits_in_the_database_and_not_in_memory(world: World) -> None:
    world.channel.open.clear()
    async with world.delivering():
        await greet(world)
        for number in range(10):
            await world.write(f"w{number}")
        rows = await depth(world)
        assert rows["sending"] <= 6
        assert rows["pending"] >= 8
        world.channel.open.set()
        await world.channel.wait_for(13)  # greeting, menu, the menu closed, ten answers
        await world.settle()
    said = [t for t in world.channel.texts if "noch keine Antwort" in t]
    assert len(said) == 10


async def test_an_answer_that_cannot_be_shown_fails_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = world.deliverer._composer.render
    broken = iter([True])

    def render(row: object) -> object:
        if next(broken, False):
            raise ValueError("words of a person")
        return real(row)  # type: ignore[arg-type]

    monkeypatch.setattr(world.deliverer._composer, "render", render)
    await greet(world)
    await world.settle()
    assert len(world.channel.sent) == 1
    assert await depth(world) == {}


def test_statuses_have_words() -> None:
    assert {str(status) for status in DeliveryStatus} >= {"pending", "sending", "sent"}
    assert Sent(reference=None).reference is None
