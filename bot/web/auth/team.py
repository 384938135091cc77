"""The frame of account, administration and audit log: head, places, words. Other pages of the team
have frames of their own.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from bot.content import formats
from bot.domain.staff import Role
from bot.service.staff import DEMO
from bot.service.staff_sessions import SignedIn
from bot.web.auth.door import Door
from bot.web.auth.words import Say, role_words, sayer

PLACES = (
    ("cases", "/desk", (Role.COUNSELLOR,)),
    ("content", "/desk/content", (Role.EDITOR,)),
    ("admin", "/desk/admin", (Role.ADMIN,)),
    ("audit", "/desk/admin/audit", (Role.AUDITOR,)),
    ("account", "/desk/account", ()),
)


def places(signed: SignedIn, say: Say, here: str) -> list[tuple[str, str, bool]]:
    """Return where somebody may go: address, word, and whether she is there."""
    return [
        (url, say(f"place_{name}"), name == here)
        for name, url, roles in PLACES
        if not roles or signed.may(*roles)
    ]


class Team:
    """Shows pages to somebody who is signed in."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def moment(self, at: datetime, code: str) -> str:
        """Return day and time in the site's zone: `24. November 2026, 10:12`."""
        local = at.astimezone(ZoneInfo(self._door.frame.catalogue().site.zone))
        return f"{formats.day(local.date(), code)}, {formats.clock(local.time(), code)}"

    def show(
        self,
        request: Request,
        signed: SignedIn,
        template: str,
        *,
        place: str,
        status: int = 200,
        **values: object,
    ) -> Response:
        """Return a page at one of the places."""
        door = self._door
        language = door.access.language(request, signed)
        catalogue = door.frame.catalogue()
        say = sayer(catalogue, language.code)
        return door.frame.render(
            template,
            language,
            status=status,
            say=say,
            csrf=signed.csrf,
            signed=signed,
            is_demo=signed.name == DEMO,
            my_roles=role_words(catalogue, signed.roles, language.code),
            places=places(signed, say, place),
            title=say(f"place_{place}"),
            interfaces=door.interfaces(request),
            **({"problem": "", "note": ""} | values),
        )
