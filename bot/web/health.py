"""Is the process alive (/healthz), can it work (/readyz), and its figures (/metrics). Nothing
personal in any of them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.service.ports import ChannelStatus, Health

Ready = Callable[[], Awaitable[dict[str, ChannelStatus]]]
"""Asks every part (database, content, each channel) how it is doing."""


def routes(ready: Ready) -> list[Route]:
    """Return the three routes. `/readyz` is 503 as soon as one part is down; degraded parts still
    work.
    """

    async def alive(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def able(_: Request) -> Response:
        parts = await ready()
        down = any(status.health is Health.DOWN for status in parts.values())
        return JSONResponse(
            {
                "ready": not down,
                "parts": {
                    name: {"health": status.health, "message": status.message, "hint": status.hint}
                    for name, status in parts.items()
                },
            },
            503 if down else 200,
        )

    async def figures(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", alive), Route("/readyz", able), Route("/metrics", figures)]
