"""Choices as keycaps: Matrix has no buttons, but everybody can tap a reaction.

The bot reacts to its own question with 1 to 5, so that a tap is enough. Reactions are not encrypted
even in encrypted rooms: a number says little, and words are never sent this way.
"""

from __future__ import annotations

import re

MOST = 5
"""A question with more choices gets no keycaps: they would fill the screen."""

_VARIATION = "\ufe0f"
_KEYCAP = "\u20e3"
_TEN = "\U0001f51f"
_NUMBERED = re.compile(r"<ol>(.*?)</ol>", re.DOTALL)


def keycap(number: int) -> str:
    """Return the emoji of a number from 1 to 9."""
    return f"{number}{_VARIATION}{_KEYCAP}"


def number_of(key: str) -> str | None:
    """Return the digits that a reaction means, None if it means no number.

    Clients send keycaps with and without the variation selector U+FE0F; some people type a digit.
    """
    found = key.replace(_VARIATION, "").strip()
    if found == _TEN:
        return "10"
    digits = found.removesuffix(_KEYCAP)
    return digits if digits.isascii() and digits.isdigit() and len(digits) <= 2 else None


def offered(html: str) -> int:
    """Return how many numbered choices a rendered message shows, counted from 1, else 0.

    The renderer makes `ol` of choices only (`rendering.html`).
    """
    found = _NUMBERED.findall(html)
    return found[-1].count("<li") if found else 0
