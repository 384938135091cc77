"""Whether a condition of the content holds for the answers given so far."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import assert_never

from bot.content.model import All, AnswerIs, Any, Compare, Condition, Not
from bot.domain.conversation import Value
from bot.domain.durations import relative_date


def holds(condition: Condition, answers: Mapping[str, Value], today: date) -> bool:
    """Return whether `condition` holds. What reads an answer that was not given is false."""
    match condition:
        case AnswerIs(step=step, values=values):
            return step in answers and any(_same(answers[step], value) for value in values)
        case Compare():
            return _compare(condition, answers, today)
        case All(of=parts):
            return all(holds(part, answers, today) for part in parts)
        case Any(of=parts):
            return any(holds(part, answers, today) for part in parts)
        case Not(of=part):
            return not holds(part, answers, today)
        case _:
            assert_never(condition)


def _same(left: Value, right: Value) -> bool:
    """Compare without Python's True == 1."""
    return isinstance(left, bool) == isinstance(right, bool) and left == right


def _compare(condition: Compare, answers: Mapping[str, Value], today: date) -> bool:
    answer = answers.get(condition.step)
    bound = condition.bound
    if isinstance(answer, bool) or answer is None:
        return False
    if isinstance(answer, int) and isinstance(bound, int):
        distance = answer - bound
    elif isinstance(answer, str) and isinstance(bound, str):
        try:
            distance = (date.fromisoformat(answer) - relative_date(bound, today)) // timedelta(1)
        except ValueError:
            return False
    else:
        return False
    match condition.relation:
        case "before":
            return distance < 0
        case "after":
            return distance > 0
        case "at_least":
            return distance >= 0
        case "at_most":
            return distance <= 0
        case _:
            assert_never(condition.relation)
