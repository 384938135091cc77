"""Who acts on a case, and why an act may be refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.errors import LotseError
from bot.storage.staff import Staff


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Who acts: her account, the name that newcomers see, and what she may do."""

    staff_id: int
    name: str
    roles: frozenset[str]

    @classmethod
    def of(cls, person: Staff) -> Acting:
        """Return somebody with the rights of her account; none, once it is disabled."""
        roles = person.roles if person.disabled_at is None else frozenset[str]()
        return cls(staff_id=person.id, name=person.shown_name, roles=roles)


class Reason(StrEnum):
    """Why an act was refused."""

    NO_CASE = "no_case"
    NO_ENTRY = "no_entry"
    NO_STAFF = "no_staff"  # there is no such colleague, or she does not answer newcomers
    ROLE = "role"
    TAKEN = "taken"  # a colleague has it: `by`
    NOT_YOURS = "not_yours"  # `by` None: nobody has it, take it first
    CLOSED = "closed"
    OPEN = "open"  # another case of hers is open
    NOT_POSSIBLE = "not_possible"  # not in this state
    EMPTY = "empty"
    TOO_LONG = "too_long"
    PAST = "past"  # the time has gone by


_SENTENCES = {
    Reason.NO_CASE: "there is no such case",
    Reason.NO_ENTRY: "there is no such entry",
    Reason.NO_STAFF: "nobody of that name answers newcomers",
    Reason.ROLE: "your account may not do this",
    Reason.TAKEN: "{by} has this case",
    Reason.NOT_YOURS: "this is not yours: {by} has it",
    Reason.CLOSED: "the case is closed",
    Reason.OPEN: "another case of this conversation is open",
    Reason.NOT_POSSIBLE: "this is not possible now",
    Reason.EMPTY: "there are no words",
    Reason.TOO_LONG: "these are too many words",
    Reason.PAST: "this time has gone by",
}


class Refusal(LotseError):  # noqa: N818  # it is no error of the program: an answer to whoever acts
    """An act was refused and nothing was changed. `by`: the shown name of whoever has the case."""

    def __init__(self, reason: Reason, *, by: str | None = None) -> None:
        super().__init__(_SENTENCES[reason].format(by=by or "nobody"))
        self.reason = reason
        self.by = by


@dataclass(frozen=True, slots=True, kw_only=True)
class SentWords:
    """The words that go to the newcomer in place of what was written. `provider` None: no program
    has translated them.
    """

    text: str
    lang: str
    provider: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """What became of one of several cases that were to be closed."""

    case_id: int
    refusal: Refusal | None = None
