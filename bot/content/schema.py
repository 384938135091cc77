"""The form of every content file but entries (`schema_entry`), checked by pydantic at the door.

Only forms are checked here: whether ids exist, texts fit and steps lead anywhere is the business of
`content.build`. Field names are the keys of the YAML files.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from bot.domain.durations import parse_span

MAX_CALENDARS = 10  # fetched every night
MAX_ID, MAX_ENTRY, MAX_STEP, MAX_CHOICE = 64, 32, 24, 24
ID = r"^[a-z0-9][a-z0-9-]*$"

CommandName = Literal[
    "menu",
    "language",
    "human",
    "appointment",
    "privacy",
    "mydata",
    "delete",
    "stop",
    "about",
    "help",
    "start",
    "back",
    "emergency",
    "more",
    "yes",
    "no",
]


class Strict(BaseModel):
    """A mapping with known keys only, and no value turned into another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def is_id(text: str) -> bool:
    """Return whether `text` can be an id."""
    return re.fullmatch(ID, text) is not None and len(text) <= MAX_ID


def clean(text: str) -> str:
    """Return a text in the one form in which texts are compared: NFC, no space around its lines."""
    lines = unicodedata.normalize("NFC", text).strip().split("\n")
    return "\n".join(line.rstrip() for line in lines)


def _text(value: str) -> str:
    if not (text := clean(value)):
        raise PydanticCustomError("empty", "the text is empty")
    return text


def _date(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("date", "a date such as 2027-11-01 is expected")


def _days(value: str) -> str:
    try:
        parse_span(value)
    except ValueError as error:
        raise PydanticCustomError("duration", "a duration such as P14D is expected") from error
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = "a time zone such as Europe/Berlin is expected"
        raise PydanticCustomError("zone", message) from error
    return value


def _matching(pattern: str, message: str) -> Callable[[str], str]:
    form = re.compile(pattern)

    def check(value: str) -> str:
        if not form.fullmatch(value):
            raise PydanticCustomError("form", "{message}", {"message": message})
        return value

    return check


def _float(value: object) -> object:
    return float(value) if isinstance(value, (Decimal, int)) and value is not True else value


Text = Annotated[str, AfterValidator(_text)]
Id = Annotated[str, StringConstraints(pattern=ID, max_length=MAX_ID)]
EntryId = Annotated[str, StringConstraints(pattern=ID, max_length=MAX_ENTRY)]
StepId = Annotated[str, StringConstraints(pattern=ID, max_length=MAX_STEP)]
ChoiceId = Annotated[str, StringConstraints(pattern=ID, max_length=MAX_CHOICE)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Day = Annotated[date, BeforeValidator(_date)]
Days = Annotated[
    str,
    AfterValidator(_days),
    Field(json_schema_extra={"pattern": r"^[+-]?P(\d+Y)?(\d+M)?(\d+W)?(\d+D)?$"}),
]
Zone = Annotated[str, AfterValidator(_zone)]
Https = Annotated[
    str,
    AfterValidator(
        _matching(r"https://[^\s<>\"]+", "an address that begins with https:// is expected")
    ),
    Field(json_schema_extra={"pattern": r"^https://[^\s<>\"]+$"}),
]
Mail = Annotated[
    str,
    AfterValidator(_matching(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+", "an e-mail address is expected")),
    Field(json_schema_extra={"pattern": r"^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$"}),
]
Degrees = Annotated[float, BeforeValidator(_float), Field(ge=-180, le=180)]
Confidence = Literal["high", "medium", "low"]
Land = Literal[  # the second half of ISO 3166-2:DE
    "BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"
]


class Source(Strict):
    """Where a piece of information comes from."""

    name: str
    url: Https | None = None
    dated: Day | None = None


class Checked(Strict):
    """What facts and places have in common: where it comes from, and who looked when."""

    source: Source | None = None
    seen_on: Day | None = None
    reviewed_by: str | None = None
    reviewed_on: Day | None = None
    confidence: Confidence = "low"
    review_by: Day | None = None


class FactValue(Strict):
    """One value of a fact; its form depends on the fact's kind."""

    value: Any
    valid_from: Day | None = None
    valid_until: Day | None = None
    shown: str | None = None


class Fact(Checked):
    """One fact of facts.yaml."""

    kind: Literal["date", "duration", "money", "number", "percent", "phone", "url", "text"]
    values: list[FactValue] = Field(min_length=1)
    emergency: bool = False


class Address(Strict):
    """A postal address."""

    street: str
    postcode: str = Field(pattern=r"^[0-9]{5}$")
    town: str


class Place(Checked):
    """One place of places.yaml."""

    name: Text
    short: Text | None = None
    address: Address | None = None
    phone: Id | None = None
    mail: Mail | None = None
    url: Id | None = None
    note: Text | None = None
    lat: Degrees | None = None
    lon: Degrees | None = None
    land: Land | None = None
    zone: Zone | None = None


class Document(Strict):
    """One paper of documents.yaml."""

    name: Text
    gloss: Text | None = None
    where: Text | None = None


class EmergencyLine(Strict):
    """One number of the emergency card."""

    id: StepId
    number: Id
    text: Text


class Emergency(Strict):
    """emergency.yaml."""

    title: Text
    lead: Text
    lines: list[EmergencyLine] = Field(min_length=1)
    tail: Text


class Topic(Strict):
    """A _topic.yaml."""

    id: EntryId
    title: Text
    order: int
    entries: list[EntryId] = Field(default_factory=list)


class Language(Strict):
    """One language of the site."""

    name: str
    dir: Literal["ltr", "rtl"]
    status: Literal["source", "draft", "reviewed"]
    content: bool = True


class Office(Strict):
    """The Welcome Center."""

    name: Text
    towns: Text
    confirmed: bool
    phone: Id | None = None
    mail: Mail | None = None
    url: Id | None = None
    address: Address | None = None


class Translation(Strict):
    """Whether a service translates between newcomers and counsellors."""

    service: bool
    privacy: Text | None = None


class ClosingCalendar(Strict):
    """The address of a calendar that says when nobody is there."""

    url: Https
    place: Id | None = None


class Site(Strict):
    """site.yaml."""

    name: str
    office: Office
    source: Code
    zone: Zone
    land: Land
    languages: dict[Code, Language] = Field(min_length=1)
    fallback: dict[str, list[Code]] = Field(default_factory=dict)
    resume_after: Days
    retention: dict[Id, Days] = Field(default_factory=dict)
    imprint: Text | None = None
    privacy: Text | None = None
    accessibility: Text | None = None
    feedback: str | None = None
    funding: Text | None = None
    translation: Translation | None = None
    closures: list[ClosingCalendar] = Field(default_factory=list, max_length=MAX_CALENDARS)
    leave_url: Https
    repository: Https | None = None
