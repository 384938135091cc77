"""The webhook: check who calls, commit, and only then answer 200, with the press's answer inside.

Telegram delivers again what is not answered with 2xx, for 24 hours; so 503 is the way to say that
the database is away. The secret is compared in constant time and is always there: where none is
set it is derived from the token, which Telegram knows as well as we do.
"""

from __future__ import annotations

import hashlib
import hmac

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.telegram.client import decode, encode
from bot.channels.telegram.ingress import Ingress
from bot.service.ports import UnavailableError

PATH = "/telegram/webhook"
MOST_BYTES = 1024 * 1024
"""An update holds a message of 4096 characters and some metadata; this is generous."""
_SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the header's name


def derived_secret(token: str) -> str:
    """The secret for a bot without one set: nobody can know it who does not know the token."""
    return hmac.new(token.encode(), b"telegram-webhook", hashlib.sha256).hexdigest()


def webhook_route(ingress: Ingress, secret: str) -> Route:
    """The route that Telegram posts to."""
    expected = secret.encode()

    async def receive(request: Request) -> Response:
        given = request.headers.get(_SECRET_HEADER, "").encode("latin-1", "replace")
        if not hmac.compare_digest(given, expected):
            return Response(status_code=401)
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return Response(status_code=415)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        try:
            update = decode(body)
        except ValueError:
            return Response(status_code=400)
        if not isinstance(update, dict) or type(update.get("update_id")) is not int:
            return Response(status_code=400)
        event = ingress.read(update)
        try:
            await ingress.admit(update, event)
        except UnavailableError:
            return Response(status_code=503, headers={"Retry-After": "5"})
        if event.callback is None:
            return Response()
        answer = {"method": "answerCallbackQuery", "callback_query_id": event.callback}
        return Response(encode(answer), media_type="application/json")

    return Route(PATH, receive, methods=["POST"])


async def _body(request: Request) -> bytes | None:
    """The body, None where it is too large; stops reading there."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > MOST_BYTES:
        return None
    chunks, size = [], 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > MOST_BYTES:
                return None
            chunks.append(chunk)
    except ClientDisconnect:
        return b""
    return b"".join(chunks)
