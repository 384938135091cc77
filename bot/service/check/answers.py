"""Which answers to try at a question, and what of the answers given later steps can tell apart.

A condition is a set of bounds on one answer each. Trying one answer on either side of every bound,
and both sides of `min` and `max`, takes every condition both ways; two answers that no later
condition tells apart are one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from bot.content.flow import targets
from bot.content.model import (
    END,
    All,
    AnswerIs,
    Any,
    AnyStep,
    AskStep,
    Compare,
    Condition,
    Entry,
    LookupStep,
    Not,
    PartnersStep,
    WhenStep,
)
from bot.domain.conversation import Value
from bot.domain.durations import relative_date
from bot.engine.conditions import holds

Leaf = AnswerIs | Compare
Sees = tuple[Value | tuple[bool, ...] | None, ...]
"""What later steps see of the answers, one item for each answer that they read."""


def conditions_of(step: AnyStep) -> Iterator[Condition]:
    """Return the conditions that a step evaluates."""
    if step.guard is not None:
        yield step.guard
    if isinstance(step, WhenStep):
        yield step.condition


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Return the single comparisons of a condition."""
    match condition:
        case AnswerIs() | Compare():
            yield condition
        case All(of=parts) | Any(of=parts):
            for part in parts:
                yield from leaves(part)
        case Not(of=part):
            yield from leaves(part)


def _whole(step: AnyStep) -> tuple[str, ...]:
    """Return the answers that a step reads as they are, not by a condition."""
    match step:
        case LookupStep(by=names):
            return names
        case PartnersStep(town=str() as name):
            return (name,)
        case _:
            return ()


class Reads:
    """What the steps of one entry read of its answers."""

    def __init__(self, entry: Entry, today: date) -> None:
        self._entry = entry
        self._today = today
        self._leaves: dict[str, list[Leaf]] = {}
        self._behind: dict[str, dict[str, tuple[Leaf, ...] | None]] = {}
        for step in entry.steps:
            for condition in conditions_of(step):
                for leaf in leaves(condition):
                    self._leaves.setdefault(leaf.step, []).append(leaf)

    def seen(self, step_id: str, given: Mapping[str, Value]) -> Sees:
        """Return what the steps behind `step_id` can see of the answers given."""
        found: list[Value | tuple[bool, ...] | None] = []
        for name, read in self._read_behind(step_id).items():
            if name not in given:
                found.append(None)
            elif read is None:
                found.append(given[name])
            else:
                found.append(tuple(holds(leaf, given, self._today) for leaf in read))
        return tuple(found)

    def _read_behind(self, step_id: str) -> dict[str, tuple[Leaf, ...] | None]:
        """Return, for each answer that is read behind a step, how; None: as it is."""
        known = self._behind.get(step_id)
        if known is not None:
            return known
        by_name: dict[str, list[Leaf]] = {}
        whole: set[str] = set()
        for step in self._steps_behind(step_id):
            whole.update(_whole(step))
            for condition in conditions_of(step):
                for leaf in leaves(condition):
                    by_name.setdefault(leaf.step, []).append(leaf)
        found = {
            name: None if name in whole else tuple(by_name[name])
            for name in sorted(whole | by_name.keys())
        }
        self._behind[step_id] = found
        return found

    def _steps_behind(self, step_id: str) -> Iterator[AnyStep]:
        entry = self._entry
        if step_id not in entry.position:
            return
        seen: set[str] = {END}
        waiting = list(targets(entry, entry.steps[entry.position[step_id]]))
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            step = entry.steps[entry.position[name]]
            yield step
            waiting += targets(entry, step)

    def candidates(self, step: AskStep) -> tuple[Value, ...]:
        """Return the answers to try at a question, those outside its limits too."""
        match step.kind:
            case "choice":
                return step.choices
            case "yes_no":
                return ("yes", "no")
            case "number":
                return self._numbers(step)
            case "date":
                return self._dates(step)
            case _:
                return ("x",)

    def _bounds(self, step: AskStep) -> Iterator[Value]:
        for leaf in self._leaves.get(step.id, ()):
            yield from leaf.values if isinstance(leaf, AnswerIs) else (leaf.bound,)
        yield from (bound for bound in (step.least, step.most) if bound is not None)

    def _numbers(self, step: AskStep) -> tuple[int, ...]:
        bounds = {bound for bound in self._bounds(step) if isinstance(bound, int)} or {1}
        return tuple(sorted({bound + near for bound in bounds for near in (-1, 0, 1)}))

    def _dates(self, step: AskStep) -> tuple[str, ...]:
        days: set[date] = set()
        for bound in self._bounds(step):
            if isinstance(bound, str):
                day = relative_date(bound, self._today)
                days |= {_moved(day, near) for near in (-1, 0, 1)}
        return tuple(day.isoformat() for day in sorted(days or {self._today}))


def _moved(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return day


class Watched(Mapping[str, Value]):
    """Answers that remember which of them were missed when they were read."""

    def __init__(self, given: Mapping[str, Value]) -> None:
        self._given = given
        self.missed: set[str] = set()

    def __getitem__(self, name: str) -> Value:
        if name not in self._given:
            self.missed.add(name)
        return self._given[name]

    def __contains__(self, name: object) -> bool:
        if name in self._given:
            return True
        self.missed.add(str(name))
        return False

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)
