"""The state of a conversation between two turns, and what understanding made of an event.

Theory. A conversation is either inside an entry or not. Inside, `frames` is the call stack,
innermost last: each frame names the entry and the step at which it waits or to which it returns.
What she answered stands in `answers`, by entry and step, and stays there when she goes back.
`prompt` is the newest message that still has choices or expects words; everything she says is first
held against it. `trail` remembers the places she came from, for [Back]. `seq` numbers every event
and every message of the conversation, hers and ours, in one sequence. The state never holds a time
that it was not given, and it survives a JSON round trip unchanged. `human` is what it knows of its
open case (see `domain.case`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from bot.domain.booking import Draft
from bot.domain.booking_news import BookingNews
from bot.domain.case import Human
from bot.domain.case_news import CaseNews
from bot.domain.inbound import AttachmentKind
from bot.domain.outgoing import Choice
from bot.domain.returning import BadCode, Mail, Returned

Value = bool | int | str
"""An answer as kept: yes/no, a number, a choice's id, words, or a date in ISO form."""


class PromptKind(StrEnum):
    """What the open message expects."""

    LANGUAGE = "language"
    NAVIGATION = "navigation"
    CHOICE = "choice"
    YES_NO = "yes_no"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    ANSWER = "answer"
    PAGE = "page"  # beside the way: help, emergency, the office; [Back] leads to where she was
    RESUME = "resume"
    WAITING = "waiting"  # the promise of a human, with the way out of the queue
    RATING = "rating"
    HUMAN = "human"  # go on with the human, or end the conversation
    BOOKING = "booking"  # a question on the way to an appointment
    BOOKING_CHECK = "booking_check"  # what is to be confirmed: stays to be read
    BOOKING_WORDS = "booking_words"  # a question there that she answers in her own words


QUESTIONS = frozenset(
    {PromptKind.CHOICE, PromptKind.YES_NO, PromptKind.NUMBER, PromptKind.DATE, PromptKind.TEXT}
)

FREE = frozenset({PromptKind.NUMBER, PromptKind.DATE, PromptKind.TEXT, PromptKind.BOOKING_WORDS})
"""Questions answered in her own words or figures: their choices carry no numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One level of the call stack: at `step` of `entry`."""

    entry: str
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """The newest message that expects something.

    `seq` is the version that its buttons carry, `message` the number of the message that shows it
    (the same, unless it was edited in place). `fingerprint` is that of the question in the content
    it came from.
    """

    kind: PromptKind
    seq: int
    message: int
    choices: tuple[Choice, ...] = ()
    fingerprint: str | None = None
    tries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waypoint:
    """A place to go back to: the menu, a topic or a question inside an entry."""

    action: str
    frames: tuple[Frame, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All that a conversation remembers between turns. Times in UTC."""

    schema: Literal[1] = 1
    seq: int = 0
    language: str | None = None
    greeted: bool = False
    frames: tuple[Frame, ...] = ()
    answers: dict[str, dict[str, Value]] = field(default_factory=dict)
    prompt: Prompt | None = None
    trail: tuple[Waypoint, ...] = ()
    notices: bool = True  # False after /stop: nothing unasked
    pending: str | None = None  # an entry that waits for the language (deep link)
    shown: tuple[str, ...] = ()  # what the newest question or answer shows: ENTRY/STEP[/more]
    last_at: datetime | None = None
    last_press: str | None = None
    stale_presses: int = 0  # presses on old buttons in a row
    human: Human | None = None  # the open case, if there is one
    booking: Draft | None = None  # an appointment in the making
    mail: Mail | None = None  # where she hears that an answer is there, while a case is open
    return_code: str | None = None  # the one that she has been shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of the chat, by slash, by word or by its fixed button. `argument` is what follows
    it.
    """

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A button: the number of the message that showed it, and its action."""

    seq: int
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Words that answer the open question, as a value of its kind (date: ISO form). Limits are
    still to be checked.
    """

    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeText:
    """Words that are neither a command nor an answer. `entries` are the entries they may mean, best
    first.
    """

    entries: tuple[str, ...] = ()
    sure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """Words that were written before the open question could be read: they do not answer it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """Something that is not text."""

    kind: AttachmentKind


@dataclass(frozen=True, slots=True)
class Greeting:
    """The conversation was opened without words."""


Said = Command | Press | Answer | FreeText | Late | Media | Greeting
"""What she said or did."""

Understood = Said | Returned | BadCode | CaseNews | BookingNews


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One event as the engine takes it. `at` UTC, `today` in the site's zone; `language_hint` is
    the platform's guess, matched to the site's languages.

    `in_place` says whether navigation edits the message it was pressed on; `end_to_end` whether the
    platform cannot read along.
    """

    at: datetime
    today: date
    understood: Understood
    language_hint: str | None = None
    in_place: bool = False
    end_to_end: bool = True
