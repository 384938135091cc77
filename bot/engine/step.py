"""The engine's door: one input, one step of the conversation.

`step` never raises for anything that content or a person can do; what content does wrong comes back
as a fault, a short code with the entry's id for editors.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from bot.content.catalogue import Catalogue
from bot.domain.booking_news import BookingNews
from bot.domain.case_news import CaseNews
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
    Said,
    State,
    Value,
)
from bot.domain.inbound import AttachmentKind
from bot.domain.outgoing import Block, Choice, Output
from bot.domain.returning import BadCode, Returned
from bot.domain.texts import (
    ASK_AGAIN,
    BUTTON_OLD,
    GONE,
    LATE,
    MEDIA,
    MEDIA_VOICE,
    NONE,
    RESUME,
    RESUME_NO,
    RESUME_YES,
)
from bot.engine import (
    answers,
    arriving,
    booking,
    booking_ask,
    booking_news,
    commands,
    handoff,
    menu,
    news,
    silence,
    walk,
    where,
)
from bot.engine.turn import Turn
from bot.engine.world import World

WITHOUT_LANGUAGE = frozenset({"language", "human", "about", "privacy", "stop"})
DOUBLE_PRESS = timedelta(seconds=10)
STALE_PRESSES = 5  # answered in a row; what comes faster than she can read is not


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a turn produced: the state to keep, what to send in order, what editors must hear."""

    state: State
    outputs: tuple[Output, ...]
    faults: tuple[str, ...] = ()


def step(state: State, event: Input, catalogue: Catalogue, world: World) -> Step:
    """Take one input in one state; return the new state and what to say."""
    turn = Turn.begin(state, event, catalogue, world)
    too_fast = turn.stale_presses() > STALE_PRESSES and not _emergency_asked(turn)
    if not too_fast and not _is_double_press(state, event):
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
    """Let the right one listen: first what is always answered, then a human, then the program."""
    human, understood = turn.human, turn.input.understood
    if isinstance(understood, CaseNews):
        news.hear(turn, understood)
    elif isinstance(understood, BookingNews):
        booking_news.hear(turn, understood)
    elif isinstance(understood, Returned | BadCode):
        arriving.hear(turn, understood)
    elif _emergency_asked(turn):
        turn.automatic = human is not None and human.present
        menu.emergency(turn)
    elif human is not None and human.present:
        silence.hear(turn, human, understood)
    elif human is not None and handoff.are_words_for_a_human(turn):
        handoff.words(turn, human)
    elif turn.chosen_language is None:
        _before_language(turn)
    elif _is_back_after_silence(turn):
        _ask_resume(turn)
    else:
        _hear(turn, understood)


def _hear(turn: Turn, understood: Said) -> None:
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
            _show_again(turn)
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
    """Ask for the language first; a deep link waits. Only what cannot wait is answered in the
    platform's language or in German.
    """
    match turn.input.understood:
        case Press(action=action) if action.startswith("l:"):
            _language(turn, action.removeprefix("l:"))
        case Press() as press if handoff.press(turn, press):
            pass
        case Command(name="start", argument=argument):
            turn.pending = argument if argument in turn.catalogue.entries else None
            menu.ask_language(turn)
        case Command(name="menu") | Press(action="m"):
            turn.pending = None  # the menu instead
            menu.ask_language(turn)
        case Command(name=name) as command if name in WITHOUT_LANGUAGE:
            commands.run(turn, command)
        case _:
            menu.ask_language(turn)


def _language(turn: Turn, code: str) -> None:
    """Take the button of a language, or of another page of languages."""
    if turn.catalogue.language(code) is not None:
        where.change_language(turn, code)
    else:
        menu.ask_language(turn, menu.page_number(code))


def _is_back_after_silence(turn: Turn) -> bool:
    """After a long silence at a question she is asked whether to go on, unless she says what she
    wants.
    """
    match turn.input.understood:
        case Command():
            return False
        case Press(action=action) if not action.startswith("a:"):
            return False
    silence = timedelta(seconds=turn.catalogue.site.resume_after)
    return _is_asked(turn) and turn.quiet_for > silence


def _is_asked(turn: Turn) -> bool:
    return turn.prompt is not None and turn.prompt.kind in QUESTIONS


def _ask_resume(turn: Turn, *notice: Block) -> None:
    turn.pressed = None  # not taken as an answer yet
    entry = turn.frames[0].entry
    if entry not in turn.catalogue.entries:
        menu.menu(turn, 1, *notice, turn.paragraph(GONE))
        return
    title = turn.label(f"{entry}/title")
    turn.ask(
        PromptKind.RESUME,
        (*notice, turn.paragraph(RESUME, title=title)),
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
    own = turn.pressed is not None
    match name:
        case "m":
            menu.menu(turn, menu.page_number(rest))
        case "t":
            topic, _, page = rest.partition(":")
            menu.topic(turn, topic, menu.page_number(page))
        case "c" if own:
            walk.call_entry(turn, rest)
        case "e" | "c":
            walk.open_entry(turn, rest)
        case "d":
            where.more(turn, rest.replace(":", "/"))
        case "l":
            _language(turn, rest)
        case "a" if own:
            answers.answer(turn, rest)
        case "b" if own:
            _back(turn)
        case "p" if booking.press(turn, press):
            pass
        case "g" if own and turn.prompt is not None:
            where.german(turn, turn.prompt)
        case "k" if own:
            where.card(turn)
        case "r" if own:
            where.here(turn)
        case "n" if own:
            menu.menu(turn)
        case _ if not (handoff.press(turn, press) or arriving.press(turn, press)):
            _show_again(turn, turn.paragraph(BUTTON_OLD))
        case _:
            pass


def _back(turn: Turn) -> None:
    """Go back one place; on the way to an appointment, one question of it."""
    asked = turn.prompt is not None and turn.prompt.kind in booking_ask.ASKED
    if not asked or not booking.back(turn):
        where.back(turn)


def _answer(turn: Turn, value: Value) -> None:
    if turn.prompt is not None and turn.prompt.kind is PromptKind.BOOKING_WORDS:
        booking.words(turn, value)
    elif _is_asked(turn):
        answers.answer(turn, value)
    else:
        _free_text(turn)


def _free_text(turn: Turn) -> None:
    """Words that nothing fits: ask the open question again, or say so and offer a human."""
    if _is_asked(turn):
        answers.answer(turn, None)
    elif turn.prompt is not None and turn.prompt.kind is PromptKind.RESUME:
        _ask_resume(turn, turn.paragraph(ASK_AGAIN))
    elif turn.prompt is not None and turn.prompt.kind is PromptKind.BOOKING_WORDS:
        booking.words(turn, None)
    elif turn.prompt is not None and turn.prompt.kind in booking_ask.ASKED:
        booking.again(turn)
    else:
        turn.page(turn.paragraph(NONE), back=not where.is_at_menu(turn), human=True)


def _show_again(turn: Turn, *notice: Block) -> None:
    """Say `notice` and ask again what is open, or show where she is."""
    kind = turn.prompt.kind if turn.prompt is not None else None
    if kind is PromptKind.LANGUAGE:
        menu.ask_language(turn, 1, *notice)
    elif kind is PromptKind.RESUME:
        _ask_resume(turn, *notice)
    elif kind in booking_ask.ASKED:
        booking.resume(turn, *notice)
    else:
        where.here(turn, *notice)
