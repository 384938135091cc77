"""Where steps lead: unreachable steps, circles without a question, texts that begin an answer.

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
    BookStep,
    CallStep,
    EndStep,
    Entry,
    GotoStep,
    HandoffStep,
    OfferCall,
    OfferStep,
    SayStep,
    SourceText,
    WhenStep,
)
from bot.content.problems import Mark, Problems
from bot.content.texts import MAX_FIRST_SENTENCE

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
    for place in _circles(entries):
        message = "these steps lead back to themselves without a question"
        problems.error(marks[place], "loop", message, "Ask something, or lead on to another step.")
    openers: set[str] = set()
    for entry in entries.values():
        for start in _starts(entry):
            openers |= {f"{entry.id}/{step}" for step in _first_texts(entry, start)}
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


def following(entry: Entry, step: AnyStep) -> str:
    """Return the step that stands behind `step` in the file, END behind the last."""
    position = entry.position[step.id] + 1
    return entry.steps[position].id if position < len(entry.steps) else END


def targets(entry: Entry, step: AnyStep) -> set[str]:
    """Return the steps of the same entry that can come after `step` (END: the entry is over)."""
    after = step.next or following(entry, step)
    match step:
        case WhenStep():
            found = {step.then, step.otherwise or after}
        case GotoStep() | EndStep() | HandoffStep() | BookStep():
            found = {END}
        case OfferStep(offers=offers):
            comes_back = any(isinstance(offer, OfferCall) for offer in offers)
            found = {after} if comes_back else {END}
        case _:
            found = {after}
    if step.guard is not None:
        found.add(following(entry, step))
    return {target for target in found if target == END or target in entry.position}


def _unreachable(entry: Entry) -> Iterator[str]:
    seen: set[str] = set()
    waiting = [entry.steps[0].id]
    while waiting:
        name = waiting.pop()
        if name == END or name in seen:
            continue
        seen.add(name)
        waiting += targets(entry, entry.steps[entry.position[name]])
    yield from (step.id for step in entry.steps if step.id not in seen)


def _waits(step: AnyStep) -> bool:
    return isinstance(step, (AskStep, OfferStep, HandoffStep, BookStep))


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
        skipped = {following(entry, step)} if step.guard is not None else set()
        if _waits(step):
            waiting += skipped
        elif isinstance(step, GotoStep):
            waiting += skipped | ({END} if step.entry in passable else set())
        elif isinstance(step, CallStep) and step.entry in entries and step.entry not in passable:
            waiting += skipped
        else:
            waiting += targets(entry, step)
    return False


def _circles(entries: Mapping[str, Entry]) -> Iterator[Place]:
    """Yield one place of every circle that a turn could go round without waiting."""
    passable = _passable(entries)

    def successors(place: Place) -> list[Place]:
        entry = entries[place[0]]
        step = entry.steps[entry.position[place[1]]]
        inside = targets(entry, step)
        if _waits(step) or (isinstance(step, CallStep) and step.entry not in passable):
            inside = {following(entry, step)} if step.guard is not None else set()
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
        onward = next(way[place], None)
        if onward is None:
            done.add(place)
            del way[place]
        elif onward in way:
            yield onward
        elif onward not in done:
            way[onward] = iter(successors(onward))


def _starts(entry: Entry) -> list[str]:
    """Return the steps at which an answer begins: the first, and those after a wait."""
    found = {entry.steps[0].id}
    for step in entry.steps:
        if _waits(step) or isinstance(step, CallStep):
            found |= targets(entry, step) - {END}
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
                waiting.append(following(entry, step))
        elif not _waits(step) and not isinstance(step, CallStep):
            waiting += targets(entry, step)
