"""Makes a text safe to show: no control characters, no foreign direction marks, isolates balanced.

Directions follow Unicode UAX #9. Inserted values arrive between FSI and PDI. A right-to-left text
keeps every isolate; a left-to-right text keeps those that hold right-to-left letters and drops the
others, which would only be invisible ballast. Overrides and embeddings (U+202A to U+202E) and
other people's isolates (U+2066, U+2067) never pass: with them a name could make the words around
it read backwards. Knows nothing of messages or channels.
"""

from __future__ import annotations

import re
from unicodedata import bidirectional

from bot.domain.outgoing import FSI, PDI

RLM = "\u200f"
_LRI, _RLI = "\u2066", "\u2067"

# Deeper isolates mean nothing to a reader, and some layout engines give up on them.
_DEEPEST = 8

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\ufdd0-\ufdef\ufffe\uffff]"
)
_SUSPECT = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_ISOLATES = re.compile("([\u2066-\u2069])")
_RTL = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_STRONG_RTL = ("R", "AL")


def clean(text: str, *, rtl: bool) -> str:
    """Return `text` safe to show in a fragment of that direction, with the isolates it needs."""
    # Printable is nearly every text without line breaks, no-break spaces and isolates.
    if text.isprintable():
        return text
    if _SUSPECT.search(text):
        text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
        text = _FORBIDDEN.sub("", _SURROGATES.sub("\ufffd", text))
    if _ISOLATES.search(text):
        text = _balanced(text, rtl=rtl)
    return text


def bare(text: str) -> str:
    """Return `text` safe and without any isolate, for what is no prose (a link's target)."""
    return text if text.isprintable() else _ISOLATES.sub("", clean(text, rtl=False))


def isolated(text: str) -> str:
    """Return `text` between isolates, once."""
    return text if text.startswith(FSI) and text.endswith(PDI) else f"{FSI}{text}{PDI}"


def holds_rtl(text: str) -> bool:
    """Say whether `text` holds a right-to-left letter."""
    return not text.isascii() and _RTL.search(text) is not None


def opening(text: str) -> str:
    """Return the mark that a right-to-left paragraph needs before `text`, or nothing.

    Readers' programs take the direction from the first letter, so a paragraph that begins with a
    Latin name, or has no letter at all, would be laid out from the left.
    """
    for character in text:
        kind = bidirectional(character)
        if kind in _STRONG_RTL:
            return ""
        if kind == "L":
            return RLM
    return RLM


def depth(text: str) -> int:
    """Return how many isolates are open at the end of `text`, the beginning of a balanced text."""
    return text.count(FSI) - text.count(PDI)


def _balanced(text: str, *, rtl: bool) -> str:
    out: list[str] = []
    opened: list[int | None] = []  # where in `out` an isolate begins; None: one that is not shown

    def close() -> None:
        begin = opened.pop()
        if begin is None:
            return
        value = "".join(out[begin + 1 :])
        if value and (rtl or holds_rtl(value)):
            out.append(PDI)
        else:
            out[begin] = ""

    for token in _ISOLATES.split(text):
        if token == FSI and len(opened) < _DEEPEST:
            opened.append(len(out))
            out.append(FSI)
        elif token in (FSI, _LRI, _RLI):
            opened.append(None)
        elif token != PDI:
            out.append(token)
        elif opened:
            close()
    while opened:
        close()
    return "".join(out)
