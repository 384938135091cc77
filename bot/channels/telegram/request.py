"""python-telegram-bot's way to the network, laid over our session: one pool, one set of rules.

Its own (httpx) costs two thirds of such a bot's processor time and would keep a second pool.
"""

from __future__ import annotations

from typing import Any

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.telegram.client import CONNECT_SECONDS, SECONDS, Client


class SessionRequest(BaseRequest):
    """Requests of `telegram.Bot` over the client's session, which the client closes."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer."""
        return SECONDS

    async def initialize(self) -> None:
        """Nothing: the session opens itself."""

    async def shutdown(self) -> None:
        """Nothing: the client closes the session."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *_timeouts: Any,
        **_more: Any,
    ) -> tuple[int, bytes]:
        """Make one request; return status and body."""
        timeout = aiohttp.ClientTimeout(total=SECONDS, connect=CONNECT_SECONDS)
        data = request_data.json_parameters if request_data is not None else None
        try:
            async with self._client.session.request(
                method, url, data=data, timeout=timeout
            ) as response:
                return response.status, await response.read()
        except TimeoutError:
            raise TimedOut from None
        except aiohttp.ClientError as error:
            # Without the cause: its text holds the address, and the address holds the token.
            raise NetworkError(type(error).__name__) from None
