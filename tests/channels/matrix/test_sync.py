from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from nio import RoomPreset

from bot.channels.matrix import client as client_module
from bot.channels.matrix.joins import Joins
from bot.domain.delivery import Retry, Sent
from bot.domain.inbound import Attachment, AttachmentKind, Opened, TextMessage, Unreachable
from bot.domain.texts import GROUP, UNREADABLE_ROOM
from bot.service.ports import Health
from tests.channels.matrix.conftest import Arrive, Bot, eventually
from tests.emulators.matrix_newcomer import ENCRYPTED, Newcomer
from tests.emulators.synapse import Synapse

pytestmark = pytest.mark.synapse

encrypted_and_plain = pytest.mark.parametrize(
    "encrypted", [False, True], ids=["plain", "encrypted"]
)


async def a_room(bot: Bot, person: Newcomer, **options: Any) -> str:
    room = await person.invite(bot.user, **options)
    await person.joined(room, bot.user)
    await bot.door.gets(room, Opened())
    return room


async def invited(bot: Bot, room: str) -> None:
    await eventually(lambda: room.encode() in bot.drawer.values.get("matrix-memory", b""))


def texts(bot: Bot, room: str) -> list[str]:
    return [c.text for c in bot.door.contents(room) if isinstance(c, TextMessage)]


@encrypted_and_plain
async def test_talk(bot: Bot, person: Newcomer, *, encrypted: bool) -> None:
    bot.door.answer = bot.echo
    await bot.start()
    room = await a_room(bot, person, encrypted=encrypted)
    await person.say(room, "Guten Tag")
    await bot.door.gets(room, TextMessage(text="Guten Tag"))
    heard = await person.hears(room, "echo Guten Tag")
    assert heard["content"]["msgtype"] == "m.text"
    assert not person.unreadable.get(room)
    assert (await bot.channel.status()).health is Health.GOOD


async def test_a_room_becomes_encrypted(bot: Bot, person: Newcomer) -> None:
    bot.door.answer = bot.echo
    await bot.start()
    room = await a_room(bot, person)
    await person.say(room, "open")
    await person.hears(room, "echo open")
    await person.client.room_put_state(room, ENCRYPTED["type"], ENCRYPTED["content"])
    await person.until(lambda: person.client.rooms[room].encrypted)
    await person.say(room, "closed")
    heard = await person.hears(room, "echo closed")
    raw = await person.client.room_get_event(room, heard["event_id"])
    assert raw.event.decrypted


@pytest.mark.parametrize("version", ["10", "11", "12"])
async def test_room_versions(bot: Bot, person: Newcomer, version: str) -> None:
    bot.door.answer = bot.echo
    await bot.start()
    room = await person.invite(bot.user, encrypted=True, room_version=version)
    await person.joined(room, bot.user)
    await person.say(room, "!menu")
    await person.hears(room, "echo !menu")
    assert (":" in room) is (version != "12")


@encrypted_and_plain
async def test_first_words_before_the_bot_has_joined(
    bot: Bot, person: Newcomer, *, encrypted: bool
) -> None:
    await bot.start()  # its keys must be known before somebody can encrypt for it
    await bot.stop()
    room = await person.invite(encrypted=encrypted)
    await person.say(room, "not for the bot")
    await person.client.room_invite(room, bot.user)
    await person.until(lambda: bot.user in person.client.rooms[room].users)
    await person.say(room, "hello")
    await bot.start()
    await bot.door.gets(room, TextMessage(text="hello"))
    await person.joined(room, bot.user)
    await person.say(room, "again")
    await bot.door.gets(room, TextMessage(text="again"))
    assert bot.door.contents(room) == [TextMessage(text="hello"), TextMessage(text="again")]


async def test_an_invitation_outlives_a_restart(
    bot: Bot, person: Newcomer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Joins, "start", lambda _: None)
        await bot.start()
        room = await person.invite(bot.user)
        await invited(bot, room)
        await bot.stop()
    await bot.start()
    await person.joined(room, bot.user)
    await bot.door.gets(room, Opened())


async def test_an_invitation_that_was_taken_back_is_given_up(
    bot: Bot, person: Newcomer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Joins, "start", lambda _: None)
        await bot.start()
        room = await person.invite(bot.user, preset=RoomPreset.private_chat)
        await invited(bot, room)
        await bot.stop()
    await person.kick(room, bot.user)
    await bot.start()
    other = await a_room(bot, person)
    assert bot.door.contents(room) == []
    assert bot.door.contents(other) == [Opened()]


