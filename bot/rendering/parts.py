"""The entry of the renderer: a message and a channel's capabilities become ready-made pieces.

Pure: no clock, no I/O, nothing kept between calls. It never asks which channel it serves; what a
channel cannot show is written out, numbered or left out, and what was left out is named in
`Parts.dropped` (by kind and id, never by text).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from bot.domain.capabilities import Capabilities, Choices, LengthUnit, Rich
from bot.domain.outgoing import (
    FSI,
    PDI,
    Block,
    Button,
    Message,
    Note,
    Paragraph,
    Part,
    Parts,
    Pin,
    Plain,
    Strong,
)
from bot.rendering import choices, plain
from bot.rendering.entities import entities, utf16
from bot.rendering.fragments import NOTHING, DirectionOf, Fragment, fragments
from bot.rendering.html import html
from bot.rendering.split import pack

_MEASURES: dict[LengthUnit, tuple[Callable[[str], int], int]] = {
    # how to count, and what one character counts at most
    LengthUnit.UTF16: (utf16, 2),
    LengthUnit.BYTES: (lambda text: len(text.encode()), 4),
    LengthUnit.CHARACTERS: (len, 1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The interface words that rendering adds, already in the message's language. `automatic`: the
    mark of what the program says while a human has the conversation. `no_file`: that a file cannot
    be shown here.
    """

    number_or_word: str
    automatic: str = ""
    no_file: str = ""


class _Piece(NamedTuple):
    shown: Sequence[Fragment]
    text: str
    html: str


def parts(
    message: Message,
    seq: int,
    capabilities: Capabilities,
    words: Words,
    *,
    direction_of: DirectionOf,
) -> Parts:
    """Return `message`, number `seq` of its conversation, as a channel can show it.

    The pieces are sent in order, places and a file before the words. The text of each, and its html
    where there is any, is at most `max_text` long; the buttons are on the last. A message without
    words and choices has none. `direction_of` gives the direction of a language.
    """
    message = _introduced(message, capabilities, words)
    shown = fragments(message, capabilities.rich, direction_of)
    offered, dropped = choices.kept(message.choices, capabilities.max_buttons)
    if message.file is not None and not capabilities.files:
        dropped.append("file")
    buttons: tuple[tuple[Button, ...], ...] = ()
    if offered and capabilities.choices is Choices.NUMBERED:
        if message.free:
            shown += choices.words(offered, message.lang, direction_of)
        else:
            shown += choices.lines(offered, message.lang, words.number_or_word, direction_of)
    elif offered:
        buttons = choices.rows(offered, seq, message.lang, capabilities.max_row, direction_of)

    pieces, unformed = _pieces(shown, capabilities)
    dropped += unformed
    if not pieces and buttons:
        marked = f"<p>{NOTHING}</p>" if capabilities.rich is Rich.HTML else ""
        pieces = [_Piece((), NOTHING, marked)]
    direction = direction_of(message.lang)
    found = [_pin(pin, message, direction) for pin in message.pins if capabilities.pins]
    if message.file is not None and capabilities.files:
        name = message.file.name
        found.append(Part(text=name, lang=message.lang, direction=direction, file=message.file))
    for number, piece in enumerate(pieces, start=1):
        formatted, left_out = (
            entities(piece.shown, capabilities.max_entities)
            if capabilities.rich is Rich.ENTITIES
            else ((), [])
        )
        dropped += left_out
        found.append(
            Part(
                text=piece.text,
                lang=message.lang,
                direction=direction,
                html=piece.html,
                entities=formatted,
                buttons=buttons if number == len(pieces) else (),
            )
        )
    return Parts(pieces=tuple(found), dropped=tuple(dropped))


def _introduced(message: Message, capabilities: Capabilities, words: Words) -> Message:
    """Return a message that says who speaks (a human by name, where the channel does not show it;
    the program where a human has the conversation), and that a file cannot be shown.
    """
    first: Block
    if message.file is not None and not capabilities.files and words.no_file:
        missing = Note(spans=(Plain(text=words.no_file),))
        message = replace(message, blocks=(*message.blocks, missing))
    if message.human is not None and not capabilities.names_speaker:
        first = Paragraph(spans=(Strong(text=f"{FSI}{message.human}{PDI}"),))
    elif message.automatic and words.automatic:
        first = Note(spans=(Plain(text=words.automatic),))
    else:
        return message
    return replace(message, blocks=(first, *message.blocks))


def _pin(pin: Pin, message: Message, direction: Literal["ltr", "rtl"]) -> Part:
    """Return a place on the map; its name is German, as on the door."""
    text = f"{pin.name}\n{pin.address}"
    return Part(text=text, lang=message.lang, direction=direction, pin=pin)


def _pieces(
    shown: Sequence[Fragment], capabilities: Capabilities
) -> tuple[list[_Piece], list[str]]:
    if not shown:
        return [], []
    rich, limit = capabilities.rich is Rich.HTML, capabilities.max_text
    measure, most = _MEASURES[capabilities.unit]
    whole = _piece(shown, rich=rich)
    # html is never shorter than its text, so where there is html only its length matters
    longest = whole.html if rich else whole.text
    if len(longest) * most <= limit or measure(longest) <= limit:
        return [whole], []
    show = html if rich else plain.text
    groups, dropped = pack(shown, lambda each: measure(show([each])), limit)
    return [_piece(group, rich=rich) for group in groups], dropped


def _piece(shown: Sequence[Fragment], *, rich: bool) -> _Piece:
    return _Piece(shown, plain.text(shown), html(shown) if rich else "")
