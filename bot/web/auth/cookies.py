"""The cookies of the team's pages, apart from the chat's: a browser may be both.

`session` holds the session's token and ends with the browser; `device` the ticket by which a device
is known again; `form` ties the forms before the sign-in to this browser; `trip` what is remembered
while somebody signs in elsewhere. `__Host-` binds them to this host and to https (RFC 6265bis,
4.1.3.2). SameSite is Lax: with Strict a link to a case would arrive without the cookie.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from starlette.requests import Request
from starlette.responses import Response

from bot.settings import Settings

_VALUE = re.compile(r"[A-Za-z0-9_-]{1,3000}")


class Cookie(Enum):
    """A cookie: its name and how many seconds it lives, None until the browser ends."""

    SESSION = ("lotse-desk", None)
    DEVICE = ("lotse-device", 180 * 24 * 3600)
    FORM = ("lotse-form", None)
    TRIP = ("lotse-trip", 600)


@dataclass(frozen=True, slots=True)
class Jar:
    """Reads and writes them. `secure` when the public address is https."""

    secure: bool

    @classmethod
    def of(cls, settings: Settings) -> Jar:
        """Return the jar that fits these settings."""
        return cls(settings.secure_cookies)

    def read(self, request: Request, cookie: Cookie) -> str:
        """Return the value, empty where there is none or it was never ours."""
        value = request.cookies.get(self._name(cookie), "")
        return value if _VALUE.fullmatch(value) else ""

    def write(self, response: Response, cookie: Cookie, value: str) -> None:
        """Set or renew it."""
        response.set_cookie(
            self._name(cookie),
            value,
            max_age=cookie.value[1],
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def clear(self, response: Response, cookie: Cookie) -> None:
        """Take it away."""
        response.delete_cookie(
            self._name(cookie), path="/", secure=self.secure, httponly=True, samesite="lax"
        )

    def _name(self, cookie: Cookie) -> str:
        return f"__Host-{cookie.value[0]}" if self.secure else cookie.value[0]
