"""Just enough HTTP/1.1 for both sides of the Bot API, so that the load costs less than the bots.

Real requests over real sockets with keep-alive; bodies by Content-Length or in chunks. Knows
nothing of Telegram.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked", re.IGNORECASE)
_TYPE = re.compile(rb"\r\ncontent-type:[ \t]*([^\r;]+)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection:[ \t]*close", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Frame:
    """One request or response: its first line, the type of its body, the body."""

    first: bytes
    kind: bytes
    body: bytes
    last: bool


def take_frame(buffer: bytearray) -> Frame | None:
    """Take one whole message off the front of the buffer; None while it is not whole."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = bytes(buffer[:end])
    start = end + 4
    if _CHUNKED.search(head):
        found = _chunks(buffer, start)
        if found is None:
            return None
        body, stop = found
    else:
        length = _LENGTH.search(head)
        stop = start + (int(length[1]) if length else 0)
        if len(buffer) < stop:
            return None
        body = bytes(buffer[start:stop])
    del buffer[:stop]
    kind = _TYPE.search(head)
    return Frame(
        first=head.partition(b"\r\n")[0],
        kind=kind[1].strip() if kind else b"",
        body=body,
        last=_CLOSE.search(head) is not None,
    )


def _chunks(buffer: bytearray, start: int) -> tuple[bytes, int] | None:
    """Return a chunked body and where it ends; None while it is not whole."""
    parts: list[bytes] = []
    while True:
        line = buffer.find(b"\r\n", start)
        if line < 0:
            return None
        size = int(bytes(buffer[start:line]).partition(b";")[0], 16)
        start = line + 2 + size + 2
        if len(buffer) < start:
            return None
        if size == 0:
            return b"".join(parts), start
        parts.append(bytes(buffer[line + 2 : line + 2 + size]))


class ServerSide(asyncio.Protocol):
    """One connection of a bot to the API: every request is answered at once, in order."""

    def __init__(self, answer: Callable[[Frame], bytes]) -> None:
        self._answer = answer
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self._buffer += data
        while (frame := take_frame(self._buffer)) is not None:
            body = self._answer(frame)
            if self._transport is not None:
                self._transport.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d"
                    b"\r\n\r\n%b" % (len(body), body)
                )


class WebhookConnection(asyncio.Protocol):
    """One keep-alive connection to a bot's webhook: one request at a time."""

    def __init__(self, head: bytes) -> None:
        self._head = head
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Frame] | None = None

    @classmethod
    async def open(cls, host: str, port: int, path: str, secret: str) -> WebhookConnection:
        """Connect; raises OSError."""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\nContent-Length: "
        ).encode()
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(lambda: cls(head), host, port)
        return connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Hand over the answer when it is whole."""
        self._buffer += data
        frame = take_frame(self._buffer)
        if frame is not None and self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            if not waiting.done():
                waiting.set_result(frame)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's name
        """Tell whoever waits."""
        self._transport = None
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionResetError("the bot closed the connection"))

    async def post(self, body: bytes) -> tuple[int, bytes]:
        """Send an update; return the status and the body of the answer."""
        if self._transport is None:
            raise ConnectionResetError("the connection is closed")
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(self._head + b"%d\r\n\r\n%b" % (len(body), body))
        frame = await self._waiting
        if frame.last and self._transport is not None:
            self._transport.close()
        return int(frame.first.split(b" ", 2)[1]), frame.body

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()
