"""The web chat's session: a random token in a cookie, nothing else.

The cookie's value is the token, with a mark behind it when she said that others use the device too:
then the cookie has no lifetime and ends with the browser. What the token opens is the service's
business; here nobody stores it.

SameSite is Lax, not Strict: with Strict a link to the chat on another page (the county's, a
message) would arrive without the cookie, and the page would begin a second conversation in place of
hers. What Strict would add is done by `is_own_page`: no request of another site may write.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bot.settings import Settings

LIFETIME = 30 * 24 * 3600
"""Seconds that a session lives after the page was last opened; a shared device's ends with the
browser.
"""

_TOKEN = re.compile(r"([A-Za-z0-9_-]{43})(\.s)?")
_SHARED = ".s"


@dataclass(frozen=True, slots=True)
class Session:
    """A visitor's session. `token` is 256 random bits, base64url; it is never logged."""

    token: str
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Cookies:
    """Reads and writes the session cookie. `secure` when the public address is https."""

    secure: bool

    @classmethod
    def of(cls, settings: Settings) -> Cookies:
        """Return the cookies that fit these settings."""
        return cls(settings.secure_cookies)

    @property
    def name(self) -> str:
        """`__Host-` binds the cookie to this host and to https (RFC 6265bis, 4.1.3.2)."""
        return "__Host-lotse" if self.secure else "lotse"

    def read(self, request: Request) -> Session | None:
        """Return the session of a request, None where there is none or the value was never ours."""
        match = _TOKEN.fullmatch(request.cookies.get(self.name, ""))
        return Session(match[1], match[2] is not None) if match else None

    def write(self, response: Response, session: Session) -> None:
        """Set or renew the cookie."""
        response.set_cookie(
            self.name,
            session.token + (_SHARED if session.shared else ""),
            max_age=None if session.shared else LIFETIME,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def clear(self, response: Response) -> None:
        """Take the cookie away."""
        response.delete_cookie(
            self.name, path="/", secure=self.secure, httponly=True, samesite="lax"
        )


def new_session() -> Session:
    """Return a session that nobody has had before."""
    return Session(secrets.token_urlsafe(32))


def is_own_page(request: Request, settings: Settings) -> bool:
    """True when a writing request comes from our own page (or from a program: it has no page)."""
    if request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return True
    ours = {request.headers.get("host", "")}
    if settings.public_url:
        ours.add(urlsplit(settings.public_url).netloc)
    return urlsplit(origin).netloc in ours - {""}
