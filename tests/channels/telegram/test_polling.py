"""Receiving by polling: nothing is acknowledged before it is committed, nothing stops the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.channels.telegram import TelegramChannel, ingress, polling
from bot.domain.delivery import Sent
from bot.domain.inbound import (
    Attachment,
    ButtonPress,
    Reachable,
    TextMessage,
    Unreachable,
    Unreadable,
)
from bot.domain.outgoing import Button, Part, Parts
from bot.service.ports import Delivery, Health
from tests.channels.telegram.conftest import NotingDoor, running
from tests.emulators.telegram import TelegramEmulator, User

Make = Callable[..., TelegramChannel]


async def send_menu(channel: TelegramChannel, user: User, text: str = "Menü") -> Sent:
    rows = ((Button(token="3~m", label="Ja"),),)
    piece = Part(text=text, lang="de", direction="ltr", buttons=rows)
    outcome = await channel.send(
        Delivery(key=text, address=str(user.id), parts=Parts(pieces=(piece,)))
    )
    assert isinstance(outcome, Sent)
    return outcome


async def test_an_update_is_acknowledged_after_the_commit(
    telegram: TelegramEmulator, make_channel: Make, door: NotingDoor
) -> None:
    user = telegram.user()
    user.say("/start")
    pending: list[int] = []
    door.on_commit = lambda _: pending.append(len(telegram.updates.pending))
    async with running(make_channel(), door):
        await telegram.wait_until(lambda: not telegram.updates.pending)
    assert door.contents == [TextMessage(text="/start", order=1)]
    assert pending == [1]


async def test_a_press_is_answered_before_the_turn(
    telegram: TelegramEmulator, make_channel: Make, door: NotingDoor
) -> None:
    user = telegram.user()
    user.say("/start")
    channel = make_channel()
    async with running(channel, door):
        await door.until(1)
        await send_menu(channel, user)
        door.gate.clear()
        query = user.press("Ja")
        await telegram.wait_until(lambda: query.answer is not None)
        assert len(door.taken) == 1
        door.gate.set()
        await door.until(2)
    assert door.contents[1] == ButtonPress(token="3~m")


async def test_presses_that_come_too_late_do_no_harm(
    telegram: TelegramEmulator, make_channel: Make, door: NotingDoor
) -> None:
    user = telegram.user()
    user.say("/start")
    channel = make_channel()
    async with running(channel, door):
        await door.until(1)
        await send_menu(channel, user)
        telegram.fault("error", "answerCallbackQuery", description="Bad Request: query is too old")
        user.press("Ja")
        user.press(data="1~old", inaccessible=True)
        await door.until(3)
    assert [content.token for content in door.contents[1:]] == ["3~m", "1~old"]  # type: ignore[union-attr]


async def test_the_database_away_keeps_updates_at_telegram(
    telegram: TelegramEmulator,
    make_channel: Make,
    door: NotingDoor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(polling, "LONGEST_PAUSE", 0.01)
    olena, farid = telegram.user(), telegram.user("Farid")
    olena.say("eins")
    farid.say("zwei")
    olena.say("drei")
    door.unavailable = 2
    channel = make_channel()
    async with running(channel, door):
        await telegram.wait_until(lambda: not telegram.updates.pending)
        await telegram.wait_until(lambda: telegram.updates.polls > 2)
        assert (await channel.status()).health is Health.GOOD
    assert sorted(door.texts) == ["drei", "eins", "zwei"]
    assert door.texts.index("eins") < door.texts.index("drei")


async def test_what_comes_again_counts_once(
    telegram: TelegramEmulator, make_channel: Make, door: NotingDoor
) -> None:
    user = telegram.user()
    telegram.faults.duplicate_updates = 1
    user.say("eins")
    async with running(make_channel(), door):
        await telegram.wait_until(lambda: not telegram.updates.pending)
        telegram.updates.redeliver(next(iter(telegram.updates.log)))
        user.say("zwei")
        await door.until(2)
        await telegram.wait_until(lambda: not telegram.updates.pending)
    assert door.texts == ["eins", "zwei"]
    assert door.attempts == 4


async def test_odd_updates_stop_nothing(
    telegram: TelegramEmulator, make_channel: Make, door: NotingDoor
) -> None:
    user = telegram.user()
    telegram.updates.inject({"brand_new_kind": {"x": 1}})
    telegram.updates.inject({"message": "no message"})
    telegram.updates.inject({"message": {"chat": {"id": user.id, "type": "private"}, "text": 1}})
    user.say("a\ud800b")
    user.say("nachher")
    async with running(make_channel(), door):
        await telegram.wait_until(lambda: not telegram.updates.pending)
    assert isinstance(door.contents[0], Unreadable)
    assert [content.text for content in door.contents[1:]] == ["a?b", "nachher"]  # type: ignore[union-attr]


async def test_a_turn_that_raises_in_the_door_is_set_aside(
    telegram: TelegramEmulator, make_channel: Make, door: NotingDoor
) -> None:
    user = telegram.user()
    user.say("böse")
    user.say("gut")
    first = next(iter(telegram.updates.pending))
    door.broken = {str(first)}
    async with running(make_channel(), door):
        await telegram.wait_until(lambda: not telegram.updates.pending)
    assert isinstance(door.contents[0], Unreadable)
    assert door.contents[1] == TextMessage(text="gut", order=2)


async def test_media_edits_and_blocking(
    telegram: TelegramEmulator, make_channel: Make, door: NotingDoor
) -> None:
    user = telegram.user()
    said = user.say("Hallo")
    user.send_photo(caption="Was steht hier?")
    user.send_location()
    user.edit(said, "Guten Tag")
    user.block()
    user.unblock()
    async with running(make_channel(), door):
        await telegram.wait_until(lambda: not telegram.updates.pending)
    assert [type(content) for content in door.contents] == [
        TextMessage,
        Attachment,
        TextMessage,
        Attachment,
        TextMessage,
        Unreachable,
        Reachable,
    ]
    assert door.texts == ["Hallo", "Was steht hier?", "Guten Tag"]


async def test_an_album_counts_once(
    telegram: TelegramEmulator, make_channel: Make, door: NotingDoor
) -> None:
    user = telegram.user()
    for caption in ("", "Was ist das?", ""):
        user.send({"photo": [{}], "caption": caption, "media_group_id": "a1"})
    async with running(make_channel(), door):
        await telegram.wait_until(lambda: not telegram.updates.pending)
    assert [type(content) for content in door.contents] == [Attachment, TextMessage]


async def test_groups_are_told_once_to_write_in_private(
    telegram: TelegramEmulator, make_channel: Make, door: NotingDoor
) -> None:
    user = telegram.user(language_code="uk")
    group = telegram.group("Nachbarn", user)
    for text in ("unter uns", "/start", "/menu"):
        user.say(text, group=group)
    async with running(make_channel(), door):
        message = await user.wait_for("uk: Ich antworte nur", group=group, since=0)
        await telegram.wait_until(lambda: not telegram.updates.pending)
    answers = [one for one in group.chat.visible() if one.sender is telegram.state.bot]
    assert (answers, door.contents) == ([message], [])


async def test_a_webhook_left_behind_is_removed(
    telegram: TelegramEmulator,
    make_channel: Make,
    door: NotingDoor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(polling, "LONGEST_PAUSE", 0.01)
    async with running(make_channel(), door):
        await telegram.wait_until(lambda: telegram.updates.polls)
    setting = make_channel(mode="webhook", public_url="https://lotse.example")
    async with running(setting, door):
        await telegram.wait_until(lambda: telegram.webhook.config)
    telegram.user().say("/start")
    async with running(make_channel(), door):
        await door.until(1)
    assert telegram.webhook.config is None


@pytest.mark.parametrize("kind", ["server_error", "reset_before", "truncated"])
async def test_polls_that_fail_are_tried_again(
    telegram: TelegramEmulator,
    make_channel: Make,
    door: NotingDoor,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    monkeypatch.setattr(polling, "LONGEST_PAUSE", 0.01)
    telegram.fault(kind, "getUpdates", times=3)
    telegram.user().say("/start")
    async with running(make_channel(), door):
        await door.until(1)


@pytest.mark.parametrize(
    ("status", "description", "health"),
    [
        (401, "Unauthorized", Health.DOWN),
        (409, "Conflict: terminated by other getUpdates request", Health.DEGRADED),
        (502, "Bad Gateway", Health.DEGRADED),
    ],
)
async def test_trouble_shows_in_the_status(  # noqa: PLR0917 - fixtures and cases
    telegram: TelegramEmulator,
    make_channel: Make,
    door: NotingDoor,
    status: int,
    description: str,
    health: Health,
) -> None:
    telegram.fault("error", "getUpdates", status=status, description=description, times=1000)
    channel = make_channel()
    async with running(channel, door):
        await asyncio.wait_for(shows(channel, health), 5)
        found = await channel.status()
    assert found.message
    assert found.hint
    assert telegram.token not in repr(found)


async def shows(channel: TelegramChannel, health: Health) -> None:
    while (await channel.status()).health is not health:
        await asyncio.sleep(0.01)


async def test_stopping_lets_turns_under_way_finish(
    telegram: TelegramEmulator, make_channel: Make, door: NotingDoor
) -> None:
    telegram.user().say("/start")
    door.gate.clear()
    task = asyncio.create_task(make_channel().run(door))
    await telegram.wait_until(lambda: telegram.updates.polls)
    while not door.attempts:
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.sleep(0)
    door.gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert door.texts == ["/start"]


async def test_memory_of_groups_and_albums_is_bounded(
    telegram: TelegramEmulator,
    make_channel: Make,
    door: NotingDoor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ingress, "REMEMBERED", 3)
    user = telegram.user()
    groups = [telegram.group(f"G{number}", user) for number in range(6)]
    for group in groups:
        user.say("/start", group=group)
    for number in range(6):
        user.send({"photo": [{}], "media_group_id": f"a{number}"})
    async with running(make_channel(), door):
        await telegram.wait_until(lambda: len(telegram.called("sendMessage")) == 6)
        await door.until(6)
