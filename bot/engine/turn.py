"""One turn in the making: what the state was, what it becomes, what has been said.

The only mutable thing of the engine; it lives for one call of `engine.step.step`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.content.catalogue import Catalogue, Found
from bot.content.model import Entry
from bot.domain.booking import Draft
from bot.domain.booking_news import BookingNews
from bot.domain.case import Human
from bot.domain.case_news import CaseNews
from bot.domain.conversation import (
    FREE,
    Frame,
    Input,
    Press,
    Prompt,
    PromptKind,
    State,
    Value,
    Waypoint,
)
from bot.domain.outgoing import (
    Block,
    Choice,
    Close,
    Edit,
    File,
    Message,
    Note,
    Output,
    Paragraph,
    Pin,
    Plain,
    Say,
)
from bot.domain.texts import (
    BACK,
    CHOSEN,
    EMERGENCY,
    HUMAN,
    LANGUAGE_MISSING,
    LANGUAGE_STALE,
    MENU,
    MORE,
    SHOW_GERMAN,
    Text,
)
from bot.engine.world import World

TRAIL_LIMIT = 20
STALE_WINDOW = timedelta(seconds=10)
MENU_PLACE = Waypoint(action="m")
IN_PLACE = frozenset({PromptKind.NAVIGATION, PromptKind.LANGUAGE, PromptKind.BOOKING})
OPEN_FOR_GOOD = frozenset(
    {PromptKind.ANSWER, PromptKind.PAGE, PromptKind.WAITING, PromptKind.RATING}
)
"""What people come back to: every button on these stays good."""


@dataclass(slots=True)
class Turn:
    """State, input and outputs of the turn that is being made."""

    catalogue: Catalogue
    input: Input
    before: State
    world: World
    seq: int = 0
    language: str = ""
    frames: list[Frame] = field(default_factory=list)
    answers: dict[str, dict[str, Value]] = field(default_factory=dict)
    trail: list[Waypoint] = field(default_factory=list)
    prompt: Prompt | None = None
    greeted: bool = False
    notices: bool = True
    pending: str | None = None
    chosen_language: str | None = None
    outputs: list[Output] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    last_shown: tuple[str, ...] = ()
    places: set[str] = field(default_factory=set)  # all places of the answer
    pins: dict[str, Pin] = field(default_factory=dict)  # those that are on the map
    placed: str | None = None  # the place whose name stands last in the answer
    more: str | None = None
    fallbacks: list[str] = field(default_factory=list)  # languages that stand in for hers
    stale: bool = False
    pressed: Choice | None = None  # of the open prompt; None: no button, or one of another message
    closed: tuple[Prompt, str | None] | None = None
    human: Human | None = None
    booking: Draft | None = None
    automatic: bool = False  # what is said now carries the mark that a program says it
    return_code: str | None = None  # the one that she has been shown
    code: str | None = None  # the one in what is said next

    @classmethod
    def begin(cls, state: State, event: Input, catalogue: Catalogue, world: World) -> Turn:
        """Start from `state`; the event itself takes the first number."""
        hint = catalogue.match_language(event.language_hint)
        known = catalogue.language(state.language) if state.language else None
        return cls(
            catalogue=catalogue,
            input=event,
            before=state,
            world=world,
            human=state.human,
            booking=state.booking,
            return_code=state.return_code,
            seq=state.seq + 1,
            language=(known or hint or catalogue.source).code,
            chosen_language=known.code if known else None,
            frames=list(state.frames),
            answers={entry: dict(given) for entry, given in state.answers.items()},
            trail=list(state.trail),
            prompt=state.prompt,
            greeted=state.greeted,
            notices=state.notices,
            pending=state.pending,
            last_shown=state.shown,
            pressed=_pressed(state, event),
        )

    def end(self) -> State:
        """Return the state after the turn."""
        if self.closed is not None:  # last, so that the answer does not wait for it
            prompt, note = self.closed
            self.seq += 1
            self.outputs.append(
                Close(seq=self.seq, target=prompt.message, shown=prompt.seq, note=note)
            )
        heard = replace(
            self.before,
            seq=self.seq,
            language=self.chosen_language,
            greeted=self.greeted,
            frames=tuple(self.frames),
            answers=self.answers,
            prompt=self.prompt,
            trail=tuple(self.trail[-TRAIL_LIMIT:]),
            notices=self.notices,
            pending=self.pending,
            booking=self.booking,
            shown=self.last_shown,
            human=self.human,
            return_code=self.return_code,
            mail=self.before.mail if self.human is not None else None,
        )
        understood = self.input.understood
        if isinstance(understood, CaseNews | BookingNews):
            return heard  # she has done nothing
        return replace(
            heard,
            last_at=self.input.at,
            last_press=f"{understood.seq}~{understood.action}"
            if isinstance(understood, Press)
            else None,
            stale_presses=self.stale_presses(),
        )

    def stale_presses(self) -> int:
        """Return how many presses on old buttons have come in a row, this one included."""
        press = self.input.understood
        prompt = self.before.prompt
        if not isinstance(press, Press) or (prompt is not None and press.seq == prompt.seq):
            return 0
        return 1 if self.quiet_for > STALE_WINDOW else self.before.stale_presses + 1

    # -- words

    def words(self, text: Text, /, **values: str) -> str:
        """Return an interface text in her language."""
        return self.catalogue.words(text, self.language, **values)

    def paragraph(self, text: Text, /, **values: str) -> Paragraph:
        """Return an interface text as a paragraph."""
        return Paragraph(spans=(Plain(text=self.words(text, **values)),))

    def text(self, key: str) -> tuple[Block, ...]:
        """Return a text of the content, and remember in which language it was found."""
        found = self.catalogue.blocks(key, self.language, self.input.today)
        if found.freshness == "missing" and found.lang not in self.fallbacks:
            self.fallbacks.append(found.lang)
        self.stale = self.stale or found.stale
        return in_language(found, self.language)

    def line(self, key: str) -> str:
        """Return a text of one line that stands within an answer; remembers as `text` does."""
        self.text(key)
        return self.label(key)

    def add(self, key: str, blocks: tuple[Block, ...]) -> None:
        """Add to the answer; `key` names what it came from, so that it can be shown again."""
        self.blocks.extend(blocks)
        self.shown.append(key)
        self.placed = None

    @property
    def shown_entry(self) -> Entry | None:
        """Return the entry that the answer comes from, None for an answer without one."""
        last = self.shown[-1] if self.shown else ""
        return self.catalogue.entries.get(last.partition("/")[0])

    def label(self, key: str) -> str:
        """Return a title or label of the content in her language."""
        return self.catalogue.plain(key, self.language)

    def nav(self, *, back: bool = True, human: bool = False) -> tuple[Choice, ...]:
        """Return the choices that stand last, in their fixed order; none while a human is here."""
        if self.human is not None and self.human.present:
            return ()
        choices: list[Choice] = []
        if human:
            choices.append(Choice(action="h", label=self.words(HUMAN), nav=True))
        if back:
            choices.append(Choice(action="b", label=self.words(BACK), nav=True))
        choices.append(Choice(action="m", label=self.words(MENU), nav=True))
        return tuple(choices)

    def emergency(self) -> Choice:
        """Return the choice that opens the emergency card."""
        return Choice(action="x", label=self.words(EMERGENCY), nav=True)

    # -- sending

    def say(self, *blocks: Block) -> None:
        """Send a message that expects nothing; the open prompt stays open."""
        code, self.code = self.code, None
        self.send(Message(lang=self.language, blocks=blocks, automatic=self.automatic, code=code))

    def send(self, message: Message) -> None:
        """Send a message as it is; the open prompt stays open."""
        self.seq += 1
        self.outputs.append(Say(seq=self.seq, message=message))

    def replace_message(self, target: int, message: Message) -> None:
        """Put another message in the place of number `target`."""
        self.seq += 1
        self.outputs.append(Edit(seq=self.seq, target=target, message=message))

    def ask(
        self,
        kind: PromptKind,
        blocks: tuple[Block, ...],
        choices: tuple[Choice, ...],
        *,
        fingerprint: str | None = None,
        tries: int = 0,
        card: bool = False,
        file: File | None = None,
    ) -> None:
        """Send a message that becomes the open prompt; the one before is closed or edited in
        place.
        """
        message = Message(
            lang=self.language,
            blocks=blocks,
            choices=choices,
            free=kind in FREE,
            card=card,
            pins=tuple(self.pins.values()),
            file=file,
            automatic=self.automatic,
            code=self.code,
        )
        self.code = None
        target = self._in_place_target(kind)
        if target is None:
            self.close()
        self.seq += 1
        if target is None:
            self.outputs.append(Say(seq=self.seq, message=message))
        else:
            self.outputs.append(Edit(seq=self.seq, target=target, message=message))
        self.prompt = Prompt(
            kind=kind,
            seq=self.seq,
            message=self.seq if target is None else target,
            choices=choices,
            fingerprint=fingerprint,
            tries=tries,
        )

    def _in_place_target(self, kind: PromptKind) -> int | None:
        """Navigation that was pressed on the open navigation message replaces it."""
        prompt = self.prompt
        if prompt is None or self.pressed is None or not self.input.in_place:
            return None
        return prompt.message if {kind, prompt.kind} <= IN_PLACE else None

    def page(self, *blocks: Block, back: bool = True, human: bool = False) -> None:
        """Send a message beside the way. She stays where she was."""
        notes = self.language_notes()
        self.ask(PromptKind.PAGE, (*blocks, *notes), self.nav(back=back, human=human))

    def close(self) -> None:
        """Take the buttons off the open prompt and show in it what was chosen."""
        prompt, self.prompt = self.prompt, None
        if prompt is None or prompt.kind in OPEN_FOR_GOOD:
            return
        chosen = self.pressed
        note = self.words(CHOSEN, choice=chosen.label) if chosen and not chosen.nav else None
        self.closed = (prompt, note)

    def settle(self, prompt: Prompt, note: str | None = None) -> None:
        """Take the buttons off the open prompt, whatever its kind."""
        self.prompt, self.closed = None, (prompt, note)

    def take_answer(self) -> tuple[tuple[Block, ...], tuple[Choice, ...]]:
        """Return what has been composed, with the notices about its language and the choices that
        belong to it.
        """
        blocks = tuple(self.blocks) + self.language_notes()
        choices = self._own_choices()
        self.last_shown = tuple(self.shown)
        return blocks, choices

    def language_notes(self) -> tuple[Block, ...]:
        """Return the notices about the languages of what has been composed."""
        notes: list[Block] = []
        if self.fallbacks:
            names = {each.code: each.name for each in self.catalogue.languages}
            fallback = ", ".join(names[code] for code in self.fallbacks)
            text = self.words(LANGUAGE_MISSING, language=names[self.language], fallback=fallback)
            notes.append(Note(spans=(Plain(text=text),)))
        if self.stale:
            notes.append(Note(spans=(Plain(text=self.words(LANGUAGE_STALE)),)))
        return tuple(notes)

    def _own_choices(self) -> tuple[Choice, ...]:
        """Return [more] and, for a stale text, [the German one]."""
        choices: list[Choice] = []
        if self.more is not None:
            entry, _, step = self.more.partition("/")
            choices.append(Choice(action=f"d:{entry}:{step}", label=self.words(MORE)))
        if self.stale:
            choices.append(Choice(action="g", label=self.words(SHOW_GERMAN)))
        return tuple(choices)

    # -- places

    def forget(self) -> None:
        """Leave the entry: nothing of it is open or half composed any more."""
        self.frames.clear()
        self.blocks.clear()
        self.fallbacks.clear()
        self.places.clear()
        self.pins.clear()
        self.last_shown, self.stale = (), False
        self.park()

    def park(self) -> None:
        """Leave the way to an appointment; she may come back to it."""
        if self.booking is not None:
            self.booking = replace(self.booking, parked=True)

    def visit(self, place: Waypoint) -> None:
        """Remember where she is; going to the same place twice counts once."""
        if not self.trail or self.trail[-1] != place:
            self.trail.append(place)

    @property
    def quiet_for(self) -> timedelta:
        """How long she had been silent before this event."""
        last = self.before.last_at
        return self.input.at - last if last is not None else timedelta(0)


def in_language(found: Found, language: str) -> tuple[Block, ...]:
    """Return the blocks of a text, each marked with its language where that is another one."""
    if found.lang == language:
        return found.blocks
    return tuple(replace(block, lang=found.lang) for block in found.blocks)


def _pressed(state: State, event: Input) -> Choice | None:
    """Return the choice of the open prompt that was pressed, if it is one of its own."""
    press = event.understood
    if not isinstance(press, Press) or state.prompt is None or press.seq != state.prompt.seq:
        return None
    return next((c for c in state.prompt.choices if c.action == press.action), None)
