"""The return code beside a promise, and the way to other channels; both told in full, and what
happens on arrival, in `engine.arriving`.

A code is shown again as long as it opens something, so that what she has written down stays true.
What a code opens, and whether it still does, only the world knows.
"""

from __future__ import annotations

from bot.domain.outgoing import Block, Choice, Paragraph, Strong
from bot.domain.texts_return import (
    CODE,
    CODE_USE,
    ELSEWHERE,
    ELSEWHERE_MATRIX,
    ELSEWHERE_TELEGRAM,
)
from bot.engine.turn import Turn

ACTION = "ways"
"""The button that tells on which other channels she may go on."""


def offer(turn: Turn) -> tuple[tuple[Block, ...], tuple[Choice, ...]]:
    """Return what stands beside a promise: her return code, and the way to other channels. Nothing
    where the platform keeps the conversation for her.
    """
    code = turn.world.return_code(turn.return_code)
    if code is None:
        return (), ()
    turn.return_code = turn.code = code
    kinds = {way.kind for way in turn.world.ways(code)}
    label = {
        frozenset({"telegram"}): ELSEWHERE_TELEGRAM,
        frozenset({"matrix"}): ELSEWHERE_MATRIX,
    }.get(frozenset(kinds), ELSEWHERE)
    choices = (Choice(action=ACTION, label=turn.words(label)),) if kinds else ()
    return _card(turn, code), choices


def _card(turn: Turn, code: str) -> tuple[Block, ...]:
    return (
        turn.paragraph(CODE),
        Paragraph(spans=(Strong(text=turn.catalogue.isolated(code)),)),
        turn.paragraph(CODE_USE),
    )
