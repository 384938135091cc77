"""Office hours become slots: for as far ahead as anything can be booked, every night and whenever
the content or a blocked time changes.

Theory. What the office hours say now is compared with what stands. New slots are added, changed
ones rewritten, missing ones closed; nothing that is to come is deleted, so no booking is ever lost.
A closed slot with a booking in it is a conflict: a counsellor decides. Until then, hours of the
same person (or room) that lie across it are not offered. Doing it again changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial

import structlog

from bot.content import occurrences
from bot.content.catalogue import Catalogue
from bot.domain.appointment import Appointment, AppointmentStatus, Closed, Slot
from bot.service import calendar_memory, closing_copies
from bot.service.jobs import Args, Handler, defer
from bot.service.retention import next_night
from bot.storage import appointments, backlog, blocks, slots
from bot.storage.blocks import Block
from bot.storage.database import Database
from bot.storage.transaction import Tx

log = structlog.get_logger(__name__)

EXPAND, NIGHTLY = "slots.expand", "slots.night"
FAR = timedelta(days=3 * 366)
ROWS = 500  # deleted in one transaction
_DAY = timedelta(days=1)
_HOLDS = timedelta(days=1)
KEPT_DAYS = 180
"""How long past appointments are kept where the site's `retention` does not name `appointments`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What one comparison changed."""

    added: int = 0
    changed: int = 0
    closed: int = 0


class ConflictReason(StrEnum):
    """Why a booking does not fit the office hours any more."""

    GONE = "gone"
    BLOCKED = "blocked"
    OVERLAP = "overlap"
    SERVICE = "service"
    LANGUAGE = "language"
    LENGTH = "length"
    SEAT = "seat"
    INTERPRETER = "interpreter"
    CALENDAR = "calendar"  # her own calendar says something else


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A booking that a counsellor must decide about."""

    appointment: Appointment
    reason: ConflictReason


def sync(tx: Tx, catalogue: Catalogue, now: datetime) -> Synced:
    """Make the slots that are to come what the office hours say."""
    until = now + catalogue.booking.horizon + _DAY
    booking = closing_copies.closed(tx, catalogue.booking)
    wanted = occurrences.expand(booking, now, until, catalogue.closures)
    return write(tx, wanted, now)


def write(tx: Tx, wanted: Sequence[Slot], now: datetime) -> Synced:
    """Make the slots that are to come what is `wanted`."""
    far = now + FAR
    standing = {slot.key: slot for slot in slots.between(tx, now, far)}
    keys = {slot.key for slot in wanted}
    gone = [
        slot for key, slot in standing.items() if key not in keys and slot.closed is not Closed.GONE
    ]
    # Close first, then look who is in there: who is just booking a slot holds its row until then.
    slots.close_all(tx, [(slot.id, Closed.GONE) for slot in gone])
    occupied = slots.occupied(tx, now, far, now)
    stranded = [slot for key, slot in standing.items() if key not in keys and slot.id in occupied]
    obstacles = _Obstacles(blocks.between(tx, now, far), stranded)
    fresh: list[Slot] = []
    changed: list[Slot] = []
    for slot in wanted:
        said = replace(slot, closed=obstacles.closing(slot))
        before = standing.get(slot.key)
        if before is None:
            fresh.append(said)
        elif replace(said, id=before.id) != before:
            changed.append(replace(said, id=before.id))
    slots.add_all(tx, fresh)
    slots.change_all(tx, changed)
    return Synced(added=len(fresh), changed=len(changed), closed=len(gone))


class _Obstacles:
    """What keeps a slot from being offered although the office hours name it."""

    def __init__(self, blocked: Iterable[Block], stranded: Iterable[Slot]) -> None:
        self._blocked: Mapping[date, list[Block]] = defaultdict(list)
        for block in blocked:
            for day in _days(block.starts, block.ends):
                self._blocked[day].append(block)
        self._stranded: Mapping[tuple[str, str, date], list[Slot]] = defaultdict(list)
        for slot in stranded:
            for day in _days(slot.starts, slot.ends):
                self._stranded[*_whose(slot), day].append(slot)

    def closing(self, slot: Slot) -> Closed | None:
        for day in _days(slot.starts, slot.ends):
            for block in self._blocked.get(day, ()):
                if _applies(block, slot) and _touch(block, slot):
                    return Closed.BLOCKED
            for other in self._stranded.get((*_whose(slot), day), ()):
                if _touch(other, slot):
                    return Closed.OVERLAP
        return None


def _days(starts: datetime, ends: datetime) -> Iterable[date]:
    first = starts.date()
    return (first + timedelta(days=n) for n in range((ends.date() - first).days + 1))


def _whose(slot: Slot) -> tuple[str, str]:
    """Return what can be in one place only: a person anywhere, a desk or a room at its place."""
    person = slot.resource.startswith(("counsellor/", "interpreter/"))
    return ("" if person else slot.place or ""), slot.resource


def _applies(block: Block, slot: Slot) -> bool:
    return block.resource in {None, slot.resource} and block.place in {None, slot.place}


def _touch(one: Block | Slot, other: Slot) -> bool:
    return one.starts < other.ends and other.starts < one.ends


def block(tx: Tx, catalogue: Catalogue, wanted: Block, now: datetime) -> int:
    """Block a time, so that nothing more is booked in it; returns the block's id. What is booked
    becomes a conflict.
    """
    made = blocks.add(tx, wanted)
    sync(tx, catalogue, now)
    return made


def unblock(tx: Tx, catalogue: Catalogue, block_id: int, now: datetime) -> bool:
    """Give a blocked time free; False if there is no such block."""
    if not blocks.remove(tx, block_id):
        return False
    sync(tx, catalogue, now)
    return True


def conflicts(tx: Tx, catalogue: Catalogue, now: datetime) -> list[Conflict]:
    """Return the bookings that do not fit the office hours any more, the soonest first."""
    begin, end = now - _DAY, now + FAR
    known = {slot.id: slot for slot in slots.between(tx, begin, end)}
    interpreters: Mapping[int, list[int]] = defaultdict(list)
    for appointment_id, slot_id in appointments.companions(tx, begin, end):
        interpreters[appointment_id].append(slot_id)
    open_ones = {AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED}
    contradicted = calendar_memory.contradicted(tx, catalogue.desk.calendars)
    found: list[Conflict] = []
    for each in appointments.between(tx, begin, end):
        slot = known.get(each.slot or 0)
        if slot is None or each.status not in open_ones or each.ends <= now:
            continue
        riding = (known.get(slot_id) for slot_id in interpreters.get(each.id, ()))
        reason = _misfit(each, slot, catalogue)
        if reason is None and any(other is None or other.closed for other in riding):
            reason = ConflictReason.INTERPRETER
        if reason is None and each.uid in contradicted:
            reason = ConflictReason.CALENDAR
        if reason is not None:
            found.append(Conflict(appointment=each, reason=reason))
    return found


def _misfit(booked: Appointment, slot: Slot, catalogue: Catalogue) -> ConflictReason | None:
    if slot.closed is not None:
        return ConflictReason(slot.closed.value)
    if booked.service not in slot.services or booked.service not in catalogue.services:
        return ConflictReason.SERVICE
    if booked.language not in slot.languages and not booked.interpreter:
        return ConflictReason.LANGUAGE
    if booked.ends > slot.ends:
        return ConflictReason.LENGTH
    return ConflictReason.SEAT if booked.seat >= slot.seats else None


def schedule(tx: Tx, now: datetime, zone: str) -> bool:
    """Defer the next night's work unless it waits already; returns whether it was deferred."""
    if backlog.is_waiting(tx, NIGHTLY):
        return False
    defer(tx, NIGHTLY, {}, at=next_night(now, zone))
    return True


