"""State and messages as JSON bytes and back. What comes back equals what went in; tests hold every
turn to that.
"""

from __future__ import annotations

from typing import cast

import orjson
from pydantic import TypeAdapter

from bot.domain.conversation import State
from bot.domain.inbound import AttachmentKind
from bot.domain.outgoing import Message

_STATE = TypeAdapter(State)
_MESSAGE = TypeAdapter(Message)


def dump_state(state: State) -> bytes:
    """Return a state as JSON."""
    return orjson.dumps(state)


def load_state(raw: bytes) -> State:
    """Read a state.

    Raises:
        ValueError: it is no state of this schema.
    """
    return _STATE.validate_json(raw)


def dump_message(message: Message) -> bytes:
    """Return a message of the program as JSON."""
    return orjson.dumps(message)


def load_message(raw: bytes) -> Message:
    """Read a message of the program.

    Raises:
        ValueError: it is none.
    """
    return _MESSAGE.validate_json(raw)


def dump_words(
    text: str, *, press: str | None = None, media: AttachmentKind | None = None
) -> bytes:
    """Return what she said as JSON: her words, or the label of what she pressed and the button's
    token, or what kind of thing she sent.
    """
    said: dict[str, str] = {"text": text}
    if press is not None:
        said["press"] = press
    if media is not None:
        said["media"] = media
    return orjson.dumps(said)


def load_words(raw: bytes) -> tuple[str, str | None]:
    """Read what she said: (words or label, token of the button or None)."""
    found = cast("dict[str, str]", orjson.loads(raw))
    return found.get("text", ""), found.get("press")


def load_media(raw: bytes) -> AttachmentKind | None:
    """Read what kind of thing she sent; None for words and buttons."""
    kind = orjson.loads(raw).get("media")
    return AttachmentKind(kind) if kind is not None else None
