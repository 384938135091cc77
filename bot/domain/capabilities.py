"""What a channel can do, as data: the renderer asks this and never which channel it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LengthUnit(StrEnum):
    """How a platform counts the length of a text."""

    UTF16 = "utf16"
    BYTES = "bytes"
    CHARACTERS = "characters"


class Rich(StrEnum):
    """How a platform takes formatting."""

    PLAIN = "plain"
    ENTITIES = "entities"
    HTML = "html"


class Choices(StrEnum):
    """How a platform shows choices."""

    BUTTONS = "buttons"
    NUMBERED = "numbered"
    LIST = "list"  # handed over as data; the page makes real buttons


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """One channel's limits and abilities. Lengths in `unit`; `max_text` is per platform message."""

    max_text: int
    unit: LengthUnit
    rich: Rich
    choices: Choices
    edits: bool  # a sent message can be replaced
    edits_in_place: bool  # navigation replaces the menu instead of sending a new one
    max_buttons: int = 100
    max_row: int = 2
    max_entities: int = 100
    pins: bool = False  # places on a map are messages of their own
    files: bool = False  # a file can be sent
    idempotent: bool = False  # sending the same key twice shows one message
    names_speaker: bool = False  # shows by itself who speaks
    end_to_end: bool = True  # words are unreadable to the platform (or travel over our own TLS)
