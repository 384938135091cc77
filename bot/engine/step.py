"""The engine's door: one input, one step of the conversation.

`step` never raises for anything that content or a person can do; what content does wrong comes back
as a fault, a short code with the entry's id for editors.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from bot.content.catalogue import Catalogue
from bot.domain.conversation import (
    QUESTIONS,
    Answer,
    Command,
    FreeText,
    Greeting,
    Input,
    Late,
    Media,
    Press,
    PromptKind,
    State,
    Waypoint,
)
from bot.domain.inbound import AttachmentKind
from bot.domain.outgoing import Block, Choice, Output
from bot.domain.texts import (
    BUTTON_OLD,
    LATE,
    MEDIA,
    MEDIA_VOICE,
    NONE,
    RESUME,
    RESUME_NO,
    RESUME_YES,
)
from bot.engine import commands, entries, menu
from bot.engine.turn import Turn

DOUBLE_PRESS = timedelta(seconds=10)
STALE_PRESSES = 5  # answered in a row; what comes faster than she can read is not


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a turn produced: the state to keep, what to send in order, what editors must hear."""

    state: State
    outputs: tuple[Output, ...]
    faults: tuple[str, ...] = ()


def step(state: State, event: Input, catalogue: Catalogue) -> Step:
    """Take one input in one state; return the new state and what to say."""
    turn = Turn.begin(state, event, catalogue)
    if not _is_double_press(state, event) and turn.stale_presses() <= STALE_PRESSES:
        _dispatch(turn)
    return Step(state=turn.end(), outputs=tuple(turn.outputs), faults=tuple(turn.faults))


def _is_double_press(state: State, event: Input) -> bool:
    """The same button pressed twice in a moment (an impatient thumb, two devices) counts once."""
    press = event.understood
    return (
        isinstance(press, Press)
        and state.last_at is not None
        and state.last_press == f"{press.seq}~{press.action}"
        and event.at - state.last_at < DOUBLE_PRESS
        and (state.prompt is None or press.seq != state.prompt.seq)
    )


def _dispatch(turn: Turn) -> None:
    understood = turn.input.understood
    if _emergency_asked(turn):
        menu.emergency(turn)
    elif turn.chosen_language is None:
        _before_language(turn)
    elif _is_back_after_silence(turn):
        _ask_resume(turn)
    else:
        match understood:
            case Command():
                commands.run(turn, understood)
            case Press():
                _press(turn, understood)
            case Answer(value=value):
                _answer(turn, value)
            case FreeText():
                _free_text(turn)
            case Late():
                _show_again(turn, turn.paragraph(LATE))
            case Media(kind=kind):
                voice = kind is AttachmentKind.VOICE
                _show_again(turn, turn.paragraph(MEDIA_VOICE if voice else MEDIA))
            case Greeting():
                if not turn.greeted:
                    menu.greet(turn)
                    menu.menu(turn)
            case _:
                assert_never(understood)


def _emergency_asked(turn: Turn) -> bool:
    """Help comes before everything, also before a language is chosen."""
    match turn.input.understood:
        case Command(name="emergency") | Press(action="x"):
            return True
        case _:
            return False


def _before_language(turn: Turn) -> None:
    """Nothing is said before she can read it; a deep link waits."""
    match turn.input.understood:
        case Press(action=action) if action.startswith("l:"):
            code = action.removeprefix("l:")
            if turn.catalogue.language(code) is not None:
                _language_chosen(turn, code)
                return
            page = int(code) if code.isascii() and code.isdigit() else 1
            menu.ask_language(turn, page)
            return
        case Command(name="start", argument=argument):
            turn.pending = argument if argument in turn.catalogue.entries else None
        case _:
            pass
    menu.ask_language(turn)


def _language_chosen(turn: Turn, code: str) -> None:
    """Go on where she was, or with what waited, or with the menu."""
    menu.choose_language(turn, code)
    waiting, turn.pending = turn.pending, None
    if waiting is not None and waiting in turn.catalogue.entries:
        turn.trail = [Waypoint(action="m")]
        entries.open_entry(turn, waiting)
    else:
        place = turn.trail[-1] if turn.trail else Waypoint(action="m")
        entries.return_to(turn, place)


