"""The table of an appointment, and its codes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.appointment import (
    CODE_ALPHABET,
    CODES,
    OCCUPYING,
    TRANSITIONS,
    Appointment,
    AppointmentAction,
    AppointmentStatus,
    BookingOrigin,
    Slot,
    SlotKind,
    before,
    code,
    moved,
    read_code,
)

S, A = AppointmentStatus, AppointmentAction


def test_every_state_is_in_the_table_and_is_reached() -> None:
    assert set(TRANSITIONS) == set(S)
    reached = {after for row in TRANSITIONS.values() for after in row.values()}
    assert reached | {S.FREE} == set(S)


def test_what_is_given_up_stays_given_up() -> None:
    for status in (S.MOVED, S.CANCELLED, S.CALLED_OFF, S.EXPIRED):
        assert TRANSITIONS[status] == {}
        assert status not in OCCUPYING


def test_every_action_leads_to_one_state_only() -> None:
    for action in A:
        assert len({moved(status, action) for status in before(action)}) == 1, action


def test_nothing_but_a_tap_undone_leads_back() -> None:
    back = {
        (status, action)
        for status, row in TRANSITIONS.items()
        for action, after in row.items()
        if after is S.BOOKED and status is not S.FREE and status is not S.HELD
    }
    assert back == {(S.ARRIVED, A.UNDO), (S.SERVED, A.UNDO), (S.MISSED, A.UNDO)}


@pytest.mark.parametrize("status", [S.HELD, S.MOVED, S.CANCELLED, S.EXPIRED])
def test_what_is_not_booked_cannot_be_missed(status: S) -> None:
    assert moved(status, A.MISS) is None


@given(st.integers(0, CODES - 1))
def test_a_code_is_read_as_it_was_given(number: int) -> None:
    given_out = code(number)
    assert read_code(given_out) == given_out
    assert read_code(f" {given_out.lower()[:2]} - {given_out.lower()[2:]}\u200f") == given_out


def test_codes_are_all_different_at_the_ends() -> None:
    assert len({code(number) for number in (0, 1, 18, 19, CODES - 1)}) == 5
    assert code(0) == CODE_ALPHABET[0] * 4
    assert code(CODES - 1) == CODE_ALPHABET[-1] * 4


def test_nothing_in_a_code_looks_like_something_else() -> None:
    assert not set(CODE_ALPHABET) & set("0OQ1IL2Z5S8BGUVAE")
    assert len(set(CODE_ALPHABET)) == len(CODE_ALPHABET)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("К7Р3", "K7P3"),  # Cyrillic letters
        ("К7F3", "K7F3"),
        ("k٧f٣", "K7F3"),
        ("Ｋ７Ｆ３", "K7F3"),
        ("k7-f3", "K7F3"),
        ("K7F", None),
        ("K7F33", None),
        ("K7FO", None),
        ("", None),
        ("\ud800\ud800\ud800\ud800", None),
    ],
)
def test_a_code_is_understood_as_people_type_it(typed: str, meant: str | None) -> None:
    assert read_code(typed) == meant


@given(st.text())
def test_any_text_is_a_code_or_none(text: str) -> None:
    found = read_code(text)
    assert found is None or (len(found) == 4 and set(found) <= set(CODE_ALPHABET))


AT = datetime(2026, 11, 26, 13, 30, tzinfo=UTC)


def test_a_chain_of_moves_has_one_name() -> None:
    first = Appointment(
        id=7,
        slot=1,
        seat=0,
        status=S.BOOKED,
        service="advice",
        place="guben",
        language="de",
        interpreter=False,
        starts=AT,
        ends=AT + timedelta(minutes=30),
        zone="Europe/Berlin",
        local=datetime.fromisoformat("2026-11-26T14:30"),
        origin=BookingOrigin.CHAT,
        created_at=AT,
        changed_at=AT,
    )
    assert first.uid == 7
    assert replace(first, id=9, root=first.uid).uid == 7


def test_a_time_is_known_again_by_place_resource_and_beginning() -> None:
    slot = Slot(
        kind=SlotKind.INTERPRETING,
        place=None,
        resource="interpreter/ar",
        starts=AT,
        ends=AT + timedelta(hours=1),
        zone="Europe/Berlin",
        local=datetime.fromisoformat("2026-11-26T14:30"),
        seats=1,
        services=frozenset(),
        languages=("ar",),
    )
    assert slot.key == ("", "interpreter/ar", AT)
    assert replace(slot, id=3, seats=2).key == slot.key
