"""Whole numbers as people write them: any digits, thousands apart, a currency sign.

Strict on purpose: what is not plainly one whole number of at least zero is none, so that "3 or 4",
"-5" or "2,5" are asked again instead of guessed.
"""

from __future__ import annotations

import re
import unicodedata

from bot.understanding.normalise import visible, western_digits

_NUMBER = re.compile(
    r"(?:€ ?)?"
    r"(?P<whole>\d{1,12}|\d{1,3}(?:(?P<apart>[.,' ’٬])\d{3})(?:(?P=apart)\d{3}){0,2})"
    r"(?:[.,٫]0{1,2})?"
    r"[.!]?(?: ?(?:€|eur|euro))?",
    re.ASCII,
)
_PLACE = re.compile(r"[#(]?(\d{1,3})[.):]?", re.ASCII)
_LONGEST = 40


def number(text: str) -> int | None:
    """Return the number of at least zero that `text` is, or None."""
    match = _NUMBER.fullmatch(_plain(text)) if len(text) <= _LONGEST else None
    return int("".join(filter(str.isdigit, match["whole"]))) if match is not None else None


def place(text: str) -> int | None:
    """Return the place in a list that `text` names (`2`, `2.`, `(2)`, a keycap), or None."""
    match = _PLACE.fullmatch(_plain(text)) if len(text) <= _LONGEST else None
    return int(match[1]) if match is not None else None


def _plain(text: str) -> str:
    text = western_digits(unicodedata.normalize("NFKC", visible(text)))
    return " ".join(text.casefold().split())
