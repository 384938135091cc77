"""While a human has the conversation, or has put it aside, the program is silent.

A case that was put aside out of the queue is nobody's: nobody would be talked over, and she has
never met a human who could be meant by the silence. So there the program goes on as while she
waits, and the design's "snoozed" means one that somebody has.

Theory. What she writes is for the human and gets no word from the program. What she asks of the
program itself is answered, marked as automatic, and only this: the emergency card (in every state;
the way to it stands in `engine.step`), her data, the language, help, and who has her conversation.
Every other command and every button of the time before asks whether she wants to go on with the
human or end it: ended, the program answers again. Once in a while nobody is on duty when she
writes; then she is told by when somebody will be, once until a human has written again. Notices of
her own bookings come from elsewhere.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot.domain.case import Human
from bot.domain.conversation import (
    Answer,
    Command,
    FreeText,
    Greeting,
    Late,
    Media,
    Press,
    PromptKind,
    Said,
)
from bot.domain.outgoing import Block, Choice
from bot.domain.texts import STOPPED
from bot.domain.texts_case import CHOOSE, END, GO_ON, LANGUAGE_NOW, NIGHT
from bot.engine import booking, commands, handoff, menu
from bot.engine.turn import Turn

ANSWERED = frozenset({"human", "privacy", "mydata", "delete", "help"})
"""Commands that the program answers beside a human; `language` too."""


def hear(turn: Turn, human: Human, understood: Said) -> None:
    """She says or presses something while a human has the conversation."""
    turn.automatic = True
    match understood:
        case FreeText() | Answer() | Late() | Media():
            _words(turn, human)
        case Command():
            _command(turn, understood)
        case Press():
            _press(turn, understood)
        case Greeting():
            pass
        case _:
            assert_never(understood)


def _words(turn: Turn, human: Human) -> None:
    """What she writes is for the human; say only, and once, when nobody is on duty."""
    if turn.prompt is not None and turn.prompt.kind is PromptKind.HUMAN:
        turn.close()  # she goes on
    handoff.words(turn, human)
    now = turn.human
    if now is None or not now.present or now.told_nobody:
        return
    promise = turn.world.promise()
    if promise.by is not None and not promise.staffed:
        turn.human = replace(now, told_nobody=True)
        turn.say(handoff.dated(turn, NIGHT, promise.by))


def _command(turn: Turn, command: Command) -> None:
    match command.name:
        case "language":
            found = turn.catalogue.match_language(command.argument)
            _language(turn, found.code if found is not None else "")
        case "stop":
            turn.notices = False
            _choose(turn, turn.paragraph(STOPPED))
        case name if name in ANSWERED:
            commands.run(turn, command)
        case _:
            _choose(turn)


def _press(turn: Turn, press: Press) -> None:
    name, _, rest = press.action.partition(":")
    own = turn.pressed is not None
    match name:
        case "h" | "hf" | "u" | "f":
            handoff.press(turn, press)
        case "l" if own:
            _language(turn, rest)
        case "p" if booking.press(turn, press):
            pass
        case "o" if own:
            turn.close()
        case "z" if own:
            turn.automatic = False
            handoff.end(turn)
        case _:
            _choose(turn)


def _language(turn: Turn, code: str) -> None:
    """Keep a language without a word about anything else; ask for one, or for another page."""
    found = turn.catalogue.language(code)
    if found is None:
        menu.ask_language(turn, menu.page_number(code))
        return
    turn.chosen_language = turn.language = found.code
    turn.close()
    turn.say(turn.paragraph(LANGUAGE_NOW, language=found.name))


def _choose(turn: Turn, *notice: Block) -> None:
    """Ask whether she goes on with the human or ends the conversation."""
    choices = (
        Choice(action="o", label=turn.words(GO_ON)),
        Choice(action="z", label=turn.words(END)),
    )
    turn.ask(PromptKind.HUMAN, (*notice, turn.paragraph(CHOOSE)), choices)
