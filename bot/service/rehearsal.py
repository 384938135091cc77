"""Plays the conversations that editors wrote down, and says where one goes another way.

Pure but for the content that is handed in. A conversation that names no day is played on `DAY`, so
that it goes today as it went when it was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from operator import contains
from typing import assert_never

from bot.content.catalogue import Catalogue
from bot.content.problems import Mark
from bot.content.rehearsals import Expected, Rehearsal
from bot.service.stage import Line, NotPossibleError, Stage, bare, choice_id

DAY = date(2026, 11, 24)
LIKE = 4
"""So many characters in a row must be the same for a line to be the one that was meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """One thing that did not come as expected. `line` is the place in the transcript, if any."""

    mark: Mark
    expected: str
    said: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one conversation went, as far as it was played: to the first passage with a miss."""

    rehearsal: Rehearsal
    misses: tuple[Miss, ...]
    lines: tuple[Line, ...]
    step: str | None

    @property
    def passed(self) -> bool:
        """Return whether everything came as expected."""
        return not self.misses


def play(rehearsal: Rehearsal, catalogue: Catalogue, day: date = DAY) -> Outcome:
    """Play one conversation; on `day` where it names none itself."""
    stage = Stage(catalogue, rehearsal.today or day, rehearsal.hint)
    misses: list[Miss] = []
    for passage in rehearsal.passages:
        start = len(stage.lines)
        for act in passage.says:
            try:
                stage.perform(act)
            except NotPossibleError as error:
                misses.append(_miss(stage, act.mark, "to be possible", str(error)))
                break
        if not misses:
            found = (_judged(each, stage, start) for each in passage.expects)
            misses += [miss for miss in found if miss is not None]
        misses += [_miss(stage, rehearsal.mark, "no fault", fault) for fault in stage.faults]
        if misses:
            break
    return Outcome(
        rehearsal=rehearsal, misses=tuple(misses), lines=tuple(stage.lines), step=stage.step
    )


def _judged(expected: Expected, stage: Stage, start: int) -> Miss | None:
    """Hold one expectation against the conversation; what was said counts from line `start`."""
    mark, value = expected.mark, expected.value
    match expected.kind:
        case "step" | "not_step":
            seen = any(each.partition("/")[2] == value for each in stage.steps)
            if seen is (expected.kind == "step"):
                return None
            wanted = f"the step `{value}`" if not seen else f"not the step `{value}`"
            return _miss(stage, mark, wanted, ", ".join(stage.steps) or "no step of an entry")
        case "entry":
            said = f"the entry `{stage.entry}`" if stage.entry else "no entry"
            return _unless(stage.entry == value, stage, mark, f"the entry `{value}`", said)
        case "language":
            own = stage.state.language
            said = f"the language `{own}`" if own else "no language is chosen yet"
            return _unless(own == value, stage, mark, f"`{value}`", said)
        case "ends":
            words = {True: "the whole answer, no open question", False: "something still open"}
            same = stage.ended is value
            return _unless(same, stage, mark, words[bool(value)], words[stage.ended])
        case "choices":
            return _choices(expected, stage)
        case "contains" | "not_contains" | "contains_fact" | "contains_place":
            return _contains(expected, stage, start)
        case _:
            assert_never(expected.kind)


def _choices(expected: Expected, stage: Stage) -> Miss | None:
    """Compare the choices that the content offers here, by id or label, in their order.

    What the program adds (menu, longer text, German text) counts only where it is named.
    """
    wanted = [bare(each) for each in expected.value] if isinstance(expected.value, tuple) else []
    here = [
        choice
        for choice in stage.choices
        if choice_id(choice) is not None or bare(choice.label) in wanted
    ]
    names = [(choice_id(choice), bare(choice.label)) for choice in here]
    if len(wanted) == len(names) and all(map(contains, names, wanted)):
        return None
    said = ", ".join(f"{name} [{label}]" if name else f"[{label}]" for name, label in names)
    shown = [number for number, line in enumerate(stage.lines) if line.choices]
    return Miss(
        mark=expected.mark,
        expected=f"the choices {', '.join(wanted) or 'none'}",
        said=f"the choices {said or 'none'}",
        line=shown[-1] if shown else None,
    )


def _contains(expected: Expected, stage: Stage, start: int) -> Miss | None:
    """Look for words, a fact or a place in what was said from line `start` on."""
    lines = [
        (number, line)
        for number, line in enumerate(stage.lines)
        if number >= start and line.by != "S" and not line.choices
    ]
    said = bare(" ".join(line.text for _, line in lines))
    texts, name = _wanted(expected, stage)
    if not texts:
        day = stage.today
        message = f"on {day} it cannot be shown: no value, overdue or not confirmed"
        return _miss(stage, expected.mark, name, message)
    whole = expected.kind == "contains_fact"
    found = next((text for text in texts if _is_in(text, said, whole=whole)), None)
    if (found is None) is (expected.kind == "not_contains"):
        return None
    likest = max(lines, key=lambda item: _likeness(found or texts[0], item[1].text), default=None)
    if likest is None or _likeness(found or texts[0], likest[1].text) < LIKE:
        return _miss(stage, expected.mark, name, bare(stage.newest) or "nothing")
    return Miss(mark=expected.mark, expected=name, said=bare(likest[1].text), line=likest[0])


def _wanted(expected: Expected, stage: Stage) -> tuple[list[str], str]:
    """Return the words to look for, in her language first, and how to name them in a report."""
    value, catalogue = str(expected.value), stage.catalogue
    own = stage.state.language or catalogue.source.code
    languages = (own, *catalogue.fallback_of(own))
    match expected.kind:
        case "contains_fact":
            values = [catalogue.fact(value, code, stage.today) for code in languages]
            texts = [bare(text) for text in values if text is not None]
            return texts, f"the fact `{value}`" + (f": {texts[0]}" if texts else "")
        case "contains_place" if value in catalogue.places:
            texts = [bare(catalogue.plain(f"places/{value}/name", code)) for code in languages]
            return texts, f"the place `{value}`: {texts[0]}"
        case "not_contains":
            return [bare(value)], f"not the words: {bare(value)}"
        case _:
            return [bare(value)], f"the words: {bare(value)}"


def _is_in(text: str, said: str, *, whole: bool) -> bool:
    """Return whether `text` stands in what was said; a whole value is no part of another one."""
    at = said.find(text)
    while whole and at >= 0 and not _stands_alone(said, at, at + len(text)):
        at = said.find(text, at + 1)
    return at >= 0


def _stands_alone(said: str, start: int, end: int) -> bool:
    before, after = said[max(start - 2, 0) : start][::-1], said[end : end + 2]
    return not any(
        side[:1].isalnum() or (side[:1] in {".", ","} and side[1:].isdigit())
        for side in (before, after)
    )


def _likeness(text: str, line: str) -> int:
    """Return how much the two have in common, in characters."""
    return SequenceMatcher(None, text, bare(line), autojunk=False).find_longest_match().size


def _unless(holds: bool, stage: Stage, mark: Mark, expected: str, said: str) -> Miss | None:
    return None if holds else _miss(stage, mark, expected, said)


def _miss(stage: Stage, mark: Mark, expected: str, said: str) -> Miss:
    """Return a miss that belongs to the newest message."""
    return Miss(mark=mark, expected=expected, said=said, line=stage.head)


def report(outcome: Outcome) -> str:
    """Return what an editor needs to see of a conversation that went another way."""
    one = outcome.rehearsal
    marked = {miss.line for miss in outcome.misses}
    lines = [f"{one.mark.file}:{one.mark.line}: {one.name}", ""]
    lines += [_shown(line, number in marked) for number, line in enumerate(outcome.lines)]
    for miss in outcome.misses:
        lines += [
            "",
            f"{miss.mark.file}:{miss.mark.line}:{miss.mark.column}:",
            f"    expected: {miss.expected}",
            f"    said:     {miss.said}",
            f"    step:     {outcome.step or 'none'}",
        ]
    return "\n".join(lines) + "\n"


def _shown(line: Line, marked: bool) -> str:
    return f"{'>' if marked else ' '} {line.by or ' '}  {line.text}"
