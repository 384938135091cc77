"""The form of the files behind the hand-off: who is on duty when, holidays, ready answers.

Only forms are checked here: whether hours end after they begin, and whether a substitute exists, is
the business of `content.desk`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from bot.content.schema import Code, Day, Land, Source, Strict, Text, Zone
from bot.domain.durations import parse_hours

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
MIDNIGHT = "24:00"
_DAY = r"\d{4}-\d\d-\d\d"
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d"


def _clock(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(_CLOCK, value, re.ASCII):
        return time.fromisoformat(value)
    raise PydanticCustomError("clock", 'a time in quotes such as "09:00" is expected')


def _closing(value: object) -> object:
    return time.min if value == MIDNIGHT else _clock(value)


def _hours(value: object) -> object:
    try:
        if isinstance(value, str) and (length := parse_hours(value)):
            return length
    except ValueError:
        pass
    raise PydanticCustomError("hours", "a length such as PT2H or PT90M is expected")


def _day_or_moment(value: object) -> object:
    """Return a day, or a local time."""
    try:
        if isinstance(value, str) and re.fullmatch(_DAY, value, re.ASCII):
            return date.fromisoformat(value)
        if isinstance(value, str) and re.fullmatch(rf"{_DAY}T{_CLOCK}", value, re.ASCII):
            return datetime.fromisoformat(value)
    except ValueError:
        pass
    expected = "a day (2026-12-24) or a local time (2026-12-24T09:00) is expected"
    raise PydanticCustomError("moment", expected)


def _shown(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$"})


def _read(read: Callable[[object], object]) -> BeforeValidator:
    return BeforeValidator(read)


Clock = Annotated[time, _read(_clock), _shown(_CLOCK)]
Closing = Annotated[time, _read(_closing), _shown(f"({_CLOCK}|24:00)")]
Hours = Annotated[timedelta, _read(_hours), _shown(r"PT(\d{1,4}H)?(\d{1,5}M)?")]
Moment = Annotated[Any, _read(_day_or_moment), _shown(f"{_DAY}(T{_CLOCK})?")]
Login = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=64)]
Notify = Literal["hours", "always", "off"]
Calendar = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class HoursRule(Strict):
    """The same hours on several weekdays, in local time."""

    days: list[Weekday] = Field(min_length=1)
    begins: Clock = Field(alias="from")
    until: Closing = Field(alias="to")


class BreakRule(Strict):
    """A break, every day unless days are named."""

    days: list[Weekday] = Field(default=list(WEEKDAYS), min_length=1)
    begins: Clock = Field(alias="from")
    until: Closing = Field(alias="to")


class ExtraDay(Strict):
    """Hours of one day beyond the rules; on a closed day too."""

    day: Day
    begins: Clock = Field(alias="from")
    until: Closing = Field(alias="to")


class ClosedDays(Strict):
    """Days on which nobody is on duty, both included."""

    begins: Day = Field(alias="from")
    until: Day | None = Field(default=None, alias="to")
    why: str | None = None


class PersonAbsence(Strict):
    """A person is away: whole days (both included), or from one local time to another."""

    begins: Moment = Field(alias="from")
    until: Moment = Field(alias="to")
    substitute: Login | None = None


class DeskPerson(Strict):
    """One person at the desk. What is left out is as it is for the team."""

    hours: list[HoursRule] | None = None
    breaks: list[BreakRule] | None = None
    extra: list[ExtraDay] | None = None
    languages: list[Code] = Field(default_factory=list)
    absences: list[PersonAbsence] = Field(default_factory=list)
    notify: Notify | None = None
    calendar: Calendar | None = None


class Desk(Strict):
    """desk.yaml."""

    sample: bool = False
    zone: Zone | None = None
    hours: list[HoursRule] = Field(default_factory=list)
    breaks: list[BreakRule] = Field(default_factory=list)
    extra: list[ExtraDay] = Field(default_factory=list)
    closures: list[ClosedDays] = Field(default_factory=list)
    people: dict[Login, DeskPerson] = Field(default_factory=dict)
    answer_within: Hours
    limit: Hours
    on_call: bool = False
    notify: Literal["hours", "off"] = "hours"
    topics_show: Literal["card", "telegram-texts", "all"] = "telegram-texts"


class Reply(Strict):
    """One ready answer."""

    title: Text
    text: Text


class AddedHoliday(Strict):
    """A holiday that the calendar does not know."""

    day: Day
    name: Text
    source: Source


class RemovedHoliday(Strict):
    """A day that the calendar holds for a holiday and that is none."""

    day: Day
    source: Source


class HolidayChanges(Strict):
    """What differs in one Land."""

    added: list[AddedHoliday] = Field(default_factory=list)
    removed: list[RemovedHoliday] = Field(default_factory=list)


Holidays = dict[Land, HolidayChanges]
