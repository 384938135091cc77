"""Human checks and withdrawn translations: what the translator comments of a PO file say.

    # reviewed: counsellor, 2026-11-01              somebody has read exactly these words
    # was reviewed: counsellor, 2026-11-01 [3f2a9c] the same, before the German text changed
    # withdrawn: 2026-11-22                         hidden; the German and the words it was made for
    # < Das ist spät.
    # > That is late.

A check belongs to the words that were read: the mark in brackets is theirs, so that `confirm` can
give a check back to them and to no others. Every line stays short enough that no program that
writes PO files breaks it. Knows nothing of files.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

LONGEST_NAME = 40
_WIDTH = 72
_REVIEWED = re.compile(
    rf"reviewed:\s*(?P<by>\S.{{0,{LONGEST_NAME - 1}}}?),\s*(?P<on>\d{{4}}-\d\d-\d\d)", re.ASCII
)
_WAS = re.compile(r"was (?P<review>reviewed: .+) \[(?P<mark>[0-9a-f]{6})\]")


class Review(NamedTuple):
    """A human check: who (a role or a name) and on which day."""

    by: str
    on: date


def of(comment: str) -> Review | None:
    """Return the newest check that a translator comment states."""
    found = [review for line in comment.splitlines() if (review := _read(line)) is not None]
    return max(found, key=lambda review: review.on) if found else None


def unreadable(comment: str) -> list[str]:
    """Return the lines that are meant as a check and are none."""
    lines = [line.strip() for line in comment.splitlines()]
    return [line for line in lines if line.startswith("reviewed") and _read(line) is None]


def _read(line: str) -> Review | None:
    found = _REVIEWED.fullmatch(line.strip())
    if found is None:
        return None
    try:
        return Review(found["by"], date.fromisoformat(found["on"]))
    except ValueError:
        return None


def line(review: Review) -> str:
    """Return a check as a line of a comment."""
    return f"reviewed: {review.by}, {review.on}"


def replaced(comment: str, review: Review) -> str:
    """Return the comment with this check in the place of any other."""
    kept = [each for each in comment.splitlines() if _read(each) is None]
    return "\n".join([*kept, line(review)])


def outdated(comment: str, words: Sequence[str]) -> str:
    """Return the comment with its check in the past; `words` are what was read."""
    return "\n".join(
        each if _read(each) is None else f"was {each.strip()} [{_mark(words)}]"
        for each in comment.splitlines()
    )


def given_back(comment: str, words: Sequence[str]) -> str:
    """Return the comment with the check of exactly these words in force again, if there was one."""
    lines: list[str] = []
    for each in comment.splitlines():
        found = _WAS.fullmatch(each.strip())
        lines.append(found["review"] if found and found["mark"] == _mark(words) else each)
    return "\n".join(lines)


def withdrawn(comment: str, german: str, words: Sequence[str], on: date) -> str:
    """Return the comment with a translation laid down in it, and any check of it in the past."""
    lines = outdated(comment, words).splitlines()
    lines.append(f"withdrawn: {on}")
    lines += _quoted("<", german)
    for text in words:
        lines += _quoted(">", text)
    return "\n".join(lines)


def is_withdrawn(comment: str) -> bool:
    """Return whether a translation lies in the comment."""
    return any(each.startswith("withdrawn: ") for each in comment.splitlines())


def laid_down(comment: str) -> tuple[str, frozenset[str]] | None:
    """Return the last day of a withdrawal and the words laid down, each on one line; or None."""
    day, texts, quoted = "", set[str](), list[str]()
    for each in [*comment.splitlines(), "withdrawn: "]:
        if each.startswith(">"):
            quoted.append(each[1:])
        elif each.startswith("withdrawn: "):
            texts.add(" ".join(" ".join(quoted).split()))
            day, quoted = each.removeprefix("withdrawn: ") or day, []
    return (day, frozenset(texts - {""})) if day else None


def _quoted(sign: str, text: str) -> list[str]:
    found: list[str] = []
    for each in text.splitlines():
        found += textwrap.wrap(each, _WIDTH, break_long_words=False) or [""]
    return [f"{sign} {each}".rstrip() for each in found]


def _mark(words: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:6]
