"""What every request and every answer passes: which hosts we answer for, sane headers, and the
headers that make a browser keep other people's code out. Knows no route.

Without a public address the server answers only to loopback names when it is bound to loopback: a
page elsewhere that points its own name at 127.0.0.1 (DNS rebinding) finds nothing here.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.settings import LOOPBACK, Settings

MAX_HEADERS = 16 * 1024

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)

_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::[0-9]{1,5})?")
_HSTS = "max-age=31536000"
_HERE = frozenset({"localhost", "127.0.0.1"})
_FORWARDING = frozenset(
    {"forwarded", "via", "x-real-ip", "x-client-ip", "x-original-host", "true-client-ip"}
    | {"x-cluster-client-ip", "cf-connecting-ip", "fastly-client-ip", "x-envoy-external-address"}
)


def hosts(settings: Settings) -> frozenset[str] | None:
    """Return the host names that we answer to, None for any."""
    if settings.public_url:
        return LOOPBACK | {urlsplit(settings.public_url).hostname or ""}
    return None if settings.public else LOOPBACK


def host_name(header: str) -> str | None:
    """Return the name in a Host header, lower case, without port and brackets; None where it is not
    one name.
    """
    match = _HOST.fullmatch(header)
    return (match[1] or match[2]).lower() if match else None


def security_headers(settings: Settings) -> dict[str, str]:
    """Return what every answer carries."""
    https = {"Strict-Transport-Security": _HSTS} if settings.secure_cookies else {}
    return {**_HEADERS, **https}


def is_without_login(request: Request, settings: Settings) -> bool:
    """True where a page without login may be shown: nobody but this machine can have asked.

    Bound to loopback, no public address, called localhost or 127.0.0.1, and no sign of a proxy.
    """
    forwarded = any(
        name in _FORWARDING or name.startswith("x-forwarded") for name in request.headers
    )
    host = host_name(request.headers.get("host", ""))
    return settings.without_login and host in _HERE and not forwarded


class Guard:
    """Refuses requests for other hosts or with senseless headers; adds the security headers to
    every answer.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._hosts = hosts(settings)
        self._headers = security_headers(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        if sum(len(name) + len(value) for name, value in headers) > MAX_HEADERS:
            return PlainTextResponse("headers too large", 431)
        named = [value.decode("latin-1") for name, value in headers if name == b"host"]
        name = host_name(named[0]) if len(named) == 1 else None
        if name is None or (self._hosts is not None and name not in self._hosts):
            return PlainTextResponse(
                "No answer for this host here: LOTSE_PUBLIC_URL is another.", 400
            )
        return None
