"""The table of what is done with one event of a counsellor's own calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from bot.service.calendar_memory import Known
from bot.service.calendar_rules import GONE, Seen, Step, attempted, contradicted, decide, settled

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
ENDS = NOW + timedelta(days=1)
TEN, ELEVEN, NOON = "10", "11", "12"
AT_TEN = settled(TEN, ENDS)


def seen(said: str, version: str = "1") -> Seen:
    return Seen(version=version, said=said)


@pytest.mark.parametrize(
    ("wanted", "there", "known", "step"),
    [
        (TEN, None, attempted(None, TEN, ENDS), Step.CREATE),
        (TEN, seen(TEN), attempted(None, TEN, ENDS), Step.NOTHING),  # written, then it died
        (TEN, seen(TEN), AT_TEN, Step.NOTHING),
        (ELEVEN, seen(TEN), attempted(AT_TEN, ELEVEN, ENDS), Step.UPDATE),
        (NOON, seen(ELEVEN), attempted(attempted(AT_TEN, ELEVEN, ENDS), NOON, ENDS), Step.UPDATE),
        (TEN, seen(ELEVEN), AT_TEN, Step.CONFLICT),
        (TEN, None, AT_TEN, Step.CONFLICT),
        (TEN, seen(ELEVEN), None, Step.CONFLICT),
        # a conflict stays, until the calendar or the desk gives way
        (TEN, seen(ELEVEN), contradicted(AT_TEN, "1", TEN), Step.CONFLICT),
        (TEN, seen(TEN, "2"), contradicted(AT_TEN, "1", TEN), Step.NOTHING),
        (NOON, seen(ELEVEN), contradicted(AT_TEN, "1", TEN), Step.UPDATE),
        (NOON, seen("13", "2"), contradicted(AT_TEN, "1", TEN), Step.CONFLICT),
        (NOON, None, contradicted(AT_TEN, GONE, TEN), Step.CREATE),
        (TEN, None, contradicted(AT_TEN, GONE, TEN), Step.CONFLICT),
        # cancelled, or somebody else's now
        (None, seen(TEN), AT_TEN, Step.REMOVE),
        (None, None, AT_TEN, Step.FORGET),
        (None, seen(ELEVEN), AT_TEN, Step.FORGET),
        (None, seen(ELEVEN), contradicted(AT_TEN, "1", TEN), Step.REMOVE),
        (None, seen("12", "2"), contradicted(AT_TEN, "1", TEN), Step.FORGET),
        (None, seen(TEN), replace(AT_TEN, ends=NOW), Step.FORGET),  # it is over
    ],
)
def test_the_table(wanted: str | None, there: Seen | None, known: Known | None, step: Step) -> None:
    assert decide(wanted, there, known, NOW) is step


def test_what_a_person_changed_is_never_written_before_it_was_seen() -> None:
    """Whatever we know, an event is written only where it says what we wrote, or where exactly this
    version was listed as a conflict and the appointment has changed since.
    """
    times = (TEN, ELEVEN, NOON)
    memories = [
        None,
        *(settled(said, ENDS) for said in times),
        *(
            contradicted(settled(said, ENDS), version, about)
            for said, version, about in product(times, ("1", "2", GONE), times)
        ),
    ]
    for wanted, said, version, known in product((None, *times), times, ("1", "2"), memories):
        if decide(wanted, seen(said, version), known, NOW) not in {Step.UPDATE, Step.REMOVE}:
            continue
        assert known is not None
        ours = said in known.said
        decided = known.conflict == version and known.about != wanted
        assert ours or decided