def _is_back_after_silence(turn: Turn) -> bool:
    """After a long silence inside an entry she is asked whether to go on, unless she says what she
    wants.
    """
    if turn.prompt is None or turn.prompt.kind not in QUESTIONS or not turn.frames:
        return False
    if isinstance(turn.input.understood, Command):
        return False
    return turn.quiet_for > timedelta(seconds=turn.catalogue.site.resume_after)


def _ask_resume(turn: Turn) -> None:
    entry = turn.frames[0].entry
    if entry not in turn.catalogue.entries:
        menu.menu(turn)
        return
    title = turn.label(f"{entry}/title")
    turn.pressed = None  # not taken as an answer yet
    turn.ask(
        PromptKind.RESUME,
        (turn.paragraph(RESUME, title=title),),
        (
            Choice(action="r", label=turn.words(RESUME_YES)),
            Choice(action="n", label=turn.words(RESUME_NO)),
            *turn.nav(back=False),
        ),
    )


def _press(turn: Turn, press: Press) -> None:
    """Do what a button says. Navigation works from every message; an answer only from the open
    question.
    """
    name, _, rest = press.action.partition(":")
    current = turn.prompt is not None and press.seq == turn.prompt.seq
    match name:
        case "m":
            menu.menu(turn, _page(rest))
        case "t":
            topic, _, page = rest.partition(":")
            menu.topic(turn, topic, _page(page))
        case "e":
            entries.open_entry(turn, rest)
        case "h":
            menu.human(turn)
        case "d":
            entry, _, step_id = rest.partition(":")
            entries.more(turn, entry, step_id)
        case "l" if turn.catalogue.language(rest) is not None:
            _language_chosen(turn, rest)
        case "l":
            menu.ask_language(turn, _page(rest))
        case "c" if current:
            entries.call_entry(turn, rest)
        case "a" if current:
            entries.answer(turn, rest)
        case "b" if current:
            entries.back(turn)
        case "g" if current:
            entries.german(turn)
        case "r" if current:
            _go_on(turn)
        case "n" if current:
            menu.menu(turn)
        case _:
            _show_again(turn, turn.paragraph(BUTTON_OLD))


def _page(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 1


def _go_on(turn: Turn) -> None:
    """Ask the question again that was open before the silence."""
    place = next((p for p in reversed(turn.trail) if p.action == "q"), Waypoint(action="m"))
    entries.return_to(turn, place)


def _answer(turn: Turn, value: bool | int | str) -> None:
    if turn.prompt is not None and turn.prompt.kind in QUESTIONS:
        entries.answer(turn, value)
    else:
        _free_text(turn)


def _free_text(turn: Turn) -> None:
    """Words that nothing fits: ask the open question again, or say so and offer a human."""
    found = entries.open_question(turn)
    if found is not None and turn.prompt is not None and turn.prompt.kind in QUESTIONS:
        entry, ask = found
        if turn.prompt.fingerprint != ask.fingerprint:
            entries.ask_changed(turn, entry, ask)
        else:
            entries.ask_again(turn, entry, ask, entries.hint(turn, ask))
        return
    turn.ask(PromptKind.ANSWER, (turn.paragraph(NONE),), turn.nav(back=False, human=True))


def _show_again(turn: Turn, notice: Block) -> None:
    """Say `notice` and show where she is now."""
    if turn.prompt is not None and turn.prompt.kind is PromptKind.LANGUAGE:
        menu.ask_language(turn, 1, notice)
        return
    if turn.prompt is not None and turn.prompt.kind is PromptKind.RESUME:
        turn.say(notice)
        _ask_resume(turn)
        return
    place = turn.trail[-1] if turn.trail else Waypoint(action="m")
    finished = turn.prompt is None or turn.prompt.kind is PromptKind.ANSWER
    if place.action == "q" and finished:
        place = Waypoint(action="m")
    entries.return_to(turn, place, notice)
