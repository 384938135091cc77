"""What the desk's pages ask of the service: the board, a case, who is where, whether something is
new.

Everything here reads, but for two marks: that somebody opened a case, and what a person wants of
her own pages. What counsellors do to cases goes through `service.cases`.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.content.catalogue import Catalogue
from bot.domain.case import Face
from bot.service.desk.board import Board, Boards, row_of
from bot.service.desk.presence import Presence
from bot.service.desk.queue import Row
from bot.service.desk.talk import Talk, read_talk
from bot.service.notifier import Notifier
from bot.service.translating import Translating
from bot.storage import absences, audit, cases, desk, staff
from bot.storage.absences import Absence
from bot.storage.database import Database
from bot.storage.transaction import Tx

DESK_CHANGED = ("desk", "")
"""What the notifier calls a change of anything that the desk shows."""

RATED = timedelta(days=90)
FEWEST_RATINGS = 5
"""Fewer say too much about one person."""

REST = 0.15
"""Seconds in which changes are gathered after one was told: twenty desks read again at most so
often.
"""

PREFS: Mapping[str, str] = MappingProxyType(
    {"keys": "on", "notify": "off", "notify_always": "off", "sound": "on"}
)
"""What a person can switch, and what holds until she does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What an open page is told. Stamps change when what it shows has changed; `urgent` are the
    emergencies that nobody has answered.
    """

    board: Board
    case_stamp: str


class Desk:
    """The desk's reading side. `public`: the site can be reached from elsewhere."""

    def __init__(
        self,
        *,
        database: Database,
        catalogue: Callable[[], Catalogue],
        notifier: Notifier,
        clock: Callable[[], datetime],
        translating: Translating | None,
    ) -> None:
        self.catalogue = catalogue
        self.clock = clock
        self.translating = translating
        self.database = database
        self.board = Boards(database, catalogue, clock)
        self.presence = Presence(lambda: notifier.changed(*DESK_CHANGED))
        self._notifier = notifier

    async def talk(self, case_id: int, staff_id: int, language: str) -> Talk | None:
        """Return a case for one counsellor, in the words of the page's language."""
        catalogue, now = self.catalogue(), self.clock()
        return await self.database.read(
            lambda tx: read_talk(
                tx,
                case_id,
                staff_id,
                catalogue=catalogue,
                language=language,
                translating=self.translating,
                now=now,
            )
        )

    async def row(self, case_id: int) -> Row | None:
        """Return one case as the queue has it."""
        found = await self.database.read(lambda tx: desk.board_row(tx, case_id))
        return row_of(found) if found is not None else None

    async def opened(self, case_id: int, staff_id: int) -> bool:
        """Note who opened a case, before it is shown; False where there is none."""
        now = self.clock()

        def note(tx: Tx) -> bool:
            if cases.get(tx, case_id) is None:
                return False
            audit.add(tx, at=now, staff_id=staff_id, action="read", case_id=case_id)
            return True

        return await self.database.write(note)

    async def searched(self, staff_id: int) -> None:
        """Note that somebody searched in the texts of cases."""
        now = self.clock()
        await self.database.write(
            lambda tx: audit.add(
                tx, at=now, staff_id=staff_id, action="search", case_id=None, detail=None
            )
        )

    async def news(self, case_id: int | None) -> News:
        """Return what stands now, for a page that has `case_id` open."""
        board = await self.board()
        if case_id is None:
            return News(board=board, case_stamp="")
        row = board.row(case_id)
        if row is not None:
            return News(board=board, case_stamp=row.stamp)
        closed = await self.row(case_id)
        return News(board=board, case_stamp=closed.stamp if closed is not None else "")

    async def changes(self) -> AsyncIterator[None]:
        """Yield at the start and then after changes, gathered, until the service ends."""
        async for _ in self._notifier.subscribe(*DESK_CHANGED):
            yield
            await asyncio.sleep(REST)

    async def ratings(self) -> Mapping[Face, int]:
        """Return how newcomers rated lately, all together; nothing where they are too few."""
        since = self.clock() - RATED
        found = Counter(await self.database.read(lambda tx: cases.ratings(tx, since)))
        return found if found.total() >= FEWEST_RATINGS else {}

    async def absences(self, staff_id: int) -> list[Absence]:
        """Return the absences of one person that are not over."""
        now = self.clock()
        return await self.database.read(lambda tx: absences.all(tx, after=now, staff_id=staff_id))

    async def set_prefs(self, staff_id: int, wishes: Mapping[str, str]) -> None:
        """Keep what a person switched."""

        def write(tx: Tx) -> None:
            found = staff.lock(tx, staff_id)
            if found is not None:
                staff.save(tx, replace(found, prefs={**found.prefs, **known_prefs(wishes)}))

        await self.database.write(write)


def known_prefs(wishes: Mapping[str, object]) -> dict[str, str]:
    """Return what a person switched, and what holds where she did not."""
    return {
        name: str(wishes[name]) if wishes.get(name) in {"on", "off"} else default
        for name, default in PREFS.items()
    }
