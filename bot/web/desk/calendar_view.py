"""The calendar as its templates take it: columns of boxes for a week or a day, lines for a list,
what needs a decision, how much is free.

A box shows time, language and state; it never shows a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.domain.appointment import (
    TRANSITIONS,
    Appointment,
    AppointmentAction,
    AppointmentStatus,
    BookingOrigin,
)
from bot.service.desk.calendar import Capacity, Shown
from bot.service.desk.calendar_days import Away, CalendarDay, Cell
from bot.service.slots import Conflict
from bot.storage.blocks import ABSENCE
from bot.web.desk import calendar_grid as grid
from bot.web.desk.calendar_address import ROOT, Address, View
from bot.web.desk.calendar_speech import CalendarSpeech
from bot.web.desk.speech import Speech, Values

GROUP = 3
"""Slots with at least so many seats are one box in a week."""

WORK_DAYS = 5
_SOON = timedelta(hours=1)

STATES: Mapping[AppointmentStatus, tuple[str, str]] = MappingProxyType(
    {
        AppointmentStatus.HELD: ("later", "cal_is_held"),
        AppointmentStatus.BOOKED: ("colleague", "cal_is_booked"),
        AppointmentStatus.ARRIVED: ("mine", "cal_is_arrived"),
        AppointmentStatus.SERVED: ("ok", "cal_is_served"),
        AppointmentStatus.MISSED: ("wait", "cal_is_missed"),
        AppointmentStatus.MOVED: ("later", "cal_is_moved"),
        AppointmentStatus.CANCELLED: ("later", "cal_is_cancelled"),
        AppointmentStatus.CALLED_OFF: ("later", "cal_is_called_off"),
        AppointmentStatus.EXPIRED: ("later", "cal_is_expired"),
    }
)
LEGEND = (
    ("colleague", "cal_is_booked"),
    ("mine", "cal_is_arrived"),
    ("ok", "cal_is_served"),
    ("wait", "cal_is_missed"),
    ("alarm", "cal_is_clash"),
)
MARKS = (
    AppointmentAction.ARRIVE,
    AppointmentAction.SERVE,
    AppointmentAction.MISS,
    AppointmentAction.UNDO,
)


def marks(found: Appointment, now: datetime, *, all_: bool) -> list[str]:
    """Return what can be noted about an appointment now; without `all_` only what is due."""
    possible = [action for action in MARKS if action in TRANSITIONS[found.status]]
    undone = found.status is not AppointmentStatus.BOOKED
    if found.origin is BookingOrigin.WALK_IN:
        possible = [action for action in possible if action is not AppointmentAction.UNDO]
    if found.starts > now:
        possible = [action for action in possible if action is not AppointmentAction.MISS]
    if found.starts - _SOON > now and not undone:
        return []
    if not all_ and found.status in {AppointmentStatus.SERVED, AppointmentStatus.MISSED}:
        return []
    return [action.value for action in possible]


class CalendarView:
    """Shows what was read, in the words of one page."""

    def __init__(self, shown: Shown, address: Address, speech: CalendarSpeech) -> None:
        self._shown = shown
        self._address = address
        self._speech = speech
        self._clashing = shown.clashing

    def values(self) -> Values:
        """Return what the page shows."""
        view = self._address.view
        values: Values = {
            "stamp": self._shown.stamp,
            "view": view.value,
            "heading": self._heading(),
            "sample": self._sample(),
            "decisions": [self._decision(each) for each in self._shown.conflicts],
            "capacity": self._capacity(),
            "legend": LEGEND,
            "columns": [],
            "agenda": [],
            "hours": [],
        }
        if view is View.LIST:
            values["agenda"] = self._agenda()
        else:
            columns = self._by_day() if view is View.WEEK else self._by_place()
            hours = grid.hours_of(self._spans(columns))
            values["columns"] = [
                self._column(*column, hours, detailed=view is View.DAY) for column in columns
            ]
            values["hours"] = [(number, f"{hour:02}:00") for number, hour in enumerate(hours.all)]
        values["empty"] = not any(self._booked())
        return values

    def _heading(self) -> str:
        first, last = self._address.first, self._address.last
        if self._address.view is View.WEEK:
            last = self._days()[-1].day
        return self._speech.span(first, last)

    def _sample(self) -> str:
        cells = [cell for day in self._shown.days for cell in day.cells if cell.slot is not None]
        if not any(cell.sample for cell in cells):
            return ""
        every = all(cell.sample for cell in cells)
        return self._speech.say("cal_sample" if every else "cal_sample_some")

    def _booked(self) -> Iterable[Appointment]:
        return (each for day in self._shown.days for cell in day.cells for each in cell.booked)

    # -- columns

    def _days(self) -> Sequence[CalendarDay]:
        """Return the days of a week: the end of it only where there is anything."""
        days = list(self._shown.days)
        while len(days) > WORK_DAYS and not days[-1].cells and not days[-1].open:
            days.pop()
        return days

    def _by_day(self) -> list[tuple[str, str, CalendarDay]]:
        return [
            (
                self._speech.short_day(day.day),
                self._speech.places(day.places) if len(day.places) == 1 else "",
                day,
            )
            for day in self._days()
        ]

    def _by_place(self) -> list[tuple[str, str, CalendarDay]]:
        """Return one column for each place of the day."""
        (day,) = self._shown.days
        return [
            (
                self._speech.place(place),
                "",
                CalendarDay(
                    day=day.day,
                    cells=tuple(cell for cell in day.cells if cell.place == place),
                    open=tuple(each for each in day.open if each.place == place),
                    away=tuple(each for each in day.away if each.place == place),
                    shifted=day.shifted,
                ),
            )
            for place in day.places
        ] or [(self._speech.short_day(day.day), "", day)]

    @staticmethod
    def _spans(
        columns: Iterable[tuple[str, str, CalendarDay]],
    ) -> Iterable[tuple[datetime, datetime]]:
        for _, _, day in columns:
            yield from ((each.local, each.local_end) for each in day.cells)
            yield from ((each.local, each.local_end) for each in day.open)
            yield from ((each.local, each.local_end) for each in day.away)

    def _column(
        self, title: str, note: str, day: CalendarDay, hours: grid.Hours, *, detailed: bool
    ) -> Values:
        placed = len(day.places) > 1
        stood: list[tuple[datetime, datetime, str, Values]] = [
            (
                cell.local,
                cell.local_end,
                f"{cell.place} {cell.resource}",
                self._cell(cell, placed=placed, detailed=detailed),
            )
            for cell in day.cells
        ]
        stood += [
            (
                away.local,
                away.local_end,
                f"{away.place} {away.resource}",
                self._away(away, placed=placed),
            )
            for away in day.away
        ]
        stood.sort(key=lambda each: each[:3])
        found, count = grid.lanes([each[:3] for each in stood])
        items = [
            values
            | {
                "rows": grid.rows(start, end, day.day, hours),
                "lane": "wide" if alone else f"at{lane + 1}",
            }
            for (start, end, _, values), (lane, alone) in zip(stood, found, strict=True)
        ]
        return {
            "day": day.day.isoformat(),
            "title": title,
            "note": note,
            "today": day.day == self._speech.today and self._address.view is View.WEEK,
            "change": self._change(day.shifted),
            "url": self._address.seen_as(View.DAY).on(day.day).url,
            "linked": self._address.view is View.WEEK,
            "lanes": count,
            "open": [grid.rows(each.local, each.local_end, day.day, hours) for each in day.open],
            "items": items,
        }

    def _change(self, shifted: timedelta) -> str:
        if not shifted:
            return ""
        forward = shifted > timedelta()
        return self._speech.say("cal_summer_time" if forward else "cal_winter_time")

    def _cell(self, cell: Cell, *, placed: bool, detailed: bool) -> Values:
        """Return one slot: a box for each who is booked, and one for what is free."""
        place = self._speech.place(cell.place) if placed else ""
        time = self._speech.wall(cell.local)
        if cell.seats >= GROUP and not detailed:
            return {"kind": "group", "boxes": [self._group(cell, time, place)]}
        boxes = [self._box(each, place, detailed=detailed) for each in cell.booked]
        if cell.free:
            boxes.append(
                {
                    "kind": "free",
                    "time": time,
                    "word": self._speech.count("cal_free", cell.free),
                    "place": place,
                    "url": f"{ROOT}/new?slot={cell.slot}",
                }
            )
        return {"kind": "cell", "boxes": boxes}

    def _group(self, cell: Cell, time: str, place: str) -> Values:
        clash = any(each.id in self._clashing for each in cell.booked)
        here = self._address.seen_as(View.DAY).on(cell.local.date())
        seats = self._speech.say("cal_seats", n=len(cell.booked), total=cell.seats)
        return {
            "kind": "clash" if clash else "booked",
            "id": None,
            "code": "",
            "service": "",
            "coming": False,
            "walk_in": False,
            "time": time,
            "word": self._speech.services(cell.services),
            "place": place,
            "state": ("alarm", self._speech.say("cal_is_clash")) if clash else ("colleague", seats),
            "url": here.url,
        }

    def _box(self, found: Appointment, place: str, *, detailed: bool) -> Values:
        colour, state = self.state(found)
        return {
            "kind": "clash" if found.id in self._clashing else "booked",
            "id": found.id,
            "time": self._speech.wall(found.local),
            "word": self._speech.language_name(found.language),
            "place": place,
            "state": (colour, state),
            "coming": found.coming and found.status is AppointmentStatus.BOOKED,
            "code": found.code or "",
            "walk_in": found.origin is BookingOrigin.WALK_IN,
            "url": f"{ROOT}/appointments/{found.id}",
            "marks": marks(found, self._shown.at, all_=detailed),
            "service": self._speech.service(found.service) if detailed else "",
        }

    def state(self, found: Appointment) -> tuple[str, str]:
        """Return an appointment's colour and word."""
        if found.id in self._clashing:
            return "alarm", self._speech.say("cal_is_clash")
        colour, word = STATES[found.status]
        return colour, self._speech.say(word)

    def _away(self, away: Away, *, placed: bool) -> Values:
        start, end, reason = away.local, away.local_end, ""
        if (block := away.block) is not None:
            word = "cal_away_absent" if block.source == ABSENCE else "cal_away_blocked"
            reason = block.reason or self._speech.say(word)
        said = self._speech.say(
            "cal_away_span",
            start=self._speech.wall(start),
            end=self._speech.wall(end),
            reason=reason or self._speech.say("cal_away_blocked"),
        )
        who = self._speech.who(away.resource, self._shown.team)
        return {
            "kind": "away",
            "boxes": [
                {
                    "kind": "away",
                    "word": said,
                    "place": self._speech.place(away.place) if placed else "",
                    "who": who,
                }
            ],
        }

    # -- list

    def _agenda(self) -> list[Values]:
        found: list[Values] = []
        for day in self._shown.days:
            lines = [
                self._box(each, self._speech.place(cell.place), detailed=True)
                | {
                    "end": self._speech.wall(cell.local + (each.ends - each.starts)),
                    "who": self._speech.who(cell.resource, self._shown.team),
                    "interpreter": each.interpreter,
                }
                for cell in day.cells
                for each in cell.booked
            ]
            if lines:
                found.append(
                    {
                        "title": self._speech.day_heading(day.day),
                        "today": day.day == self._speech.today,
                        "change": self._change(day.shifted),
                        "lines": lines,
                    }
                )
        return found

    # -- beside it

    def _decision(self, conflict: Conflict) -> Values:
        found = conflict.appointment
        return {
            "id": found.id,
            "code": found.code or "",
            "when": self._speech.say(
                "cal_decide_when",
                date=self._speech.short_day(found.local.date()),
                time=self._speech.wall(found.local),
                place=self._speech.place(found.place),
            ),
            "why": self._speech.say(f"cal_why_{conflict.reason.value}"),
            "url": f"{ROOT}/appointments/{found.id}",
        }

    def _capacity(self) -> list[Values]:
        return by_place(self._shown.capacity, self._speech)


def by_place(capacity: Sequence[Capacity], speech: CalendarSpeech) -> list[Values]:
    """Return free seats by place, all weeks together."""
    found: dict[str, tuple[int, int]] = {}
    for each in capacity:
        free, total = found.get(each.place, (0, 0))
        found[each.place] = free + each.free, total + each.total
    return [
        {
            "place": speech.place(place),
            "free": free,
            "total": total,
            "line": speech.say(
                "cal_capacity_line", place=speech.place(place), free=free, total=total
            ),
        }
        for place, (free, total) in found.items()
    ]


def in_the_way(found: Iterable[Appointment], speech: Speech) -> list[Values]:
    """Return appointments as lines: when, where, code."""
    named = CalendarSpeech(speech.catalogue, speech.language, speech.now)
    return [
        {
            "when": named.say(
                "cal_decide_when",
                date=named.day(each.local.date()),
                time=named.wall(each.local),
                place=named.place(each.place),
            ),
            "code": each.code or "",
            "url": f"{ROOT}/appointments/{each.id}",
        }
        for each in found
    ]
