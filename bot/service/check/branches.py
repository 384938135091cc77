"""What conditions do while entries are walked: answers read too early, sides that nobody takes,
answers that fall into the branch of others.

Follows the engine's own way step by step and asks its own `holds`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from bot.content.flow import Place, following
from bot.content.model import (
    END,
    AnyStep,
    AskStep,
    Condition,
    Entry,
    LookupStep,
    SetStep,
    WhenStep,
)
from bot.content.problems import Mark, Problems
from bot.domain.conversation import State, Value
from bot.engine.conditions import holds
from bot.service.check.answers import Watched, leaves

_ELSE = "Add `else:` with the step for all other answers."


class Branches:
    """Gathers what the conditions of all entries have done."""

    def __init__(
        self,
        entries: Mapping[str, Entry],
        marks: Mapping[Place, Mark],
        problems: Problems,
        today: date,
    ) -> None:
        self._entries = entries
        self._marks = marks
        self._problems = problems
        self._today = today
        self._sides: dict[tuple[Place, str], set[bool]] = {}
        self._fallen: dict[tuple[Place, str], set[tuple[str, Value]]] = {}
        self._asked = {
            (entry.id, step.id)
            for entry in entries.values()
            for step in entry.steps
            if isinstance(step, AskStep)
        }
        self._kept: dict[Place, list[WhenStep]] = {}
        for entry in entries.values():
            for step in entry.steps:
                if isinstance(step, WhenStep):
                    self._kept.setdefault((entry.id, step.then), []).append(step)

    def follow(
        self, before: State, after: State, trace: Sequence[Place], *, answered: bool
    ) -> None:
        """Look at every condition on the way of one turn."""
        steps = [(place, self._step(place)) for place in trace]
        given = _answers(before, after, steps)
        for place, step in steps[1:] if answered else steps:
            own = given.setdefault(place[0], {})
            if step.guard is not None and not self._holds(place, "if", step.guard, own):
                continue
            match step:
                case SetStep(values=values):
                    own.update(values)
                case WhenStep():
                    if not self._holds(place, "when", step.condition, own):
                        self._fall(place, step, own)
                case LookupStep(by=names):
                    self._report_missed(place, {name for name in names if name not in own})
                case _:
                    pass

    def _step(self, place: Place) -> AnyStep:
        entry = self._entries[place[0]]
        return entry.steps[entry.position[place[1]]]

    def _holds(
        self, place: Place, what: str, condition: Condition, given: Mapping[str, Value]
    ) -> bool:
        watched = Watched(given)
        true = holds(condition, watched, self._today)
        self._sides.setdefault((place, what), set()).add(true)
        self._report_missed(place, watched.missed)
        return true

    def _report_missed(self, place: Place, missed: Collection[str]) -> None:
        for name in missed:
            if (place[0], name) in self._asked:
                message = f"the answer to `{name}` can be read here before it was asked"
                hint = "Ask it on every way that leads here, or move this step behind the question."
                self._problems.error(self._marks[place], "unasked", message, hint)

    def _fall(self, place: Place, step: WhenStep, given: Mapping[str, Value]) -> None:
        """Note answers that a fork without `else` lets fall into the branch of another fork."""
        entry = self._entries[place[0]]
        if step.otherwise is not None:
            return
        onward = step.next or following(entry, step)
        if onward == END:
            return
        own = {leaf.step for leaf in leaves(step.condition)}
        for other in self._kept.get((entry.id, onward), ()):
            shared = own & {leaf.step for leaf in leaves(other.condition)}
            if other.id != step.id and shared and not holds(other.condition, given, self._today):
                found = self._fallen.setdefault((place, onward), set())
                found.update((name, given[name]) for name in shared if name in given)

    def report(self, entries: Collection[str]) -> None:
        """Report what can only be said at the end, for entries that were walked whole."""
        for (place, what), sides in self._sides.items():
            if len(sides) == 1 and place[0] in entries:
                always = "always" if True in sides else "never"
                message = f"this `{what}` is {always} true, whatever is answered"
                hint = "Is a value missing or written in another way? Else leave the condition out."
                self._problems.warning(self._marks[place], "one-sided", message, hint)
        for (place, onward), fallen in self._fallen.items():
            answers = ", ".join(f"`{name}: {value}`" for name, value in sorted(fallen, key=str))
            message = f"{answers} falls through to `{onward}`, which another fork keeps for others"
            self._problems.warning(self._marks[place], "missing-branch", message, _ELSE)
        for name in entries:
            entry = self._entries[name]
            last = entry.steps[-1]
            if isinstance(last, WhenStep) and last.otherwise is None and last.next is None:
                message = "the last step is a fork without `else`: other answers get no words"
                self._problems.warning(self._marks[name, last.id], "missing-branch", message, _ELSE)


def _answers(
    before: State, after: State, steps: Sequence[tuple[Place, AnyStep]]
) -> dict[str, dict[str, Value]]:
    """Return the answers as they were before the `set` steps of the turn."""
    given = {entry: dict(answers) for entry, answers in after.answers.items()}
    for (entry, _), step in steps:
        if isinstance(step, SetStep):
            for name in step.values:
                earlier = before.answers.get(entry, {})
                if name in earlier:
                    given.setdefault(entry, {})[name] = earlier[name]
                else:
                    given.get(entry, {}).pop(name, None)
    return given
