"""The thin client: every way a call can end, as a value."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram.client import (
    Client,
    Garbled,
    Lost,
    NotSent,
    Ok,
    Rejected,
    decode,
    encode,
)
from tests.emulators.telegram import TelegramEmulator, User


@pytest.fixture
async def client(telegram: TelegramEmulator) -> AsyncIterator[Client]:
    made = Client(token=telegram.token, api_url=telegram.url)
    yield made
    await made.close()


@pytest.fixture
def user(telegram: TelegramEmulator) -> User:
    person = telegram.user()
    person.say("/start")
    return person


async def test_a_call_that_works(client: Client, user: User) -> None:
    reply = await client.call("sendMessage", {"chat_id": user.id, "text": "Guten Tag"})
    assert isinstance(reply, Ok)
    assert reply.result["text"] == "Guten Tag"


async def test_refusals_with_their_hints(client: Client, telegram: TelegramEmulator) -> None:
    assert await client.call("sendMessage", {"chat_id": 5, "text": "x"}) == Rejected(
        status=400, description="Bad Request: chat not found"
    )
    telegram.fault("too_many_requests", "sendMessage", retry_after=7)
    reply = await client.call("sendMessage", {"chat_id": 5, "text": "x"})
    assert isinstance(reply, Rejected)
    assert (reply.status, reply.retry_after) == (429, 7)
    telegram.fault("server_error", "sendMessage")
    assert await client.call("sendMessage", {"chat_id": 5, "text": "x"}) == Rejected(status=500)


async def test_answers_that_are_lost(
    client: Client, telegram: TelegramEmulator, user: User
) -> None:
    body = {"chat_id": user.id, "text": "x"}
    telegram.fault("reset_after", "sendMessage")
    assert isinstance(await client.call("sendMessage", body), Lost)
    telegram.fault("slow", "sendMessage", seconds=5)
    assert await client.call("sendMessage", body, seconds=0.1) == Lost(reason="TimeoutError")
    telegram.fault("truncated", "sendMessage")
    assert isinstance(await client.call("sendMessage", body), Garbled)
    assert telegram.state.sends[user.id, "x"] == 3


async def test_nobody_listens() -> None:
    client = Client(token="1:secret", api_url="http://127.0.0.1:9")
    reply = await client.call("getMe", {})
    await client.close()
    assert reply == NotSent(reason="ClientConnectorError")
    assert "secret" not in repr(reply)


def test_a_lone_surrogate_stops_nothing() -> None:
    raw = b'{"ok":true,"result":[{"text":"a\\ud800b"},{"text":"\\ud83d\\ude42"}]}'
    assert decode(raw) == {"ok": True, "result": [{"text": "a?b"}, {"text": "🙂"}]}
    assert encode({"text": "a\ud800b"}) == b'{"text": "a?b"}'


@pytest.mark.parametrize("raw", [b"", b"{", b"<html>", b"\xff", b"[" * 100_000])
def test_what_is_no_json(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        decode(raw)


async def test_the_way_out_that_the_environment_names(
    telegram: TelegramEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", telegram.url)
    monkeypatch.setenv("no_proxy", "inside.example")
    through = Client(token=telegram.token, api_url="http://telegram.example")
    assert isinstance(await through.call("getMe", {}), Ok)
    await through.close()
    past = Client(token=telegram.token, api_url="http://inside.example")
    assert isinstance(await past.call("getMe", {}, seconds=2), NotSent | Lost)
    await past.close()
