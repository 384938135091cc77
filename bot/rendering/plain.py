"""Fragments as plain text, for every channel: words that are complete without any formatting."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rendering.fragments import Fragment, Kind

GAP = 2
"""The longest distance between two fragments, in any unit of length."""


def text(shown: Sequence[Fragment]) -> str:
    """Return the text of one piece."""
    out: list[str] = []
    before: Kind | None = None
    for each in shown:
        out.append(start(each, before))
        before = each.kind
        out += [run.text for run in each.runs]
    return "".join(out)


def start(each: Fragment, before: Kind | None) -> str:
    """Return what stands before the runs of a fragment that follows one of kind `before`."""
    if before is None:
        return each.mark + each.bullet
    near = each.kind is Kind.CHOICE or (each.kind is Kind.ITEM and before is not Kind.NOTE)
    return ("\n" if near else "\n\n") + each.mark + each.bullet
