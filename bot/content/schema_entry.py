"""The form of an entry and of its steps; one model for each kind of step.

A step is told by the one key that names its kind. Conditions are read by `content.conditions`,
because their places matter more than their types. Whether steps lead anywhere is not known here.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from bot.content.schema import ChoiceId, Code, Day, EntryId, Https, Id, StepId, Strict, Text

KINDS = (
    "say",
    "ask",
    "when",
    "set",
    "place",
    "contact",
    "document",
    "goto",
    "call",
    "offer",
    "end",
    "lookup",
    "partners",
    "book",
    "handoff",
)


def kind_of(step: object) -> str | None:
    """Return the tag of a step: its kind, or None where it has no kind or several."""
    found = [kind for kind in KINDS if kind in step] if isinstance(step, dict) else []
    return f"<{found[0]}>" if len(found) == 1 else None


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class Step(Strict):
    """What every step may have."""

    id: StepId
    guard: Any = Field(default=None, alias="if")
    next: StepId | None = None


class Say(Step):
    """Shows a text."""

    say: Text
    more: Text | None = None


class Ask(Step):
    """Asks a question."""

    ask: Literal["choice", "yes_no", "number", "date", "text"]
    text: Text
    choices: dict[ChoiceId, Text] | None = None
    min: int | str | None = None
    max: int | str | None = None


class When(Step):
    """A fork."""

    when: Any
    then: StepId
    otherwise: StepId | None = Field(default=None, alias="else")


class Set(Step):
    """Keeps values."""

    set: dict[StepId, bool | int | str] = Field(min_length=1)


class Place(Step):
    """Shows a place."""

    place: Id


class Contact(Step):
    """Shows how a place is reached."""

    contact: Id


class Document(Step):
    """Shows papers to bring."""

    document: Annotated[list[Id], BeforeValidator(_listed), Field(min_length=1)]


class Goto(Step):
    """Goes to another entry."""

    goto: EntryId


class Call(Step):
    """Visits another entry."""

    call: EntryId


class OfferItem(Strict):
    """One thing to do next: exactly one of the keys."""

    goto: EntryId | None = None
    call: EntryId | None = None
    link: Id | None = None
    book: Id | None = None
    handoff: Id | None = None


class Offer(Step):
    """Ends an answer with things to do next."""

    offer: list[OfferItem] = Field(min_length=1)


class End(Step):
    """Ends the entry."""

    end: Literal[True]


class LookupOf(Strict):
    """Which table, by which answers."""

    table: Id
    by: list[StepId] = Field(min_length=1)


class Lookup(Step):
    """Shows the row of a table."""

    lookup: LookupOf


class PartnersOf(Strict):
    """Which need; `town` names the question whose answer is a town."""

    need: Id
    town: StepId | None = None


class Partners(Step):
    """Shows who helps with a need."""

    partners: PartnersOf


class Book(Step):
    """Books an appointment for a service."""

    book: Id


class Handoff(Step):
    """Hands over to a human, about an entry or a topic."""

    handoff: Id


AnyStep = Annotated[
    Annotated[Say, Tag("<say>")]
    | Annotated[Ask, Tag("<ask>")]
    | Annotated[When, Tag("<when>")]
    | Annotated[Set, Tag("<set>")]
    | Annotated[Place, Tag("<place>")]
    | Annotated[Contact, Tag("<contact>")]
    | Annotated[Document, Tag("<document>")]
    | Annotated[Goto, Tag("<goto>")]
    | Annotated[Call, Tag("<call>")]
    | Annotated[Offer, Tag("<offer>")]
    | Annotated[End, Tag("<end>")]
    | Annotated[Lookup, Tag("<lookup>")]
    | Annotated[Partners, Tag("<partners>")]
    | Annotated[Book, Tag("<book>")]
    | Annotated[Handoff, Tag("<handoff>")],
    Discriminator(kind_of),
]


class Entry(Strict):
    """topics/TOPIC/ENTRY.yaml."""

    id: EntryId
    title: Text
    review_by: Day
    sources: list[str] = Field(default_factory=list)
    responsible: Id | None = None
    case: bool = False
    reviewed_by: str | None = None
    reviewed_on: Day | None = None
    audio: dict[Code, Https] = Field(default_factory=dict)
    steps: list[AnyStep] = Field(min_length=1)
