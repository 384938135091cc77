"""What comes unasked may stand on a lock screen: it names time and code, in every language, and
never what an appointment is about, where it is or with whom.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.content.catalogue import Catalogue
from bot.content.interface import SLOT
from bot.domain import texts_booking as words
from bot.domain.appointment import Appointment
from bot.domain.booking import FreeTime, Wish
from bot.domain.booking_news import (
    Asked,
    BookingNews,
    CalledOff,
    MovedByOffice,
    Offered,
    Reminded,
)
from bot.domain.conversation import Input, State
from bot.domain.outgoing import Say
from bot.domain.texts import Text
from bot.engine.step import step
from bot.service import calendar_file
from bot.service.rehearsal_world import RehearsalWorld
from bot.service.telling import as_text

NOW = datetime(2026, 12, 7, 9, tzinfo=UTC)
ALLOWED = {"date", "time", "code", "start", "weekday"}
UNASKED = (
    words.REMIND_TOMORROW,
    words.REMIND_TODAY,
    words.REMIND_DATE,
    words.WAITLIST,
    words.CALLED_OFF,
    words.CALLED_OFF_NONE,
    words.OFFICE_MOVED,
    words.HELPED,
    words.CALENDAR_SUMMARY,
    words.COMING,
    words.MOVE,
    words.CANCEL,
    words.SHOW,
    words.NEW,
    words.HELPED_YES,
    words.HELPED_NO,
    words.TIME_LABEL,
)


@pytest.mark.parametrize("text", UNASKED, ids=lambda text: text.id)
def test_the_words_have_room_for_time_and_code_alone(catalogue: Catalogue, text: Text) -> None:
    assert set(SLOT.findall(text.german)) <= ALLOWED
    filled = dict.fromkeys(SLOT.findall(text.german), "")
    for language in catalogue.languages:
        assert not SLOT.findall(catalogue.words(text, language.code, **filled))


def appointment(world: RehearsalWorld) -> tuple[Appointment, tuple[FreeTime, ...]]:
    service = next(iter(world.catalogue.services))
    times = world.booking.times(Wish(service=service), 4)
    made = world.booking.appointment(times[0].slot)
    assert made is not None
    return made, times[1:]


def news(made: Appointment, others: tuple[FreeTime, ...]) -> list[BookingNews]:
    return [
        Reminded(appointment=made.id),
        Offered(offer=made.id, until=NOW + timedelta(hours=2)),
        CalledOff(appointment=made.id),
        CalledOff(appointment=made.id, alternatives=others),
        MovedByOffice(appointment=made.id),
        Asked(appointment=made.id),
    ]


def telling(catalogue: Catalogue) -> set[str]:
    """Return all that would tell: names of services and places, of places' towns, of the office."""
    keys = [f"services/{name}/name" for name in catalogue.services]
    keys += [f"places/{name}/name" for name in catalogue.places]
    codes = [language.code for language in catalogue.languages]
    found = {catalogue.plain(key, code) for key in keys for code in codes}
    return found | {"Forst", "Guben", "Spremberg", "Welcome"}


def test_messages_in_every_language(catalogue: Catalogue) -> None:
    world = RehearsalWorld(catalogue, NOW)
    made, others = appointment(world)
    secrets = telling(catalogue)
    for language in catalogue.languages:
        for each in news(made, others):
            event = Input(at=NOW, today=NOW.date(), understood=each)
            done = step(State(language=language.code, greeted=True), event, catalogue, world)
            said = [output.message for output in done.outputs if isinstance(output, Say)]
            assert len(said) == 1, each
            text = as_text(said[0], catalogue)
            assert [secret for secret in secrets if secret in text] == [], text
            assert said[0].file is None
            assert said[0].pins == ()
            if not isinstance(each, Offered):
                assert made.code is not None
                assert made.code in text


def test_calendar_files_in_every_language(catalogue: Catalogue) -> None:
    world = RehearsalWorld(catalogue, NOW)
    made, _ = appointment(world)
    secrets = telling(catalogue)
    for language in catalogue.languages:
        file = calendar_file.rehearsed(made, catalogue=catalogue, language=language.code, now=NOW)
        assert [secret for secret in secrets if secret in f"{file.name} {file.text}"] == []
