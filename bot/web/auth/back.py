"""Where to go after the sign-in: back to the page that was asked for, if it is one of the team's.

A path that a stranger wrote into a link leads nowhere but below /desk on this host.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from starlette.requests import Request

from bot.domain.staff import Role

SIGN_IN = "/desk/sign-in"
ELSEWHERE = f"{SIGN_IN}/elsewhere"
MOST = 600

_PATH = re.compile(r"/desk(?:/[A-Za-z0-9._~-]+)*/?(?:\?[A-Za-z0-9._~%&=+/,:;@!*'()$-]*)?")
_HOMES = (
    (Role.COUNSELLOR, "/desk"),
    (Role.EDITOR, "/desk/content"),
    (Role.ADMIN, "/desk/admin"),
    (Role.AUDITOR, "/desk/admin/audit"),
)


def home(roles: frozenset[str]) -> str:
    """Return the page where somebody with these roles begins."""
    return next((path for role, path in _HOMES if role in roles), "/desk/account")


def safe(path: str) -> str:
    """Return `path` if it leads to a page of the team, else nothing."""
    if len(path) > MOST or not _PATH.fullmatch(path) or path.startswith(SIGN_IN):
        return ""
    segments = path.partition("?")[0].split("/")
    return "" if {".", ".."} & set(segments) else path


def sign_in(request: Request) -> str:
    """Return the address of the sign-in that leads back to this page."""
    query = f"?{request.url.query}" if request.url.query else ""
    return with_to(SIGN_IN, safe(request.url.path + query))


def with_to(path: str, to: str) -> str:
    """Return an address that remembers where to go afterwards."""
    return f"{path}?to={quote(to, safe='/')}" if to else path
