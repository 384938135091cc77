"""What happens to her appointments without her: reminders, the waitlist, what the office does.

These may come while a human has her conversation; then they carry the mark that a program speaks.
They may stand on a lock screen, so they name no more than time and code; what it is about is shown
after a tap. Whoever said /stop hears only of what the office has changed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.content import formats
from bot.domain.appointment import Appointment, AppointmentStatus
from bot.domain.booking import FreeTime
from bot.domain.booking_news import (
    Asked,
    BookingNews,
    CalledOff,
    MovedByOffice,
    Offered,
    Reminded,
)
from bot.domain.conversation import QUESTIONS, PromptKind
from bot.domain.outgoing import Choice, Paragraph
from bot.domain.texts_booking import (
    CALLED_OFF,
    CALLED_OFF_NONE,
    CANCEL,
    COMING,
    HELPED,
    HELPED_NO,
    HELPED_YES,
    MOVE,
    NEW,
    OFFICE_MOVED,
    REMIND_DATE,
    REMIND_TODAY,
    REMIND_TOMORROW,
    SHOW,
    WAITLIST,
)
from bot.engine import booking_ask, booking_words
from bot.engine.turn import Turn

OPEN = QUESTIONS | booking_ask.ASKED | {PromptKind.WAITING, PromptKind.HUMAN}


def hear(turn: Turn, news: BookingNews) -> None:
    """Take one piece of news."""
    turn.automatic = turn.human is not None and turn.human.present
    if isinstance(news, Offered):
        if turn.notices:
            _offered(turn, news)
        return
    appointment = turn.world.booking.appointment(news.appointment)
    if appointment is None:
        return
    match news:
        case Reminded():
            if turn.notices and appointment.status is AppointmentStatus.BOOKED:
                _remind(turn, appointment)
        case Asked():
            if turn.notices:
                _ask_helped(turn, appointment)
        case CalledOff():
            _called_off(turn, appointment, news)
        case MovedByOffice():
            words = booking_words.coded(turn, OFFICE_MOVED, appointment)
            _tell(turn, words, _change(turn, appointment))
        case _:
            assert_never(news)


def _tell(turn: Turn, words: Paragraph, choices: tuple[Choice, ...]) -> None:
    """Send what she did not ask for. A question that was open stays open; these buttons are good
    for ever.
    """
    before = turn.prompt
    turn.prompt = None
    turn.ask(PromptKind.PAGE, (words,), choices)
    if before is not None and before.kind in OPEN:
        turn.prompt = before


def _change(turn: Turn, appointment: Appointment) -> tuple[Choice, ...]:
    return (
        Choice(action=f"p:v:{appointment.id}", label=turn.words(MOVE)),
        Choice(action=f"p:c:{appointment.id}", label=turn.words(CANCEL)),
    )


def _remind(turn: Turn, appointment: Appointment) -> None:
    today = turn.input.at.astimezone(ZoneInfo(appointment.zone)).date()
    day, code = appointment.local.date(), appointment.code or ""
    clock = formats.clock(appointment.local.time(), turn.language)
    if day == today:
        words = turn.paragraph(REMIND_TODAY, time=clock, code=code)
    elif day == today + timedelta(days=1):
        words = turn.paragraph(REMIND_TOMORROW, time=clock, code=code)
    else:
        words = booking_words.coded(turn, REMIND_DATE, appointment)
    coming = Choice(action=f"p:y:{appointment.id}", label=turn.words(COMING))
    _tell(turn, words, (coming, *_change(turn, appointment)))


def _ask_helped(turn: Turn, appointment: Appointment) -> None:
    words = turn.paragraph(HELPED, code=appointment.code or "")
    yes = Choice(action=f"p:hy:{appointment.id}", label=turn.words(HELPED_YES))
    no = Choice(action=f"p:hn:{appointment.id}", label=turn.words(HELPED_NO))
    _tell(turn, words, (yes, no))


def _offered(turn: Turn, news: Offered) -> None:
    local = _local(turn, news.until)
    words = booking_words.dated(turn, WAITLIST, local)
    _tell(turn, words, (Choice(action=f"p:wl:{news.offer}", label=turn.words(SHOW)),))


def _local(turn: Turn, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(turn.catalogue.site.zone)).replace(tzinfo=None)


def _called_off(turn: Turn, appointment: Appointment, news: CalledOff) -> None:
    """The office cancels: the nearest times are offered, and one tap holds one of them."""
    code = appointment.code or ""
    if not news.alternatives:
        fresh = Choice(action=f"p:start:{appointment.service}", label=turn.words(NEW))
        _tell(turn, turn.paragraph(CALLED_OFF_NONE, code=code), (fresh,))
        return
    at_once: dict[datetime, FreeTime] = {}
    for each in news.alternatives:
        at_once.setdefault(each.starts, each)  # without places, two at one time look the same
    nearest = tuple(at_once.values())[: booking_ask.NEAREST]
    action = f"p:n:{appointment.id}."
    choices = booking_ask.nearest_choices(turn, nearest, action, placed=False)
    fresh = Choice(action=f"p:start:{appointment.service}", label=turn.words(NEW))
    _tell(turn, turn.paragraph(CALLED_OFF, code=code), (*choices, fresh))
