"""A post of a staff room as the JSON of its outbox row, and back."""

from __future__ import annotations

import orjson
from pydantic import TypeAdapter

from bot.domain.staffroom import StaffPost

POST = "post"
"""The kind of such a row."""

_POST = TypeAdapter(StaffPost)


def dump_post(post: StaffPost) -> bytes:
    """Return a post as JSON."""
    return orjson.dumps(post)


def load_post(raw: bytes) -> StaffPost:
    """Read a post.

    Raises:
        ValueError: it is none.
    """
    return _POST.validate_json(raw)
