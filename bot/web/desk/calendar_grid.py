"""Where the boxes of the calendar stand: rows of five minutes, and lanes for what is at the same
time. Gives the names of classes, because the pages have no inline styles.

Knows wall times only: a box stands where a clock on the wall says it begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

STEP = timedelta(minutes=5)
LANES = 8
"""At most so many boxes stand side by side; more share the last lane."""

DAY = (8, 16)
"""The hours that are always shown."""

_HOUR = timedelta(hours=1)
_PER_HOUR = _HOUR // STEP


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours that a picture shows, from the beginning of the first to the end of the last."""

    first: int
    last: int

    @property
    def all(self) -> range:
        """Each hour."""
        return range(self.first, self.last)


def hours_of(spans: Iterable[tuple[datetime, datetime]]) -> Hours:
    """Return which hours hold everything."""
    first, last = DAY
    for start, end in spans:
        first = min(first, start.hour)
        through = end.date() > start.date()
        last = max(last, 24 if through else end.hour + bool(end.minute or end.second))
    return Hours(first, last)


def rows(start: datetime, end: datetime, day: date, hours: Hours) -> str:
    """Return the classes that say when a box begins and how long it is: `h2 m6 dh0 dm6`."""
    midnight = datetime.combine(day, time.min)
    begin = max(start - midnight, timedelta(hours=hours.first)) // STEP
    finish = min(end - midnight, timedelta(hours=hours.last))
    length = max(1, -((begin * STEP - finish) // STEP))
    offset = begin - hours.first * _PER_HOUR
    return (
        f"h{offset // _PER_HOUR} m{offset % _PER_HOUR}"
        f" dh{length // _PER_HOUR} dm{length % _PER_HOUR}"
    )


def lanes(
    spans: Sequence[tuple[datetime, datetime, str]],
) -> tuple[list[tuple[int, bool]], int]:
    """Return the lane of each span, and whether it has its stretch of time for itself; and how many
    lanes there are. `spans` are in order of their beginning, each with whose it is: the same
    person's times stay in the same lane where they can.
    """
    placed: list[int] = []
    busy: list[tuple[datetime, str]] = []  # until when each lane is taken, and by whom
    alone = [True] * len(spans)
    running: list[tuple[int, datetime]] = []
    for number, (start, end, whose) in enumerate(spans):
        running = [(other, until) for other, until in running if until > start]
        for other, _ in running:
            alone[other] = alone[number] = False
        running.append((number, end))
        free = [at for at, (until, _) in enumerate(busy) if until <= start]
        own = [at for at in free if busy[at][1] == whose]
        lane = (own or free or [len(busy)])[0]
        if lane == len(busy):
            busy.append((end, whose))
        else:
            busy[lane] = (end, whose)
        placed.append(min(lane, LANES - 1))
    count = max(1, min(len(busy), LANES))
    return list(zip(placed, alone, strict=True)), count
