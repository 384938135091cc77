from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.content.catalogue import Catalogue
from bot.domain.inbound import (
    Attachment,
    AttachmentKind,
    ButtonPress,
    Opened,
    Reachable,
    TextMessage,
    Unreachable,
    Unreadable,
)
from bot.engine import step as engine_step
from bot.service import turn
from bot.service.codec import load_state, load_words
from bot.service.rerun import dump_content
from bot.storage import conversations, messages, quarantine
from bot.storage.conversations import Conversation
from bot.storage.database import Database
from bot.storage.errors import Unavailable
from tests.service.world import NAME, PostChannel, World


@pytest.fixture
def world(database: Database, catalogue: Catalogue) -> World:
    return World(database, catalogue, PostChannel())


async def greeted(world: World, who: str = "anna") -> None:
    await world.write("/start", who=who)
    await world.press("0~l:de", who=who)
    await world.settle()


async def found(world: World, who: str = "anna") -> Conversation:
    conversation = await world.database.read(lambda tx: conversations.find(tx, NAME, who))
    assert conversation is not None
    return conversation


async def heard(world: World, who: str = "anna") -> list[str]:
    """Return her words as the history has them."""
    conversation = await found(world, who)
    rows = await world.database.read(lambda tx: messages.history(tx, conversation, 0, 500))
    return [load_words(row.body)[0] for row in rows if row.direction == "in"]


async def test_an_event_is_answered_after_its_commit(world: World) -> None:
    await greeted(world)
    assert any("Womit können wir helfen" in text for text in world.channel.texts)
    assert await heard(world) == ["/start", "Deutsch"]


async def test_the_same_event_twice_is_one_turn(world: World) -> None:
    await greeted(world)
    before = len(world.channel.sent)
    twin = world.inbound(TextMessage(text="hallo"), event="same")
    await asyncio.gather(*(world.door.receive(twin) for _ in range(5)))
    await world.settle()
    assert await heard(world) == ["/start", "Deutsch", "hallo"]
    assert sum("noch keine Antwort" in text for text in world.channel.texts[before:]) == 1


async def test_people_do_not_wait_for_each_other_and_keep_their_order(world: World) -> None:
    people = [f"p{n}" for n in range(10)]
    for who in people:
        await greeted(world, who)
    words = [f"w{n}" for n in range(8)]

    async def talk(who: str) -> None:
        for word in words:
            await world.write(word, who=who)

    await asyncio.gather(*(talk(who) for who in people))
    await world.settle()
    for who in people:
        assert (await heard(world, who))[2:] == words


