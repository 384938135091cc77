"""How fast one conversation may write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.service.limits import Limits

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def test_a_burst_passes_and_then_the_rate() -> None:
    limits = Limits(burst=3, rate=2)

    assert [limits.wait("anna", NOW) for _ in range(4)] == [0, 0, 0, 1]
    assert limits.wait("anna", NOW + seconds(0.5)) == 0
    assert limits.wait("anna", NOW + seconds(0.5)) == 1
    assert [limits.wait("anna", NOW + seconds(60)) for _ in range(4)] == [0, 0, 0, 1]


def test_the_seconds_told_are_enough() -> None:
    limits = Limits(burst=1, rate=0.1)
    limits.wait("anna", NOW)

    told = limits.wait("anna", NOW + seconds(3))

    assert told == 7
    assert limits.wait("anna", NOW + seconds(3 + told)) == 0


def test_asking_in_vain_costs_nothing() -> None:
    limits = Limits(burst=1, rate=1)
    limits.wait("anna", NOW)
    for _ in range(100):
        assert limits.wait("anna", NOW + seconds(0.5)) == 1

    assert limits.wait("anna", NOW + seconds(1)) == 0


def test_others_are_not_held_up() -> None:
    limits = Limits(burst=1, rate=1)
    limits.wait("anna", NOW)

    assert (limits.wait("anna", NOW), limits.wait("olena", NOW)) == (1, 0)


def test_a_clock_that_is_set_back_neither_gives_nor_takes() -> None:
    limits = Limits(burst=2, rate=1)
    limits.wait("anna", NOW)

    assert limits.wait("anna", NOW - timedelta(days=1)) == 0
    assert limits.wait("anna", NOW - timedelta(days=1)) == 1
    assert limits.wait("anna", NOW - timedelta(days=1) + seconds(1)) == 0


def test_memory_is_constant_and_the_oldest_goes_first() -> None:
    limits = Limits(burst=1, rate=1, most=100)
    for number in range(10_000):
        assert limits.wait(str(number), NOW) == 0

    assert len(limits) == 100
    assert limits.wait("9900", NOW) == 1
    assert limits.wait("0", NOW) == 0


@given(pauses=st.lists(st.floats(0, 20), max_size=200))
def test_never_more_than_burst_and_rate_allow(pauses: list[float]) -> None:
    limits = Limits(burst=5, rate=2)
    elapsed = 0.0
    passed = 0
    for pause in pauses:
        elapsed += pause
        passed += limits.wait("anna", NOW + seconds(elapsed)) == 0
        assert passed <= 5 + 2 * elapsed + 1e-3
