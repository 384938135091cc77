"""The coverage of the translations as a picture (SVG): one bar for each topic and language.

Every state has a colour, a pattern and a word, and every bar its figures, so that nobody depends on
colours. Sizes are in pixels of the picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import escape

from bot.service.coverage import Coverage, Tally

_NAME, _COLUMN, _ROW, _HEAD, _FOOT, _EDGE = 190, 184, 58, 104, 44, 24
_BAR, _THICK = 160, 14
_WORDS = {
    "reviewed": "reviewed by a human",
    "fresh": "fresh, not reviewed",
    "stale": "stale: the German has changed",
    "missing": "missing",
}
_STYLE = """
text { font: 13px system-ui, "Noto Sans", "Noto Sans Arabic", sans-serif; fill: #16211e; }
.title { font-size: 20px; font-weight: 600; }
.head { font-weight: 600; }
.small { font-size: 11px; fill: #465651; }
.reviewed { fill: #1b6430; }
.fresh { fill: #93d9a0; }
.stale { fill: url(#stale); }
.missing { fill: #ffffff; }
.bar { fill: none; stroke: #66756f; }
"""
_PATTERN = (
    '<pattern id="stale" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="6" height="6" fill="#fbeed3"/>'
    '<rect width="3" height="6" fill="#7a4800"/></pattern>'
)


def picture(coverage: Coverage, site: str, today: date) -> str:
    """Return the picture as an SVG document."""
    width = 2 * _EDGE + _NAME + _COLUMN * len(coverage.languages)
    width = max(width, 2 * _EDGE + 760)
    height = _HEAD + _ROW * (len(coverage.groups) + 1) + _FOOT
    summary = "; ".join(
        f"{language.name}: {', '.join(filter(None, _figures(coverage.total(language.code))))}"
        for language in coverage.languages
    )
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img" aria-labelledby="title summary">',
            f'<title id="title">{escape(site)}: coverage of the translations, {today}</title>',
            f'<desc id="summary">{escape(summary)}</desc>',
            f"<style>{_STYLE}</style><defs>{_PATTERN}</defs>",
            f'<rect width="{width}" height="{height}" fill="#eff3f1"/>',
            _text(_EDGE, 36, f"{site}: translations, {today}", "title"),
            *_columns(coverage),
            *_rows(coverage),
            *_legend(height - 16),
            "</svg>\n",
        )
    )


def _columns(coverage: Coverage) -> Iterator[str]:
    for number, language in enumerate(coverage.languages):
        left = _EDGE + _NAME + _COLUMN * number
        yield _text(left, 70, f"{language.name} ({language.code})", "head")
        yield _text(left, 86, language.status, "small")


def _rows(coverage: Coverage) -> Iterator[str]:
    rows = [(group.name, group.tallies) for group in coverage.groups]
    totals = {language.code: coverage.total(language.code) for language in coverage.languages}
    for number, (name, tallies) in enumerate([*rows, ("All", totals)]):
        top = _HEAD + _ROW * number
        yield f'<rect x="{_EDGE - 8}" y="{top}" width="100%" height="1" fill="#c5d0cb"/>'
        yield _text(_EDGE, top + 24, name, "head" if number == len(rows) else "")
        for place, language in enumerate(coverage.languages):
            left = _EDGE + _NAME + _COLUMN * place
            tally = tallies.get(language.code)
            if tally is None or not tally.total:
                yield _text(left, top + 24, "not offered", "small")
                continue
            yield from _bar(left, top + 9, tally)
            good, bad = _figures(tally)
            yield _text(left, top + 36, good, "small")
            yield _text(left, top + 50, bad, "small") if bad else ""


def _bar(left: float, top: float, tally: Tally) -> Iterator[str]:
    parts = (
        ("reviewed", tally.reviewed),
        ("fresh", tally.fresh - tally.reviewed),
        ("stale", tally.stale),
        ("missing", tally.missing),
    )
    x = left
    for name, count in parts:
        if count:
            share = _BAR * count / tally.total
            yield (
                f'<rect class="{name}" x="{x:.1f}" y="{top}" width="{share:.1f}" '
                f'height="{_THICK}"><title>{count} {_WORDS[name]}</title></rect>'
            )
            x += share
    yield f'<rect class="bar" x="{left}" y="{top}" width="{_BAR}" height="{_THICK}"/>'


def _figures(tally: Tally) -> tuple[str, str]:
    """Return what is good and what is not, in words; the latter is empty where all is good."""
    good = f"{tally.fresh} of {tally.total} fresh"
    if tally.reviewed:
        good += f", {tally.reviewed} reviewed"
    bad = ((tally.stale, "stale"), (tally.missing, "missing"))
    return good, ", ".join(f"{count} {word}" for count, word in bad if count)


def _legend(y: float) -> Iterator[str]:
    x = _EDGE
    for name, words in _WORDS.items():
        yield f'<rect class="{name}" x="{x}" y="{y - 11}" width="22" height="12"/>'
        yield f'<rect class="bar" x="{x}" y="{y - 11}" width="22" height="12"/>'
        yield _text(x + 30, y, words)
        x += 50 + 7 * len(words)


def _text(x: float, y: float, words: str, kind: str = "") -> str:
    style = f' class="{kind}"' if kind else ""
    return f'<text x="{x}" y="{y}"{style}>{escape(words)}</text>'
