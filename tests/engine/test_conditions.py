from datetime import date

import pytest

from bot.content.model import All, AnswerIs, Any, Compare, Condition, Not
from bot.domain.conversation import Value
from bot.engine.conditions import holds

TODAY = date(2026, 11, 24)
GIVEN: dict[str, Value] = {
    "town": "guben",
    "yes": True,
    "people": 3,
    "moved": "2026-11-10",
    "words": "no date",
}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (AnswerIs(step="town", values=("forst", "guben")), True),
        (AnswerIs(step="town", values=("forst",)), False),
        (AnswerIs(step="never-asked", values=("guben",)), False),
        (AnswerIs(step="yes", values=(True,)), True),
        (AnswerIs(step="yes", values=(1,)), False),
        (Compare(step="people", relation="before", bound=4), True),
        (Compare(step="people", relation="after", bound=3), False),
        (Compare(step="people", relation="at_least", bound=3), True),
        (Compare(step="people", relation="at_most", bound=2), False),
        (Compare(step="moved", relation="before", bound="-P14D"), False),
        (Compare(step="moved", relation="at_most", bound="-P14D"), True),
        (Compare(step="moved", relation="after", bound="2026-11-09"), True),
        (Compare(step="moved", relation="at_least", bound="2026-11-11"), False),
        (Compare(step="words", relation="before", bound="P0D"), False),
        (Compare(step="yes", relation="before", bound=4), False),
        (Compare(step="people", relation="before", bound="P0D"), False),
        (Compare(step="never-asked", relation="before", bound=4), False),
        (Not(of=AnswerIs(step="town", values=("forst",))), True),
        (All(of=()), True),
        (Any(of=()), False),
        (All(of=(AnswerIs(step="town", values=("guben",)), Not(of=All(of=())))), False),
        (Any(of=(Not(of=All(of=())), AnswerIs(step="people", values=(3,)))), True),
    ],
)
def test_condition(condition: Condition, expected: bool) -> None:
    assert holds(condition, GIVEN, TODAY) is expected
