"""JSON over HTTP to one homeserver, with failures as one kind of error.

Knows the form of Matrix answers and errors (Client-Server API, "Standard error response"), and
nothing of encryption or of nio.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

TIMEOUT = 30.0
"""Seconds that one request may take."""

LOGGED_OUT = "M_UNKNOWN_TOKEN"


class MatrixError(Exception):
    """The homeserver refused, or did not answer.

    `code` is Matrix's errcode or a word of ours; `certain` is False when the request may have had
    its effect all the same; `soft` is a soft logout (the device lives on); `local` concerns
    one room alone; `session` is that of a request which must be repeated with a password
    (user-interactive authentication).
    """

    def __init__(
        self,
        code: str,
        *,
        status: int | None = None,
        retry_after: timedelta | None = None,
        certain: bool = True,
        soft: bool = False,
        local: bool = False,
        session: str | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.retry_after = retry_after
        self.certain = certain
        self.soft = soft
        self.local = local
        self.session = session

    @property
    def limited(self) -> bool:
        """True when the homeserver asks to wait."""
        return self.status == 429 or self.code == "M_LIMIT_EXCEEDED"

    @property
    def final(self) -> bool:
        """True when asking again will not help."""
        return (
            self.status is not None
            and 400 <= self.status < 500
            and self.code != LOGGED_OUT
            and self.status != 408
            and not self.limited
        )


def unanswered(error: Exception) -> MatrixError:
    """Return the MatrixError for a request that got no answer."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return MatrixError("unreachable")
    return MatrixError("timeout" if isinstance(error, TimeoutError) else "cut", certain=False)


def refusal(status: int, body: object, header: str | None = None) -> MatrixError:
    """Return the MatrixError for an answer with this HTTP status and (parsed) body."""
    found: dict[str, Any] = body if isinstance(body, dict) else {}
    code = found.get("errcode")
    wait, session = found.get("retry_after_ms"), found.get("session")
    if isinstance(wait, int) and not isinstance(wait, bool):
        retry_after: timedelta | None = timedelta(milliseconds=max(0, wait))
    elif header is not None and header.isascii() and header.isdigit():
        retry_after = timedelta(seconds=int(header))
    else:
        retry_after = None
    return MatrixError(
        code if isinstance(code, str) else f"http_{status}",
        status=status,
        retry_after=retry_after,
        certain=status < 500,
        soft=found.get("soft_logout") is True,
        session=session if isinstance(session, str) else None,
    )


def path(*parts: str) -> str:
    """Return an API path below /_matrix/client/v3 with every part quoted."""
    return "/_matrix/client/v3/" + "/".join([quote(part, safe="") for part in parts])


class Homeserver:
    """One homeserver as one user. The session is not ours to close."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url.rstrip("/")
        self.session = session
        self.token: str | None = None

    async def call(
        self, method: str, where: str, body: object | None = None, *, timeout: float = TIMEOUT
    ) -> dict[str, Any]:
        """Return the JSON object that the homeserver answers.

        Raises:
            MatrixError: it refused or did not answer in `timeout` seconds.
        """
        raw = None if body is None else json.dumps(body).encode()
        return await self._request(method, where, raw, "application/json", timeout)

    async def upload(self, raw: bytes, kind: str, name: str | None) -> str:
        """Put bytes into the media store; return their mxc address (Client-Server API, "Content
        repository").

        Raises:
            MatrixError: as `call`.
        """
        named = "" if name is None else f"?filename={quote(name, safe='')}"
        where = f"/_matrix/media/v3/upload{named}"
        found = await self._request("POST", where, raw, kind, TIMEOUT)
        address = found.get("content_uri")
        if not isinstance(address, str):
            raise MatrixError("no_content_uri", certain=False)
        return address

    async def _request(
        self, method: str, where: str, body: bytes | None, kind: str, timeout: float
    ) -> dict[str, Any]:
        headers = {"Content-Type": kind}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            async with self.session.request(
                method,
                URL(self.url + where, encoded=True),
                data=body,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=timeout),
            ) as answer:
                raw = await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise unanswered(error) from None
        try:
            found = json.loads(raw)
        except ValueError:
            found = None
        if answer.status >= 400:
            raise refusal(answer.status, found, answer.headers.get("Retry-After"))
        if not isinstance(found, dict):
            raise MatrixError("not_json", status=answer.status, certain=False)
        return found
