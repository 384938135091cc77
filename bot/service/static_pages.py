"""A guided entry as one page that asks nothing: what is said, and for which answers.

Theory. The entry is walked for every answer that its conditions can tell apart; at each step that
says something we keep the answers under which it is said and the blocks that the real engine
composes for them. Answers that differ in one question and lead to the same blocks are joined, a
question whose every answer leads there is dropped, and what remains is the heading.

Entries whose ways are too many are not put on a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.content import markup
from bot.content.catalogue import Catalogue
from bot.content.flow import following
from bot.content.model import (
    END,
    AnyStep,
    AskStep,
    BookStep,
    CallStep,
    ContactStep,
    DocumentStep,
    EndStep,
    Entry,
    GotoStep,
    HandoffStep,
    LookupStep,
    OfferCall,
    OfferGoto,
    OfferLink,
    OfferStep,
    PartnersStep,
    PlaceStep,
    SayStep,
    SetStep,
    WhenStep,
)
from bot.domain.conversation import Greeting, Input, State, Value
from bot.domain.outgoing import Block
from bot.engine import blocks, kinds
from bot.engine.conditions import holds
from bot.engine.turn import Turn
from bot.service.answer_classes import Classes, read_answers
from bot.service.rehearsal_world import RehearsalWorld

MOST_WAYS = 4000
MOST_BOXES = 300
_SAYS = (SayStep, PlaceStep, ContactStep, DocumentStep, LookupStep, PartnersStep)

Answers = Mapping[str, Value]
Box = dict[str, frozenset[Value]]


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading; each line of it says for which answers. None: for all."""

    heading: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class StaticPage:
    """An entry on one page. `complete`: every word of it is fresh in this language."""

    sections: tuple[Section, ...]
    leads_to: tuple[str, ...]
    complete: bool


def static_page(
    catalogue: Catalogue, entry: Entry, language: str, at: datetime
) -> StaticPage | None:
    """Return an entry as a page in a language, None where it has too many ways."""
    return _Page(catalogue, entry, language, at).made()


