"""The calendar as lines of a table, for a file. Each time it is made stands in the audit log; names
are left out unless they were asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.content.catalogue import Catalogue
from bot.domain.appointment import Appointment
from bot.service.desk.calendar_days import Wanted, midnight, nameless
from bot.service.desk.team import Team, read_team
from bot.storage import appointments, audit, slots
from bot.storage.database import Database
from bot.storage.transaction import Tx

EXPORT = "booking.export"
MOST_DAYS = 366
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Appointments in order, each with whose time it is (`counsellor/LOGIN`)."""

    lines: tuple[tuple[Appointment, str], ...]
    team: Team


class Exports:
    """Makes tables."""

    def __init__(
        self,
        database: Database,
        catalogue: Callable[[], Catalogue],
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock

    async def table(self, wanted: Wanted, staff_id: int, *, names: bool) -> Table:
        """Return the wanted days, and note who took them away."""
        catalogue, now = self._catalogue(), self._clock()

        def work(tx: Tx) -> Table:
            span = f"{wanted.first.isoformat()}/{wanted.last.isoformat()}"
            detail = f"{span}:names" if names else span
            audit.add(tx, at=now, staff_id=staff_id, action=EXPORT, detail=detail)
            return Table(lines=lines(tx, catalogue, wanted, names=names), team=read_team(tx, now))

        return await self._database.write(work)


def lines(
    tx: Tx, catalogue: Catalogue, wanted: Wanted, *, names: bool
) -> tuple[tuple[Appointment, str], ...]:
    """Return the appointments of the wanted days with whose time each is."""
    zone = ZoneInfo(catalogue.site.zone)
    begin = midnight(wanted.first, zone) - _DAY
    end = midnight(wanted.last + _DAY, zone) + _DAY
    whose = {slot.id: slot.resource for slot in slots.between(tx, begin, end)}
    return tuple(
        (each if names else nameless(each), whose.get(each.slot or 0, ""))
        for each in appointments.between(tx, begin, end)
        if wanted.first <= each.local.date() <= wanted.last
        and wanted.place in {None, each.place}
        and wanted.resource in {None, whose.get(each.slot or 0, "")}
    )
