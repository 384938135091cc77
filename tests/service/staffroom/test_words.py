"""Staff words and times as people type them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.case import Outcome
from bot.service.staffroom.when import until
from bot.service.staffroom.words import StaffWord, Word, outcome, read

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # a Tuesday, 10:30 in Berlin


@pytest.mark.parametrize(
    ("text", "word", "argument"),
    [
        ("!claim", Word.CLAIM, ""),
        ("/claim", Word.CLAIM, ""),
        ("/claim@lotse_bot", Word.CLAIM, ""),
        ("!nehmen", Word.CLAIM, ""),
        ("!Übernehmen", Word.CLAIM, ""),
        ("!uebernehmen", Word.CLAIM, ""),
        ("  !RELEASE ", Word.RELEASE, ""),
        ("!transfer Mirek K.", Word.TRANSFER, "Mirek K."),
        ("!übergeben mirek", Word.TRANSFER, "mirek"),
        ("!note ruft um 9 zurück\nzweite Zeile", Word.NOTE, "ruft um 9 zurück\nzweite Zeile"),
        ("!Notiz: wichtig", Word.NOTE, "wichtig"),
        ("!schliessen termin", Word.CLOSE, "termin"),
        ("!schließen termin", Word.CLOSE, "termin"),
        ("/zurückziehen", Word.RECALL, ""),
        ("!link birke hafen 12", Word.LINK, "birke hafen 12"),
        ("!hilfe", Word.HELP, ""),
    ],
)
def test_a_staff_word_is_read(text: str, word: Word, argument: str) -> None:
    assert read(text) == StaffWord(word=word, argument=argument)


@pytest.mark.parametrize("text", ["!notte secret", "/foo", "! note secret", "!note-intern x"])
def test_a_word_that_is_mistyped_is_not_taken_for_an_answer(text: str) -> None:
    found = read(text)
    assert found is not None
    assert found.word is Word.UNKNOWN


@pytest.mark.parametrize(
    "text", ["Guten Tag", "!!!", "ja / nein", "/", "!", "!!", "1/2", "¡claim!"]
)
def test_words_to_her_are_no_staff_words(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("beantwortet", Outcome.ANSWERED),
        ("Answered.", Outcome.ANSWERED),
        ("Termin", Outcome.APPOINTMENT),
        ("vermittelt", Outcome.REFERRED),
        ("nicht erreicht", Outcome.NO_CONTACT),
        ("no_contact", Outcome.NO_CONTACT),
        ("", None),
        ("left", None),
        ("ended", None),
    ],
)
def test_an_outcome_is_one_of_the_offices_four(text: str, meant: Outcome | None) -> None:
    assert outcome(text) is meant


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2h", "2026-11-24 12:30"),
        ("in 2 Std", "2026-11-24 12:30"),
        ("90 min", "2026-11-24 12:00"),
        ("3 Tage", "2026-11-27 10:30"),
        ("morgen", "2026-11-25 08:00"),
        ("tomorrow 9:00", "2026-11-25 09:00"),
        ("übermorgen um 14 Uhr", "2026-11-26 14:00"),
        ("morgen 9", "2026-11-25 09:00"),
        ("9:00", "2026-11-25 09:00"),
        ("15:00", "2026-11-24 15:00"),
        ("9.30", "2026-11-25 09:30"),
        ("um 11", "2026-11-24 11:00"),
        ("heute 15 uhr", "2026-11-24 15:00"),
        ("Montag", "2026-11-30 08:00"),
        ("am Dienstag 9:15", "2026-12-01 09:15"),
        ("24.12.", "2026-12-24 08:00"),
        ("24.12. 10:00", "2026-12-24 10:00"),
        ("2026-12-24", "2026-12-24 08:00"),
        ("24. Dezember, 10 Uhr", "2026-12-24 10:00"),
        ("15.1.", "2027-01-15 08:00"),
    ],
)
def test_a_time_is_read_in_the_sites_zone(text: str, local: str) -> None:
    found = until(text, now=NOW, zone=BERLIN)
    assert found is not None
    assert found.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M") == local
    assert found.tzinfo is UTC


def test_a_day_stays_a_day_when_the_clock_changes() -> None:
    before = datetime(2026, 10, 24, 8, 0, tzinfo=UTC)  # 10:00 in summer time
    found = until("1 Tag", now=before, zone=BERLIN)
    assert found == datetime(2026, 10, 25, 9, 0, tzinfo=UTC)  # 10:00 in winter time


@pytest.mark.parametrize(
    "text",
    ["", "bald", "9", "gestern", "24.12.2020", "25:00", "heute 9:00", "0h", "9999w", "2x", "-2h"],
)
def test_what_is_no_time_to_come_is_none(text: str) -> None:
    assert until(text, now=NOW, zone=BERLIN) is None
