"""Going on elsewhere: which ways there are, and arriving with a code. The conversation that it
opens goes on here, or it opens nothing.
"""

from __future__ import annotations

from typing import assert_never

from bot.domain.conversation import Press
from bot.domain.outgoing import Block, Link, Paragraph
from bot.domain.returning import BadCode, Returned
from bot.domain.texts import FIRST_TELEGRAM
from bot.domain.texts_return import (
    APPOINTMENT_HERE,
    BAD_CODE,
    BUSY,
    RETURNED,
    TOO_MANY,
    WAY_MATRIX,
    WAY_TELEGRAM,
    WAYS,
)
from bot.engine import handoff, menu, returning, where
from bot.engine.turn import Turn

_REASONS = {
    "unknown": BAD_CODE,
    "many": TOO_MANY,
    "busy": BUSY,
    "appointment": APPOINTMENT_HERE,
}


def hear(turn: Turn, arrived: Returned | BadCode) -> None:
    """Say what the code has opened, or that it opens nothing."""
    match arrived:
        case Returned():
            _returned(turn, arrived)
        case _:
            _bad_code(turn, arrived)


def _returned(turn: Turn, arrived: Returned) -> None:
    """She has come here with a code: say so, show where she stands, and give her the next code."""
    notice: list[Block] = [turn.paragraph(RETURNED)]
    if arrived.before == "web" and not turn.input.end_to_end:
        notice.append(turn.paragraph(FIRST_TELEGRAM))
    turn.return_code = None  # used up
    human = turn.human
    if human is not None and human.present:
        turn.automatic = True
        blocks, _ = returning.offer(turn)
        handoff.stand(turn, *notice, *blocks)
    elif human is not None:
        handoff.stand(turn, *notice)  # the promise brings the code
    elif turn.chosen_language is None:
        menu.ask_language(turn, 1, *notice)
    else:
        blocks, _ = returning.offer(turn)
        where.here(turn, *notice, *blocks)


def _bad_code(turn: Turn, bad: BadCode) -> None:
    """The code opens nothing; everything stays as it was."""
    words = turn.paragraph(_REASONS[bad.reason])
    if turn.chosen_language is None:
        menu.ask_language(turn, 1, words)
    else:
        turn.automatic = turn.human is not None and turn.human.present
        turn.say(words)


def press(turn: Turn, pressed: Press) -> bool:
    """Do what a button about other channels says; False where it is none."""
    if pressed.action != returning.ACTION:
        return False
    _ways(turn)
    return True


def _ways(turn: Turn) -> None:
    """Tell on which other channels she may go on, and how."""
    code = turn.world.return_code(turn.return_code)
    if code is None:
        where.here(turn)
        return
    turn.return_code = code
    blocks: list[Block] = [turn.paragraph(WAYS)]
    for way in turn.world.ways(code):
        match way.kind:
            case "telegram":
                blocks.append(turn.paragraph(WAY_TELEGRAM))
                if way.link is not None:
                    blocks.append(Paragraph(spans=(Link(label=f"@{way.name}", url=way.link),)))
            case "matrix":
                blocks.append(turn.paragraph(WAY_MATRIX, user=way.name, code=code))
            case _:
                assert_never(way.kind)
    turn.page(*blocks)
