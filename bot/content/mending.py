"""How a line of YAML that reads as something else than the text it was meant to be is written
right.

Colons, braces and quotation marks are harmless in a block (`|`), and nowhere else. Only the words
of the file are known here, not what they mean.
"""

from __future__ import annotations

import re

# A line `key: value`; a value of these keys is no text.
_PAIR = re.compile(r"(?P<before> *(?:- +)*)(?P<key>[A-Za-z0-9_-]+):(?P<value>[^|>].*)")
_NO_TEXT = frozenset(
    {"when", "if", "set", "offer", "sources", "values", "value", "source", "address", "document"}
    | {"entries", "choices", "languages", "by", "lookup", "partners", "id", "next", "then", "else"}
    | {"ask", "place", "contact", "goto", "call", "handoff", "book", "review_by"}
)


def corrected(text: str, number: int) -> str:
    """Return what to write instead of the line `key: text` where a block is meant, else nothing.

    A text that goes on in a second line is noticed there; so the line before is looked at too.
    """
    lines = text.splitlines()[:number]
    words: list[str] = []
    for line in reversed(lines[-2:]):
        found = _PAIR.fullmatch(line.rstrip())
        if found is None or not found["value"].strip():
            words.insert(0, line.strip())
            continue
        first = found["value"].strip()
        onward = len(lines) > 1 and line is lines[-1] and _goes_on(lines[-2], found["before"])
        if onward:
            words.insert(0, line.strip())
            continue
        if found["key"] in _NO_TEXT:
            return ""
        quote = first[0] if first[0] in "\"'" else ""
        if quote and (first.count(quote) == 1 or first.endswith(quote)):
            first = first.strip(quote)
        indent = "\n" + " " * (len(found["before"]) + 2)
        return f"Write:\n{found['before']}{found['key']}: |{indent}{indent.join([first, *words])}"
    return ""


def _goes_on(line: str, before: str) -> bool:
    """Return whether the next line, indented by `before`, goes on with a text of `line`."""
    found = _PAIR.fullmatch(line.rstrip())
    return (
        found is not None
        and found["value"].strip() != ""
        and len(found["before"]) < len(before)
        and found["key"] not in _NO_TEXT
    )
