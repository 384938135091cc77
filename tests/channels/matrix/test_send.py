from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import nio
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.channels.matrix import files, send
from bot.channels.matrix.client import Client
from bot.channels.matrix.homeserver import MatrixError
from bot.domain.delivery import Refused, Retry, Scope, Sent, Unknown
from bot.domain.inbound import Opened
from bot.domain.outgoing import File, Part, Parts
from tests.channels.matrix.conftest import Arrive, Bot, eventually
from tests.emulators.matrix_newcomer import Newcomer
from tests.emulators.synapse import Synapse

synapse_only = pytest.mark.synapse
encrypted_and_plain = pytest.mark.parametrize(
    "encrypted", [False, True], ids=["plain", "encrypted"]
)
THREE = "<p>Which?</p><ol><li>one</li><li>two</li><li>three</li></ol>"


async def a_room(bot: Bot, person: Newcomer, **options: Any) -> str:
    await bot.start()
    room = await person.invite(bot.user, **options)
    await bot.door.gets(room, Opened())
    await person.joined(room, bot.user)
    return room


def of_the_bot(bot: Bot, person: Newcomer, room: str, kind: str = "m.room.message") -> list[Any]:
    return [e for e in person.heard[room] if e["sender"] == bot.user and e["type"] == kind]


@synapse_only
@encrypted_and_plain
async def test_the_same_key_sends_once(bot: Bot, person: Newcomer, *, encrypted: bool) -> None:
    room = await a_room(bot, person, encrypted=encrypted)
    first = await bot.say(room, "one", key="7")
    await bot.stop()  # the room key goes with the process
    await bot.start()
    assert await bot.say(room, "one", key="7") == first
    await bot.say(room, "end")
    await person.hears(room, "end")
    assert [e["content"]["body"] for e in of_the_bot(bot, person, room)] == ["one", "end"]


@synapse_only
@encrypted_and_plain
async def test_an_unconfirmed_attempt_is_looked_for(
    bot: Bot, person: Newcomer, monkeypatch: pytest.MonkeyPatch, *, encrypted: bool
) -> None:
    room = await a_room(bot, person, encrypted=encrypted)
    first = await bot.channel.send(bot.delivery(room, "one", "two", key="8"))
    for number in range(3):
        await person.say(room, f"later {number}")
    monkeypatch.setattr(send, "_PAGE", 2)

    async def forgetful(*_: object) -> str:
        raise MatrixError("the homeserver has forgotten the transaction")

    monkeypatch.setattr(Client, "put", forgetful)
    again = bot.delivery(room, "one", "two", key="8", repeated=True, age=80_000.0)
    assert await bot.channel.send(again) == first
    lost = bot.delivery(room, "three", key="9", repeated=True, age=80_000.0)
    assert isinstance(await bot.channel.send(lost), Retry)


@synapse_only
@encrypted_and_plain
async def test_pieces_html_and_edit(bot: Bot, person: Newcomer, *, encrypted: bool) -> None:
    room = await a_room(bot, person, encrypted=encrypted)
    outcome = await bot.channel.send(
        bot.delivery(room, "first", "second", html="<p>is <bdi>x</bdi></p>")
    )
    heard = await person.hears(room, "second")
    assert outcome == Sent(reference=heard["event_id"])
    assert heard["content"]["formatted_body"] == "<p>is \u2068x\u2069</p>"
    edit = await bot.say(room, "new second", edit_of=heard["event_id"])
    assert edit == outcome  # the reference stays, later edits go to the same event
    heard = await person.hears(room, lambda e: "m.new_content" in e["content"])
    assert heard["content"]["m.new_content"]["body"] == "new second"
    assert heard["content"]["m.relates_to"]["rel_type"] == "m.replace"


@synapse_only
async def test_keycaps_follow_a_question(bot: Bot, person: Newcomer) -> None:
    room = await a_room(bot, person, encrypted=True)
    question = (await bot.say(room, "Which?", html=THREE)).reference
    await eventually(lambda: len(of_the_bot(bot, person, room, "m.reaction")) == 3)
    relations = [e["content"]["m.relates_to"] for e in of_the_bot(bot, person, room, "m.reaction")]
    assert [r["key"] for r in relations] == ["1\ufe0f\u20e3", "2\ufe0f\u20e3", "3\ufe0f\u20e3"]
    assert {r["event_id"] for r in relations} == {question}


