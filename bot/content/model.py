"""The content as the program uses it: frozen, checked, without YAML and without languages.

A text is named by its key (the `msgctxt` of the PO files); `content.catalogue` finds it in a
language. Made by `content.load` only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from bot.domain.conversation import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerIs:
    """True when the answer to `step` is one of `values`."""

    step: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """True when the answer to `step` stands in `relation` to `bound`.

    For dates `bound` is an ISO date or an ISO 8601 duration relative to today (`-P14D`), for
    numbers an int. before / after: strictly; at_least / at_most: bounds included.
    """

    step: str
    relation: Literal["before", "after", "at_least", "at_most"]
    bound: str | int


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    """True when every condition is."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Any:
    """True when at least one condition is."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """True when the condition is not."""

    of: Condition


Condition = AnswerIs | Compare | All | Any | Not
"""A condition over answers; one that reads an answer that was not given is false."""

END = "end"
"""As `next`: leave the entry (or return to the caller)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What all steps have.

    `guard` (`if`): the step is skipped when it is false; `next`: a step id or END.
    """

    id: str
    guard: Condition | None = None
    next: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SayStep(Step):
    """Text ENTRY/ID; `more` when there is a text ENTRY/ID/more."""

    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskStep(Step):
    """Question ENTRY/ID. `choices` are ids in order (labels ENTRY/ID/CHOICE).

    Limits are ints, or ISO dates / durations from today.
    `fingerprint` changes when kind, choices or limits change (not when words change).
    """

    kind: Literal["choice", "yes_no", "number", "date", "text"]
    choices: tuple[str, ...] = ()
    least: str | int | None = None
    most: str | int | None = None
    fingerprint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhenStep(Step):
    """A fork: to `then` when true, else to `otherwise` (or the next step)."""

    condition: Condition
    then: str
    otherwise: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStep(Step):
    """Keeps values as if they had been answered."""

    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceStep(Step):
    """Shows name and address of a place."""

    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactStep(Step):
    """Shows how a place is reached: name, phone, mail, page."""

    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentStep(Step):
    """Shows papers to bring."""

    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GotoStep(Step):
    """Continues in another entry and does not come back."""

    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStep(Step):
    """Runs another entry and comes back."""

    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferGoto:
    """A button that opens `entry` for good."""

    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCall:
    """A button that opens `entry` and comes back to the step after the offer."""

    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferLink:
    """A link (a fact of kind url) under the answer."""

    fact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferHandoff:
    """A button that hands over to a human; `topic`: the id of an entry or a topic."""

    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferBook:
    """A button that begins the booking of an appointment for `service`."""

    service: str


Offer = OfferGoto | OfferCall | OfferLink | OfferHandoff | OfferBook


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferStep(Step):
    """Ends the answer with buttons."""

    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupStep(Step):
    """Shows the row of `table` for the answers to the questions `by`."""

    table: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnersStep(Step):
    """Shows who helps with `need`; near the town that was answered to the question `town`."""

    need: str
    town: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffStep(Step):
    """Ends the answer and hands over to a human; `topic`: the id of an entry or a topic."""

    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookStep(Step):
    """Ends the answer and begins the booking of an appointment for `service`."""

    service: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndStep(Step):
    """Ends the entry (or returns to the caller)."""


AnyStep = (
    SayStep
    | AskStep
    | WhenStep
    | SetStep
    | PlaceStep
    | ContactStep
    | DocumentStep
    | GotoStep
    | CallStep
    | OfferStep
    | LookupStep
    | PartnersStep
    | HandoffStep
    | BookStep
    | EndStep
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One question and its answer. `position` finds a step by id."""

    id: str
    topic: str
    steps: tuple[AnyStep, ...]
    position: Mapping[str, int]
    review_by: date
    sources: tuple[str, ...] = ()
    responsible: str | None = None  # the place that is responsible
    case: bool = False  # the answers depend on the case: the authority decides
    reviewed_on: date | None = None  # by a human
    audio: Mapping[str, str] = field(default_factory=dict)  # language -> address


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A group of entries on the menu, in order."""

    id: str
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language of the site. `content`: entries are offered in it (else only the interface)."""

    code: str
    name: str
    direction: Literal["ltr", "rtl"]
    status: Literal["source", "draft", "reviewed"]
    content: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address in Germany."""

    street: str
    postcode: str
    town: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place or office. `phone`, `url` are fact ids. `address` is None where it is not verified.

    After the day `review_by` address and mail are to be checked again: `Catalogue.place` drops
    them. `land` and `zone` are set only where they are not the site's: `land` decides the
    public holidays. `short`: it has a name for buttons besides its own.
    """

    id: str
    short: bool = False
    address: Address | None = None
    phone: str | None = None
    mail: str | None = None
    url: str | None = None
    note: bool = False
    lat: float | None = None
    lon: float | None = None
    review_by: date | None = None
    land: str | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A paper. `name` is the German office term; gloss and where are texts, where there are any."""

    id: str
    name: str
    gloss: bool = False
    where: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyLine:
    """One number of the emergency card."""

    id: str
    fact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The Welcome Center itself. Without `confirmed`, only name and towns are shown."""

    confirmed: bool
    phone: str | None = None
    mail: str | None = None
    url: str | None = None
    address: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What holds for the whole site. `resume_after` in seconds."""

    name: str
    zone: str
    land: str
    source: str
    office: Office
    fallback: Mapping[str, tuple[str, ...]]
    resume_after: int
    retention_days: Mapping[str, int]
    feedback: str | None
    leave_url: str
    legal: frozenset[str]  # which of imprint, privacy, accessibility, funding, translation it has
    repository: str | None = None  # where a file is read or edited; {path} and {line} are filled in
    translation: bool = False  # words between newcomers and counsellors may go to a service
    closures: tuple[tuple[str, str | None], ...] = ()  # addresses of calendars, and whose place


class Role(StrEnum):
    """Where a text is shown: on a button, inside a line, or as paragraphs with markup."""

    LABEL = "label"
    LINE = "line"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """A German text: its key, its words, where they stand, and a comment for translators."""

    key: str
    german: str
    role: Role
    file: str
    line: int
    comment: str