async def test_a_turn_that_raises_is_set_aside_with_an_apology(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await greeted(world)
    real = engine_step.step

    def broken(*arguments: object) -> object:
        if "understood=FreeText" in repr(arguments[1]):
            raise ZeroDivisionError
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(turn, "step", broken)
    before = len(world.channel.sent)
    await world.write("ein Wort, das bricht")
    await world.write("/menu")
    await world.settle()
    said = world.channel.texts[before:]
    assert "schiefgegangen" in said[0]
    assert any("Womit können wir helfen" in text for text in said[1:])
    [event] = await world.database.read(quarantine.list_quarantined)
    assert event.error == "ZeroDivisionError"
    raw = await world.database.read(lambda tx: quarantine.raw(tx, event.id))
    assert raw == dump_content(TextMessage(text="ein Wort, das bricht"))


async def test_a_turn_that_raises_once_is_done_at_the_second_try(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await greeted(world)
    real, failures = engine_step.step, [OSError, OSError]

    def shaky(*arguments: object) -> object:
        if failures:
            raise failures.pop()
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(turn, "step", shaky)
    await world.write("hallo")
    await world.settle()
    assert (await heard(world))[-1] == "hallo"
    assert await world.database.read(quarantine.count) == 0


async def test_an_unreadable_event_is_kept_and_answered_once(world: World) -> None:
    await greeted(world)
    for _ in range(2):
        await world.door.receive(world.inbound(Unreadable(raw='{"x": "\ud800"}'), event="odd"))
    await world.settle()
    assert sum("schiefgegangen" in text for text in world.channel.texts) == 1
    assert await world.database.read(quarantine.count) == 1


async def test_a_state_that_cannot_be_read_starts_anew(world: World) -> None:
    await greeted(world)

    def spoil(tx: object) -> None:
        conversation = conversations.lock(tx, NAME, "anna", world.now)  # type: ignore[arg-type]
        conversations.save(tx, conversation, b'{"schema": 99}', world.now)  # type: ignore[arg-type]

    await world.database.write(spoil)
    await world.write("hallo")
    await world.write("/start")
    await world.settle()
    assert any("In welcher Sprache" in text for text in world.channel.texts[-2:])
    state = (await found(world)).state
    assert state is not None
    numbers = await world.database.read(
        lambda tx: [row.seq for row in messages.history(tx, _of(tx), 0, 500)]
    )
    assert numbers == sorted(set(numbers)), "no number is used twice"


def _of(tx: object) -> Conversation:
    conversation = conversations.find(tx, NAME, "anna")  # type: ignore[arg-type]
    assert conversation is not None
    return conversation


async def test_without_the_database_nothing_is_taken(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await greeted(world)

    async def away(_fn: Callable[..., object]) -> object:
        raise Unavailable("away")

    monkeypatch.setattr(world.database, "write", away)
    with pytest.raises(Unavailable):
        await world.write("hallo")
    monkeypatch.undo()
    assert "hallo" not in await heard(world)
    assert await world.database.read(quarantine.count) == 0


async def test_lone_surrogates_and_control_characters_pass(world: World) -> None:
    await greeted(world)
    await world.write("a\ud800b\x00\u202ec" + "x" * 100_000)
    await world.press("1~\ud800")
    await world.settle()
    assert (await heard(world))[2].startswith("a?b\x00\u202ec")


@pytest.mark.parametrize("token", ["", "~", "x", "99999~a:guben", "0~zz", "-1~m", "1~" + "a" * 500])
async def test_foreign_buttons_are_answered_with_where_she_is(world: World, token: str) -> None:
    await greeted(world)
    before = len(world.channel.sent)
    await world.press(token)
    await world.settle()
    assert any("nicht mehr aktuell" in text for text in world.channel.texts[before:])


async def test_a_thousand_presses_on_an_old_button_are_answered_a_few_times(world: World) -> None:
    await greeted(world)
    before = len(world.channel.sent)
    for _ in range(200):
        await world.press("1~a:guben")
        world.later(seconds=0.05)
    await world.settle()
    assert len(world.channel.sent) - before <= 12


async def test_blocked_and_back(world: World) -> None:
    await greeted(world)
    await world.door.receive(world.inbound(Unreachable()))
    assert not (await found(world)).reachable
    await world.door.receive(world.inbound(Reachable()))
    assert (await found(world)).reachable
    await world.write("/menu")
    await world.settle()
    state = (await found(world)).state
    assert state is not None
    assert load_state(state).language == "de"


async def test_media_is_answered_and_not_kept(world: World) -> None:
    await greeted(world)
    await world.door.receive(world.inbound(Attachment(kind=AttachmentKind.PHOTO)))
    await world.settle()
    assert any("speichere ich nicht" in text for text in world.channel.texts)
    assert (await heard(world))[-1] == ""


async def test_opening_greets_only_once(world: World) -> None:
    await world.door.receive(world.inbound(Opened(), event="open"))
    await world.door.receive(world.inbound(Opened(), event="open"))
    await world.settle()
    assert len(world.channel.sent) == 1


async def test_words_written_before_the_question_could_be_read_do_not_answer_it(
    world: World,
) -> None:
    await greeted(world)
    await world.write("/start register-address")
    await world.settle()
    shown = 1000 + len(world.channel.sent)
    await world.door.receive(world.inbound(TextMessage(text="Guben", order=shown - 1000)))
    await world.settle()
    assert any("bevor Sie meine Frage" in text for text in world.channel.texts)


async def test_a_reply_to_an_older_message_presses_its_button(world: World) -> None:
    await greeted(world)
    menu = next(i for i, t in enumerate(world.channel.texts) if "Womit" in t)
    await world.write("/privacy")
    await world.settle()
    before = len(world.channel.sent)
    reply = TextMessage(text="1", reply_to=str(1001 + menu))
    await world.door.receive(world.inbound(reply))
    await world.settle()
    assert any("Ankommen" in text for text in world.channel.texts[before:])
    await world.door.receive(
        world.inbound(TextMessage(text="²", reply_to=str(1001 + menu)), event="odd")
    )
    assert await world.database.read(quarantine.count) == 0


async def test_a_button_that_is_no_token_is_kept_as_it_came(world: World) -> None:
    await world.door.receive(world.inbound(ButtonPress(token="tomato")))
    await world.settle()
    assert any("In welcher Sprache" in text for text in world.channel.texts)