@synapse_only
async def test_a_rate_limit_comes_back_at_once(
    bot: Bot, person: Newcomer, synapse: Synapse
) -> None:
    room = await a_room(bot, person)
    await asyncio.to_thread(synapse.limit, bot.user, per_second=1, burst=2)
    async with asyncio.timeout(5):
        outcomes = [await bot.say(room, f"text {n}", html=THREE, key=f"l{n}") for n in range(8)]
    refused = next(o for o in outcomes if isinstance(o, Retry))
    assert refused.scope is Scope.ACCOUNT
    assert timedelta(0) < refused.after <= timedelta(seconds=60)
    await asyncio.to_thread(synapse.limit, bot.user, per_second=0, burst=0)
    for number in range(8):
        assert isinstance(await bot.say(room, f"text {number}", key=f"l{number}"), Sent)
    await person.hears(room, "text 7")
    said = [e["content"]["body"] for e in of_the_bot(bot, person, room)]
    assert sorted(said) == [f"text {n}" for n in range(8)]
    before = len(of_the_bot(bot, person, room, "m.reaction"))
    await bot.say(room, "no keycaps", html=THREE)
    await bot.say(room, "end")
    await person.hears(room, "end")
    assert len(of_the_bot(bot, person, room, "m.reaction")) == before < 24


@synapse_only
async def test_a_room_without_the_bot(bot: Bot, person: Newcomer) -> None:
    room = await a_room(bot, person)
    await person.leave(room)
    live = bot.channel._live
    assert live is not None
    await eventually(lambda: room not in live.client.rooms)
    outcome = await bot.say(room, "are you there?")
    assert outcome == Refused(reason="M_FORBIDDEN", unreachable=True)


@synapse_only
async def test_a_new_device_reads_what_comes_after(
    bot: Bot, person: Newcomer, synapse: Synapse, tmp_path_factory: pytest.TempPathFactory
) -> None:
    room = await a_room(bot, person, encrypted=True)
    await bot.say(room, "to one")
    await person.hears(room, "to one")
    second = await Newcomer.log_in(synapse, person.user, tmp_path_factory.mktemp("second"))
    try:
        await person.say(room, "wakes the bot")
        await bot.door.until(lambda: len(bot.door.contents(room)) == 2)
        live = bot.channel._live
        assert live is not None
        devices = live.client._nio.device_store
        await eventually(lambda: len(list(devices.active_user_devices(person.user))) == 2)
        await bot.say(room, "to both")
        await second.hears(room, "to both")
        await person.hears(room, "to both")
    finally:
        await second.leave_town()


@synapse_only
async def test_keys_that_did_not_arrive_are_shared_again(
    bot: Bot, person: Newcomer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """nio takes a room key for shared when the request that shares it failed."""
    room = await a_room(bot, person, encrypted=True)
    live = bot.channel._live
    assert live is not None
    client = live.client._nio
    real = client._send

    async def failing(kind: type, *rest: Any, **named: Any) -> Any:
        if kind.__name__ == "ShareGroupSessionResponse":
            raise TimeoutError
        return await real(kind, *rest, **named)

    with monkeypatch.context() as patch:
        patch.setattr(client, "_send", failing)
        outcome = await bot.say(room, "secret", key="s")
        assert isinstance(outcome, Retry)
        assert outcome.scope is Scope.CHAT
    assert isinstance(await bot.say(room, "secret", key="s"), Sent)
    await person.hears(room, "secret")
    assert not person.unreadable.get(room)


@synapse_only
async def test_before_it_runs_a_delivery_is_put_back(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.matrix.channel._START", 0.1)
    assert isinstance(await bot.say("!room:localhost", "early"), Retry)


@synapse_only
async def test_two_people_at_once(bot: Bot, arrive: Arrive) -> None:
    await bot.start()
    people = [await arrive() for _ in range(3)]
    rooms = [await person.invite(bot.user, encrypted=True) for person in people]
    for person, room in zip(people, rooms, strict=True):
        await person.joined(room, bot.user)
    live = bot.channel._live
    assert live is not None
    await eventually(lambda: all(room in live.client.rooms for room in rooms))
    await asyncio.gather(*[bot.say(room, f"{n}") for room in rooms for n in range(5)])
    for person, room in zip(people, rooms, strict=True):
        for number in range(5):
            await person.hears(room, f"{number}")
        assert not person.unreadable.get(room)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (MatrixError("unreachable"), Retry),
        (MatrixError("timeout", certain=False), Unknown),
        (MatrixError("http_502", status=502, certain=False), Unknown),
        (MatrixError("M_TOO_LARGE", status=413), Refused),
        (MatrixError("M_UNKNOWN_TOKEN", status=401), Retry),
        (MatrixError("M_LIMIT_EXCEEDED", status=429), Retry),
    ],
)
async def test_what_a_failure_means(error: MatrixError, outcome: type) -> None:
    class Failing:
        rooms: Mapping[str, object] = MappingProxyType({"!a": object()})

        async def put(self, *_: object) -> str:
            raise error

    client: Any = Failing()
    courier = send.Courier(client, send.Reactions(client, _never), send.StaffRoom(client, None))
    piece = Part(text="x", lang="de", direction="ltr")
    delivery = send.Delivery(key="1", address="!a", parts=_parts(piece))
    assert isinstance(await courier.send(delivery), outcome)