@encrypted_and_plain
async def test_a_gap_is_filled_in_order(
    bot: Bot, person: Newcomer, monkeypatch: pytest.MonkeyPatch, *, encrypted: bool
) -> None:
    monkeypatch.setattr(client_module, "TIMELINE", 3)
    await bot.start()
    room = await a_room(bot, person, encrypted=encrypted)
    await person.say(room, "before")
    await bot.door.gets(room, TextMessage(text="before"))
    assert isinstance(await bot.say(room, "own words"), Sent)
    await bot.stop()
    for number in range(12):
        await person.say(room, f"word {number}")
    await bot.start()
    await bot.door.gets(room, TextMessage(text="word 11"))
    assert texts(bot, room) == ["before", *[f"word {number}" for number in range(12)]]


async def test_nothing_is_acknowledged_while_the_database_is_down(
    bot: Bot, person: Newcomer
) -> None:
    await bot.start()
    room = await a_room(bot, person)
    bot.door.down = True
    offered = bot.door.offered
    await person.say(room, "kept")
    await bot.door.until(lambda: bot.door.offered > offered)
    before = bot.place.value
    await bot.door.until(lambda: bot.door.offered > offered + 2)
    assert bot.place.value == before
    assert (await bot.channel.status()).health is Health.DOWN
    bot.door.down = False
    await bot.door.gets(room, TextMessage(text="kept"))
    assert texts(bot, room) == ["kept"]


async def test_a_lost_place_answers_only_what_is_unanswered(bot: Bot, person: Newcomer) -> None:
    await bot.start()
    room = await a_room(bot, person)
    await person.say(room, "old")
    await bot.door.gets(room, TextMessage(text="old"))
    assert isinstance(await bot.say(room, "answer"), Sent)
    await bot.stop()
    await person.say(room, "new")
    bot.place.value = None
    bot.door.inbounds.clear()
    bot.door._seen.clear()
    await bot.start()
    await bot.door.gets(room, TextMessage(text="new"))
    assert bot.door.contents(room) == [TextMessage(text="new")]


@encrypted_and_plain
async def test_a_batch_that_comes_again_is_the_same(
    bot: Bot, person: Newcomer, *, encrypted: bool
) -> None:
    await bot.start()
    room = await a_room(bot, person, encrypted=encrypted)
    place = bot.place.value
    await person.say(room, "once")
    await bot.door.gets(room, TextMessage(text="once"))
    await bot.stop()
    bot.place.value = place  # as after a crash before it was saved
    offered = bot.door.offered
    await bot.start()
    await bot.door.until(lambda: bot.door.offered > offered)
    await person.say(room, "twice")
    await bot.door.gets(room, TextMessage(text="twice"))
    assert bot.door.contents(room) == [
        Opened(),
        TextMessage(text="once"),
        TextMessage(text="twice"),
    ]


async def test_own_words_and_notices_are_not_for_the_bot(bot: Bot, person: Newcomer) -> None:
    await bot.start()
    room = await a_room(bot, person)
    await bot.say(room, "own words")
    await person.send(room, {"msgtype": "m.notice", "body": "from a robot"})
    await person.say(room, "from a person")
    await bot.door.gets(room, TextMessage(text="from a person"))
    assert bot.door.contents(room) == [Opened(), TextMessage(text="from a person")]


@encrypted_and_plain
async def test_reply_reaction_and_edit(bot: Bot, person: Newcomer, *, encrypted: bool) -> None:
    await bot.start()
    room = await a_room(bot, person, encrypted=encrypted)
    question = (await bot.say(room, "How many?")).reference
    await person.hears(room, "How many?")
    await person.reply(room, question, "> <@lotse:localhost> How many?\n\ntwo")
    await bot.door.gets(room, TextMessage(text="two", reply_to=question))
    await person.react(room, question, "2\ufe0f\u20e3")
    await bot.door.gets(room, TextMessage(text="2", reply_to=question))
    await person.react(room, question, "👍")
    said = await person.say(room, "tree")
    await bot.say(room, "Next question?")
    await person.edit(room, said, "three")
    await bot.door.gets(room, TextMessage(text="three", reply_to=question))
    await person.react(room, said, "1\ufe0f\u20e3")  # not on a message of the bot
    await person.say(room, "end")
    await bot.door.gets(room, TextMessage(text="end"))
    assert texts(bot, room) == ["two", "2", "tree", "three", "end"]


