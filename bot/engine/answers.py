"""Answers to the open question: what fits is kept and walked on with, what does not is asked again.

The content may have changed since the question was asked; the prompt's fingerprint tells.
"""

from __future__ import annotations

from datetime import date
from itertools import takewhile
from typing import assert_never

from bot.content.model import AskStep, Entry
from bot.domain.conversation import Value
from bot.domain.durations import relative_date
from bot.domain.outgoing import Block
from bot.domain.texts import (
    ASK_AGAIN,
    ASK_DATE,
    ASK_DATE_RANGE,
    ASK_NUMBER,
    ASK_NUMBER_ANY,
    ASK_NUMBER_FROM,
    ASK_TEXT_LONG,
    CHANGED,
    GONE,
)
from bot.engine import kinds, menu, walk
from bot.engine.turn import Turn
from bot.understanding.answers import MOST_TEXT

_YES_NO: dict[Value, bool] = {"yes": True, "no": False, True: True, False: False}


def answer(turn: Turn, value: Value | None) -> None:
    """Take an answer to the open question and walk on; None stands for words that are none."""
    fingerprint = turn.prompt.fingerprint if turn.prompt is not None else None
    match walk.standing_at(turn):
        case (entry, AskStep() as step):
            if step.fingerprint != fingerprint:
                _ask_changed(turn, entry, step)
            elif value is not None and _fits(step, value, turn.input.today):
                _keep(turn, entry, step, value)
                walk.go_on(turn, entry, step)
            else:
                _ask_again(turn, entry, step, value)
        case _:
            menu.menu(turn, 1, turn.paragraph(GONE))


def _keep(turn: Turn, entry: Entry, step: AskStep, value: Value) -> None:
    """Keep an answer. What was answered or set behind this question belonged to another way."""
    given = turn.answers.get(entry.id, {})
    before = dict(takewhile(lambda item: item[0] != step.id, given.items()))
    kept = _YES_NO[value] if step.kind == "yes_no" else value
    turn.answers[entry.id] = {**before, step.id: kept}


def _fits(step: AskStep, value: Value, today: date) -> bool:
    match step.kind:
        case "choice":
            return value in step.choices
        case "yes_no":
            return isinstance(value, bool | str) and value in _YES_NO
        case "number":
            if isinstance(value, bool) or not isinstance(value, int):
                return False
            low = step.least if isinstance(step.least, int) else value
            high = step.most if isinstance(step.most, int) else value
            return low <= value <= high
        case "date":
            day = _day(value)
            least, most = _limits(step, today)
            return day is not None and least <= day <= most
        case "text":
            return isinstance(value, str) and 0 < len(value.strip()) <= MOST_TEXT
        case _:
            assert_never(step.kind)


def _day(value: Value | None) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _limits(step: AskStep, today: date) -> tuple[date, date]:
    return (
        relative_date(step.least, today) if isinstance(step.least, str) else date.min,
        relative_date(step.most, today) if isinstance(step.most, str) else date.max,
    )


def _ask_again(turn: Turn, entry: Entry, step: AskStep, value: Value | None) -> None:
    """Ask the same question again with the reason above it; a human is offered with it."""
    tries = turn.prompt.tries + 1 if turn.prompt is not None else 1
    turn.blocks.append(_reason(turn, step, value))
    kinds.ask(turn, entry, step, tries=tries)


def _reason(turn: Turn, step: AskStep, value: Value | None) -> Block:
    """Return how the open question can be answered in words."""
    today = turn.input.today
    match step.kind:
        case "choice" | "yes_no":
            return turn.paragraph(ASK_AGAIN)
        case "number" if step.least is not None and step.most is not None:
            return turn.paragraph(ASK_NUMBER, least=str(step.least), most=str(step.most))
        case "number" if step.least is not None:
            return turn.paragraph(ASK_NUMBER_FROM, least=str(step.least))
        case "number":
            return turn.paragraph(ASK_NUMBER_ANY)
        case "date" if _day(value) is not None and None not in {step.least, step.most}:
            least, most = (
                turn.catalogue.date(bound, turn.language, today) for bound in _limits(step, today)
            )
            return turn.paragraph(ASK_DATE_RANGE, least=least, most=most)
        case "date":
            return turn.paragraph(ASK_DATE, example=f"{today.day}.{today.month}.{today.year}")
        case "text":
            return turn.paragraph(ASK_TEXT_LONG, most=str(MOST_TEXT))
        case _:
            assert_never(step.kind)


def _ask_changed(turn: Turn, entry: Entry, step: AskStep) -> None:
    """The content has changed under the question: forget answers that no longer fit, ask again."""
    given = turn.answers.get(entry.id, {})
    turn.answers[entry.id] = {
        name: value for name, value in given.items() if _still_fits(turn, entry, name, value)
    }
    turn.blocks.append(turn.paragraph(CHANGED))
    kinds.ask(turn, entry, step)


def _still_fits(turn: Turn, entry: Entry, name: str, value: Value) -> bool:
    position = entry.position.get(name)
    if position is None:
        return True  # what `set` keeps has names of its own
    step = entry.steps[position]
    return isinstance(step, AskStep) and _fits(step, value, turn.input.today)
