"""Lines as marked-up text and back: kept pieces are elements of their own, which the services leave
alone.

What would be markup in the words themselves has been taken out before (`service.protecting`), and
is escaped all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

from bot.service.translation import Kept, Line


def written(line: Line, element: Callable[[Kept], str]) -> str:
    """Return a line as text, each kept piece as `element` writes it."""
    return "".join(
        escape(piece, quote=False) if isinstance(piece, str) else element(piece) for piece in line
    )


def read(text: str, pattern: re.Pattern[str]) -> Line:
    """Return the line that a text is; `pattern` finds kept pieces, its first group their number."""
    pieces: list[str | Kept] = []
    at = 0
    for match in pattern.finditer(text):
        if match.start() > at:
            pieces.append(unescape(text[at : match.start()]))
        pieces.append(Kept(int(match[1])))
        at = match.end()
    if at < len(text):
        pieces.append(unescape(text[at:]))
    return tuple(pieces)


def shown(kept: Kept) -> str:
    """Return what a service sees of a kept piece: its word, or a mark of its number."""
    return escape(kept.shown, quote=False) if kept.shown is not None else f"X{kept.number}"
