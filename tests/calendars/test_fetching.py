"""A calendar is fetched by its address: in time, in size, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from bot.calendars.fetching import fetch
from bot.content.closing_calendars import MAX_BYTES
from bot.service.closing_copies import FetchError, FetchTrouble

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def answering(answer: Answer) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        try:
            await answer(writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/closed.ics"
    finally:
        server.close()


def said(status: str, body: bytes = b"", *headers: str) -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers])
        writer.write(head.encode() + b"\r\n\r\n" + body)
        await writer.drain()

    return answer


async def silence(_: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def drip(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"B")
        await writer.drain()
        await asyncio.sleep(0.02)


async def flood(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(MAX_BYTES // 50_000 + 10):
        writer.write(b"x" * 50_000)
        await writer.drain()


async def test_what_stands_there_is_returned() -> None:
    async with answering(said("200 OK", b"BEGIN:VCALENDAR")) as url:
        assert await fetch(url) == b"BEGIN:VCALENDAR"


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (silence, FetchTrouble.DOWN),
        (drip, FetchTrouble.DOWN),
        (flood, FetchTrouble.TOO_LARGE),
        (said("404 Not Found"), FetchTrouble.REFUSED),
        (said("500 Internal Server Error"), FetchTrouble.REFUSED),
        (said("302 Found", b"", "Location: /again.ics"), FetchTrouble.DOWN),
    ],
)
async def test_trouble_has_a_name_and_an_end(answer: Answer, trouble: FetchTrouble) -> None:
    async with asyncio.timeout(5), answering(answer) as url:
        with pytest.raises(FetchError) as caught:
            await fetch(url, seconds=1.0)
    assert caught.value.trouble is trouble


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "https://[", "nonsense"])
async def test_an_address_that_leads_nowhere(url: str) -> None:
    with pytest.raises(FetchError):
        await fetch(url)
