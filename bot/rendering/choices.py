"""Choices as rows of buttons, or as numbered lines for channels that have none.

A choice's number is its place in the message, so that whoever reads the answer can count without
knowing the channel.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.capabilities import Rich
from bot.domain.outgoing import Button, Choice, Plain, token
from bot.rendering.bidi import clean, holds_rtl, isolated, opening
from bot.rendering.fragments import NOTHING, DirectionOf, Fragment, Kind, Run, fragment, visible

SHORT = 12
"""Two labels of at most this many characters share a row."""

Numbered = tuple[int, Choice]


def kept(choices: Sequence[Choice], most: int) -> tuple[list[Numbered], list[str]]:
    """Return the choices with their numbers, at most `most`, and the names of those left out.

    What leads out (back, menu, a human) stays; the surplus goes from the end of the others.
    """
    numbered = list(enumerate(choices, start=1))
    if len(numbered) <= most:
        return numbered, []
    ranked = sorted(numbered, key=lambda each: not each[1].nav)
    names = [f"choice {choice.action}" for _, choice in ranked[most:]]
    return sorted(ranked[:most], key=lambda each: each[0]), names


def rows(
    choices: Sequence[Numbered], seq: int, lang: str, most: int, direction_of: DirectionOf
) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons: one a row, two where both are short and neither or both lead out."""
    found: list[list[Button]] = []
    open_for: bool | None = None  # the last row takes one more button of this kind (nav or not)
    for _, choice in choices:
        label = _label(choice, rtl=direction_of(choice.lang or lang) == "rtl")
        button = Button(token=token(seq, choice.action), label=label)
        short = len(label) <= SHORT
        if short and open_for is choice.nav:
            found[-1].append(button)
            open_for = None
        else:
            found.append([button])
            open_for = choice.nav if short and most > 1 else None
    return tuple([tuple(row) for row in found])


def lines(
    choices: Sequence[Numbered], lang: str, hint: str, direction_of: DirectionOf
) -> list[Fragment]:
    """Return the choices as numbered lines under `hint`, which says how to answer."""
    rtl = direction_of(lang) == "rtl"
    above = fragment(Kind.PARAGRAPH, [Plain(text=hint)], Rich.PLAIN, rtl=rtl, lang=None)
    found = [above] if above is not None else []
    for number, choice in choices:
        other = choice.lang if choice.lang != lang else None
        own = direction_of(other or lang) == "rtl"
        label = _label(choice, rtl=own)
        if own is not rtl or holds_rtl(label) is not rtl:
            label = isolated(label)  # else the number would stand on the wrong side of it
        found.append(
            Fragment(
                kind=Kind.CHOICE,
                runs=(Run(label),),
                rtl=own,
                lang=other,
                mark=opening(label) if rtl else "",
                bullet=f"{number} ",
                number=number,
            )
        )
    return found


def words(choices: Sequence[Numbered], lang: str, direction_of: DirectionOf) -> list[Fragment]:
    """Return the choices as one line of words: where a number would be taken for an answer."""
    rtl = direction_of(lang) == "rtl"
    labels = [isolated(_label(c, rtl=direction_of(c.lang or lang) == "rtl")) for _, c in choices]
    line = fragment(
        Kind.PARAGRAPH, [Plain(text=" · ".join(labels))], Rich.PLAIN, rtl=rtl, lang=None
    )
    return [line] if line is not None else []


def _label(choice: Choice, *, rtl: bool) -> str:
    label = clean(choice.label, rtl=rtl)
    label = label.replace("\n", " ").strip()
    return label if visible(label) else NOTHING
