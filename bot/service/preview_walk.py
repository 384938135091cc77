"""An entry walked by an editor, in several languages at once, with the real engine.

Theory. A walk is the list of its moves and nothing else: the page keeps them in its address. To
show a walk it is walked anew, in each language from an empty conversation. So a changed text shows
at once, one step back is a shorter list, and nothing of it is stored anywhere. A press is named by
its action, which all languages share; words are understood once, in the language they were written
in, and what they mean is done on every side. A move that a side does not offer (the German text,
where nothing is stale) is left out there; one that no side offers any more ends the walk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from html import escape
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.content.catalogue import Catalogue
from bot.content.model import AskStep, Language
from bot.domain.conversation import FREE, Command, Input, Press, State, Understood
from bot.domain.outgoing import Close, Edit, Message, Note, Plain, Say
from bot.domain.texts import LANGUAGE_MISSING, LANGUAGE_STALE
from bot.engine.step import step
from bot.service.door import understand
from bot.service.rehearsal_world import RehearsalWorld
from bot.service.webchat import WEB, said

MOST_MOVES = 60
MOST_WORDS = 500
BETWEEN = timedelta(seconds=30)  # moves that follow too fast would be taken for an impatient thumb


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button, by its action."""

    action: str


@dataclass(frozen=True, slots=True)
class Written:
    """Words, and the language in which they were written."""

    language: str
    words: str


Move = Pressed | Written


def read_move(text: str) -> Move | None:
    """Return a move from the page's address, None where it is none."""
    kind, _, rest = text.partition(".")
    if kind == "press" and rest:
        return Pressed(rest)
    language, _, words = rest.partition(".")
    if kind == "say" and words.strip():
        return Written(language, words.strip()[:MOST_WORDS])
    return None


def write_move(move: Move) -> str:
    """Return a move as it stands in the page's address."""
    match move:
        case Pressed(action=action):
            return f"press.{action}"
        case Written(language=language, words=words):
            return f"say.{language}.{words}"
        case _:
            assert_never(move)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a conversation stands: a step of an entry, and which of how many it is."""

    entry: str
    step: str
    number: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What one phone shows.

    `events` are those of the web chat; `open` is the id of the message whose choices can be
    pressed. `keys` are the entry's own texts in the newest message; `stale` and `missing` are what
    that message itself says of its words; `writes`: it expects words or figures.
    """

    language: Language
    events: tuple[dict[str, object], ...]
    open: str | None
    spot: Spot | None
    keys: tuple[str, ...]
    stale: bool
    missing: bool
    writes: bool
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """An entry walked: one screen for each language, and the moves that could be made."""

    screens: tuple[Screen, ...]
    moves: tuple[Move, ...]
    cut: bool  # the last moves are not possible any more


def walk(
    catalogue: Catalogue,
    entry: str,
    languages: Sequence[str],
    moves: Sequence[Move],
    at: datetime,
) -> Walk:
    """Open `entry` in each language and make the moves. The entry and the languages exist."""
    sides = [_Side(catalogue, code, at) for code in languages]
    for side in sides:
        side.take(Command(name="start", argument=entry))
    made: list[Move] = []
    for move in moves[:MOST_MOVES]:
        if not _make(move, sides):
            break
        made.append(move)
    return Walk(
        screens=tuple([side.screen() for side in sides]),
        moves=tuple(made),
        cut=len(made) < len(moves),
    )


def _make(move: Move, sides: Sequence[_Side]) -> bool:
    """Make a move on every side that offers it; return whether one did."""
    match move:
        case Pressed(action=action):
            able = [side for side in sides if side.press(action)]
            return bool(able)
        case Written(language=language, words=words):
            own = next((side for side in sides if side.language == language), sides[0])
            meant = own.meaning(words)
            for side in sides:
                side.hear(words, meant)
            return True
        case _:
            assert_never(move)


