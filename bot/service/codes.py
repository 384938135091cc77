"""One-time codes: what a person types, scans or follows to prove that something is hers.

Theory. A code of words is for people: four of 256 words and a number of three digits, 41.8 bits of
chance, enough where guesses are throttled (`service.limits`) and a code is used up by its first
use. However it is typed (capitals, hyphens, no spaces, other digits), `canonical` makes one form
of it; storage keeps an HMAC of that form alone. A code for links carries 256 bits and is never
typed. Knows neither storage nor what a code opens.
"""

from __future__ import annotations

import io
import re
import secrets
from typing import Final

import segno

from bot.service.code_words import CODE_WORDS
from bot.understanding.normalise import normalise

START: Final = "c_"
"""What stands before a code in `/start`."""

_WORDS = 4
_LEAST, _MOST = 100, 999
_KNOWN = frozenset(CODE_WORDS)
_PIECES = re.compile(r"[a-z]+|[0-9]+")
_LONGEST = 64  # characters of what may be a code; a start parameter of Telegram has no more
_ALPHABET = re.compile(r"[^a-z0-9]+")


def words_code() -> str:
    """Return a new code of words: `birke hafen sonne lampe 472`."""
    words = " ".join(secrets.choice(CODE_WORDS) for _ in range(_WORDS))
    return f"{words} {_LEAST + secrets.randbelow(_MOST - _LEAST + 1)}"


def link_token() -> str:
    """Return a new code for links, base64url."""
    return secrets.token_urlsafe(32)


def canonical(code: str) -> str:
    """Return the one form of a code of words that storage is given, however it was typed."""
    return _ALPHABET.sub("", normalise(code[:_LONGEST]))


def spotted(text: str) -> str | None:
    """Return the code that a message is, None where it is anything else besides."""
    if len(text) > _LONGEST:
        return None
    plain = normalise(text)
    words = _PIECES.findall(plain)
    if len(words) != _WORDS + 1 or _ALPHABET.sub("", plain) != "".join(words):
        return None
    *named, number = words
    fits = all(word in _KNOWN for word in named) and number.isdigit() and len(number) == 3
    return " ".join(words) if fits else None


def start_argument(code: str) -> str:
    """Return what `/start` carries: `c_birke-hafen-sonne-lampe-472` (Telegram allows letters,
    digits, `_` and `-`, at most 64).
    """
    return START + "-".join(code.split())


def of_start(argument: str) -> str | None:
    """Return the code that `/start` carries, None where it carries none."""
    return argument.removeprefix(START) if argument.startswith(START) else None


def qr_svg(text: str) -> bytes:
    """Return `text` as a QR code (ISO/IEC 18004), an SVG file with its quiet zone."""
    file = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(file, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False)
    return file.getvalue()