async def test_media(bot: Bot, person: Newcomer) -> None:
    await bot.start()
    room = await a_room(bot, person)
    await person.send(room, {"msgtype": "m.image", "body": "pass.jpg", "url": "mxc://localhost/a"})
    await bot.door.gets(room, Attachment(kind=AttachmentKind.PHOTO))
    await person.send(room, {"body": "wave", "url": "mxc://localhost/b", "info": {}}, "m.sticker")
    await bot.door.gets(room, Attachment(kind=AttachmentKind.STICKER))


async def test_a_person_leaves(bot: Bot, person: Newcomer, synapse: Synapse) -> None:
    await bot.start()
    room = await a_room(bot, person)
    await person.leave(room)
    await bot.door.gets(room, Unreachable())
    live = bot.channel._live
    assert live is not None
    await eventually(lambda: room not in live.client.rooms)
    token = live.client.homeserver.token
    found = await asyncio.to_thread(
        synapse.call, "GET", "/_matrix/client/v3/joined_rooms", token=token
    )
    assert room not in found["joined_rooms"]


async def test_the_bot_is_sent_away_and_invited_again(bot: Bot, person: Newcomer) -> None:
    await bot.start()
    room = await a_room(bot, person, preset=RoomPreset.private_chat)
    await person.kick(room, bot.user)
    await bot.door.gets(room, Unreachable())
    await person.until(lambda: bot.user not in person.client.rooms[room].users)
    await person.client.room_invite(room, bot.user)
    await bot.door.until(lambda: bot.door.contents(room).count(Opened()) == 2)


async def test_a_group_is_refused_once(bot: Bot, person: Newcomer, arrive: Arrive) -> None:
    friend = await arrive()
    await bot.start()
    room = await person.invite(bot.user, friend.user)
    await person.joined(room, bot.user)
    await person.say(room, "hello all")
    await person.hears(room, GROUP.german)
    await bot.stop()
    await bot.start()
    await person.say(room, "still there?")
    direct = await a_room(bot, friend)
    await friend.say(direct, "only we two")
    await bot.door.gets(direct, TextMessage(text="only we two"))
    assert bot.door.contents(room) == []
    refusals = [e for e in person.heard[room] if GROUP.german in e["content"].get("body", "")]
    assert len(refusals) == 1


async def test_the_homeserver_dies_and_comes_back(
    bot: Bot, person: Newcomer, synapse: Synapse
) -> None:
    bot.door.answer = bot.echo
    await bot.start()
    room = await a_room(bot, person, encrypted=True)
    await person.deafen()
    await asyncio.to_thread(synapse.kill)
    try:
        outcome = await bot.say(room, "lost?", key="kept")
        assert isinstance(outcome, Retry)
        await eventually(lambda: bot.channel._problem == "unreachable")
        assert (await bot.channel.status()).health is Health.DOWN
    finally:
        await asyncio.to_thread(synapse.start)
    person.listen()
    assert isinstance(await bot.say(room, "not lost", key="kept"), Sent)
    await person.hears(room, "not lost")
    await person.say(room, "are you there?")
    await person.hears(room, "echo are you there?")
    assert (await bot.channel.status()).health is Health.GOOD


async def test_the_homeserver_freezes(bot: Bot, person: Newcomer, synapse: Synapse) -> None:
    bot.door.answer = bot.echo
    await bot.start()
    room = await a_room(bot, person)
    synapse.freeze()
    try:
        sending = asyncio.create_task(bot.say(room, "slow"))
        await asyncio.sleep(2)
        assert not sending.done()
    finally:
        synapse.thaw()
    assert isinstance(await sending, Sent)
    await person.say(room, "warm again")
    await person.hears(room, "echo warm again")


async def test_it_starts_while_the_homeserver_is_away(
    bot: Bot, person: Newcomer, synapse: Synapse
) -> None:
    await person.deafen()
    await asyncio.to_thread(synapse.kill)
    try:
        bot.running = asyncio.create_task(bot.channel.run(bot.door))
        await eventually(lambda: bot.channel._problem == "unreachable")
        assert (await bot.channel.status()).health is Health.DOWN
    finally:
        await asyncio.to_thread(synapse.start)
    person.listen()
    await a_room(bot, person)


