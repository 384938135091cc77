"""Sessions of the desk: who is signed in, since when, until when.

A session ends twelve hours after the sign-in, a working day, and four hours after its last request:
a page that is only open renews nothing. Its token is made anew at every step of the sign-in, so
that a token that somebody slipped into a browser never becomes a session (fixation). The database
holds the token's HMAC. Between the password and the second factor a session is `half` and opens
nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.service.notifier import Notifier
from bot.storage import audit, sessions, staff
from bot.storage.database import Database
from bot.storage.sessions import Session
from bot.storage.staff import Staff
from bot.storage.transaction import Tx

IDLE = timedelta(hours=4)
ABSOLUTE = timedelta(hours=12)
HALF = timedelta(minutes=10)
RENEWED = timedelta(minutes=1)
"""A session's last request is noted this often at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who asks. `interface` is the language of the pages that she chose, None where the browser's
    decides; `csrf` is the session's word in every form; `token` the cookie's value, never logged.
    """

    staff_id: int
    name: str
    shown_name: str
    roles: frozenset[str]
    languages: tuple[str, ...]
    interface: str | None
    csrf: str
    strong: bool
    prefs: Mapping[str, object]
    token: str = field(repr=False)

    def may(self, *roles: str) -> bool:
        """Return whether she has one of these roles."""
        return not self.roles.isdisjoint(roles)


WATCHED = ("desk", "")
"""What open pages of the desk listen to; they look whether they may stay whenever it changes."""


def begin(
    tx: Tx, staff_id: int, now: datetime, *, strong: bool, instead_of: str | None = None
) -> str:
    """Begin a session and end the one that the browser had; return the new token."""
    if instead_of:
        sessions.remove(tx, instead_of)
    token = secrets.token_urlsafe(32)
    sessions.create(
        tx,
        token,
        Session(
            staff_id=staff_id,
            created_at=now,
            seen_at=now,
            expires_at=now + (ABSOLUTE if strong else HALF),
            csrf=secrets.token_urlsafe(24),
            strong=strong,
        ),
    )
    return token


class Sessions:
    """Looks up and ends sessions."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], notifier: Notifier
    ) -> None:
        self._database = database
        self._clock = clock
        self._notifier = notifier

    async def find(self, token: str, *, renew: bool = True) -> SignedIn | None:
        """Return who has this token, also a half session; None where it opens nothing (any more).
        `renew`: this is a request of hers, not a page that watches.
        """
        now = self._clock()
        found = await self._database.read(lambda tx: _find(tx, token, now))
        if found is None:
            return None
        session, person = found
        if renew and session.strong and now - session.seen_at >= RENEWED:
            await self._database.write(lambda tx: sessions.touch(tx, token, now))
        return _signed(session, person, token)

    async def end(self, signed: SignedIn) -> None:
        """Sign out here."""
        now = self._clock()

        def work(tx: Tx) -> None:
            sessions.remove(tx, signed.token)
            audit.add(tx, at=now, staff_id=signed.staff_id, action="session.end")

        await self._database.write(work)
        self._notifier.changed(*WATCHED)

    async def end_all(self, signed: SignedIn) -> None:
        """Sign out everywhere."""
        now = self._clock()

        def work(tx: Tx) -> None:
            sessions.remove_all(tx, signed.staff_id)
            audit.add(tx, at=now, staff_id=signed.staff_id, action="session.end-all")

        await self._database.write(work)
        self._notifier.changed(*WATCHED)


def _find(tx: Tx, token: str, now: datetime) -> tuple[Session, Staff] | None:
    session = sessions.get(tx, token, now)
    if session is None or session.expires_at <= now or now - session.seen_at >= IDLE:
        return None
    person = staff.get(tx, session.staff_id)
    if person is None or person.disabled_at is not None:
        return None
    return session, person


def _signed(session: Session, person: Staff, token: str) -> SignedIn:
    chosen = person.prefs.get("interface")
    return SignedIn(
        staff_id=person.id,
        name=person.name,
        shown_name=person.shown_name,
        roles=frozenset(person.roles),
        languages=tuple(person.languages),
        interface=chosen if isinstance(chosen, str) else None,
        csrf=session.csrf,
        strong=session.strong,
        prefs=person.prefs,
        token=token,
    )
