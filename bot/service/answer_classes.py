"""The answers to a question that the conditions of its entry can tell apart, and what to call them.

A choice is called by its label, a number by its range, a date by its distance from today in days.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from bot.content import formats
from bot.content.catalogue import Catalogue
from bot.content.model import AnswerIs, AskStep, Entry, LookupStep, PartnersStep
from bot.domain.conversation import Value
from bot.domain.durations import relative_date
from bot.domain.texts import NO, YES
from bot.service.check.answers import Leaf, conditions_of, leaves

Range = tuple[int | None, int | None]
"""From, to: both included; None: without an end."""


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


class Classes:
    """The classes of answers to one question: one answer of each, and words for any of them."""

    def __init__(
        self, catalogue: Catalogue, entry: Entry, step: AskStep, language: str, today: date
    ) -> None:
        self._labels: dict[Value, str] = {}
        self._ranges: dict[Value, Range] = {}
        self._unit = ""
        match step.kind:
            case "choice":
                self._labels = {
                    choice: catalogue.plain(f"{entry.id}/{step.id}/{choice}", language)
                    for choice in step.choices
                }
            case "yes_no":
                yes, no = (catalogue.words(text, language) for text in (YES, NO))
                self._labels = {True: yes, False: no}
            case "text":
                self._labels = {"x": "…"}
            case "number":
                self._ranges = {_middle(each): each for each in _ranges(entry, step, today)}
            case "date":
                self._unit = formats.duration("P2D", language).lstrip("0123456789")
                self._ranges = {
                    (today + timedelta(days=_middle(each))).isoformat(): each
                    for each in _ranges(entry, step, today)
                }

    @property
    def answers(self) -> tuple[Value, ...]:
        """One answer of each class."""
        return tuple(self._labels) or tuple(self._ranges)

    def words(self, answers: Collection[Value]) -> str:
        """Return what these classes are called; ranges that touch are one."""
        labels = [label for value, label in self._labels.items() if value in answers]
        joined: list[Range] = []
        for value, (start, end) in self._ranges.items():
            if value not in answers:
                continue
            before = joined[-1][1] if joined else None
            if before is not None and start == before + 1:
                joined[-1] = joined[-1][0], end
            else:
                joined.append((start, end))
        return " / ".join([*labels, *(_range(*each, self._unit) for each in joined)])


def _ranges(entry: Entry, step: AskStep, today: date) -> list[Range]:
    """Return the ranges between the bounds. Dates count as days from today, without end."""
    cuts = {cut for leaf in _leaves(entry) if leaf.step == step.id for cut in _cuts(leaf, today)}
    least, most = _number(step.least, today), _number(step.most, today)
    inner = sorted(
        cut for cut in cuts if (least is None or cut > least) and (most is None or cut <= most)
    )
    if step.kind == "date":
        least = most = None
    return list(zip([least, *inner], [*(cut - 1 for cut in inner), most], strict=True))


def _middle(each: Range) -> int:
    start, end = each
    return start if start is not None else end if end is not None else 0


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
