"""Fetches a calendar by its address: with a time-out, a limit of size, and nothing taken on trust.

HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE are honoured.
"""

from __future__ import annotations

import asyncio

import httpx

from bot.content.closing_calendars import MAX_BYTES
from bot.service.closing_copies import FetchError, FetchTrouble

SECONDS = 10.0
MOST_REDIRECTS = 3


async def fetch(url: str, *, seconds: float = SECONDS) -> bytes:
    """Return what stands at an address.

    Raises:
        FetchError: it does not answer in time, refuses, or answers too much.
    """
    try:
        async with asyncio.timeout(seconds):
            return await _read(url)
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL):
        raise FetchError(FetchTrouble.DOWN) from None


async def _read(url: str) -> bytes:
    async with (
        httpx.AsyncClient(follow_redirects=True, max_redirects=MOST_REDIRECTS) as client,
        client.stream("GET", url, headers={"Accept": "text/calendar"}) as response,
    ):
        if not response.is_success:
            raise FetchError(FetchTrouble.REFUSED)
        found = bytearray()
        async for piece in response.aiter_bytes():
            found += piece
            if len(found) > MAX_BYTES:
                raise FetchError(FetchTrouble.TOO_LARGE)
        return bytes(found)
