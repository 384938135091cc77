"""What happened to a case, as the engine hears it: an input like her own words.

All that a counsellor does reaches the newcomer through the engine, so that one place decides what
is said while a human is there. Every piece of news names its case: a state that has lost it finds
it again. `name` is how the counsellor wants to be called. Knows no staff and no storage.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.case import CaseStatus, Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A counsellor has taken the case."""

    case: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred:
    """Another counsellor has it now."""

    case: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """The case is back in the queue. `reopened`: it had been closed; `late`: whoever had it did not
    answer in time.
    """

    case: int
    promise: Promise
    reopened: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Snoozed:
    """The case was put aside; she is not told. `name` None: nobody had it."""

    case: int
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Woken:
    """The time of a snoozed case has come; she is not told. `name` None: it waits in the queue."""

    case: int
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied:
    """A counsellor's words for her, in the language `lang`. `status`: where the case stands;
    `translated`: a program has put them into that language.
    """

    case: int
    name: str
    text: str
    lang: str
    status: CaseStatus
    translated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """Words of a counsellor that were sent as message `target` read otherwise now."""

    case: int
    target: int
    name: str
    text: str
    lang: str
    translated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """The words sent as message `target` are taken back."""

    case: int
    target: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The office has closed the case. `name` None: nobody had talked to her."""

    case: int
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """Nobody has answered by the time that was promised; this is the new promise."""

    case: int
    promise: Promise


CaseNews = (
    Joined | Transferred | Waits | Snoozed | Woken | Replied | Corrected | Recalled | Done | Overdue
)