@dataclass(slots=True)
class _Side:
    """One conversation that lives for one walk."""

    catalogue: Catalogue
    language: str
    at: datetime
    state: State = field(init=False)
    messages: dict[int, Message] = field(default_factory=dict)
    order: list[int | str] = field(default_factory=list)  # a message's number, or her words
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = State(language=self.language, greeted=True)

    def press(self, action: str) -> bool:
        prompt = self.state.prompt
        choices = prompt.choices if prompt is not None else ()
        pressed = next((choice for choice in choices if choice.action == action), None)
        if prompt is None or pressed is None:
            return False
        self.order.append(pressed.label)
        self.take(Press(seq=prompt.seq, action=action))
        return True

    def meaning(self, words: str) -> Understood:
        return understand(words, self.state, self.catalogue, self.at)

    def hear(self, words: str, meant: Understood) -> None:
        """Take words by their meaning; a press that was meant is one on this side's own button."""
        if isinstance(meant, Press) and self.press(meant.action):
            return
        self.order.append(words)
        self.take(meant)

    def take(self, understood: Understood) -> None:
        event = Input(
            at=self.at,
            today=self.at.astimezone(ZoneInfo(self.catalogue.site.zone)).date(),
            understood=understood,
            in_place=WEB.edits_in_place,
        )
        done = step(self.state, event, self.catalogue, RehearsalWorld(self.catalogue, self.at))
        self.state = done.state
        self.faults += done.faults
        self.at += BETWEEN
        for output in done.outputs:
            match output:
                case Say(seq=seq, message=message):
                    self.messages[seq] = message
                    self.order.append(seq)
                case Edit(target=target, message=message):
                    self.messages[target] = message
                case Close(target=target, note=note):
                    shown = self.messages[target]
                    marked = (Note(spans=(Plain(text=note),)),) if note is not None else ()
                    self.messages[target] = replace(shown, blocks=shown.blocks + marked, choices=())
                case _:
                    assert_never(output)

    def screen(self) -> Screen:
        prompt = self.state.prompt
        code = self.state.language or self.language
        notes = _notes(self.messages.get(prompt.message) if prompt is not None else None)
        return Screen(
            language=self.catalogue.language(code) or self.catalogue.source,
            events=tuple([self._event(each) for each in self.order]),
            open=str(prompt.message) if prompt is not None else None,
            spot=self._spot(),
            keys=self._keys(),
            stale=self._stale(notes, code),
            missing=self._missing(notes, code),
            writes=prompt is not None and prompt.kind in FREE,
            faults=tuple(dict.fromkeys(self.faults)),
        )

    def _event(self, each: int | str) -> dict[str, object]:
        if isinstance(each, int):
            return said(self.messages[each], each, self.catalogue)
        html = f'<p dir="auto">{escape(each)}</p>'
        return {"id": "", "from": "me", "html": html, "choices": []}

    def _spot(self) -> Spot | None:
        for key in reversed(self.state.shown):
            entry_id, _, rest = key.partition("/")
            entry = self.catalogue.entries.get(entry_id)
            position = entry.position.get(rest.partition("/")[0]) if entry is not None else None
            if entry is not None and position is not None:
                return Spot(
                    entry=entry_id,
                    step=entry.steps[position].id,
                    number=position + 1,
                    total=len(entry.steps),
                )
        return None

    def _keys(self) -> tuple[str, ...]:
        """Return the texts of the newest question or answer that can be old or missing."""
        keys: list[str] = []
        for key in self.state.shown:
            keys += [key] if self.catalogue.has(key) else []
            entry_id, _, step_id = key.partition("/")
            entry = self.catalogue.entries.get(entry_id)
            position = entry.position.get(step_id) if entry is not None else None
            if entry is not None and position is not None:
                shown = entry.steps[position]
                if isinstance(shown, AskStep):
                    keys += [f"{key}/{choice}" for choice in shown.choices]
        prompt = self.state.prompt
        for choice in prompt.choices if prompt is not None else ():
            kind, _, entry_id = choice.action.partition(":")
            if kind in {"e", "c"} and self.catalogue.has(f"{entry_id}/title"):
                keys.append(f"{entry_id}/title")
        return tuple(dict.fromkeys(keys))

    def _stale(self, notes: frozenset[str], code: str) -> bool:
        return self.catalogue.words(LANGUAGE_STALE, code) in notes

    def _missing(self, notes: frozenset[str], code: str) -> bool:
        own = self.catalogue.language(code) or self.catalogue.source
        return any(
            self.catalogue.words(LANGUAGE_MISSING, code, language=own.name, fallback=other.name)
            in notes
            for other in self.catalogue.languages
        )


def _notes(message: Message | None) -> frozenset[str]:
    """Return the small print of a message: there the engine says what its words are worth."""
    blocks = message.blocks if message is not None else ()
    return frozenset(
        "".join(span.text for span in block.spans if isinstance(span, Plain))
        for block in blocks
        if isinstance(block, Note)
    )
