"""The calendar's address: which view of which days, which place, whose. It is all the memory that
the page has, and the only thing that its forms carry back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from urllib.parse import urlencode

from bot.service.desk.calendar_days import Wanted, of_person

ROOT = "/desk/calendar"
ME = "me"
_BACK, _AHEAD = timedelta(days=2 * 366), timedelta(days=3 * 366)


class View(StrEnum):
    """How the calendar is shown."""

    WEEK = "week"
    DAY = "day"
    LIST = "list"


_STEP = {View.WEEK: 7, View.DAY: 1, View.LIST: 14}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One address of the calendar. `place` and `person` are empty for all; `person` is a login name
    or ME.
    """

    view: View
    day: date
    place: str = ""
    person: str = ""

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The address as the fields of a form."""
        fixed = [("view", self.view.value), ("day", self.day.isoformat())]
        return fixed + [
            (name, value)
            for name, value in (("place", self.place), ("person", self.person))
            if value
        ]

    @property
    def url(self) -> str:
        """The address itself."""
        return f"{ROOT}?{urlencode(self.fields)}"

    @property
    def first(self) -> date:
        """The first day that is shown."""
        return self.day - timedelta(days=self.day.weekday() if self.view is View.WEEK else 0)

    @property
    def last(self) -> date:
        """The last day that is shown."""
        return self.first + timedelta(days=_STEP[self.view] - 1)

    def stepped(self, by: int) -> Address:
        """Return the address of what stands before (-1) or after (1)."""
        return replace(self, day=self.first + timedelta(days=by * _STEP[self.view]))

    def on(self, day: date) -> Address:
        """Return the address of the same view on another day."""
        return replace(self, day=day)

    def seen_as(self, view: View) -> Address:
        """Return the address of the same days in another view."""
        return replace(self, view=view)

    def wanted(self, login: str) -> Wanted:
        """Return what is to be read, for somebody with this login name."""
        person = login if self.person == ME else self.person
        return Wanted(
            first=self.first,
            last=self.last,
            place=self.place or None,
            resource=of_person(person) if person else None,
        )


def read(
    query: Mapping[str, str],
    *,
    today: date,
    places: Callable[[str], bool],
    people: Callable[[str], bool],
) -> Address:
    """Return the address that was asked for; what makes no sense is as if it were not there."""
    view = next((each for each in View if each.value == query.get("view")), View.WEEK)
    place, person = query.get("place", ""), query.get("person", "")
    return Address(
        view=view,
        day=_day(query.get("day", ""), today),
        place=place if places(place) else "",
        person=person if person == ME or people(person) else "",
    )


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return min(max(day, today - _BACK), today + _AHEAD)
