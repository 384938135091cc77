"""What tables and partners look like in an answer."""

from __future__ import annotations

from collections.abc import Mapping

from bot.content.model import LookupStep
from bot.domain.conversation import Value
from bot.domain.outgoing import Block, Paragraph, Plain
from bot.domain.texts import PARTNER_LANGUAGES
from bot.engine import blocks
from bot.engine.turn import Turn

MOST_PARTNERS = 5  # a list of more is not read on a phone


def row(turn: Turn, step: LookupStep, given: Mapping[str, Value]) -> tuple[Block, ...]:
    """Return the row of a table for her answers: text, place, contact."""
    values = tuple(_word(given.get(name)) for name in step.by)
    found = turn.catalogue.directory.tables[step.table].row(values)
    if found is None:
        return blocks.office_name(turn)
    shown: list[Block] = []
    if found.text is not None:
        shown.extend(turn.text(found.text))
    if found.place is not None:
        shown.extend(blocks.place(turn, found.place))
    if found.contact is not None:
        turn.placed = found.place
        shown.extend(blocks.contact(turn, found.contact))
    return tuple(shown)


def _word(value: Value | None) -> str:
    """Return an answer as a table writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def partners(turn: Turn, need: str, town: Value | None) -> tuple[Block, ...]:
    """Return who helps with a need: place, way to reach it, languages, note."""
    helping = turn.catalogue.directory.helping(need, town if isinstance(town, str) else None)
    shown: list[Block] = []
    for partner in helping[:MOST_PARTNERS]:
        shown.extend(blocks.place(turn, partner.place))
        turn.placed = partner.place
        shown.extend(blocks.contact(turn, partner.place))
        if partner.languages:
            names = turn.catalogue.language_names(partner.languages, turn.language)
            text = turn.words(PARTNER_LANGUAGES, languages=names)
            shown.append(Paragraph(spans=(Plain(text=text),)))
        if partner.note is not None:
            shown.extend(turn.text(partner.note))
    return tuple(shown)
