"""The chat's stream of server-sent events (WHATWG HTML, 9.2): from the database, woken by commits,
nothing kept in between.

Three kinds of event: `message` (the default; `id:` is the sequence number, `data:` the message),
`page` (the conversation's language has changed: its words for the page), `ready` (the history up to
now has been sent). A comment every `HEARTBEAT` seconds lets both sides notice a dead connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing

import anyio
import orjson
from prometheus_client import Gauge
from starlette.responses import StreamingResponse
from starlette.types import Send

from bot.service.ports import WebChat, WebEvent

HEARTBEAT = 15.0

STREAMS = Gauge("lotse_web_streams", "Open event streams of the web chat.")

_NEARLY_BREAKS = tuple((c.encode(), f"\\u{ord(c):04x}".encode()) for c in "\u0085\u2028\u2029")

PageOf = Callable[[str], Mapping[str, object] | None]
"""Gives the page's words in a language, None for a language that the site does not have."""


class EventStream(StreamingResponse):
    """Streams a session's events until the visitor goes or the subscription ends."""

    def __init__(self, events: AsyncGenerator[bytes, None]) -> None:
        self._events = events
        super().__init__(
            events,
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def stream_response(self, send: Send) -> None:
        """Send, and close the source however it ends."""
        with STREAMS.track_inprogress():
            async with aclosing(self._events):
                await super().stream_response(send)


def event(data: object, *, name: str = "", seq: int | None = None) -> bytes:
    """Return one event as it goes over the wire. JSON holds no line breaks, so one data line is
    enough; what only some programs take for a line break is escaped.
    """
    head = (f"event: {name}\n" if name else "") + (f"id: {seq}\n" if seq is not None else "")
    body = orjson.dumps(data)
    for raw, escaped in _NEARLY_BREAKS:
        if raw in body:
            body = body.replace(raw, escaped)
    return head.encode() + b"data: " + body + b"\n\n"


async def wakes(source: AsyncIterator[None]) -> AsyncGenerator[bool, None]:
    """Yield True whenever `source` does and False after HEARTBEAT seconds of silence; end with
    it.
    """
    woken = asyncio.ensure_future(anext(source))
    try:
        while True:
            await asyncio.wait({woken}, timeout=HEARTBEAT)
            if not woken.done():
                yield False
                continue
            woken.result()
            yield True
            woken = asyncio.ensure_future(anext(source))
    except StopAsyncIteration:
        return
    finally:
        with anyio.CancelScope(shield=True):
            woken.cancel()
            await asyncio.wait({woken})
            if isinstance(source, AsyncGenerator):
                await source.aclose()


async def stream(
    chat: WebChat, session: str, after: int, lang: str, page_of: PageOf
) -> AsyncGenerator[bytes, None]:
    """Yield what was committed after `after` and then whatever comes, until the service ends the
    subscription.

    `lang` is the language that the page shows now.
    """
    yield b"retry: 1000\n\n"
    first = True
    async with aclosing(wakes(chat.subscribe(session))) as commits:
        async for committed in commits:
            if not committed:
                yield b": \n\n"
                continue
            if first and after and not await chat.events(session, after - 1):
                after = 0  # a number that this conversation never gave: nothing may be held back
            while batch := await chat.events(session, after):
                after = batch[-1].seq
                spoken = _language(batch)
                if spoken and spoken != lang and (page := page_of(spoken)):
                    lang = spoken
                    yield event(page, name="page")
                yield b"".join(event(one.data, seq=one.seq) for one in batch)
            if first:
                yield event({}, name="ready")
                first = False


def _language(batch: list[WebEvent]) -> str | None:
    """Return the language in which the program last spoke; a human may write another.

    An edit keeps the language of what it replaces and says nothing about now.
    """
    for one in reversed(batch):
        lang = one.data.get("lang")
        spoken = one.data.get("from") == "program" and not one.data.get("replaces")
        if spoken and isinstance(lang, str):
            return lang
    return None