class TestUndecryptable:
    """The key of a message comes late, or never."""

    @pytest.mark.parametrize("restart", [False, True], ids=["running", "restarted"])
    async def test_it_is_read_when_the_key_comes(
        self, bot: Bot, person: Newcomer, *, restart: bool
    ) -> None:
        await bot.start()
        room = await a_room(bot, person, encrypted=True)
        withheld = await withhold(bot, person, room)
        await person.say(room, "late")
        await self.kept(bot, room)
        if restart:
            await bot.stop()
            await bot.start()
            await self.kept(bot, room)
        await withheld.give()
        await bot.door.gets(room, TextMessage(text="late"))
        assert texts(bot, room) == ["late"]

    async def test_the_room_hears_of_it_once(self, bot: Bot, person: Newcomer) -> None:
        await bot.start()
        room = await a_room(bot, person, encrypted=True)
        withheld = await withhold(bot, person, room)
        await person.say(room, "one")
        await person.say(room, "two")
        await self.kept(bot, room, 2)
        bot.clock.ahead = timedelta(seconds=61)
        await person.send(room, {"msgtype": "m.notice", "body": "a sync"})
        told = await person.hears(room, UNREADABLE_ROOM.german)
        assert "[en]" in told["content"]["body"]
        await withheld.give()
        await bot.door.gets(room, TextMessage(text="two"))
        assert texts(bot, room) == ["one", "two"]
        said = [e for e in person.heard[room] if UNREADABLE_ROOM.german in str(e["content"])]
        assert len(said) == 1

    async def test_who_has_repeated_herself_is_not_answered_twice(
        self, bot: Bot, person: Newcomer
    ) -> None:
        await bot.start()
        room = await a_room(bot, person, encrypted=True)
        withheld = await withhold(bot, person, room)
        await person.say(room, "lost")
        await self.kept(bot, room)
        bot.clock.ahead = timedelta(seconds=61)
        await person.send(room, {"msgtype": "m.notice", "body": "a sync"})
        await person.hears(room, UNREADABLE_ROOM.german)
        withheld.allow()
        await person.say(room, "again")
        await bot.door.gets(room, TextMessage(text="again"))
        await withheld.give()
        await person.say(room, "more")
        await bot.door.gets(room, TextMessage(text="more"))
        assert texts(bot, room) == ["again", "more"]

    async def kept(self, bot: Bot, room: str, count: int = 1) -> None:
        def waiting() -> int:
            return bot.drawer.values.get("matrix-memory", b"").count(b"m.room.encrypted")

        await eventually(lambda: waiting() >= count)
        assert texts(bot, room) == []


class Withheld:
    def __init__(self, bot: Bot, person: Newcomer, room: str) -> None:
        self.person, self.room = person, room
        olm = person.client.olm
        self.device = next(iter(olm.device_store.active_user_devices(bot.user)))
        olm.create_outbound_group_session(room)
        session = olm.outbound_group_sessions[room]
        session.users_ignored.add((bot.user, self.device.id))
        session.shared = True
        self.key = {
            "algorithm": "m.megolm.v1.aes-sha2",
            "room_id": room,
            "session_id": session.id,
            "session_key": session.session_key,
        }

    def allow(self) -> None:
        """Let the next messages be read."""
        self.person.client.invalidate_outbound_session(self.room)

    async def give(self) -> None:
        """Give the key that was withheld."""
        from nio.event_builders import ToDeviceMessage

        client = self.person.client
        missing = client.get_missing_sessions(self.room)
        if missing:
            await client.keys_claim(missing)
        session = client.olm.session_store.get(self.device.curve25519)
        content = client.olm._olm_encrypt(session, self.device, "m.room_key", self.key)
        message = ToDeviceMessage("m.room.encrypted", self.device.user_id, self.device.id, content)
        await client.to_device(message)


async def withhold(bot: Bot, person: Newcomer, room: str) -> Withheld:
    """From now on the bot gets no keys for what the person says."""
    client = person.client
    await client.joined_members(room)
    if client.should_query_keys:
        await client.keys_query()
    return Withheld(bot, person, room)


async def test_used_up_one_time_keys_are_replaced(
    bot: Bot, person: Newcomer, synapse: Synapse
) -> None:
    await bot.start()
    device = (await bot.channel.status()).facts["device"]
    await bot.stop()
    claim = {"one_time_keys": {bot.user: {device: "signed_curve25519"}}}
    token = person.client.access_token
    for _ in range(200):
        found = await asyncio.to_thread(
            synapse.call, "POST", "/_matrix/client/v3/keys/claim", claim, token=token
        )
        if not found["one_time_keys"].get(bot.user):
            break
    else:
        pytest.fail("the keys do not come to an end")
    await bot.start()
    room = await a_room(bot, person, encrypted=True)
    await person.say(room, "readable")
    await bot.door.gets(room, TextMessage(text="readable"))
