"""The table of cases: what moves where, and that nothing else moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.case import TRANSITIONS, CaseAction, CaseStatus, Human, moved

WAITING, WITH, SNOOZED, CLOSED = CaseStatus


@pytest.mark.parametrize(
    ("way", "end"),
    [
        ("claim close", CLOSED),
        ("claim release leave", CLOSED),
        ("claim return claim end", CLOSED),
        ("claim transfer snooze wake", WITH),
        ("snooze claim", WITH),
        ("snooze leave", CLOSED),
        ("transfer", WITH),
        ("claim close reopen", WAITING),
        ("snooze release", WAITING),
        ("claim claim", None),
        ("release", None),
        ("leave claim", None),
        ("claim leave", None),
        ("wake", None),
        ("reopen", None),
        ("claim close close", None),
        ("snooze return", None),
    ],
)
def test_ways_through_the_table(way: str, end: CaseStatus | None) -> None:
    status: CaseStatus | None = WAITING
    for action in way.split():
        assert status is not None
        status = moved(status, CaseAction(action), assigned=True)
    assert status is end


def test_who_has_nobody_wakes_into_the_queue() -> None:
    assert moved(SNOOZED, CaseAction.WAKE, assigned=False) is WAITING
    assert moved(SNOOZED, CaseAction.WAKE, assigned=True) is WITH


@given(st.sampled_from(CaseStatus), st.sampled_from(CaseAction), st.booleans())
def test_what_is_not_in_the_table_does_not_happen(
    status: CaseStatus, action: CaseAction, assigned: bool
) -> None:
    after = moved(status, action, assigned=assigned)
    assert (after is None) == (action not in TRANSITIONS[status])
    if status is CLOSED and after is not None:
        assert action is CaseAction.REOPEN


def test_every_open_case_can_be_ended_by_her_and_by_the_office() -> None:
    for status in (WAITING, WITH, SNOOZED):
        assert moved(status, CaseAction.END) is CLOSED
        assert moved(status, CaseAction.CLOSE) is CLOSED


def test_the_program_is_silent_unless_she_waits() -> None:
    assert not Human(case=1, status=WAITING).present
    assert not Human(case=1, status=SNOOZED).present, "put aside out of the queue: nobody's"
    assert Human(case=1, status=WITH, name="Jana").present
    assert Human(case=1, status=SNOOZED, name="Jana").present