def request(tx: Tx, now: datetime) -> bool:
    """Defer an expansion at once, after a change of the content or at the start, unless one waits
    already; returns whether it was deferred. Ring `Jobs.committed` after the commit.
    """
    if backlog.is_waiting(tx, EXPAND):
        return False
    defer(tx, EXPAND, {}, at=now)
    return True


def expand(
    *, database: Database, catalogue: Callable[[], Catalogue], clock: Callable[[], datetime]
) -> Handler:
    """Return the handler of the job `slots.expand`."""

    async def handle(_args: Args) -> None:
        found = await database.write(partial(sync, catalogue=catalogue(), now=clock()))
        log.info("slots.synced", added=found.added, changed=found.changed, closed=found.closed)

    return handle


def nightly(
    *, database: Database, catalogue: Callable[[], Catalogue], clock: Callable[[], datetime]
) -> Handler:
    """Return the handler of the job `slots.night`: one more day of slots, and what is over goes."""
    expanding = expand(database=database, catalogue=catalogue, clock=clock)

    async def handle(args: Args) -> None:
        site, now = catalogue().site, clock()
        # Before the work, not after it: a night that fails for good must not be the last one.
        await database.write(partial(schedule, now=now, zone=site.zone))
        await expanding(args)
        days = site.retention_days.get("appointments", KEPT_DAYS)
        while await database.write(partial(_forget, now=now, days=days)) >= ROWS:
            pass
        while await database.write(partial(slots.purge, before=now - _DAY, limit=ROWS)) >= ROWS:
            pass

    return handle


def _forget(tx: Tx, now: datetime, days: int) -> int:
    """Delete holds that came to nothing, and appointments and blocks that were over long ago."""
    appointments.expire_holds(tx, now - _HOLDS)
    before = now - timedelta(days=max(days, 1))
    blocks.forget(tx, before)
    return appointments.forget(tx, holds=now - _HOLDS, all_before=before, limit=ROWS)
