"""The Bot API over one aiohttp session: a POST per call (JSON, or a form where a file goes with
it), the result as a value.

Knows HTTP and the envelope `{"ok": ..., "result": ...}`; does not know what a method means. The
token stands in every address, so no exception and no address leaves this module: a reply names
what went wrong by a short code.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
import orjson
from yarl import URL

from bot.domain.outgoing import File

SECONDS = 20.0
"""How long a call may take; an answer that comes later counts as lost."""
CONNECT_SECONDS = 6.0
KEEP_ALIVE_SECONDS = 55.0
_JSON = {"Content-Type": "application/json"}
_NOT_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)
_TOOK_EFFECT = re.compile(rb'\s*\{\s*"ok"\s*:\s*true\b')


@dataclass(frozen=True, slots=True, kw_only=True)
class Ok:
    """The call took effect."""

    result: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Garbled:
    """The call took effect, but its answer cannot be read whole. `raw` is what came."""

    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Telegram refused: HTTP status, its description (empty where it gave none), and its hints."""

    status: int
    description: str = ""
    retry_after: int | None = None
    moved_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """There was no connection: nothing happened."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """The connection broke or timed out: nobody knows what happened."""

    reason: str


Reply = Ok | Garbled | Rejected | NotSent | Lost


class Client:
    """Calls for one bot. Use within one event loop; `close` when done."""

    def __init__(self, *, token: str, api_url: str) -> None:
        self._token = token
        self._base = f"{api_url.rstrip('/')}/bot{token}/"
        self._urls: dict[str, URL] = {}
        self._session: aiohttp.ClientSession | None = None
        self._timeout = aiohttp.ClientTimeout(total=SECONDS, connect=CONNECT_SECONDS)

    @property
    def token(self) -> str:
        """The bot's token: a secret."""
        return self._token

    @property
    def base_url(self) -> str:
        """The address that a token and a method's name are appended to."""
        return self._base.removesuffix(f"{self._token}/")

    @property
    def session(self) -> aiohttp.ClientSession:
        """The session; honours HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(keepalive_timeout=KEEP_ALIVE_SECONDS),
                proxy=_proxy(URL(self._base)),
            )
        return self._session

    async def call(
        self, method: str, body: dict[str, Any], *, seconds: float | None = None
    ) -> Reply:
        """Call a method. Never raises for what a network or a server may do."""
        timeout = self._timeout
        if seconds is not None:
            timeout = aiohttp.ClientTimeout(total=seconds, connect=min(seconds, CONNECT_SECONDS))
        return await self._post(method, encode(body), _JSON, timeout)

    async def upload(self, method: str, body: dict[str, Any], field: str, file: File) -> Reply:
        """Call a method that takes a file (multipart/form-data). Never raises, as `call`."""
        form = aiohttp.FormData()
        for name, value in body.items():
            form.add_field(name, value if isinstance(value, str) else encode(value).decode())
        form.add_field(field, file.text.encode(), filename=file.name, content_type=file.media_type)
        return await self._post(method, form, None, self._timeout)

    async def _post(
        self,
        method: str,
        data: bytes | aiohttp.FormData,
        headers: dict[str, str] | None,
        timeout: aiohttp.ClientTimeout,
    ) -> Reply:
        url = self._urls.get(method)
        if url is None:
            url = self._urls[method] = URL(self._base + method, encoded=True)
        try:
            async with self.session.post(
                url, data=data, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                return _reply(response.status, await response.read())
        except _NOT_SENT as error:
            return NotSent(reason=type(error).__name__)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Lost(reason=type(error).__name__)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


def _proxy(url: URL) -> str | None:
    """The way out that the environment names. Looked up once: aiohttp's `trust_env` does so, and
    reads the user's .netrc, at every call, which costs a quarter of it.
    """
    if proxy_bypass(url.host or ""):
        return None
    return getproxies().get(url.scheme)


def encode(body: Any) -> bytes:
    """JSON for Telegram. A lone surrogate, which UTF-8 cannot carry, becomes a question mark."""
    try:
        return orjson.dumps(body)
    except TypeError:
        return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def decode(raw: bytes) -> Any:
    """Read JSON from Telegram. orjson refuses a whole batch for one lone surrogate; this does not.

    Raises:
        ValueError: it is no JSON.
    """
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        try:
            return _clean(json.loads(raw.decode("utf-8", "replace")))
        except RecursionError:
            raise ValueError("nested too deeply") from None


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return value


def _reply(status: int, raw: bytes) -> Reply:
    try:
        body = decode(raw)
    except ValueError:
        body = None
    if isinstance(body, dict) and body.get("ok") is True:
        return Ok(result=body.get("result"))
    if status == 200 and not isinstance(body, dict):
        return Garbled(raw=raw) if _TOOK_EFFECT.match(raw) else Lost(reason="unreadable")
    if not isinstance(body, dict):
        return Rejected(status=status)
    hints = body.get("parameters")
    hints = hints if isinstance(hints, dict) else {}
    return Rejected(
        status=status,
        description=str(body.get("description", "")),
        retry_after=_number(hints.get("retry_after")),
        moved_to=_number(hints.get("migrate_to_chat_id")),
    )


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
