"""Each step kind of an entry, as one small function: it adds to the answer, moves on, or waits.

`run` gets the turn, the frame's entry and its step, and returns where to go: a step id, END, None
for "the next step", WAIT when she has to say something first, CALLED when another entry goes first.
"""

from __future__ import annotations

from enum import Enum
from typing import assert_never

from bot.content.model import (
    END,
    AnyStep,
    AskStep,
    BookStep,
    CallStep,
    ContactStep,
    DocumentStep,
    EndStep,
    Entry,
    GotoStep,
    HandoffStep,
    LookupStep,
    OfferBook,
    OfferCall,
    OfferGoto,
    OfferHandoff,
    OfferLink,
    OfferStep,
    PartnersStep,
    PlaceStep,
    SayStep,
    SetStep,
    WhenStep,
)
from bot.domain.conversation import Frame, PromptKind, Waypoint
from bot.domain.outgoing import Choice
from bot.domain.texts import CARD, HUMAN, MENU_TITLE, NO, YES
from bot.domain.texts_booking import BOOK
from bot.engine import blocks, booking, directory, handoff
from bot.engine.conditions import holds
from bot.engine.turn import Turn

DEPTH = 16  # entries that can wait for one another; what lies deeper is not come back to


class Wait(Enum):
    """The engine stops here until the next input; or a called entry goes first."""

    WAIT = "wait"
    CALLED = "called"


Flow = str | None | Wait


def run(turn: Turn, entry: Entry, step: AnyStep) -> Flow:
    """Do one step."""
    match step:
        case (
            SayStep() | PlaceStep() | ContactStep() | DocumentStep() | LookupStep() | PartnersStep()
        ):
            show(turn, entry, step)
            return step.next
        case AskStep():
            ask(turn, entry, step)
            return Wait.WAIT
        case WhenStep():
            given = turn.answers.get(entry.id, {})
            true = holds(step.condition, given, turn.input.today)
            return step.then if true else (step.otherwise or step.next)
        case SetStep():
            turn.answers.setdefault(entry.id, {}).update(step.values)
            return step.next
        case GotoStep():
            turn.frames.pop()
            enter(turn, step.entry)
            return Wait.CALLED
        case CallStep():
            enter(turn, step.entry)
            return Wait.CALLED
        case OfferStep():
            offer(turn, step)
            return Wait.WAIT
        case HandoffStep(topic=topic):
            if turn.blocks:
                finish(turn)
            handoff.ask(turn, topic=topic)
            return Wait.WAIT
        case BookStep(service=service):
            if turn.blocks:
                finish(turn)
            booking.start(turn, service)
            return Wait.WAIT
        case EndStep():
            return END
        case _:
            assert_never(step)


def show(turn: Turn, entry: Entry, step: AnyStep) -> None:
    """Add to the answer what a step says, if it says anything."""
    key = f"{entry.id}/{step.id}"
    match step:
        case AskStep():
            turn.add(key, turn.text(key))
        case SayStep():
            turn.add(key, turn.text(key))
            if step.more:
                turn.more = key
        case PlaceStep():
            turn.add(key, blocks.place(turn, step.place))
            turn.placed = step.place
        case ContactStep():
            turn.add(key, blocks.contact(turn, step.place))
        case DocumentStep():
            turn.add(key, blocks.documents(turn, step.documents))
        case LookupStep():
            given = turn.answers.get(entry.id, {})
            turn.add(key, directory.row(turn, step, given))
        case PartnersStep():
            town = turn.answers.get(entry.id, {}).get(step.town or "")
            turn.add(key, directory.partners(turn, step.need, town))
        case _:
            pass


def enter(turn: Turn, entry_id: str) -> None:
    """Put an entry on the stack, from its first step.

    Answers of an earlier visit are forgotten, and with them the way back to its questions.
    """
    entry = turn.catalogue.entries[entry_id]
    turn.park()
    turn.answers.pop(entry_id, None)
    turn.trail = [
        place for place in turn.trail if all(frame.entry != entry_id for frame in place.frames)
    ]
    turn.frames.append(Frame(entry=entry_id, step=entry.steps[0].id))
    del turn.frames[:-DEPTH]


def ask(turn: Turn, entry: Entry, step: AskStep, *, tries: int = 0) -> None:
    """Ask the question of a step; what has been composed before stands above it."""
    show(turn, entry, step)
    turn.visit(Waypoint(action="q", frames=tuple(turn.frames)))
    composed, extras = turn.take_answer()
    turn.ask(
        PromptKind(step.kind),
        composed,
        question_choices(turn, entry, step) + extras + turn.nav(human=tries > 0),
        fingerprint=step.fingerprint,
        tries=tries,
    )


def question_choices(turn: Turn, entry: Entry, step: AskStep) -> tuple[Choice, ...]:
    """Return the answers that can be pressed."""
    match step.kind:
        case "choice":
            return tuple(
                Choice(action=f"a:{choice}", label=turn.label(f"{entry.id}/{step.id}/{choice}"))
                for choice in step.choices
            )
        case "yes_no":
            return (
                Choice(action="a:yes", label=turn.words(YES)),
                Choice(action="a:no", label=turn.words(NO)),
            )
        case "number" | "date" | "text":
            return ()
        case _:
            assert_never(step.kind)


def offer(turn: Turn, step: OfferStep) -> None:
    """End the answer with what can be done next."""
    choices: list[Choice] = []
    for item in step.offers:
        match item:
            case OfferGoto(entry=entry):
                choices.append(Choice(action=f"e:{entry}", label=turn.label(f"{entry}/title")))
            case OfferCall(entry=entry):
                choices.append(Choice(action=f"c:{entry}", label=turn.label(f"{entry}/title")))
            case OfferHandoff(topic=topic):
                choices.append(Choice(action=f"h:{topic}", label=turn.words(HUMAN)))
            case OfferBook(service=service):
                label = turn.words(BOOK)
                choices.append(Choice(action=f"p:start:{service}", label=label))
            case OfferLink(fact=fact):
                turn.blocks.extend(blocks.link(turn, fact))
            case _:
                assert_never(item)
    finish(turn, tuple(choices))


def finish(turn: Turn, offers: tuple[Choice, ...] = ()) -> None:
    """Send the composed answer with its choices. Where nothing was said, the choices are asked."""
    entry = turn.shown_entry
    if entry is not None:
        name, places = entry.id, turn.places
        turn.blocks[:0] = blocks.notices(
            turn, lambda notice: name in notice.entries or bool(places & notice.places)
        )
        turn.blocks.extend(blocks.footer(turn, entry))
    composed, extras = turn.take_answer()
    words = composed or (turn.paragraph(MENU_TITLE),)
    foreign = entry is not None and turn.language != turn.catalogue.source.code
    card = (Choice(action="k", label=turn.words(CARD)),) if foreign else ()
    turn.ask(PromptKind.ANSWER, words, offers + card + extras + turn.nav())
