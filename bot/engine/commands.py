"""The commands of the chat: what each does, whatever the way it was given (slash, word, fixed
button).
"""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.conversation import Command, PromptKind, Waypoint
from bot.domain.outgoing import Bullets, Plain
from bot.domain.texts import (
    APPOINTMENT_NOT_YET,
    DATA_NOT_YET,
    HELP,
    HELP_ABOUT,
    HELP_EMERGENCY,
    HELP_HUMAN,
    HELP_LANGUAGE,
    HELP_MENU,
    HELP_PRIVACY,
    HELP_STOP,
    STOPPED,
)
from bot.engine import entries, menu
from bot.engine.turn import Turn

HELP_LINES = (
    HELP_MENU,
    HELP_LANGUAGE,
    HELP_HUMAN,
    HELP_EMERGENCY,
    HELP_PRIVACY,
    HELP_ABOUT,
    HELP_STOP,
)


def run(turn: Turn, command: Command) -> None:
    """Do a command; one that does not exist shows what does."""
    COMMANDS.get(command.name, _help)(turn, command.argument)


def _start(turn: Turn, argument: str) -> None:
    turn.notices = True
    if argument in turn.catalogue.entries:
        turn.trail = [Waypoint(action="m")]
        entries.open_entry(turn, argument)
        return
    if not turn.greeted:
        menu.greet(turn)
    menu.menu(turn)


def _menu(turn: Turn, _argument: str) -> None:
    menu.menu(turn)


def _language(turn: Turn, argument: str) -> None:
    found = turn.catalogue.match_language(argument) if argument else None
    if found is None:
        menu.ask_language(turn)
        return
    menu.choose_language(turn, found.code)
    entries.return_to(turn, turn.trail[-1] if turn.trail else Waypoint(action="m"))


def _human(turn: Turn, _argument: str) -> None:
    menu.human(turn)


def _emergency(turn: Turn, _argument: str) -> None:
    menu.emergency(turn)


def _privacy(turn: Turn, _argument: str) -> None:
    menu.privacy(turn)


def _about(turn: Turn, _argument: str) -> None:
    menu.about(turn)


def _back(turn: Turn, _argument: str) -> None:
    entries.back(turn)


def _more(turn: Turn, _argument: str) -> None:
    """Open the longer text of the newest answer, if it has one."""
    choices = turn.prompt.choices if turn.prompt is not None else ()
    own = next((c.action for c in choices if c.action.startswith("d:")), None)
    if own is None:
        menu.menu(turn)
        return
    _, entry, step = own.split(":")
    entries.more(turn, entry, step)


def _stop(turn: Turn, _argument: str) -> None:
    turn.notices = False
    turn.ask(PromptKind.ANSWER, (turn.paragraph(STOPPED),), turn.nav(back=False))


def _appointment(turn: Turn, _argument: str) -> None:
    menu.human(turn, turn.paragraph(APPOINTMENT_NOT_YET))


def _data(turn: Turn, _argument: str) -> None:
    menu.human(turn, turn.paragraph(DATA_NOT_YET))


def _help(turn: Turn, _argument: str) -> None:
    items = tuple((Plain(text=turn.words(line)),) for line in HELP_LINES)
    turn.ask(PromptKind.ANSWER, (turn.paragraph(HELP), Bullets(items=items)), turn.nav())


COMMANDS: dict[str, Callable[[Turn, str], None]] = {
    "start": _start,
    "menu": _menu,
    "language": _language,
    "help": _help,
    "human": _human,
    "emergency": _emergency,
    "appointment": _appointment,
    "privacy": _privacy,
    "mydata": _data,
    "delete": _data,
    "stop": _stop,
    "about": _about,
    "back": _back,
    "more": _more,
}
