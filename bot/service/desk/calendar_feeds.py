"""Somebody's calendar feed: appointments for a calendar program, at an address that nobody can
guess.

Theory. Whoever knows the address reads the feed, without signing in: that is what calendar programs
can do. So it says no more than time, code, place and language, it is one for each person, its word
is kept as an HMAC only, and a new address or the end of the account makes the old one void. Which
appointments it holds is kept with the account.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.content.catalogue import Catalogue
from bot.domain import texts_desk_calendar
from bot.domain.appointment import Appointment
from bot.domain.outgoing import FSI, PDI
from bot.domain.staff import Role
from bot.service import calendar_file, codes
from bot.service.desk.calendar_days import of_person
from bot.storage import appointments, audit, one_time_codes, slots, staff
from bot.storage.database import Database
from bot.storage.staff import Staff
from bot.storage.transaction import Tx

PURPOSE = "feed"
MINE, ALL = "mine", ""
"""Scopes; any other scope is the id of a place."""

BACK = timedelta(days=14)
AHEAD = timedelta(days=366)
_VALID = timedelta(days=3660)  # until it is revoked
_SCOPE, _SINCE = "feed", "feed_since"
_LANGUAGE = "de"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Somebody's feed: what it holds, and since when."""

    scope: str
    since: datetime


class Feeds:
    """Makes, revokes and reads feeds."""

    def __init__(
        self,
        database: Database,
        catalogue: Callable[[], Catalogue],
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock

    async def of(self, staff_id: int) -> Feed | None:
        """Return somebody's feed."""

        def read(tx: Tx) -> Feed | None:
            found = staff.get(tx, staff_id)
            return _feed(found) if found is not None else None

        return await self._database.read(read)

    async def make(self, staff_id: int, scope: str) -> str:
        """Make a feed in place of the one that is there; return its word, which is shown once."""
        token, now = codes.link_token(), self._clock()

        def write(tx: Tx) -> None:
            one_time_codes.withdraw(tx, PURPOSE, staff_id)
            one_time_codes.issue(tx, PURPOSE, staff_id, token, now + _VALID, now)
            _note(tx, staff_id, {_SCOPE: scope, _SINCE: now.isoformat()})
            audit.add(tx, at=now, staff_id=staff_id, action="feed.make", detail=f"staff:{staff_id}")

        await self._database.write(write)
        return token

    async def revoke(self, staff_id: int) -> None:
        """Make somebody's feed void."""
        now = self._clock()

        def write(tx: Tx) -> None:
            one_time_codes.withdraw(tx, PURPOSE, staff_id)
            _note(tx, staff_id, {})
            audit.add(
                tx, at=now, staff_id=staff_id, action="feed.revoke", detail=f"staff:{staff_id}"
            )

        await self._database.write(write)

    async def read(self, token: str) -> str | None:
        """Return a feed as iCalendar (RFC 5545); None where no feed has this word, or whoever it
        belongs to counsels no more.
        """
        catalogue, now = self._catalogue(), self._clock()
        return await self._database.read(lambda tx: written(tx, catalogue, token, now))


def written(tx: Tx, catalogue: Catalogue, token: str, now: datetime) -> str | None:
    """Return the feed of a word."""
    staff_id = one_time_codes.look(tx, PURPOSE, token, now)
    owner = staff.get(tx, staff_id) if staff_id is not None else None
    feed = _feed(owner) if owner is not None else None
    if owner is None or feed is None or owner.disabled_at is not None:
        return None
    if Role.COUNSELLOR not in owner.roles:
        return None
    events = [
        calendar_file.event(
            tx,
            each,
            summary=_summary(catalogue, each),
            language=_LANGUAGE,
            now=each.changed_at,
        )
        for each in _appointments(tx, feed, owner.name, now)
    ]
    for event in events:
        event.subcomponents.clear()  # no bell: the desk does not want one for each appointment
    name = catalogue.words(texts_desk_calendar.FEED_NAME, _LANGUAGE)
    return calendar_file.written(*events, method=None, name=name)


def _appointments(tx: Tx, feed: Feed, login: str, now: datetime) -> list[Appointment]:
    begin, end = now - BACK, now + AHEAD
    found = [each for each in appointments.between(tx, begin, end) if each.code is not None]
    if feed.scope == ALL:
        return found
    if feed.scope != MINE:
        return [each for each in found if each.place == feed.scope]
    own = {slot.id for slot in slots.between(tx, begin, end) if slot.resource == of_person(login)}
    return [each for each in found if each.slot in own]


def _summary(catalogue: Catalogue, appointment: Appointment) -> str:
    from bot.content import formats

    language = formats.language_name(appointment.language, _LANGUAGE)
    said = f"{appointment.code}, {place_name(catalogue, appointment.place)}, {language}"
    return said.replace(FSI, "").replace(PDI, "")


def place_name(catalogue: Catalogue, place: str, language: str = _LANGUAGE) -> str:
    """Return what a place is called; its id where the content names it no more."""
    key = f"places/{place}/name"
    return catalogue.plain(key, language) if catalogue.has(key) else place


def _feed(owner: Staff) -> Feed | None:
    scope, since = owner.prefs.get(_SCOPE), owner.prefs.get(_SINCE)
    if not isinstance(scope, str) or not isinstance(since, str):
        return None
    return Feed(scope=scope, since=datetime.fromisoformat(since))


def _note(tx: Tx, staff_id: int, said: dict[str, str]) -> None:
    owner = staff.lock(tx, staff_id)
    if owner is not None:
        rest = {name: value for name, value in owner.prefs.items() if name not in {_SCOPE, _SINCE}}
        staff.save(tx, replace(owner, prefs={**rest, **said}))
