"""Drafts as YAML, in the form that editors know: every text a block. Knows no page."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterator

_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ł": "l", "š": "s"})


def slug(title: str, taken: Collection[str], longest: int, spare: str) -> str:
    """Return an id made of a title, that nothing has yet; `spare` where no letter is left."""
    words = title.casefold().translate(_LETTERS)
    words = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "-", words).strip("-")[:longest].strip("-") or spare
    found, count = base, 1
    while found in taken:
        count += 1
        ending = f"-{count}"
        found = base[: longest - len(ending)].strip("-") + ending
    return found


def block(key: str, text: str, indent: int) -> Iterator[str]:
    """Walk the lines of a text block."""
    yield f"{' ' * indent}{key}: |"
    for line in text.split("\n"):
        yield f"{' ' * (indent + 2)}{line}" if line else ""


def quoted(text: str) -> str:
    """Return a text in quotation marks."""
    return json.dumps(text, ensure_ascii=False)


def comment(text: str) -> str:
    """Return a comment on one line."""
    return "# " + " ".join(text.split())
