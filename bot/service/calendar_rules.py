"""What is to be done with one event of a counsellor's own calendar. Pure.

Theory. Three things are compared: what the appointment says now (`wanted`), what the event says
(`seen`), and what Lotse itself last wrote there (`known`). An event that says what we wrote is ours
to change. One that says something else was changed by a person: it stays as it is, and the desk
lists a conflict. That ends when the event says what the appointment says: set back in the calendar,
or the appointment moved to where the event went. It also ends when the appointment is moved
elsewhere after the conflict was seen, while the event is still the one that was seen: then somebody
has decided. All else that is in the event (notes, alarms) belongs to the person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum, auto

from bot.service.calendar_memory import Known

GONE = ""
"""The version of an event that is not there any more."""


class Step(Enum):
    """What is done with an event."""

    NOTHING = auto()
    CREATE = auto()
    UPDATE = auto()
    REMOVE = auto()
    FORGET = auto()
    CONFLICT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An event as it stands there: its version, and what it says of time and state."""

    version: str
    said: str


def said(starts: datetime, ends: datetime) -> str:
    """Return what an event says that takes place then."""
    return f"{starts.astimezone(UTC):%Y%m%dT%H%M%SZ}/{ends.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def decide(wanted: str | None, seen: Seen | None, known: Known | None, now: datetime) -> Step:
    """Return what is to be done. `wanted` None: the appointment is over, or not hers any more."""
    if wanted is None:
        return _unwanted(seen, known, now)
    if seen is not None and seen.said == wanted:
        return Step.NOTHING
    if seen is None and (known is None or not known.made):
        return Step.CREATE
    if seen is not None and known is not None and seen.said in known.said:
        return Step.UPDATE
    version = seen.version if seen is not None else GONE
    if known is not None and known.conflict == version and known.about != wanted:
        return Step.CREATE if seen is None else Step.UPDATE
    return Step.CONFLICT


def _unwanted(seen: Seen | None, known: Known | None, now: datetime) -> Step:
    if seen is None or known is None or known.ends <= now:
        return Step.FORGET
    if seen.said in known.said or seen.version == known.conflict:
        return Step.REMOVE
    return Step.FORGET  # a person changed it: from now on it is hers


def settled(wanted: str, ends: datetime) -> Known:
    """Return what is known of an event that says what it should."""
    return Known(said=(wanted,), made=True, ends=ends)


def attempted(known: Known | None, wanted: str, ends: datetime) -> Known:
    """Return what is known of an event before anything is written: it may say both from then on,
    for nobody knows when a process dies.
    """
    if known is None:
        return Known(said=(wanted,), made=False, ends=ends)
    if known.said[-1] == wanted:
        return replace(known, ends=ends)
    return replace(known, said=(*known.said, wanted), ends=ends)


def contradicted(known: Known, version: str, wanted: str) -> Known:
    """Return what is known of an event that a person has changed."""
    return replace(known, conflict=version, about=wanted)
