"""The form of the files that help to find the right place: tables, partners, notices."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from bot.content.schema import EntryId, Id, StepId, Strict, Text


def _moment(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", value, re.ASCII):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("moment", "a local time such as 2026-12-24T09:00 is expected")


Moment = Annotated[datetime, BeforeValidator(_moment)]


class Shown(Strict):
    """What a row shows: text, place and contact, in this order, as far as they are given."""

    text: Text | None = None
    place: Id | None = None
    contact: Id | None = None


class Table(Strict):
    """tables/NAME.yaml. A row also has one value for each name in `by`."""

    by: list[StepId] = Field(min_length=1)
    rows: list[dict[str, Any]] = Field(min_length=1)
    default: Shown | None = None


class Partner(Strict):
    """One partner of partners.yaml: who helps with what, where, in which languages."""

    place: Id
    needs: list[Id] = Field(min_length=1)
    towns: list[Id] = Field(default_factory=list)
    languages: list[str] = Field(default_factory=list)
    note: Text | None = None


class Notice(Strict):
    """One notice of notices.yaml: shown from `from` until `until` (local time) at the places named;
    with none named, above the menu.
    """

    text: Text
    begins: Moment | None = Field(default=None, alias="from")
    until: Moment
    topics: list[EntryId] = Field(default_factory=list)
    entries: list[EntryId] = Field(default_factory=list)
    places: list[Id] = Field(default_factory=list)
