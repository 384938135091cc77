"""The commands of the chat: what each does, whatever the way it was given (slash, word, fixed
button).
"""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.conversation import Command
from bot.domain.outgoing import Bullets, Plain
from bot.domain.texts import (
    DATA_NOT_YET,
    HELP,
    HELP_ABOUT,
    HELP_APPOINTMENT,
    HELP_EMERGENCY,
    HELP_HUMAN,
    HELP_LANGUAGE,
    HELP_MENU,
    HELP_PRIVACY,
    HELP_STOP,
    STOPPED,
)
from bot.engine import booking, handoff, menu, where
from bot.engine.turn import Turn

HELP_LINES = (
    HELP_MENU,
    HELP_LANGUAGE,
    HELP_APPOINTMENT,
    HELP_HUMAN,
    HELP_EMERGENCY,
    HELP_PRIVACY,
    HELP_ABOUT,
    HELP_STOP,
)


def run(turn: Turn, command: Command) -> None:
    """Do a command; one that does not exist shows what does."""
    match command.name:
        case "start":
            _start(turn, command.argument)
        case "language":
            _language(turn, command.argument)
        case "appointment":
            booking.command(turn, command.argument)
        case name:
            COMMANDS.get(name, _help)(turn)


def _start(turn: Turn, argument: str) -> None:
    turn.notices = True
    if argument in turn.catalogue.entries:
        where.start_at(turn, argument)
    else:
        menu.menu(turn)


def _language(turn: Turn, argument: str) -> None:
    found = turn.catalogue.match_language(argument)
    if found is None:
        menu.ask_language(turn)
    else:
        where.change_language(turn, found.code)


def _more(turn: Turn) -> None:
    """Open the longer text of the newest answer; where there is none, show where she is."""
    choices = turn.prompt.choices if turn.prompt is not None else ()
    own = next((c.action for c in choices if c.action.startswith("d:")), None)
    if own is None:
        where.here(turn)
    else:
        where.more(turn, own.removeprefix("d:").replace(":", "/"))


def _stop(turn: Turn) -> None:
    turn.notices = False
    turn.world.booking.leave_waitlist()
    turn.page(turn.paragraph(STOPPED))


def _data(turn: Turn) -> None:
    menu.office(turn, turn.paragraph(DATA_NOT_YET))


def _help(turn: Turn) -> None:
    items = tuple((Plain(text=turn.words(line)),) for line in HELP_LINES)
    turn.page(turn.paragraph(HELP), Bullets(items=items))


COMMANDS: dict[str, Callable[[Turn], None]] = {
    "menu": menu.menu,
    "human": handoff.ask,
    "emergency": menu.emergency,
    "privacy": menu.privacy,
    "mydata": _data,
    "delete": _data,
    "stop": _stop,
    "about": menu.about,
    "back": where.back,
    "more": _more,
}
