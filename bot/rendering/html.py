"""Fragments as html with few tags: p ul ol li a strong small bdi br; all else is escaped.

`lang` and `dir` stand on fragments whose language differs from the message's; those of the message
are the page's to set. An isolate becomes `bdi`. The html of a fragment is never shorter than its
plain text, in any unit of length.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.outgoing import FSI, PDI
from bot.rendering.fragments import Fragment, Kind, Run


def html(shown: Sequence[Fragment]) -> str:
    """Return the html of one piece."""
    out: list[str] = []
    closing = ""  # the tag of the open list, if one is open
    before = 0
    for each in shown:
        goes_on = (each.kind is Kind.ITEM and closing == "</ul>") or (
            each.kind is Kind.CHOICE and closing == "</ol>" and each.number == before + 1
        )
        if not goes_on:
            out.append(closing)
            opening, closing = _list(each)
            out.append(opening)
        before = each.number
        out.append(_fragment(each))
    out.append(closing)
    return "".join(out)


def escaped(text: str) -> str:
    """Return `text` for html, in element or attribute."""
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )


def _list(each: Fragment) -> tuple[str, str]:
    if each.kind is Kind.ITEM:
        return "<ul>", "</ul>"
    if each.kind is Kind.CHOICE:
        return ("<ol>" if each.number == 1 else f'<ol start="{each.number}">'), "</ol>"
    return "", ""


def _fragment(each: Fragment) -> str:
    words = each.mark + "".join([_run(run) for run in each.runs])
    attributes = ""
    if each.lang is not None:
        attributes = f' lang="{escaped(each.lang)}" dir="{"rtl" if each.rtl else "ltr"}"'
    if each.kind is Kind.PARAGRAPH:
        return f"<p{attributes}>{words}</p>"
    if each.kind is Kind.NOTE:
        return f"<p{attributes}><small>{words}</small></p>"
    return f"<li{attributes}>{words}</li>"


def _run(run: Run) -> str:
    words = escaped(run.text if run.label is None else run.label).replace("\n", "<br>")
    if FSI in words:
        words = words.replace(FSI, "<bdi>").replace(PDI, "</bdi>")
    if run.url is not None:
        return f'<a href="{escaped(run.url)}" rel="noopener noreferrer">{words}</a>'
    return f"<strong>{words}</strong>" if run.strong else words
