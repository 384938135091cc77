"""The board: what is the same for everybody at the desk, read once for all who ask at that time.

Theory. Whoever asks gets a board that was read after the question: a page that is shown after a
commit shows it. A reading that has begun is too old for those who come later; they share the next
one. So any number of desks that are told of a change at once cost two readings, not one each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from bot.content.catalogue import Catalogue
from bot.domain.case import CaseStatus
from bot.domain.hours import Roster
from bot.service.codec import load_words
from bot.service.desk.queue import Row
from bot.service.desk.team import Team, read_team
from bot.storage import desk
from bot.storage.database import Database
from bot.storage.transaction import Tx

FIRST_LINE = 120
"""Characters of her newest words that a row of the queue shows at most."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All cases that concern somebody, the team, and the roster by which waits are measured."""

    rows: tuple[Row, ...]
    team: Team
    roster: Roster
    at: datetime
    today: date

    def row(self, case_id: int) -> Row | None:
        """Return one case of the board."""
        return next((row for row in self.rows if row.case.id == case_id), None)

    @property
    def oldest(self) -> datetime | None:
        """Since when the one who waits longest in the queue has waited."""
        waits = (row.since for row in self.rows if row.case.status is CaseStatus.WAITING)
        return min(waits, default=None)

    @property
    def stamp(self) -> str:
        """What changes when anything on the board does."""
        parts = ",".join(sorted(f"{row.case.id}:{row.stamp}" for row in self.rows))
        return sha256(f"{self.today}|{parts}".encode()).hexdigest()[:16]


class Boards:
    """Reads boards, one at a time for all who ask."""

    def __init__(
        self,
        database: Database,
        catalogue: Callable[[], Catalogue],
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock
        self._shared = Shared(self._read)

    async def __call__(self) -> Board:
        """Return a board that was read after this question."""
        return await self._shared()

    async def _read(self) -> Board:
        catalogue, now = self._catalogue(), self._clock()
        today = now.astimezone(ZoneInfo(catalogue.site.zone)).date()

        def read(tx: Tx) -> tuple[Sequence[desk.BoardRow], Team]:
            return desk.board(tx, today), read_team(tx, now)

        found, team = await self._database.read(read)
        return Board(
            rows=tuple(row_of(each) for each in found),
            team=team,
            roster=catalogue.desk.roster(team.absences, team.logins),
            at=now,
            today=today,
        )


def row_of(found: desk.BoardRow) -> Row:
    """Return a case as the queue takes it."""
    words = load_words(found.newest)[0] if found.newest is not None else ""
    lines = words.strip().splitlines()
    return Row(
        case=found.case,
        account=found.account,
        words=lines[0][:FIRST_LINE] if lines else "",
        undelivered=found.undelivered,
        stamp=found.stamp,
    )


class Shared(Generic[T]):
    """One call for all who ask before it begins; who asks later gets the next one."""

    def __init__(self, call: Callable[[], Awaitable[T]]) -> None:
        self._call = call
        self._running: asyncio.Task[T] | None = None
        self._next: asyncio.Task[T] | None = None

    async def __call__(self) -> T:
        """Return what a call that began after this moment returns."""
        if self._running is None or self._running.done():
            self._running = asyncio.ensure_future(self._call())
            return await asyncio.shield(self._running)
        if self._next is None or self._next.done():
            self._next = asyncio.ensure_future(self._after(self._running))
        return await asyncio.shield(self._next)

    async def _after(self, before: asyncio.Task[T]) -> T:
        await asyncio.wait({before})
        self._running, self._next = self._next, None
        return await self._call()
