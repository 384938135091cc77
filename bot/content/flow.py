"""Where steps lead: unreachable steps, circles without a question, answers that are too long.

Works on the built model, for all entries together, without running anything. A condition is taken
both ways. Only shapes are known here, not what answers are possible (that is for the engine's
exploration).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bot.content import markup
from bot.content.model import (
    END,
    AnyStep,
    AskStep,
    CallStep,
    EndStep,
    Entry,
    GotoStep,
    OfferCall,
    OfferStep,
    SayStep,
    SourceText,
    WhenStep,
)
from bot.content.problems import Mark, Problems
from bot.content.texts import MAX_ANSWER, MAX_FIRST_SENTENCE

Place = tuple[str, str]  # entry, step


def check(
    entries: Mapping[str, Entry],
    texts: Mapping[str, SourceText],
    marks: Mapping[Place, Mark],
    problems: Problems,
) -> frozenset[str]:
    """Report what is wrong with the flow. Return the keys of the texts that can begin an answer."""
    for entry in entries.values():
        for step in _unreachable(entry):
            problems.error(
                marks[entry.id, step], "unreachable", f"nothing leads to the step `{step}`"
            )
    circle_free = True
    for place in _circles(entries):
        circle_free = False
        message = "these steps lead back to themselves without a question"
        problems.error(marks[place], "loop", message, "Ask something, or lead on to another step.")
    openers: set[str] = set()
    for entry in entries.values():
        runs = _Runs(entry, texts) if circle_free else None
        for start in _starts(entry):
            openers |= {f"{entry.id}/{step}" for step in _first_texts(entry, start)}
            if runs is not None:
                runs.report(start, marks, problems)
    for key in sorted(openers):
        _check_first_sentence(texts.get(key), problems)
    return frozenset(openers)


def too_long_first(text: str) -> int:
    """Return the length of the first sentence if it is too long to begin an answer, else 0."""
    count = len(markup.first_sentence(text))
    return count if count > MAX_FIRST_SENTENCE else 0


def _check_first_sentence(text: SourceText | None, problems: Problems) -> None:
    if text is not None and (count := too_long_first(text.german)):
        message = f"an answer begins with a sentence of {count} characters"
        mark = Mark(text.file, text.line)
        problems.warning(mark, "first-sentence", message, f"At most {MAX_FIRST_SENTENCE}.")


def _following(entry: Entry, step: AnyStep) -> str:
    position = entry.position[step.id] + 1
    return entry.steps[position].id if position < len(entry.steps) else END


def _targets(entry: Entry, step: AnyStep) -> set[str]:
    """Return the steps of the same entry that can come after `step` (END: the entry is over)."""
    after = step.next or _following(entry, step)
    match step:
        case WhenStep():
            found = {step.then, step.otherwise or after}
        case GotoStep() | EndStep():
            found = {END}
        case OfferStep(offers=offers):
            comes_back = any(isinstance(offer, OfferCall) for offer in offers)
            found = {after} if comes_back else {END}
        case _:
            found = {after}
    if step.guard is not None:
        found.add(_following(entry, step))
    return {target for target in found if target == END or target in entry.position}


def _unreachable(entry: Entry) -> Iterator[str]:
    seen: set[str] = set()
    waiting = [entry.steps[0].id]
    while waiting:
        name = waiting.pop()
        if name == END or name in seen:
            continue
        seen.add(name)
        waiting += _targets(entry, entry.steps[entry.position[name]])
    yield from (step.id for step in entry.steps if step.id not in seen)


def _waits(step: AnyStep) -> bool:
    return isinstance(step, (AskStep, OfferStep))


def _passable(entries: Mapping[str, Entry]) -> set[str]:
    """Return the entries that can end without a question: a turn goes on after calling them."""
    found: set[str] = set()
    while True:
        more = {name for name, entry in entries.items() if _ends(entry, entries, found)} - found
        if not more:
            return found
        found |= more


def _ends(entry: Entry, entries: Mapping[str, Entry], passable: set[str]) -> bool:
    seen: set[str] = set()
    waiting = [entry.steps[0].id]
    while waiting:
        name = waiting.pop()
        if name == END:
            return True
        if name in seen:
            continue
        seen.add(name)
        step = entry.steps[entry.position[name]]
        skipped = {_following(entry, step)} if step.guard is not None else set()
        if _waits(step):
            waiting += skipped
        elif isinstance(step, GotoStep):
            waiting += skipped | ({END} if step.entry in passable else set())
        elif isinstance(step, CallStep) and step.entry in entries and step.entry not in passable:
            waiting += skipped
        else:
            waiting += _targets(entry, step)
    return False


def _circles(entries: Mapping[str, Entry]) -> Iterator[Place]:
    """Yield one place of every circle that a turn could go round without waiting."""
    passable = _passable(entries)

    def successors(place: Place) -> list[Place]:
        entry = entries[place[0]]
        step = entry.steps[entry.position[place[1]]]
        inside = _targets(entry, step)
        if _waits(step) or (isinstance(step, CallStep) and step.entry not in passable):
            inside = {_following(entry, step)} if step.guard is not None else set()
        found = [(entry.id, name) for name in sorted(inside) if name in entry.position]
        if isinstance(step, (GotoStep, CallStep)) and step.entry in entries:
            found.append((step.entry, entries[step.entry].steps[0].id))
        return found

    done: set[Place] = set()
    for entry in entries.values():
        for step in entry.steps:
            yield from _walk((entry.id, step.id), successors, done)


def _walk(
    start: Place, successors: Callable[[Place], list[Place]], done: set[Place]
) -> Iterator[Place]:
    """Depth first, without recursion; a step that is met again on the way here closes a circle."""
    if start in done:
        return
    way: dict[Place, Iterator[Place]] = {start: iter(successors(start))}
    while way:
        place = next(reversed(way))
        following = next(way[place], None)
        if following is None:
            done.add(place)
            del way[place]
        elif following in way:
            yield following
        elif following not in done:
            way[following] = iter(successors(following))


def _starts(entry: Entry) -> list[str]:
    """Return the steps at which an answer begins: the first, and those after a wait."""
    found = {entry.steps[0].id}
    for step in entry.steps:
        if _waits(step) or isinstance(step, CallStep):
            found |= _targets(entry, step) - {END}
    return sorted(found, key=lambda name: entry.position[name])


def _first_texts(entry: Entry, start: str) -> Iterator[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name == END or name in seen:
            continue
        seen.add(name)
        step = entry.steps[entry.position[name]]
        if isinstance(step, SayStep):
            yield name
            if step.guard is not None:
                waiting.append(_following(entry, step))
        elif not _waits(step) and not isinstance(step, CallStep):
            waiting += _targets(entry, step)


class _Runs:
    """The longest answer from a step to the next wait. Needs an entry without circles."""

    def __init__(self, entry: Entry, texts: Mapping[str, SourceText]) -> None:
        self._entry = entry
        self._texts = texts
        self._measured: dict[str, tuple[int, int]] = {}

    def report(self, start: str, marks: Mapping[Place, Mark], problems: Problems) -> None:
        size, more = self._measure(start)
        mark = marks[self._entry.id, start]
        if size >= MAX_ANSWER:
            message = f"the answer that begins here can have {size} characters"
            hint = f"Fewer than {MAX_ANSWER} fit a phone: move something to `more`."
            problems.warning(mark, "answer-length", message, hint)
        if more > 1:
            message = "the answer that begins here can have more than one `more`"
            problems.warning(mark, "answer-more", message, "Only the last one gets its button.")

    def _measure(self, start: str) -> tuple[int, int]:
        """Return (characters, number of `more`) of the longest way; depth first, no recursion."""
        entry = self._entry
        waiting = [start]
        while waiting:
            name = waiting[-1]
            if name == END or name in self._measured:
                waiting.pop()
                continue
            step = entry.steps[entry.position[name]]
            targets = set() if isinstance(step, AskStep) else _targets(entry, step) - {END}
            if isinstance(step, (OfferStep, CallStep)):
                targets = {_following(entry, step)} - {END} if step.guard is not None else set()
            if missing := [target for target in targets if target not in self._measured]:
                waiting += missing
                continue
            waiting.pop()
            own = self._texts.get(f"{entry.id}/{name}")
            size = markup.length(own.german) if own is not None else 0
            deeper = [self._measured[target] for target in targets]
            self._measured[name] = (
                size + max((found[0] for found in deeper), default=0),
                int(isinstance(step, SayStep) and step.more)
                + max((found[1] for found in deeper), default=0),
            )
        return self._measured[start]
