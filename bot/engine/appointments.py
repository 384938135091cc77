"""Her appointments: what was booked, showing it, moving, cancelling, reminders, the card.

Everything here names an appointment by its number, and the world answers only for her own: a number
that is not hers is treated as one that does not exist.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.appointment import Appointment, AppointmentStatus, read_code
from bot.domain.booking import Draft, NotBooked
from bot.domain.conversation import PromptKind
from bot.domain.outgoing import Block, Choice, Note, Paragraph, Plain, Strong
from bot.domain.texts import CARD, CARD_SHOW, HUMAN, Text
from bot.domain.texts_booking import (
    ASK_REMINDERS,
    BETTER,
    CANCEL,
    CANCEL_NO,
    CANCEL_SURE,
    CANCEL_YES,
    CANCELLED,
    CARD_CODE,
    CARD_TITLE,
    COMES,
    DONE,
    FILE,
    FILE_HERE,
    HELPED_NEXT,
    HELPED_THANKS,
    KEEP,
    KEPT_TIME,
    MINE,
    MINE_MANY,
    MOVE,
    MOVED,
    NEW,
    NOT_REMINDED,
    OTHERS,
    OVER,
    REMIND_NO,
    REMIND_YES,
    REMINDED,
)
from bot.engine import booking_ask, booking_words
from bot.engine.turn import Turn


def by_command(turn: Turn, argument: str) -> bool:
    """Show her appointments, or the one with the code that was given; False where she has none."""
    mine = turn.world.booking.mine()
    code = read_code(argument) if argument else None
    one = next((each for each in mine if code is not None and each.code == code), None)
    if one is not None:
        show(turn, one)
    elif argument:
        overview(turn, turn.paragraph(OVER))
    elif mine:
        overview(turn)
    else:
        return False
    return True


def overview(turn: Turn, *notice: Block) -> None:
    """Show what lies ahead: the one appointment, or which of them."""
    mine = turn.world.booking.mine()
    if len(mine) == 1:
        show(turn, mine[0], *notice)
        return
    fresh = Choice(action="p:start", label=turn.words(NEW))
    if not mine:
        turn.ask(PromptKind.PAGE, notice or (turn.paragraph(OVER),), (fresh, *turn.nav()))
        return
    choices = tuple(
        Choice(
            action=f"p:a:{each.id}",
            label=booking_words.dated_label(turn, each.local),
        )
        for each in mine
    )
    turn.ask(PromptKind.PAGE, (*notice, turn.paragraph(MINE_MANY)), (*choices, fresh, *turn.nav()))


def show(turn: Turn, appointment: Appointment, *notice: Block) -> None:
    """Show one appointment with all that can still be done with it."""
    words = booking_words.coded(turn, MINE, appointment)
    details = booking_words.of_appointment(turn, appointment, dated=False)
    own = _choices(turn, appointment) if _lies_ahead(turn, appointment) else ()
    fresh = Choice(action="p:start", label=turn.words(NEW))
    turn.ask(
        PromptKind.PAGE,
        (*notice, words, *details, *turn.language_notes()),
        (*own, fresh, *turn.nav()),
    )


def _lies_ahead(turn: Turn, appointment: Appointment) -> bool:
    """Return whether it can still be moved and cancelled."""
    return appointment.status is AppointmentStatus.BOOKED and appointment.starts > turn.input.at


def booked(turn: Turn, appointment: Appointment, *, moved: bool) -> None:
    """Say that it is booked or moved; ask whether she wants to be reminded."""
    words = booking_words.coded(turn, MOVED if moved else DONE, appointment)
    turn.ask(PromptKind.PAGE, (words,), (*_choices(turn, appointment), *turn.nav(back=False)))
    if not appointment.reminders:
        turn.ask(
            PromptKind.PAGE,
            (turn.paragraph(ASK_REMINDERS),),
            (
                Choice(action=f"p:r:{appointment.id}", label=turn.words(REMIND_YES)),
                Choice(action=f"p:u:{appointment.id}", label=turn.words(REMIND_NO)),
            ),
        )


def _choices(turn: Turn, appointment: Appointment) -> tuple[Choice, ...]:
    """Return what can be done with an appointment that lies ahead."""
    labels = (("file", FILE), ("k", CARD), ("v", MOVE), ("c", CANCEL))
    return tuple(
        Choice(action=f"p:{action}:{appointment.id}", label=turn.words(label))
        for action, label in labels
    )


def press(turn: Turn, what: str, value: str) -> bool:
    """Do what a button about one of her appointments says; False where it is none of these."""
    act = _ACTS.get(what)
    if act is None:
        return False
    found = turn.world.booking.appointment(booking_ask.number_in(value))
    if found is not None and (what in _ALWAYS or _lies_ahead(turn, found)):
        act(turn, found)
    elif found is not None and found in turn.world.booking.mine():
        show(turn, found)  # it has begun
    else:
        overview(turn, turn.paragraph(OVER))
    return True


def _move(turn: Turn, appointment: Appointment) -> None:
    """Ask for a better time; the old one stays hers until the new one is booked."""
    booking_ask.let_go(turn)
    draft = turn.booking = Draft(
        service=appointment.service,
        place=appointment.place,
        language=appointment.language,
        interpreter=appointment.interpreter,
        name=appointment.name,
        moves=appointment.id,
    )
    times = turn.world.booking.times(booking_ask.wish(draft), booking_ask.NEAREST)
    keep = Choice(action=f"p:keep:{appointment.id}", label=turn.words(KEEP))
    if times:
        others = Choice(action="p:day", label=turn.words(OTHERS))
        booking_ask.ask_nearest(turn, (turn.paragraph(BETTER),), times, others, keep)
    else:
        booking_ask.none_free(turn, draft, more=(keep,))


def _keep(turn: Turn, appointment: Appointment) -> None:
    """Change nothing."""
    booking_ask.let_go(turn)
    turn.booking = None
    show(turn, appointment, turn.paragraph(KEPT_TIME))


def _ask_cancel(turn: Turn, appointment: Appointment) -> None:
    words = booking_words.dated(turn, CANCEL_SURE, appointment.local)
    turn.ask(
        PromptKind.PAGE,
        (words,),
        (
            Choice(action=f"p:keep:{appointment.id}", label=turn.words(CANCEL_NO)),
            Choice(action=f"p:cc:{appointment.id}", label=turn.words(CANCEL_YES)),
        ),
    )


def _cancel(turn: Turn, appointment: Appointment) -> None:
    done = turn.world.booking.cancel(appointment.id)
    if isinstance(done, NotBooked):
        overview(turn, turn.paragraph(OVER))
        return
    if turn.booking is not None and turn.booking.moves == appointment.id:
        booking_ask.let_go(turn)
        turn.booking = None
    fresh = Choice(action="p:start", label=turn.words(NEW))
    words = turn.paragraph(CANCELLED, code=appointment.code or "")
    turn.ask(PromptKind.PAGE, (words,), (fresh, *turn.nav(back=False)))


def _remind(turn: Turn, appointment: Appointment) -> None:
    turn.notices = True
    wanted = turn.world.booking.remind(appointment.id, True)
    _settled(turn, appointment, REMINDED if wanted else OVER)


def _do_not_remind(turn: Turn, appointment: Appointment) -> None:
    turn.world.booking.remind(appointment.id, False)
    _settled(turn, appointment, NOT_REMINDED)


def _settled(turn: Turn, appointment: Appointment, text: Text) -> None:
    """Say what came of it. Some channels show the buttons of the newest message only, so what can
    be done with the appointment stands here again.
    """
    turn.ask(
        PromptKind.PAGE,
        (turn.paragraph(text),),
        (*_choices(turn, appointment), *turn.nav(back=False)),
    )


def _comes(turn: Turn, appointment: Appointment) -> None:
    turn.world.booking.comes(appointment.id)
    turn.say(turn.paragraph(COMES))


def _helped(turn: Turn, appointment: Appointment) -> None:
    turn.world.booking.helped(appointment.id, True)
    turn.page(turn.paragraph(HELPED_THANKS))


def _not_helped(turn: Turn, appointment: Appointment) -> None:
    turn.world.booking.helped(appointment.id, False)
    turn.ask(
        PromptKind.PAGE,
        (turn.paragraph(HELPED_THANKS), turn.paragraph(HELPED_NEXT)),
        (
            Choice(action="p:start", label=turn.words(NEW)),
            Choice(action="h", label=turn.words(HUMAN), nav=True),
            *turn.nav(back=False),
        ),
    )


def _file(turn: Turn, appointment: Appointment) -> None:
    """Send the calendar file; it names no more than time and code."""
    made = turn.world.booking.calendar_file(appointment.id, turn.language)
    if made is None:
        overview(turn, turn.paragraph(OVER))
        return
    own = _choices(turn, appointment) if _lies_ahead(turn, appointment) else ()
    turn.ask(
        PromptKind.PAGE,
        (turn.paragraph(FILE_HERE),),
        (*own, *turn.nav(back=False)),
        file=made,
    )


def _card(turn: Turn, appointment: Appointment) -> None:
    """Show the appointment in German, to be shown at the counter."""
    own, source = turn.language, turn.catalogue.source.code
    turn.language = source
    code = turn.words(CARD_CODE, code=appointment.code or "")
    german = (
        Paragraph(spans=(Strong(text=turn.words(CARD_TITLE)),)),
        Paragraph(spans=(Strong(text=code),)),
        *booking_words.of_appointment(turn, appointment),
    )
    turn.language = own
    turn.fallbacks.clear()
    marked = tuple(replace(block, lang=source) for block in german)
    turn.ask(
        PromptKind.PAGE,
        (Note(spans=(Plain(text=turn.words(CARD_SHOW)),)), *marked),
        turn.nav(),
        card=True,
    )


_ACTS = {
    "a": show,
    "v": _move,
    "keep": _keep,
    "c": _ask_cancel,
    "cc": _cancel,
    "r": _remind,
    "u": _do_not_remind,
    "y": _comes,
    "hy": _helped,
    "hn": _not_helped,
    "file": _file,
    "k": _card,
}
_ALWAYS = frozenset({"hy", "hn", "file"})
"""What a button may do when the appointment is over, or is none any more."""
