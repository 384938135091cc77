"""Each step kind of an entry, as one small function: it adds to the answer, moves on, or waits.

A function gets the turn, the frame's entry and its step, and returns where to go: a step id, END,
None for "the next step", or WAIT when she has to say something first.
"""

from __future__ import annotations

from enum import Enum
from typing import assert_never

from bot.content.model import (
    END,
    AnyStep,
    AskStep,
    CallStep,
    ContactStep,
    DocumentStep,
    EndStep,
    Entry,
    GotoStep,
    OfferCall,
    OfferGoto,
    OfferLink,
    OfferStep,
    PlaceStep,
    SayStep,
    SetStep,
    WhenStep,
)
from bot.domain.conversation import Frame, PromptKind, Waypoint
from bot.domain.outgoing import FSI, PDI, Block, Bullets, Choice, Link, Paragraph, Plain, Span
from bot.domain.texts import BRING, MAIL, NO, PHONE, WHERE_TO_GET, YES, Text
from bot.engine.conditions import holds
from bot.engine.turn import Turn, in_language


class Wait(Enum):
    """The engine stops here until the next input; or a called entry goes first."""

    WAIT = "wait"
    CALLED = "called"


Flow = str | None | Wait


def run(turn: Turn, entry: Entry, step: AnyStep) -> Flow:
    """Do one step."""
    match step:
        case SayStep():
            key = f"{entry.id}/{step.id}"
            turn.add(key)
            if step.more:
                turn.more = key
        case AskStep():
            ask(turn, entry, step)
            return Wait.WAIT
        case WhenStep():
            given = turn.answers.get(entry.id, {})
            true = holds(step.condition, given, turn.input.today)
            return step.then if true else (step.otherwise or step.next)
        case SetStep():
            turn.answers.setdefault(entry.id, {}).update(step.values)
        case PlaceStep():
            turn.blocks.extend(place_blocks(turn, step.place))
            turn.placed = step.place
        case ContactStep():
            turn.blocks.extend(contact_blocks(turn, step.place))
        case DocumentStep():
            turn.blocks.extend(document_blocks(turn, step.documents))
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
        case EndStep():
            return END
        case _:
            assert_never(step)
    return step.next


def enter(turn: Turn, entry_id: str) -> None:
    """Put an entry on the stack, from its first step, without answers of an earlier visit."""
    entry = turn.catalogue.entries[entry_id]
    turn.answers.pop(entry_id, None)
    turn.frames.append(Frame(entry=entry_id, step=entry.steps[0].id))


def ask(turn: Turn, entry: Entry, step: AskStep, *, tries: int = 0) -> None:
    """Ask the question of a step; what has been composed before stands above it."""
    turn.add(f"{entry.id}/{step.id}")
    turn.visit(Waypoint(action="q", frames=tuple(turn.frames)))
    blocks, extras = turn.take_answer()
    turn.ask(
        PromptKind(step.kind),
        blocks,
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
            case OfferLink(fact=fact):
                turn.blocks.extend(link_blocks(turn, fact))
            case _:
                assert_never(item)
    finish(turn, tuple(choices))


def finish(turn: Turn, offers: tuple[Choice, ...] = ()) -> None:
    """Send the composed answer with its choices."""
    blocks, extras = turn.take_answer()
    turn.ask(PromptKind.ANSWER, blocks, offers + extras + turn.nav())


def link_blocks(turn: Turn, fact: str) -> tuple[Block, ...]:
    """Return a link whose address is a fact of kind url."""
    link = turn.catalogue.link(fact, turn.language, turn.input.today)
    return () if link is None else (Paragraph(spans=(link,)),)


def place_blocks(turn: Turn, place_id: str) -> tuple[Block, ...]:
    """Return name, address and note of a place; without a verified address, the name alone."""
    place = turn.catalogue.place(place_id, turn.input.today)
    lines: list[Span] = [Plain(text=turn.catalogue.isolated(turn.label(f"places/{place_id}/name")))]
    if place.address is not None:
        a = place.address
        lines.append(
            Plain(text="\n" + turn.catalogue.isolated(f"{a.street}, {a.postcode} {a.town}"))
        )
    blocks: list[Block] = [Paragraph(spans=tuple(lines))]
    if place.note:
        found = turn.catalogue.blocks(f"places/{place_id}/note", turn.language, turn.input.today)
        blocks.extend(in_language(found, turn.language))
    return tuple(blocks)


def contact_blocks(turn: Turn, place_id: str) -> tuple[Block, ...]:
    """Return how a place is reached: name, then phone, mail and page as far as they are
    verified.
    """
    today = turn.input.today
    place = turn.catalogue.place(place_id, today)
    name = Plain(text=turn.catalogue.isolated(turn.label(f"places/{place_id}/name")))
    lines: list[Span] = [] if turn.placed == place_id else [name]
    phone = turn.catalogue.link(place.phone, turn.language, today) if place.phone else None
    if phone is not None:
        lines += labelled(turn, PHONE, "phone", phone)
    if place.mail is not None:
        mail = Link(label=turn.catalogue.isolated(place.mail), url=f"mailto:{place.mail}")
        lines += labelled(turn, MAIL, "mail", mail)
    url = turn.catalogue.link(place.url, turn.language, today) if place.url else None
    if url is not None:
        lines += [Plain(text="\n"), url]
    if lines and isinstance(first := lines[0], Plain):
        lines[0] = Plain(text=first.text.lstrip("\n"))
    return (Paragraph(spans=tuple(lines)),) if lines else ()


def labelled(turn: Turn, text: Text, slot: str, link: Link) -> list[Span]:
    """Return a line `Telefon: LINK`, the link where the translation puts its placeholder."""
    mark = "\x00"
    before, _, after = turn.words(text, **{slot: mark}).partition(mark)
    return [Plain(text="\n" + before.rstrip(FSI)), link, *_plain(after.lstrip(PDI))]


def _plain(text: str) -> list[Span]:
    return [Plain(text=text)] if text else []


def document_blocks(turn: Turn, documents: tuple[str, ...]) -> tuple[Block, ...]:
    """Return the papers to bring: the German term, what it is in her words, where to get it."""
    items: list[tuple[Span, ...]] = []
    for document_id in documents:
        document = turn.catalogue.documents[document_id]
        spans: list[Span] = [Plain(text=turn.catalogue.isolated(document.name))]
        if document.gloss:
            spans.append(Plain(text=f" ({turn.label(f'documents/{document_id}/gloss')})"))
        if document.where:
            where = turn.label(f"documents/{document_id}/where")
            spans.append(Plain(text=". " + turn.words(WHERE_TO_GET, where=where)))
        items.append(tuple(spans))
    return (turn.paragraph(BRING), Bullets(items=tuple(items)))
