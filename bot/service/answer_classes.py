"""The answers to a question that the conditions of its entry can tell apart, and what to call them.

A choice is called by its label, a number by its range, a date by its distance from today in days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from bot.content import formats
from bot.content.catalogue import Catalogue
from bot.content.model import AnswerIs, AskStep, Compare, Entry, LookupStep, PartnersStep
from bot.domain.conversation import Value
from bot.domain.durations import relative_date
from bot.domain.texts import NO, YES
from bot.service.check.answers import Leaf, conditions_of, leaves


def read_answers(entry: Entry) -> frozenset[str]:
    """Return the questions whose answers matter to a later step."""
    found = {leaf.step for leaf in _leaves(entry)}
    for step in entry.steps:
        match step:
            case LookupStep(by=names):
                found.update(names)
            case PartnersStep(town=str() as name):
                found.add(name)
            case _:
                pass
    return frozenset(found)


def _leaves(entry: Entry) -> Iterator[Leaf]:
    for step in entry.steps:
        for condition in conditions_of(step):
            yield from leaves(condition)


def classes(
    catalogue: Catalogue, entry: Entry, step: AskStep, language: str, today: date
) -> Mapping[Value, str]:
    """Return one answer of each class, with the words for the class."""
    match step.kind:
        case "choice":
            return {
                choice: catalogue.plain(f"{entry.id}/{step.id}/{choice}", language)
                for choice in step.choices
            }
        case "yes_no":
            return {True: catalogue.words(YES, language), False: catalogue.words(NO, language)}
        case "text":
            return {"x": "…"}
        case "number" | "date":
            return dict(_ranges(entry, step, language, today))


def _ranges(entry: Entry, step: AskStep, language: str, today: date) -> Iterator[tuple[Value, str]]:
    """Walk the ranges between the bounds. Dates count as days from today."""
    cuts: set[int] = set()
    for leaf in _leaves(entry):
        if leaf.step == step.id:
            cuts |= _cuts(leaf, today)
    least, most = _number(step.least, today), _number(step.most, today)
    inner = sorted(
        cut for cut in cuts if (least is None or cut > least) and (most is None or cut <= most)
    )
    starts: list[int | None] = [least, *inner]
    ends: list[int | None] = [*(cut - 1 for cut in inner), most]
    for start, end in zip(starts, ends, strict=True):
        middle = start if start is not None else end if end is not None else 0
        if step.kind == "number":
            yield middle, _range(start, end, "")
        else:
            unit = formats.duration("P2D", language).lstrip("0123456789")
            yield (today + timedelta(days=middle)).isoformat(), _range(start, end, unit)


def _cuts(leaf: Leaf, today: date) -> set[int]:
    """Return where ranges begin that a comparison tells apart."""
    if isinstance(leaf, AnswerIs):
        numbers = [_number(value, today) for value in leaf.values]
        return {cut for number in numbers if number is not None for cut in (number, number + 1)}
    bound = _number(leaf.bound, today)
    if bound is None:
        return set()
    return {bound + 1 if leaf.relation in {"after", "at_most"} else bound}


def _number(value: Value | None, today: date) -> int | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value
    try:
        return (relative_date(value, today) - today).days
    except ValueError:
        return None


def _range(start: int | None, end: int | None, unit: str) -> str:
    if start == end:
        return f"{_signed(start, unit)}{unit}"
    if start is None:
        return f"≤ {_signed(end, unit)}{unit}"
    if end is None:
        return f"≥ {_signed(start, unit)}{unit}"
    return f"{_signed(start, unit)} – {_signed(end, unit)}{unit}"


def _signed(number: int | None, unit: str) -> str:
    """Return a number; with a unit it is a distance from today, before it or behind it."""
    if number is None:
        return "…"
    return f"{number:+d}".replace("-", "−").replace("+0", "0") if unit else str(number)
