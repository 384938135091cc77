"""The way to an appointment: service, place, language, day, time, check, done.

Theory. The draft in the state holds what she has answered so far. After every answer `go_on` asks
the first thing that is still open; a question with one possible answer is answered without asking,
so that the way is as short as it can be. [Back] forgets the newest answer that she gave herself. A
time that she chooses is held for five minutes; if somebody else was faster, or the hold is over,
she gets the three nearest times and keeps all her answers. Moving an appointment is the same way,
with the old one hers until the new one is booked. Nothing here knows what is free: the world does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.content import formats
from bot.domain.appointment import Question
from bot.domain.booking import Draft, Held, NotBooked, Reason
from bot.domain.conversation import Press, PromptKind, Value
from bot.domain.outgoing import Block, Choice
from bot.domain.texts import Text
from bot.domain.texts_booking import (
    AGAIN,
    ASK_NAME,
    CHECK,
    CLASH,
    CONFIRM,
    EXPIRED,
    GIVE_NAME,
    GONE,
    KEPT,
    LANGUAGE,
    LIMIT,
    MOVE_CONFIRM,
    NO_INTERPRETER,
    NO_NAME,
    NOTHING_OFFERED,
    NUMBER,
    OTHER_DAY,
    OTHER_TIME,
    OVER,
    PLACE,
    SERVICE,
    SOONEST,
    TAKEN,
    TOO_SOON,
    WAITS,
    WAITS_ALREADY,
    WORDS_LONG,
)
from bot.engine import (
    appointments,
    blocks,
    booking_ask,
    booking_draft,
    booking_questions,
    booking_words,
)
from bot.engine.turn import Turn

MOST_NAME = 80

_WHY: dict[Reason, Text] = {
    Reason.TAKEN: TAKEN,
    Reason.EXPIRED: EXPIRED,
    Reason.GONE: GONE,
    Reason.TOO_SOON: TOO_SOON,
    Reason.LIMIT: LIMIT,
    Reason.CLASH: CLASH,
    Reason.INTERPRETER: NO_INTERPRETER,
    Reason.UNKNOWN: OVER,
    Reason.NOT_POSSIBLE: OVER,
}
_NO_OTHER_TIME = frozenset({Reason.LIMIT, Reason.UNKNOWN, Reason.NOT_POSSIBLE})


def start(turn: Turn, service: str | None = None) -> None:
    """Begin anew, for a service if one is named. Without services a human is offered."""
    if not turn.catalogue.services:
        turn.page(turn.paragraph(NOTHING_OFFERED), *blocks.office_contact(turn), human=True)
        return
    booking_ask.let_go(turn)
    turn.booking = Draft(service=service if service in turn.catalogue.services else None)
    go_on(turn)


def command(turn: Turn, argument: str) -> None:
    """Show her appointments; without any, begin to book."""
    if not appointments.by_command(turn, argument):
        start(turn)


def go_on(turn: Turn, *notice: Block) -> None:
    """Ask the first thing that is still open, or show what is to be confirmed."""
    draft = turn.booking or Draft()
    if draft.service not in turn.catalogue.services:
        services = booking_ask.services(turn)
        if len(services) > 1:
            booking_ask.ask(turn, (*notice, turn.paragraph(SERVICE)), services)
            return
        draft = replace(draft, service=services[0].action.removeprefix("p:s:"))
    turn.booking = draft
    question = booking_questions.open_question(turn, draft)
    if question is not None:
        booking_questions.ask(turn, draft, question, *notice)
    elif _settle(turn, draft, *notice):
        settled = turn.booking
        if settled.day is None:
            booking_ask.ask_day(turn, settled, *notice)
        else:
            booking_ask.ask_time(turn, settled, date.fromisoformat(settled.day), *notice)


def _settle(turn: Turn, draft: Draft, *notice: Block) -> bool:
    """Settle place and language; False where she is asked for one, or nothing is free."""
    places = booking_ask.places(turn, draft)
    spoken: tuple[Choice, ...] = ()
    if draft.place is None and len(places) == 1:
        draft = turn.booking = replace(draft, place=places[0])
    if draft.place is not None:
        spoken = booking_ask.spoken(turn, draft)
        if draft.language is None and len(spoken) == 1:
            draft = turn.booking = booking_ask.speaking(draft, spoken[0].action)
    if not places or (draft.place is not None and not spoken):
        booking_ask.none_free(turn, draft, *notice)
    elif draft.place is None:
        soonest = Choice(action=f"p:p:{booking_ask.ANY}", label=turn.words(SOONEST))
        named = tuple(
            Choice(action=f"p:p:{place}", label=booking_words.place_label(turn, place))
            for place in places
        )
        booking_ask.ask(turn, (*notice, turn.paragraph(PLACE)), (soonest, *named))
    elif draft.language is None:
        booking_ask.ask(turn, (*notice, turn.paragraph(LANGUAGE)), spoken)
    else:
        return True
    return False


def press(turn: Turn, pressed: Press) -> bool:
    """Do what a button (`p:...`) on the way to an appointment says; False where it holds no more.

    What was chosen on a message that is not the newest any more is not taken: she is shown where
    the booking stands.
    """
    what, _, value = pressed.action.removeprefix("p").removeprefix(":").partition(":")
    if what in {"", "start"}:
        start(turn, value or None)
        return True
    if what == "wl":
        _take_offer(turn, booking_ask.number_in(value))
        return True
    if what == "n":
        return _instead(turn, value)
    if appointments.press(turn, what, value):
        return True
    draft = turn.booking
    if draft is None or (turn.pressed is None and what != "on"):
        return False
    turn.booking = draft = replace(draft, parked=False)
    _take(turn, draft, what, value)
    return True


def _take(turn: Turn, draft: Draft, what: str, value: str) -> None:
    """Take an answer on the way."""
    match what:
        case "q":
            name, _, given = value.partition(":")
            _answered(turn, draft, name, given)
        case "f":
            _later(turn, draft, value)
        case "t":
            hold(turn, booking_ask.number_in(value))
        case "name":
            booking_ask.ask_words(turn, "name", turn.paragraph(ASK_NAME), NO_NAME)
        case "w":
            _join_waitlist(turn, draft)
        case "ok":
            _confirm(turn, draft)
        case "time":
            booking_ask.let_go(turn)
            resume(turn)
        case _:  # an answer, or "on"
            turn.booking = booking_draft.answered(draft, what, value)
            resume(turn)


def _later(turn: Turn, draft: Draft, clock: str) -> None:
    """Show the later times of the chosen day, from HHMM on the spot."""
    day = date.fromisoformat(draft.day) if draft.day is not None else turn.input.today
    after = datetime.strptime(clock, "%H%M").time()  # noqa: DTZ007  # wall time on the spot
    booking_ask.ask_time(turn, draft, day, after=after)


def resume(turn: Turn, *notice: Block) -> None:
    """Show the check while a time is held, else go on asking."""
    draft = turn.booking
    if draft is None or draft.held is None or not _check(turn, draft, *notice):
        go_on(turn, *notice)


def back(turn: Turn) -> bool:
    """Forget the newest answer that she gave herself; False where the way began."""
    draft = turn.booking or Draft()
    if draft.held is not None:
        booking_ask.let_go(turn)
    else:
        turn.booking = booking_draft.without_newest(turn, draft)
    if turn.booking is None:
        return False
    go_on(turn)
    return True


def words(turn: Turn, value: Value | None) -> None:
    """Take words that she wrote to a question on the way; None: they are too long, or none."""
    draft = turn.booking or Draft()
    asked = (turn.prompt.fingerprint if turn.prompt is not None else None) or ""
    text = str(value).strip() if value is not None else ""
    if asked == "name":
        if not text or len(text) > MOST_NAME:
            too_long = turn.paragraph(WORDS_LONG, most=str(MOST_NAME))
            booking_ask.ask_words(turn, "name", turn.paragraph(ASK_NAME), NO_NAME, too_long)
            return
        turn.booking = replace(draft, name=" ".join(text.split()))
    else:
        _answered(turn, draft, asked, text)
        return
    resume(turn)


def again(turn: Turn) -> None:
    """Words that no button says: ask again, and offer a human at the second time."""
    resume(turn, turn.paragraph(AGAIN))


# -- what can be chosen


def _answered(turn: Turn, draft: Draft, name: str, given: str) -> None:
    """Keep an answer to a question of the service, if it is one."""
    question = booking_questions.named(turn, draft, name)
    value = booking_questions.value_of(question, given) if question is not None else None
    if value is None:
        go_on(turn, _no_answer(turn, question))
        return
    turn.booking = replace(draft, answers={**draft.answers, name: value})
    go_on(turn)


def _no_answer(turn: Turn, question: Question | None) -> Block:
    """Say what would be an answer."""
    match question.kind if question is not None else None:
        case "number":
            return turn.paragraph(NUMBER)
        case "text":
            return turn.paragraph(WORDS_LONG, most=str(booking_questions.MOST_WORDS))
        case _:
            return turn.paragraph(AGAIN)


def _join_waitlist(turn: Turn, draft: Draft) -> None:
    joined = turn.world.booking.wait(booking_ask.wish(draft))
    turn.booking = None
    turn.page(turn.paragraph(WAITS if joined else WAITS_ALREADY))


# -- hold, check, confirm


def hold(turn: Turn, slot: int) -> None:
    """Hold a time for her and show everything; or say why not, with the nearest times."""
    draft = turn.booking or Draft()
    held = turn.world.booking.hold(slot, booking_ask.wish(draft), replaces=draft.moves)
    _take_held(turn, held)


def _take_held(turn: Turn, held: Held | NotBooked) -> None:
    """Show what is held for her, or what else there is."""
    draft = turn.booking or Draft()
    if isinstance(held, NotBooked):
        _refused(turn, draft, held)
    else:
        turn.booking = replace(draft, held=held.id, until=held.until, moves=held.replaces)
        resume(turn)


def _take_offer(turn: Turn, offer: int) -> None:
    """Hold the time that the waitlist has offered her."""
    wish = turn.world.booking.offered(offer)
    if wish is None:
        appointments.overview(turn, turn.paragraph(OVER))
        return
    booking_ask.let_go(turn)
    turn.booking = Draft(
        service=wish.service,
        place=wish.place or booking_ask.ANY,
        language=wish.language,
        interpreter=wish.interpreter,
    )
    _take_held(turn, turn.world.booking.take(offer))


def _instead(turn: Turn, value: str) -> bool:
    """Hold a time in place of an appointment that the office has called off."""
    number, _, slot = value.partition(".")
    before = turn.world.booking.appointment(booking_ask.number_in(number))
    if before is None:
        return False
    booking_ask.let_go(turn)
    turn.booking = Draft(
        service=before.service,
        place=booking_ask.ANY,
        language=before.language,
        interpreter=before.interpreter,
        name=before.name,
    )
    hold(turn, booking_ask.number_in(slot))
    return True


def _check(turn: Turn, draft: Draft, *notice: Block) -> bool:
    """Show everything that she is about to book; False where she holds nothing any more."""
    held = turn.world.booking.held(draft.held or 0)
    if held is None:
        turn.booking = replace(draft, held=None, until=None)
        return False
    zone = ZoneInfo(held.time.zone)
    until = formats.clock(held.until.astimezone(zone).time(), turn.language)
    confirm = CONFIRM if draft.moves is None else MOVE_CONFIRM
    choices = [Choice(action="p:ok", label=turn.words(confirm))]
    beside_human = turn.human is not None and turn.human.present
    if draft.moves is None and not beside_human:  # what she writes beside a human is the human's
        choices.append(Choice(action="p:name", label=turn.words(GIVE_NAME)))
    choices.append(Choice(action="p:time", label=turn.words(OTHER_TIME)))
    shown = booking_words.of_draft(turn, draft, held.time)
    booking_ask.ask(
        turn,
        (*notice, turn.paragraph(CHECK, time=until), *shown, *turn.language_notes()),
        tuple(choices),
        kind=PromptKind.BOOKING_CHECK,
    )
    return True


def _confirm(turn: Turn, draft: Draft) -> None:
    booked = turn.world.booking.confirm(draft.held or 0, name=draft.name, answers=draft.answers)
    if isinstance(booked, NotBooked):
        _refused(turn, replace(draft, held=None, until=None), booked)
        return
    turn.booking = None
    appointments.booked(turn, booked, moved=draft.moves is not None)


def _refused(turn: Turn, draft: Draft, refused: NotBooked) -> None:
    """Say why it was not done. Her answers are kept, and the nearest times are there to be
    taken.
    """
    turn.booking = draft
    why = turn.paragraph(_WHY[refused.reason])
    if refused.reason in _NO_OTHER_TIME:
        turn.booking = None
        appointments.overview(turn, why)
    elif refused.alternatives:
        other = Choice(action="p:day", label=turn.words(OTHER_DAY))
        booking_ask.ask_nearest(
            turn, (why, turn.paragraph(KEPT)), refused.alternatives[: booking_ask.NEAREST], other
        )
    else:  # "these are the next ones" would not be true
        turn.booking = replace(draft, day=None)
        go_on(turn, *((why,) if refused.reason is Reason.CLASH else ()))
