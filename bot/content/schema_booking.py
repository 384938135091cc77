"""The form of services.yaml and office_hours/*.yaml.

Only forms are checked here: whether services and places exist, and whether rules can take place, is
the business of `content.services` and `content.office_hours`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from bot.content.schema import ChoiceId, Code, Day, Id, StepId, Strict, Text
from bot.content.schema_desk import Clock, Closing, Hours, Login
from bot.content.schema_directory import Moment
from bot.domain.durations import parse_hours, parse_span

MAX_SEATS = 500
MAX_HORIZON = timedelta(days=366)


def _length(value: object) -> object:
    if isinstance(value, str):
        try:
            return parse_hours(value) if value.startswith("PT") else _days(value)
        except ValueError:
            pass
    raise PydanticCustomError("length", "a length such as PT2H or P14D is expected")


def _days(value: str) -> timedelta:
    span = parse_span(value)
    if span.months or span.days < 0:
        raise ValueError("only hours, days and weeks have a fixed length")
    return timedelta(days=span.days)


Length = Annotated[
    timedelta,
    BeforeValidator(_length),
    WithJsonSchema(
        {"type": "string", "pattern": r"^P(T(\d{1,4}H)?(\d{1,5}M)?|(\d{1,4}W)?(\d{1,5}D)?)$"}
    ),
]


class Question(Strict):
    """Asked before booking."""

    id: StepId
    ask: Literal["choice", "yes_no", "number", "text"]
    text: Text
    choices: dict[ChoiceId, Text] | None = None


class Service(Strict):
    """One service of services.yaml."""

    name: Text
    length: Hours
    preparation: Text | None = None
    audience: Text | None = None
    documents: list[Id] = Field(default_factory=list)
    notice: Length = timedelta(hours=24)
    horizon: Length = timedelta(days=60)
    seats: int = Field(default=1, ge=1, le=MAX_SEATS)
    cooling_off: Length = timedelta(0)
    open_bookings: int = Field(default=1, ge=1, le=20)
    questions: list[Question] = Field(default_factory=list, max_length=5)
    interpreter: bool = False


class Pause(Strict):
    """A break within office hours, in local time."""

    begins: Clock = Field(alias="from")
    until: Closing = Field(alias="to")


class OfficeHours(Strict):
    """One rule of office_hours/FILE.yaml. Times are those of the place."""

    place: Id | None = None
    services: list[Id] = Field(default_factory=list)
    languages: list[Code] = Field(min_length=1)
    counsellors: list[Login] = Field(default_factory=list)
    desks: list[Id] = Field(default_factory=list)
    interpreters: list[Login] = Field(default_factory=list)
    seats: int | None = Field(default=None, ge=1, le=MAX_SEATS)
    slot: Hours | None = None
    start: Moment
    end: Moment
    rrule: str | None = None
    left_out: list[Day] = Field(default_factory=list, alias="except")
    extra: list[Day] = Field(default_factory=list)
    breaks: list[Pause] = Field(default_factory=list)
    valid_from: Day | None = None
    valid_until: Day | None = None
    on_holidays: bool = False
    sample: bool = False


HoursFile = list[OfficeHours]
