"""The draft of a booking: with an answer more, or without the newest one."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.booking import Draft
from bot.engine import booking_ask
from bot.engine.turn import Turn


def answered(draft: Draft, what: str, value: str) -> Draft:
    """Return the draft with what a button says."""
    nowhere = replace(draft, place=None, language=None, day=None, earliest=None)
    match what:
        case "s":
            return replace(nowhere, service=value, answers={})
        case "p":
            return replace(nowhere, place=value)
        case "place":
            return nowhere
        case "l" | "i":
            return booking_ask.speaking(draft, f"p:{what}:{value}")
        case "e":
            return replace(draft, earliest=value, day=None)
        case "d":
            return replace(draft, day=value)
        case "day":
            return replace(draft, day=None)
        case "noname":
            return replace(draft, name=None)
        case _:
            return draft


def without_newest(turn: Turn, draft: Draft) -> Draft | None:
    """Return the draft without its newest answer; None where she has given none."""
    if draft.day is not None:
        return replace(draft, day=None)
    if draft.earliest is not None:
        return replace(draft, earliest=None)
    if draft.moves is not None:
        return None
    if draft.language is not None:
        draft = replace(draft, language=None, interpreter=False, earliest=None)
        if len(booking_ask.spoken(turn, draft)) > 1:
            return draft
    if draft.place is not None:
        draft = replace(draft, place=None)
        if len(booking_ask.places(turn, draft)) > 1:
            return draft
    if draft.answers:
        return replace(draft, answers=dict(list(draft.answers.items())[:-1]))
    if draft.service is not None and len(turn.catalogue.services) > 1:
        return replace(draft, service=None)
    return None
