"""When somebody is on duty: rosters in local wall time, and questions about staffed time.

Theory. A roster is the union of schedules, one for each person, or one for the team as a whole. A
schedule repeats by weekday, pauses at breaks, rests on closed days and while its person is absent;
extra hours hold on closed days too, for they were put there on purpose. All of that is wall time
of one zone. It becomes UTC day by day, and only then is anything compared or measured, so that a
clock change makes a night shorter or longer and a working hour never.

A wall time that a clock change skips or repeats is read as RFC 5545 (3.3.5) reads it: one that is
skipped by the offset before the gap, one that occurs twice as the first. A shift that ends before
it begins in UTC did not take place.

Every search has a horizon: a roster that never comes on duty again gives None, not an endless loop.
Instants go in with any zone and come out in UTC. What a closure is called, and who asks, is not
known here.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HORIZON = timedelta(days=60)
_DAY = timedelta(days=1)
_ZERO = timedelta(0)


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """A stretch of staffed time: from `start` until just before `end`, both in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Refuse a stretch without length."""
        if self.end <= self.start:
            raise ValueError("a shift ends after it begins")


@dataclass(frozen=True, slots=True)
class Rule:
    """The same hours on several weekdays (Monday is 0), in wall time. An `end` of 00:00 is midnight
    at the end of the day; a night's work is two rules.
    """

    days: frozenset[int]
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Extra:
    """Hours of one day beyond the rules, in wall time; they hold on a closed day too."""

    day: date
    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """One person (her login name) is away, from `begins` until just before `until`; `substitute`
    takes over what is hers. Instants, not wall time.
    """

    person: str
    begins: datetime
    until: datetime
    substitute: str | None = None

    def __post_init__(self) -> None:
        """Refuse an absence without length."""
        if self.until <= self.begins:
            raise ValueError("an absence ends after it begins")

    def covers(self, at: datetime) -> bool:
        """Return whether the person is away at this instant."""
        return self.begins <= at < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When one person, or the team as a whole, is on duty."""

    hours: tuple[Rule, ...] = ()
    breaks: tuple[Rule, ...] = ()
    extra: tuple[Extra, ...] = ()
    closures: Container[date] = frozenset()
    away: tuple[Absence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Staffed while any of the schedules is on duty. Days are worked out once and kept: that cache
    is the only thing in here that changes.
    """

    zone: str
    schedules: tuple[Schedule, ...] = ()
    _days: dict[date, tuple[Shift, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def on(self, day: date) -> tuple[Shift, ...]:
        """Return what begins on a day of the roster's zone, in order, joined where it overlaps."""
        known = self._days.get(day)
        if known is None:
            zone = ZoneInfo(self.zone)
            found = [shift for each in self.schedules for shift in _worked(each, day, zone)]
            known = self._days[day] = tuple(_joined(sorted(found)))
        return known

    def __bool__(self) -> bool:
        """Return whether the roster names any hours at all."""
        return any(each.hours or each.extra for each in self.schedules)


def shifts(roster: Roster, begin: datetime, end: datetime) -> Iterator[Shift]:
    """Yield the staffed stretches between two instants, in order, apart, cut to them."""
    cut = (_cut(shift, begin, end) for shift in _from_days(roster, begin, end))
    return _joined(shift for shift in cut if shift is not None)


def is_staffed(roster: Roster, at: datetime) -> bool:
    """Return whether somebody is on duty at this instant."""
    return any(shift.start <= at < shift.end for shift in _from_days(roster, at, at))


def next_staffed(roster: Roster, at: datetime, horizon: timedelta = HORIZON) -> datetime | None:
    """Return the first staffed instant, `at` itself included; None within the horizon."""
    first = next(shifts(roster, at, at + horizon), None)
    return first.start if first is not None else None


def after_staffed(
    roster: Roster, at: datetime, span: timedelta, horizon: timedelta = HORIZON
) -> datetime | None:
    """Return the first instant by which `span` of staffed time has passed since `at`; None where it
    does not pass within the horizon. Nothing has passed at `at` itself.
    """
    if span <= _ZERO:
        return at.astimezone(UTC)
    left = span
    for shift in shifts(roster, at, at + horizon):
        length = shift.end - shift.start
        if left <= length:
            return shift.start + left
        left -= length
    return None


def staffed_between(roster: Roster, begin: datetime, end: datetime) -> timedelta:
    """Return how much staffed time lies between two instants; none where `end` is earlier."""
    return sum((shift.end - shift.start for shift in shifts(roster, begin, end)), _ZERO)


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return a wall time as UTC, as RFC 5545 reads those that clock changes skip or repeat."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def closing(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the end of something: as `instant`, and 00:00 is midnight at the end of the day."""
    return instant(day + _DAY if at == time.min else day, at, zone)


def _from_days(roster: Roster, begin: datetime, end: datetime) -> Iterator[Shift]:
    """Yield what the days that touch begin..end have; what began the day before may last until now,
    for an hour that a gap has moved ends past midnight.
    """
    zone = ZoneInfo(roster.zone)
    day, last = begin.astimezone(zone).date() - _DAY, end.astimezone(zone).date()
    while day <= last:
        yield from roster.on(day)
        day += _DAY


def _worked(schedule: Schedule, day: date, zone: ZoneInfo) -> Iterator[Shift]:
    """Yield what one schedule has on a day, not in order."""
    worked = [] if day in schedule.closures else _ruled(schedule.hours, day, zone)
    worked = _without(worked, _ruled(schedule.breaks, day, zone))
    more = [(each.start, each.end) for each in schedule.extra if each.day == day]
    worked += _placed(more, day, zone)
    yield from _without(worked, [Shift(each.begins, each.until) for each in schedule.away])


def _ruled(rules: Iterable[Rule], day: date, zone: ZoneInfo) -> list[Shift]:
    weekday = day.weekday()
    return _placed(((rule.start, rule.end) for rule in rules if weekday in rule.days), day, zone)


def _placed(hours: Iterable[tuple[time, time]], day: date, zone: ZoneInfo) -> list[Shift]:
    found = [(instant(day, start, zone), closing(day, end, zone)) for start, end in hours]
    return [Shift(start, end) for start, end in found if start < end]


def _without(worked: list[Shift], taken: Iterable[Shift]) -> list[Shift]:
    """Return the stretches without those that are taken out of them."""
    for hole in taken:
        worked = [
            Shift(start, end)
            for shift in worked
            for start, end in (
                (shift.start, min(shift.end, hole.start)),
                (max(shift.start, hole.end), shift.end),
            )
            if start < end
        ]
    return worked


def _joined(ordered: Iterable[Shift]) -> Iterator[Shift]:
    """Yield stretches in order, those that overlap or touch as one."""
    pending: Shift | None = None
    for shift in ordered:
        if pending is None:
            pending = shift
        elif shift.start <= pending.end:
            pending = Shift(pending.start, max(pending.end, shift.end))
        else:
            yield pending
            pending = shift
    if pending is not None:
        yield pending


def _cut(shift: Shift, begin: datetime, end: datetime) -> Shift | None:
    start, stop = max(shift.start, begin), min(shift.end, end)
    return Shift(start.astimezone(UTC), stop.astimezone(UTC)) if start < stop else None
