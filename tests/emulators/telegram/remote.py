"""Client of `/_control`, and the emulator as a process of its own.

For kill tests and benchmarks: the emulator must outlive the bot, and its work must not count as
the bot's.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from tests.emulators.telegram.api import TOKEN

Json = dict[str, Any]


ROOT = Path(__file__).parents[3]


class RemoteError(Exception):
    """The control interface refused; the message says why."""


@dataclass(slots=True)
class RemoteEmulator:
    """An emulator in another process."""

    url: str
    session: aiohttp.ClientSession
    token: str = TOKEN

    async def user(
        self, first_name: str = "Olena", *, language_code: str | None = "uk"
    ) -> RemoteUser:
        body = {"first_name": first_name, "language_code": language_code}
        return RemoteUser(self, (await self.post("users", body))["id"])

    async def fault(self, kind: str, method: str = "*", **options: Any) -> None:
        await self.post("faults", {"kind": kind, "method": method, **options})

    async def clear_faults(self) -> None:
        await self._call("DELETE", "faults")

    async def report(self) -> Json:
        """Counts of calls, sends per chat and text, pending updates."""
        return await self._call("GET", "report")

    async def walk(self, people: int, steps: list[str], **options: Any) -> Json:
        """Let many people walk a path (see `load.Walk`); returns figures."""
        return await self.post("walk", {"people": people, "steps": steps, **options})

    async def post(self, path: str, body: Json) -> Json:
        return await self._call("POST", path, json=body)

    async def get(self, path: str, **query: Any) -> Json:
        return await self._call("GET", path, params=query)

    async def _call(self, method: str, path: str, **options: Any) -> Json:
        address = f"{self.url}/_control/{path}"
        async with self.session.request(method, address, **options) as response:
            body: Json = await response.json()
            if response.status != 200:
                raise RemoteError(body.get("error", str(response.status)))
            return body


@dataclass(slots=True)
class RemoteUser:
    """A person, acted with over HTTP. Messages are plain dicts (see `control._shown`)."""

    emulator: RemoteEmulator
    id: int
    mark: int = 0

    async def say(self, text: str) -> int:
        reply = await self.emulator.post("say", {"user": self.id, "text": text})
        self.mark = reply["mark"]
        return int(reply["message_id"])

    async def press(
        self, label: str | None = None, *, data: str | None = None, message_id: int | None = None
    ) -> None:
        body: Json = {"user": self.id, "label": label, "data": data}
        if message_id is not None:
            body["message_id"] = message_id
        self.mark = (await self.emulator.post("press", body))["mark"]

    async def messages(self, after: int = 0, wait: float = 0) -> list[Json]:
        query = {"chat": self.id, "after": after, "wait": wait}
        found: list[Json] = (await self.emulator.get("messages", **query))["messages"]
        return found

    async def wait_for(self, text: str = "", *, seconds: float = 10.0) -> Json:
        """The bot's message with this text, new or edited since the last act."""
        after = self.mark
        async with asyncio.timeout(seconds):
            while True:
                found = await self.messages(after=after, wait=seconds)
                for message in found:
                    if message["from_bot"] and text in message["text"]:
                        return message
                after = max([after, *(one["changed"] for one in found)])


@contextlib.asynccontextmanager
async def emulator_process(*arguments: str) -> AsyncIterator[RemoteEmulator]:
    """Run the emulator in another process until the block ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.emulators.telegram",
        "--port",
        "0",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
        url = line.split()[-1]
        # A walk takes as long as it takes: the session must not cut it off after five minutes.
        timeout = aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            yield RemoteEmulator(url, session)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
