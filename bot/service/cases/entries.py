"""What stands in the entries of a case, as JSON and back: notes, replies, events.

A note is for the team alone. A reply keeps what the counsellor wrote, and what the newcomer got
where that is in other words. An event says what became of the case, in codes and staff ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import orjson
from pydantic import TypeAdapter

from bot.domain.case import Outcome
from bot.storage.case_entries import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Words for the team."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Words for the newcomer. `text` as written; `sent`: what she got in `lang`, None where that is
    `text` itself; `provider`: who translated it.
    """

    text: str
    lang: str
    sent: str | None = None
    provider: str | None = None
    recalled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What became of the case: a `CaseAction`, or open, crisis, late, recall, correct, follow_up.
    `by` and `to` are staff ids; `by` None: the newcomer or the program.
    """

    event: str
    by: int | None = None
    to: int | None = None
    until: datetime | None = None
    outcome: Outcome | None = None


Body = Note | Reply | Event

_READERS: dict[str, TypeAdapter[Body]] = {
    "note": TypeAdapter(Note),
    "reply": TypeAdapter(Reply),
    "event": TypeAdapter(Event),
}


def kind_of(body: Body) -> str:
    """Return the kind of entry that holds this."""
    return type(body).__name__.lower()


def dump(body: Body) -> bytes:
    """Return an entry's body as JSON."""
    return orjson.dumps(body)


def load(entry: Entry) -> Body:
    """Read an entry's body.

    Raises:
        ValueError: it is none.
    """
    return _READERS[entry.kind].validate_json(entry.body or b"")