class _Page:
    def __init__(self, catalogue: Catalogue, entry: Entry, language: str, at: datetime) -> None:
        self._catalogue = catalogue
        self._entry = entry
        self._language = language
        self._at = at
        self._today = at.date()
        self._read = read_answers(entry)
        self._asked = {
            step.id: Classes(catalogue, entry, step, language, self._today)
            for step in entry.steps
            if isinstance(step, AskStep) and step.id in self._read
        }
        self._said: dict[tuple[str, tuple[Block, ...]], list[Answers]] = {}
        self._everywhere: list[Answers] = []
        self._leads_to: dict[str, None] = {}
        self._complete = self._is_fresh(f"{entry.id}/title")

    def made(self) -> StaticPage | None:
        """Walk the entry and gather its sections."""
        if not self._walk():
            return None
        ordered = sorted(self._said.items(), key=lambda item: self._entry.position[item[0][0]])
        sections: list[Section] = []
        for (_, said), answers in ordered:
            heading = tuple(self._heading(answers))
            if sections and sections[-1].heading == heading:
                sections[-1] = Section(heading, sections[-1].blocks + said)
            else:
                sections.append(Section(heading, said))
        return StaticPage(tuple(sections), tuple(self._leads_to), self._complete)

    def _walk(self) -> bool:
        waiting: list[tuple[str, Answers]] = [(self._entry.steps[0].id, {})]
        seen: set[tuple[str, frozenset[tuple[str, Value]]]] = set()
        while waiting:
            name, answers = waiting.pop()
            place = name, frozenset(answers.items())
            if name == END or place in seen:
                continue
            if len(seen) >= MOST_WAYS:
                return False
            seen.add(place)
            self._everywhere.append(answers)
            waiting += self._next(self._entry.steps[self._entry.position[name]], answers)
        return True

    def _next(self, step: AnyStep, answers: Answers) -> Iterator[tuple[str, Answers]]:
        after = step.next or following(self._entry, step)
        if step.guard is not None and not holds(step.guard, answers, self._today):
            yield following(self._entry, step), answers
            return
        match step:
            case AskStep():
                self._complete = self._complete and self._is_fresh(f"{self._entry.id}/{step.id}")
                classes = self._asked.get(step.id)
                if classes is None:
                    yield after, answers
                    return
                for value in classes.answers:
                    yield after, {**answers, step.id: value}
            case WhenStep():
                true = holds(step.condition, answers, self._today)
                yield step.then if true else (step.otherwise or after), answers
            case SetStep():
                yield after, {**answers, **step.values}
            case GotoStep(entry=entry):
                self._leads_to[entry] = None
            case CallStep(entry=entry):
                self._leads_to[entry] = None
                yield after, answers
            case OfferStep():
                self._say(step, answers)
                if any(isinstance(offer, OfferCall) for offer in step.offers):
                    yield after, answers
            case EndStep() | HandoffStep() | BookStep():
                pass
            case _ if isinstance(step, _SAYS):
                self._say(step, answers)
                yield after, answers

    def _say(self, step: AnyStep, answers: Answers) -> None:
        turn = self._turn(answers)
        if isinstance(step, OfferStep):
            for offer in step.offers:
                if isinstance(offer, (OfferGoto, OfferCall)):
                    self._leads_to[offer.entry] = None
                elif isinstance(offer, OfferLink):
                    turn.blocks.extend(blocks.link(turn, offer.fact))
        else:
            kinds.show(turn, self._entry, step)
            if isinstance(step, SayStep) and step.more:
                turn.blocks.extend(turn.text(f"{self._entry.id}/{step.id}/more"))
        self._complete = self._complete and not turn.fallbacks and not turn.stale
        if turn.blocks:
            self._said.setdefault((step.id, tuple(turn.blocks)), []).append(answers)

    def _turn(self, answers: Answers) -> Turn:
        event = Input(at=self._at, today=self._today, understood=Greeting())
        state = State(language=self._language, answers={self._entry.id: dict(answers)})
        return Turn.begin(state, event, self._catalogue, RehearsalWorld(self._catalogue, self._at))

    def _is_fresh(self, key: str) -> bool:
        return self._catalogue.freshness(key, self._language) == "fresh"

    def _heading(self, answers: list[Answers]) -> Iterator[str]:
        """Walk the lines that say for which answers; nothing where it is for all."""
        asked = [
            {name: value for name, value in each.items() if name in self._asked} for each in answers
        ]
        boxes = _boxes(asked)
        while (simpler := _joined([self._loosened(box) for box in _joined(boxes)])) != boxes:
            boxes = simpler
        if not all(boxes):
            return
        for box in dict.fromkeys(tuple(box.items()) for box in boxes):
            yield " · ".join(self._condition(name, values) for name, values in box)

    def _loosened(self, box: Box) -> Box:
        """Return a box without the questions whose every possible answer it holds."""
        kept = dict(box)
        for name in reversed(box):
            others = [other for other in kept if other != name]
            possible = {
                answers[name]
                for answers in self._everywhere
                if name in answers and all(answers.get(other) in kept[other] for other in others)
            }
            if possible <= kept[name]:
                del kept[name]
        return kept

    def _condition(self, name: str, values: frozenset[Value]) -> str:
        question = self._catalogue.plain(f"{self._entry.id}/{name}", self._language)
        return f"{markup.first_sentence(question)} {self._asked[name].words(values)}"


def _boxes(answers: Iterable[Answers]) -> list[Box]:
    """Return each set of answers as a box of its own."""
    return [{name: frozenset({value}) for name, value in each.items()} for each in answers]


def _joined(given: Iterable[Box]) -> list[Box]:
    """Return the boxes, two that differ in one question made one."""
    boxes = [dict(box) for box in dict.fromkeys(tuple(box.items()) for box in given)]
    if len(boxes) > MOST_BOXES:
        return boxes
    position = 0
    while position < len(boxes):
        for other in range(position + 1, len(boxes)):
            union = _union(boxes[position], boxes[other])
            if union is not None:
                boxes[position] = union
                del boxes[other]
                position = -1
                break
        position += 1
    return boxes


def _union(one: Box, other: Box) -> Box | None:
    """Return two boxes as one where they differ in one question at most."""
    if one.keys() != other.keys():
        return None
    different = [name for name in one if one[name] != other[name]]
    if len(different) > 1:
        return None
    return {name: one[name] | other[name] for name in one}
