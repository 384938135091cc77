"""Walks every entry with the real engine: every answer that makes a difference, in every state.

A state is where she is (the call stack), and what later steps can see of her answers. From each
state every answer is tried once. The engine is not changed for this: entries are given to it with
a `position` that notes which steps it comes to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time

from bot.content.catalogue import Contents
from bot.content.flow import Place
from bot.content.model import AskStep, Entry, SayStep
from bot.content.problems import Mark, Problems
from bot.domain.conversation import (
    QUESTIONS,
    Answer,
    Command,
    Frame,
    Input,
    Press,
    Prompt,
    PromptKind,
    State,
    Understood,
)
from bot.domain.outgoing import Message, Paragraph, Plain
from bot.domain.texts import MENU_TITLE
from bot.engine.step import Step, step
from bot.service.check.answers import Reads, Sees
from bot.service.check.branches import Branches
from bot.service.check.scenes import Kind, Recording, Scenes, newest
from bot.service.rehearsal_world import RehearsalWorld

LIMIT = 20_000
Key = tuple[tuple[tuple[Frame, Sees], ...], PromptKind]


class _Noted(Mapping[str, int]):
    """Where the steps of an entry stand; notes each that is looked up."""

    def __init__(self, entry: Entry, log: list[Place]) -> None:
        self._entry = entry.id
        self._position = entry.position
        self._log = log

    def __getitem__(self, step_id: str) -> int:
        self._log.append((self._entry, step_id))
        return self._position[step_id]

    def __contains__(self, step_id: object) -> bool:
        return step_id in self._position

    def __iter__(self) -> Iterator[str]:
        return iter(self._position)

    def __len__(self) -> int:
        return len(self._position)


@dataclass(slots=True)
class _Graph:
    """The states found so far: where each is, what follows it, and from which an answer comes."""

    number: dict[Key, int] = field(default_factory=dict)
    place: list[Place] = field(default_factory=list)
    onward: list[set[int]] = field(default_factory=list)
    final: set[int] = field(default_factory=set)

    def add(self, key: Key, place: Place) -> int:
        self.number[key] = len(self.place)
        self.place.append(place)
        self.onward.append(set())
        return self.number[key]

    def endless(self) -> Iterator[Place]:
        """Yield the places from which no answer is ever reached."""
        back: list[list[int]] = [[] for _ in self.place]
        for number, following in enumerate(self.onward):
            for other in following:
                back[other].append(number)
        good = set(self.final)
        waiting = list(good)
        while waiting:
            for number in back[waiting.pop()]:
                if number not in good:
                    good.add(number)
                    waiting.append(number)
        yield from (place for number, place in enumerate(self.place) if number not in good)


class Explorer:
    """One walk through all entries of `contents`. Reports to `problems`; `scenes` are the messages
    that it has seen, each once. `broken`: the content has errors, what is missing is reported.
    """

    def __init__(
        self,
        contents: Contents,
        marks: Mapping[Place, Mark],
        problems: Problems,
        today: date,
        *,
        limit: int = LIMIT,
        broken: bool = False,
    ) -> None:
        self._entries = contents.entries
        self._marks = marks
        self._problems = problems
        self._limit = limit
        self._broken = broken
        self._at = datetime.combine(today, time(10), UTC)
        self._today = today
        self._log: list[Place] = []
        noted = {
            name: replace(entry, position=_Noted(entry, self._log))
            for name, entry in contents.entries.items()
        }
        self._catalogue = Recording(replace(contents, entries=noted))
        self._catalogue.begin()
        self._world = RehearsalWorld(self._catalogue, self._at)
        self._reads = {name: Reads(entry, today) for name, entry in contents.entries.items()}
        self._branches = Branches(contents.entries, marks, problems, today)
        self._graph = _Graph()
        self._waiting: list[tuple[State, int]] = []
        self._states: dict[str, int] = {}
        self._cut: set[str] = set()  # entries that could not be walked whole
        self._visited: set[Place] = set()
        self._shown: set[tuple[object, ...]] = set()
        self._first, menu = self._menu()
        self._human_on_menu = _has(menu, "h")
        self.scenes = Scenes()
        self.opened: set[str] = set()
        """Entries that another one leads to."""

    def explore(self, done: Callable[[], None]) -> None:
        """Walk all entries; `done` is called after each."""
        for name in self._entries:
            self._go(self._first, Command(name="start", argument=name), None)
            while self._waiting:
                state, number = self._waiting.pop()
                for understood in self._inputs(state):
                    self._go(state, understood, number)
            done()
        self._report_unreached()
        for entry, at in dict(reversed(list(self._graph.endless()))).items():
            if entry not in self._cut:
                message = "these questions lead round in a circle: no answer ends them"
                hint = "Lead at least one answer on to a step that ends with an answer."
                self._problems.error(self._marks[entry, at], "loop", message, hint)
        self._branches.report(self._entries.keys() - self._cut)

    def _step(self, state: State, event: Input) -> Step:
        return step(state, event, self._catalogue, self._world)

    def _menu(self) -> tuple[State, Message | None]:
        """Return the state of somebody who reads German and has just seen the menu, and that."""
        state = State(language=self._catalogue.source.code, greeted=True)
        done = self._step(state, self.input(Command(name="menu")))
        return done.state, newest(done)

    def input(self, understood: Understood) -> Input:
        """Return an input of the day of this walk."""
        return Input(at=self._at, today=self._today, understood=understood)

    @property
    def first(self) -> State:
        """The state from which all entries are opened."""
        return self._first

    def _inputs(self, state: State) -> Iterator[Understood]:
        """Yield what she can answer in a state."""
        prompt = state.prompt
        if prompt is None:
            return
        frame = state.frames[-1]
        entry = self._entries[frame.entry]
        at = entry.steps[entry.position[frame.step]]
        if prompt.kind in QUESTIONS and isinstance(at, AskStep):
            pressed = at.kind in {"choice", "yes_no"}
            for value in self._reads[entry.id].candidates(at):
                if pressed:
                    yield Press(seq=prompt.seq, action=f"a:{value}")
                else:
                    yield Answer(value=value)
        for choice in prompt.choices:
            if choice.action.startswith("c:"):
                yield Press(seq=prompt.seq, action=choice.action)

    def _go(self, before: State, understood: Understood, number: int | None) -> None:
        """Give one input; look at what comes of it, and go on from there later."""
        event = self.input(understood)
        self._log.clear()
        self._catalogue.begin()
        try:
            done = self._step(before, event)
        except LookupError:  # content with errors lacks what its steps name
            if not self._broken:
                raise
            self._cut.update(entry for entry, _ in self._log)
            return
        trace = [place for i, place in enumerate(self._log) if i == 0 or place != self._log[i - 1]]
        self._visited.update(trace)
        self._branches.follow(before, done.state, trace, answered=number is not None)
        message = newest(done)
        where = self._where(done.state, trace)
        if done.faults:
            text = "these steps lead round and round without a question"
            self._problems.error(self._mark(where), "loop", text)
            return
        if message is None or done.state.prompt is None or not _has(message, "m"):
            text = "a dead end: nothing leads from here to the menu"
            self._problems.error(self._mark(where), "dead-end", text)
            return
        if not self._human_on_menu and not _has(message, "h"):
            text = "a human is more than two taps away from here"
            self._problems.error(self._mark(where), "far-human", text)
        shown = (done.state.shown, done.state.prompt.kind, _actions(message))
        if shown not in self._shown:
            self._shown.add(shown)
            made_of = self._catalogue.noted()
            seen = before, event, message
            self.scenes.add(Kind.ANSWER, "/".join(where), seen=seen, made_of=made_of)
            self._look(done.state, done.state.prompt, message, where)
        self._follow(done.state, number)

    def _where(self, state: State, trace: Sequence[Place]) -> Place:
        """Return the place at which a message is reported: its first text."""
        for key in state.shown:
            entry, _, at = key.partition("/")
            if (entry, at) in self._marks:
                return entry, at
        return trace[-1] if trace else ("", "")

    def _mark(self, place: Place) -> Mark:
        return self._marks.get(place, Mark(""))

    def _follow(self, state: State, number: int | None) -> None:
        """Note the way to a state; go on from it if it is new."""
        prompt = state.prompt
        graph = self._graph
        answered = prompt is None or prompt.kind is PromptKind.ANSWER
        if not state.frames:
            if number is not None:
                graph.final.add(number)
            return
        key: Key = (
            tuple((frame, self._seen(frame, state)) for frame in state.frames),
            prompt.kind if prompt is not None else PromptKind.ANSWER,
        )
        known = graph.number.get(key)
        new = known is None
        if known is None:
            known = graph.add(key, (state.frames[-1].entry, state.frames[-1].step))
            if answered:
                graph.final.add(known)
        if number is not None:
            graph.onward[number].add(known)
        if new:
            self._push(state, known)

    def _seen(self, frame: Frame, state: State) -> Sees:
        return self._reads[frame.entry].seen(frame.step, state.answers.get(frame.entry, {}))

    def _push(self, state: State, number: int) -> None:
        root = state.frames[0].entry
        self._states[root] = self._states.get(root, 0) + 1
        if self._states[root] == self._limit + 1:
            entry = self._entries[root]
            message = f"the entry has more than {self._limit:,} states: it cannot be checked whole"
            hint = "Split it: put a part into an entry of its own and `goto` it."
            self._problems.error(
                self._marks[root, entry.steps[0].id], "too-many-states", message, hint
            )
            self._cut.add(root)
        entries = [frame.entry for frame in state.frames]
        if root not in self._cut and len(set(entries)) == len(entries):
            self._waiting.append((state, number))
        else:  # not walked on from here, so nothing is said about what follows
            self._graph.final.add(number)

    def _look(self, state: State, prompt: Prompt, message: Message, where: Place) -> None:
        """Check of a new message what is the same in every language."""
        actions = _actions(message)
        self.opened.update(action[2:] for action in actions if action.startswith(("e:", "c:")))
        if prompt.kind is PromptKind.ANSWER and self._is_empty(message):
            text = "an answer can come out empty here: there is nothing but buttons"
            hint = "Say something before it ends."
            self._problems.error(self._mark(where), "empty-answer", text, hint)
        if sum(map(self._has_more, state.shown)) > 1:
            text = "an answer that begins here has more than one `more`"
            hint = "Only the last one gets its button."
            self._problems.warning(self._mark(where), "answer-more", text, hint)
        for action in actions:
            if action.startswith("d:"):
                event = self.input(Press(seq=prompt.seq, action=action))
                self._catalogue.begin()
                longer = newest(self._step(state, event))
                if longer is not None:
                    key = action[2:].replace(":", "/") + "/more"
                    made_of = self._catalogue.noted()
                    self.scenes.add(Kind.MORE, key, seen=(state, event, longer), made_of=made_of)

    def _is_empty(self, message: Message) -> bool:
        title = self._catalogue.words(MENU_TITLE, message.lang)
        return message.blocks == (Paragraph(spans=(Plain(text=title),)),)

    def _has_more(self, key: str) -> bool:
        entry, _, at = key.partition("/")
        if entry not in self._entries or at not in self._entries[entry].position:
            return False
        found = self._entries[entry].steps[self._entries[entry].position[at]]
        return isinstance(found, SayStep) and found.more

    def _report_unreached(self) -> None:
        for name, entry in self._entries.items():
            if name in self._cut:
                continue
            for each in entry.steps:
                if (name, each.id) not in self._visited:
                    message = f"no answer ever leads to the step `{each.id}`"
                    hint = "Look at the conditions before it: they exclude one another."
                    self._problems.error(self._marks[name, each.id], "unreachable", message, hint)


def _has(message: Message | None, action: str) -> bool:
    return message is not None and any(choice.action == action for choice in message.choices)


def _actions(message: Message) -> tuple[str, ...]:
    return tuple(choice.action for choice in message.choices)
