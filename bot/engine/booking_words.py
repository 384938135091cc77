"""Times, places and languages of an appointment in her words: labels of buttons and blocks.

What is said on the spot is the wall time of the place, never that of a server or a phone.
"""

from __future__ import annotations

from datetime import date, datetime

from bot.content import formats
from bot.domain.appointment import Appointment
from bot.domain.booking import Draft, FreeTime
from bot.domain.outgoing import Block, Bullets, Note, Paragraph, Plain, Span
from bot.domain.texts import Text
from bot.domain.texts_booking import (
    NAME_SHOWN,
    SAMPLE,
    SPOKEN,
    SPOKEN_INTERPRETED,
    TIME_LABEL,
    TIME_PLACE,
    TIME_PLACE_LABEL,
    WHEN,
)
from bot.engine import blocks
from bot.engine.turn import Turn

MOST_LABEL = 34


def day_label(turn: Turn, day: date) -> str:
    """Return a day for a button: `Do, 26. November`."""
    return formats.date_words(day, turn.language, turn.input.today)


def place_label(turn: Turn, place: str) -> str:
    """Return a place for a button: its name, else its short one where it has one."""
    name = turn.label(f"places/{place}/name")
    return name if len(name) <= MOST_LABEL else _short(turn, place)


def time_label(turn: Turn, time: FreeTime, *, placed: bool) -> str:
    """Return a time of a day that is settled for a button, with its place where that is not."""
    clock = formats.clock(time.local.time(), turn.language)
    if not placed:
        return clock
    return _button(turn.words(TIME_PLACE, time=clock, place=_short(turn, time.place)))


def dated_label(turn: Turn, local: datetime, place: str | None = None) -> str:
    """Return a day and a time for a button, with the place where that is not settled; the day as
    long as there is room.
    """
    clock, day, language = formats.clock(local.time(), turn.language), local.date(), turn.language
    dates = (
        day_label(turn, day),
        formats.weekday_month_short(day, language),
        formats.day_month_short(day, language),
    )
    if place is None:
        labels = [plain(turn.words(TIME_LABEL, date=date, time=clock)) for date in dates]
    else:
        name = _short(turn, place)
        labels = [
            plain(turn.words(TIME_PLACE_LABEL, date=date, time=clock, place=name)) for date in dates
        ]
    return next((each for each in labels if len(each) <= MOST_LABEL), _button(labels[-1]))


def _short(turn: Turn, place: str) -> str:
    known = turn.catalogue.places.get(place)
    part = "short" if known is not None and known.short else "name"
    return turn.label(f"places/{place}/{part}")


def _button(label: str) -> str:
    """Return a label that is as long as a button can be."""
    label = plain(label)
    return label if len(label) <= MOST_LABEL else label[: MOST_LABEL - 1].rstrip() + "…"


def plain(label: str) -> str:
    """Return a label without isolates: a button holds one piece of text."""
    return label.replace("\u2068", "").replace("\u2069", "")


def language_name(turn: Turn, code: str) -> str:
    """Return a language in her words."""
    return formats.language_name(code, turn.language)


def dated(turn: Turn, text: Text, local: datetime, **values: str) -> Paragraph:
    """Return a text with the day and the time of an appointment."""
    date_words = formats.full_day(local.date(), turn.language)
    clock = formats.clock(local.time(), turn.language)
    return turn.paragraph(text, date=date_words, time=clock, **values)


def coded(turn: Turn, text: Text, appointment: Appointment) -> Paragraph:
    """Return a text with the day, the time and the code of an appointment."""
    return dated(turn, text, appointment.local, code=appointment.code or "")


def sample(turn: Turn, *times: FreeTime) -> tuple[Block, ...]:
    """Return the honest word about office hours that nobody has confirmed."""
    if not any(time.sample for time in times):
        return ()
    return (Note(spans=(Plain(text=turn.words(SAMPLE)),)),)


def details(
    turn: Turn,
    time: FreeTime,
    *,
    service: str,
    language: str,
    interpreter: bool,
    name: str | None,
    dated: bool = True,
) -> tuple[Block, ...]:
    """Return everything about an appointment on one screen: when (unless that is said above), what
    about, in which language, where, and what to bring.
    """
    when = turn.words(
        WHEN,
        date=formats.full_day(time.local.date(), turn.language),
        start=formats.clock(time.local.time(), turn.language),
        end=formats.clock((time.local + (time.ends - time.starts)).time(), turn.language),
    )
    spoken = turn.words(
        SPOKEN_INTERPRETED if interpreter else SPOKEN, language=language_name(turn, language)
    )
    items: list[tuple[Span, ...]] = [(Plain(text=when),)] if dated else []
    known = turn.catalogue.services.get(service)
    if known is not None:
        items.append((Plain(text=turn.line(f"services/{service}/name")),))
    items.append((Plain(text=spoken),))
    if name:
        items.append((Plain(text=turn.words(NAME_SHOWN, name=name)),))
    shown: list[Block] = [Bullets(items=tuple(items))]
    if time.place in turn.catalogue.places:
        shown.extend(blocks.place(turn, time.place))
    if known is not None and known.documents:
        shown.extend(blocks.documents(turn, known.documents))
    if known is not None and known.preparation:
        shown.extend(turn.text(f"services/{service}/preparation"))
    return (*shown, *sample(turn, time))


def of_draft(turn: Turn, draft: Draft, time: FreeTime) -> tuple[Block, ...]:
    """Return the details of what she is about to book."""
    return details(
        turn,
        time,
        service=draft.service or "",
        language=draft.language or turn.language,
        interpreter=draft.interpreter,
        name=draft.name,
    )


def of_appointment(
    turn: Turn, appointment: Appointment, *, dated: bool = True
) -> tuple[Block, ...]:
    """Return the details of an appointment."""
    time = FreeTime(
        slot=appointment.slot or 0,
        place=appointment.place,
        starts=appointment.starts,
        ends=appointment.ends,
        zone=appointment.zone,
        local=appointment.local,
        languages=(appointment.language,),
    )
    return details(
        turn,
        time,
        service=appointment.service,
        language=appointment.language,
        interpreter=appointment.interpreter,
        name=appointment.name,
        dated=dated,
    )
