"""The way to a human: asking for one, the promise, the queue, the rating afterwards.

Theory. Whoever asks has a case at once, whatever the hour, so that nothing she writes can be lost;
what differs is the promise. While she waits, words that answer no question belong to the case and
are acknowledged once; everything else works as always. What happens while a human is there stands
in `engine.silence`, what the office does in `engine.news`. Whether a case exists, and since when,
only the world knows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.content import formats
from bot.domain.case import CaseAction, CaseStatus, Face, Human, Origin, Priority, Promise, moved
from bot.domain.conversation import (
    QUESTIONS,
    Answer,
    FreeText,
    Late,
    Media,
    Press,
    PromptKind,
)
from bot.domain.outgoing import Block, Choice, Paragraph, Plain
from bot.domain.texts import CHOSEN, Text
from bot.domain.texts_booking import BOOK
from bot.domain.texts_case import (
    BAD,
    ENDED,
    FAIR,
    GOOD,
    HERE,
    KEPT,
    LEAVE,
    LEAVE_MESSAGE,
    LEFT,
    MEDIA_NOTED,
    MESSAGE_NOW,
    NIGHT,
    NO_TIME,
    NOTED,
    PROMISE,
    RATE,
    RATED,
    RATED_BEFORE,
    TODAY,
    TOMORROW,
    URGENT_TOP,
    WITH,
    WRITE,
)
from bot.engine import blocks, menu, returning
from bot.engine.turn import Turn

TAKES_WORDS = QUESTIONS | {PromptKind.BOOKING_WORDS}
_FACES = {Face.GOOD: GOOD, Face.FAIR: FAIR, Face.BAD: BAD}


def ask(
    turn: Turn,
    *notice: Block,
    topic: str | None = None,
    origin: Origin = Origin.REQUEST,
    priority: Priority = Priority.NORMAL,
) -> None:
    """She asks for a human: open a case, unless she has one, and say what she can expect."""
    if turn.human is None:
        if not turn.greeted and priority is Priority.NORMAL:
            menu.greet(turn)  # who reads this, and what not to write, comes first
        opened = turn.world.open_case(origin=origin, priority=priority, topic=topic or _topic(turn))
        turn.human = Human(case=opened, status=CaseStatus.WAITING)
    elif priority is Priority.CRISIS:
        turn.world.raise_priority()
    stand(turn, *notice)


def stand(turn: Turn, *notice: Block) -> None:
    """Say where the open case stands: the promise, or who has it."""
    if turn.human is None or turn.human.name is None:
        promise(turn, turn.world.promised(), *notice)
    else:
        turn.say(*notice, turn.paragraph(WITH, name=turn.human.name))


def promise(turn: Turn, promised: Promise, *notice: Block) -> None:
    """Say when a human answers and where, with what she can do meanwhile."""
    message: tuple[Choice, ...] = ()
    if promised.by is None:
        words = (turn.paragraph(NO_TIME), turn.paragraph(HERE), *blocks.office_contact(turn))
    elif promised.staffed:
        words = (dated(turn, PROMISE, promised.by), turn.paragraph(WRITE))
    else:
        words = (dated(turn, NIGHT, promised.by), turn.paragraph(KEPT))
        message = (Choice(action="v", label=turn.words(LEAVE_MESSAGE)),)
    if turn.catalogue.services and not promised.staffed:
        message = (Choice(action="p:start", label=turn.words(BOOK)), *message)
    code, elsewhere = returning.offer(turn)
    queue(turn, *notice, *words, *code, choices=(*message, *elsewhere))


def queue(turn: Turn, *words: Block, choices: tuple[Choice, ...] = ()) -> None:
    """Say something to somebody who waits, with the way out of the queue."""
    leave = Choice(action="w", label=turn.words(LEAVE))
    turn.ask(PromptKind.WAITING, words, (*choices, leave, *turn.nav()))


def dated(turn: Turn, text: Text, at: datetime) -> Paragraph:
    """Return a text with a day and a time of the site's zone: `heute, 11:00 Uhr`."""
    local = at.astimezone(ZoneInfo(turn.catalogue.site.zone))
    day, today = local.date(), turn.input.today
    if day == today:
        date = turn.words(TODAY)
    elif day == today + timedelta(days=1):
        date = turn.words(TOMORROW, date=formats.weekday_month(day, turn.language))
    else:
        date = formats.date_words(day, turn.language, today)
    return turn.paragraph(text, date=date, time=formats.clock(local.time(), turn.language))


