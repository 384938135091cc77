"""Closed, open, half open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.service.breaker import Breaker

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PAUSE = timedelta(seconds=20)


def broken() -> Breaker:
    breaker = Breaker(most=3, pause=PAUSE, longest=timedelta(seconds=50))
    for _ in range(3):
        assert breaker.passes(NOW)
        breaker.failed(NOW)
    return breaker


def test_failures_in_a_row_open_it_and_one_success_between_does_not() -> None:
    breaker = Breaker(most=3, pause=PAUSE)
    for _ in range(5):
        breaker.failed(NOW)
        breaker.failed(NOW)
        breaker.succeeded()
    assert breaker.passes(NOW)
    assert not broken().passes(NOW)
    assert not broken().is_closed


def test_after_the_pause_one_call_passes_and_the_others_wait_for_it() -> None:
    breaker = broken()
    assert not breaker.passes(NOW + PAUSE - timedelta(seconds=1))
    assert breaker.passes(NOW + PAUSE)
    assert not breaker.passes(NOW + PAUSE)
    breaker.succeeded()
    assert breaker.passes(NOW + PAUSE)
    assert breaker.is_closed


def test_a_trial_that_fails_doubles_the_pause_up_to_a_limit() -> None:
    breaker, at = broken(), NOW + PAUSE
    for seconds in (40, 50, 50):
        assert breaker.passes(at)
        breaker.failed(at)
        assert not breaker.passes(at + timedelta(seconds=seconds - 1))
        at += timedelta(seconds=seconds)
    assert breaker.passes(at)
    breaker.succeeded()
    for _ in range(3):
        breaker.failed(at)
    assert not breaker.passes(at + PAUSE - timedelta(seconds=1))
    assert breaker.passes(at + PAUSE)


def test_calls_that_were_under_way_when_it_opened_do_not_prolong_the_pause() -> None:
    breaker = broken()
    breaker.failed(NOW + timedelta(seconds=15))
    assert breaker.passes(NOW + PAUSE)