def _parts(*pieces: Part) -> Any:
    return Parts(pieces=pieces)


def _never() -> Any:
    return datetime(2026, 11, 22, tzinfo=UTC)


CALENDAR = File(name="K7F3.ics", media_type="text/calendar", text="BEGIN:VCALENDAR\r\nZ:ü\r\n")


def _with_file(room: str, text: str, key: str) -> send.Delivery:
    file = Part(text=CALENDAR.name, lang="de", direction="ltr", file=CALENDAR)
    words = Part(text=text, lang="de", direction="ltr")
    return send.Delivery(key=key, address=room, parts=_parts(file, words))


async def _downloaded(person: Newcomer, content: dict[str, Any]) -> bytes:
    """Fetch a file as a client does; an encrypted one is opened by hand (Client-Server API,
    "Sending encrypted attachments").
    """
    sealed = content.get("file", content)
    response = await person.client.download(mxc=sealed["url"])
    assert isinstance(response, nio.DownloadResponse), response
    raw = bytes(response.body)
    if "key" not in sealed:
        return raw
    assert sealed["v"] == "v2"
    assert _unpadded(hashlib.sha256(raw).digest()) == sealed["hashes"]["sha256"]
    key = base64.urlsafe_b64decode(sealed["key"]["k"] + "==")
    counter = base64.b64decode(sealed["iv"] + "==")
    opener = Cipher(algorithms.AES(key), modes.CTR(counter)).decryptor()
    return opener.update(raw) + opener.finalize()


def _unpadded(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


@synapse_only
@encrypted_and_plain
async def test_a_file_goes_before_the_words(bot: Bot, person: Newcomer, *, encrypted: bool) -> None:
    room = await a_room(bot, person, encrypted=encrypted)
    first = await bot.channel.send(_with_file(room, "Nur Zeit und Code.", "f1"))
    words = await person.hears(room, "Nur Zeit und Code.")
    assert first == Sent(reference=words["event_id"])
    file = await person.hears(room, CALENDAR.name)
    assert file["content"]["msgtype"] == "m.file"
    assert file["content"]["info"] == {"mimetype": "text/calendar", "size": len(_RAW)}
    assert ("file" in file["content"]) is encrypted
    assert await _downloaded(person, file["content"]) == _RAW
    assert await bot.channel.send(_with_file(room, "Nur Zeit und Code.", "f1")) == first
    await bot.say(room, "end")
    await person.hears(room, "end")
    kinds = [e["content"]["msgtype"] for e in of_the_bot(bot, person, room)]
    assert kinds == ["m.file", "m.text", "m.text"]


_RAW = CALENDAR.text.encode()


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (MatrixError("unreachable"), Retry),
        (MatrixError("timeout", certain=False), Retry),
        (MatrixError("http_502", status=502, certain=False), Retry),
        (MatrixError("M_FORBIDDEN", status=403), Refused),
        (MatrixError("M_TOO_LARGE", status=413), Refused),
        (MatrixError("M_LIMIT_EXCEEDED", status=429), Retry),
    ],
)
async def test_what_a_failed_upload_means(error: MatrixError, outcome: type) -> None:
    class Store:
        async def upload(self, *_: object) -> str:
            raise error

    class Failing:
        rooms: Mapping[str, object] = MappingProxyType({"!a": object()})

        async def attached(self, _: str, file: File) -> dict[str, Any]:
            store: Any = Store()
            return await files.content(store, file, encrypted=False)

    client: Any = Failing()
    courier = send.Courier(client, send.Reactions(client, _never), send.StaffRoom(client, None))
    found = await courier.send(_with_file("!a", "x", "1"))
    assert isinstance(found, outcome)
    assert not (isinstance(found, Refused) and found.unreachable)