def _topic(turn: Turn) -> str | None:
    """Return what she was reading: the entry, else the topic."""
    if turn.frames:
        return turn.frames[0].entry
    if turn.last_shown:
        return turn.last_shown[-1].partition("/")[0]
    place = turn.trail[-1].action if turn.trail else ""
    return place.removeprefix("t:") if place.startswith("t:") else None


# -- words


def are_words_for_a_human(turn: Turn) -> bool:
    """Return whether what she said belongs to the case she waits with: no question of the program
    that she has opened since takes it.
    """
    asked = turn.prompt is not None and turn.prompt.kind in TAKES_WORDS
    match turn.input.understood:
        case Answer():
            return not asked
        case FreeText() | Late() | Media():
            return True
        case _:
            return False


def words(turn: Turn, human: Human) -> None:
    """Let what she said go to the case; a snoozed one wakes. In the queue it is acknowledged
    once.
    """
    turn.world.add_to_case()
    woken = moved(human.status, CaseAction.WAKE, assigned=human.name is not None)
    human = turn.human = replace(human, status=woken or human.status)
    if human.present:
        return
    if isinstance(turn.input.understood, Media):
        if not human.told_media:
            turn.human = replace(human, told_media=True)
            turn.say(turn.paragraph(MEDIA_NOTED))
    elif not human.told:
        turn.human = replace(human, told=True)
        turn.say(turn.paragraph(NOTED))


# -- buttons


def press(turn: Turn, pressed: Press) -> bool:
    """Do what a button about a human says; False where it does not hold any more."""
    name, _, rest = pressed.action.partition(":")
    waiting = turn.human is not None and not turn.human.present
    match name:
        case "h":
            ask(turn, topic=rest or None)
        case "hf":
            ask(turn, origin=Origin.FAILURE)
        case "u":
            top = turn.paragraph(URGENT_TOP)
            ask(turn, top, origin=Origin.CRISIS, priority=Priority.CRISIS)
        case "v" if waiting:
            turn.say(turn.paragraph(MESSAGE_NOW))
        case "w" if waiting:
            _leave(turn)
        case "f":
            rate(turn, rest)
        case _:
            return False
    return True


def _leave(turn: Turn) -> None:
    """She does not want to wait any more."""
    turn.world.leave_case()
    turn.human = None
    settle_promise(turn)
    turn.page(turn.paragraph(LEFT))


def end(turn: Turn) -> None:
    """She ends the conversation with the human."""
    turn.world.end_case()
    done(turn, turn.paragraph(ENDED))


def done(turn: Turn, notice: Block) -> None:
    """The conversation with a human is over: say so, and ask how it was if there was one."""
    human, turn.human = turn.human, None
    if human is None or human.name is None:
        turn.page(notice)
        return
    faces = tuple(
        Choice(action=f"f:{human.case}:{face}", label=turn.words(text))
        for face, text in _FACES.items()
    )
    turn.ask(PromptKind.RATING, (notice, turn.paragraph(RATE)), (*faces, *turn.nav()))


def rate(turn: Turn, rest: str) -> None:
    """Keep her rating; each case counts once."""
    number, _, face = rest.partition(":")
    known = face in set(Face) and number.isascii() and number.isdigit() and len(number) < 19
    if known and turn.world.rate(int(number), Face(face)):
        if turn.pressed is not None and turn.prompt is not None:
            turn.settle(turn.prompt, turn.words(CHOSEN, choice=turn.pressed.label))
        turn.page(turn.paragraph(RATED))
    else:
        turn.page(turn.paragraph(RATED_BEFORE))


def settle_promise(turn: Turn) -> None:
    """Take the way out of the queue off the promise, if it is the newest message."""
    if turn.prompt is not None and turn.prompt.kind is PromptKind.WAITING:
        turn.settle(turn.prompt)


def spoken(text: str) -> tuple[Paragraph, ...]:
    """Return words of a person as paragraphs."""
    parts = (part.strip() for part in text.split("\n\n"))
    return tuple(Paragraph(spans=(Plain(text=part),)) for part in parts if part)
