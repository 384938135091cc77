"""When somebody is reminded of an appointment: the day before, and two hours before.

Theory. The day before means the same wall time on the day before, whatever the clocks do in
between; two hours before means two hours. Nobody is disturbed in the night (20:00 to 08:00 on the
spot): what would fall into it moves to the evening before that night; where that evening is over
already, to 8:00 if at least 30 minutes remain; else it is dropped. What would lie in the past when
the appointment is made is dropped too. Evening means 19:30, so that a message which is held up for
a while still comes before the night.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.hours import instant

NIGHT = time(20)
MORNING = time(8)
EVENING = time(19, 30)
ASKING = time(10)
REMAINING = timedelta(minutes=30)
_DAY = timedelta(days=1)


class ReminderKind(StrEnum):
    """Which of the two it is."""

    DAY_BEFORE = "day_before"
    TWO_HOURS = "two_hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One reminder. `at` is UTC."""

    kind: ReminderKind
    at: datetime


def is_quiet(at: datetime, zone: str) -> bool:
    """Return whether it is night there."""
    clock = at.astimezone(ZoneInfo(zone)).time()
    return clock >= NIGHT or clock < MORNING


def reminders(starts: datetime, zone: str, now: datetime) -> tuple[Reminder, ...]:
    """Return the reminders that are yet to come for an appointment that is made `now`, in order."""
    found = {
        kind: at
        for kind, wanted in _wanted(starts, zone)
        if (at := _placed(wanted, starts, zone, now)) is not None
    }
    return tuple(
        sorted(
            (Reminder(kind=kind, at=at) for kind, at in found.items()),
            key=lambda reminder: reminder.at,
        )
    )


def follow_up(starts: datetime, zone: str) -> datetime:
    """Return when to ask whether an appointment helped: in the morning of the day after."""
    there = ZoneInfo(zone)
    return instant(starts.astimezone(there).date() + _DAY, ASKING, there)


def next_morning(at: datetime, zone: str) -> datetime:
    """Return when the night ends in which `at` lies: 8:00 there."""
    there = ZoneInfo(zone)
    local = at.astimezone(there)
    day = local.date() if local.time() < MORNING else local.date() + _DAY
    return instant(day, MORNING, there)


def _wanted(starts: datetime, zone: str) -> Iterator[tuple[ReminderKind, datetime]]:
    there = ZoneInfo(zone)
    local = starts.astimezone(there)
    yield ReminderKind.DAY_BEFORE, instant(local.date() - _DAY, local.time(), there)
    yield ReminderKind.TWO_HOURS, starts.astimezone(UTC) - timedelta(hours=2)


def _placed(at: datetime, starts: datetime, zone: str, now: datetime) -> datetime | None:
    """Return when it is sent, None where it is dropped."""
    if not is_quiet(at, zone):
        return at if at > now else None
    there = ZoneInfo(zone)
    local = at.astimezone(there)
    evening_day = local.date() if local.time() >= NIGHT else local.date() - _DAY
    evening = instant(evening_day, EVENING, there)
    if evening > now:
        return evening
    morning = instant(evening_day + _DAY, MORNING, there)
    return morning if morning > now and starts - morning >= REMAINING else None
