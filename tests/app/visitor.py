"""A program that talks to the web chat over HTTP, as any other client would."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

SECONDS = 10.0
Event = dict[str, Any]


@dataclass
class Visitor:
    """One session. It has opened the page; nothing but its cookie ties it to the server."""

    client: httpx.AsyncClient
    numbers: count[int] = field(default_factory=lambda: count(1))

    async def post(self, **body: object) -> httpx.Response:
        """Send a message under an id of our own, unless the test gives one."""
        return await self.client.post(
            "/chat/messages", json={"id": f"test {next(self.numbers)}"} | body
        )

    async def raw(self, body: bytes, kind: str = "application/json") -> httpx.Response:
        return await self.client.post(
            "/chat/messages", content=body, headers={"Content-Type": kind}
        )

    @asynccontextmanager
    async def listening(self, after: str | None = None) -> AsyncIterator[AsyncIterator[Event]]:
        """The stream, as messages; `{}` where the history up to now has been sent."""
        headers = {} if after is None else {b"Last-Event-ID": after.encode()}
        async with self.client.stream("GET", "/chat/events", headers=headers) as response:
            assert response.status_code == 200, response.status_code
            yield _messages(response.aiter_lines())

    async def history(self, after: str | None = None) -> list[Event]:
        """What has been said up to now."""
        found: list[Event] = []
        async with asyncio.timeout(SECONDS), self.listening(after) as events:
            async for event in events:
                if not event:
                    return found
                found.append(event)
        raise AssertionError(found)

    async def answer(self, **body: object) -> list[Event]:
        """Say something that is taken, and return what the program says to it."""
        before = len(await self.history())
        response = await self.post(**body)
        assert response.status_code == 202, response.text
        return [event for event in (await self.history())[before:] if event["from"] == "program"]

    async def asked(self, **body: object) -> Event:
        """Say something, and return the newest message with choices that answers it."""
        return [event for event in await self.answer(**body) if event["choices"]][-1]

    async def is_answered(self) -> None:
        """The next honest message is answered: with the menu."""
        said = await self.answer(text="/menu")
        assert any(len(event["choices"]) > 2 for event in said), said


async def _messages(lines: AsyncIterator[str]) -> AsyncIterator[Event]:
    kind, number = "message", None
    async for line in lines:
        name, _, value = line.partition(": ")
        if name == "event":
            kind = value
        elif name == "id":
            number = int(value)
        elif name == "data" and kind == "ready":
            yield {}
        elif name == "data" and kind == "message":
            yield json.loads(value) | {"seq": number}
        elif not line:
            kind, number = "message", None
