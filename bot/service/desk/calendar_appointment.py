"""One appointment as counsellors see it: with name and notes, and a row in the audit log for each
look. And the times that it, or a new one, could have.

The desk keeps no notice: what is free is free until it is over.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.content.catalogue import Catalogue
from bot.domain.appointment import Appointment, Slot, SlotKind
from bot.domain.booking import FreeTime, Wish
from bot.service import slots as office_hours
from bot.service.desk.calendar_days import MANY, booked_or_gone
from bot.service.desk.team import Team, read_team
from bot.service.free_times import Interpreters, Moment, as_free
from bot.service.slots import ConflictReason
from bot.storage import appointments, audit, cases, slots
from bot.storage.database import Database
from bot.storage.transaction import Tx

READ = "booking.read"
"""What the audit log calls a look at name and notes."""

AHEAD = timedelta(days=14)
"""How many days of free times are shown at once."""

NEAREST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An appointment with what a person said. `answers`: to the service's questions, by id;
    `words`: of the desk. `conflict`: why it must be moved, if it must. `case`: her open case.
    """

    appointment: Appointment
    resource: str
    interpreter: str | None
    conflict: ConflictReason | None
    answers: Mapping[str, object]
    words: str
    case: int | None
    team: Team


class AppointmentDesk:
    """Opens appointments."""

    def __init__(
        self,
        database: Database,
        catalogue: Callable[[], Catalogue],
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock

    async def opened(self, appointment_id: int, staff_id: int) -> Opened | None:
        """Return an appointment, and note who looked; None where there is none, or where a hold
        came to nothing.
        """
        catalogue, now = self._catalogue(), self._clock()

        def work(tx: Tx) -> Opened | None:
            found = read(tx, catalogue, appointment_id, now)
            if found is not None:
                detail = str(appointment_id)
                audit.add(tx, at=now, staff_id=staff_id, action=READ, detail=detail)
            return found

        return await self._database.write(work)

    async def slot(self, slot_id: int) -> Slot | None:
        """Return a slot of somebody's counselling time."""
        found = await self._database.read(lambda tx: slots.get(tx, slot_id))
        return found if found is not None and found.kind is SlotKind.COUNSELLING else None

    async def free(
        self, wish: Wish, begin: datetime, end: datetime, *, resource: str | None = None
    ) -> list[FreeTime]:
        """Return the free times of a stretch, in order; `resource`: only of this person."""
        catalogue, now = self._catalogue(), self._clock()
        return await self._database.read(
            lambda tx: free(Moment(tx=tx, catalogue=catalogue, now=now), wish, begin, end, resource)
        )


def read(tx: Tx, catalogue: Catalogue, appointment_id: int, now: datetime) -> Opened | None:
    """Return an appointment as the desk shows it."""
    found = appointments.get(tx, appointment_id)
    if found is None or not booked_or_gone(found):
        return None
    slot = slots.get(tx, found.slot) if found.slot is not None else None
    why = {each.appointment.id: each.reason for each in office_hours.conflicts(tx, catalogue, now)}
    answers, words = _said(found.notes)
    case = None if found.conversation_id is None else cases.open_of(tx, found.conversation_id)
    return Opened(
        appointment=found,
        resource=slot.resource if slot is not None else "",
        interpreter=appointments.interpreter_of(tx, found.id),
        conflict=why.get(found.id),
        answers=answers,
        words=words,
        case=case.id if case is not None else None,
        team=read_team(tx, now),
    )


def free(
    at: Moment, wish: Wish, begin: datetime, end: datetime, resource: str | None = None
) -> list[FreeTime]:
    """Return what the desk may book for a wish: every free time, one for each person's time."""
    service = at.catalogue.services.get(wish.service)
    if service is None or (wish.interpreter and not service.interpreter):
        return []
    begin = max(begin, at.now - service.length)
    rows = slots.free(
        at.tx,
        kind=SlotKind.COUNSELLING,
        service=wish.service,
        place=wish.place,
        language=None if wish.interpreter else wish.language,
        begin=begin,
        end=end,
        now=at.now,
        limit=MANY,
    )
    interpreters = (
        Interpreters(at, wish.language, begin, end + service.length)
        if wish.interpreter and wish.language is not None
        else None
    )
    found: list[FreeTime] = []
    for slot, seats in rows:
        if slot.ends <= at.now or (resource is not None and slot.resource != resource):
            continue
        spoken = wish.language is None or wish.language in slot.languages
        ends = slot.starts + service.length
        if spoken or (interpreters and interpreters.covering(slot.place, slot.starts, ends)):
            found.append(as_free(slot, service, seats, interpreter=not spoken))
    return found


def _said(notes: str | None) -> tuple[Mapping[str, object], str]:
    """Return the answers to the service's questions, and the words of the desk: notes are either
    a JSON object or plain words.
    """
    if notes is None:
        return {}, ""
    try:
        found = json.loads(notes)
    except ValueError:
        return {}, notes
    return (found, "") if isinstance(found, dict) else ({}, notes)
