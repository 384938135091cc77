"""The middle form between a message and a channel's parts.

A fragment is a paragraph, an item of a list, a note or a numbered choice, in one language; it is
made of runs. Every text in it is already clean and balanced (`rendering.bidi`), and links are
already written as the channel needs them. Knows nothing of lengths.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Literal, NamedTuple

from bot.domain.capabilities import Rich
from bot.domain.outgoing import Bullets, Link, Message, Note, Span, Strong
from bot.rendering.bidi import bare, clean, isolated, opening

Direction = Literal["ltr", "rtl"]
DirectionOf = Callable[[str], Direction]

BULLET = "• "
NOTHING = "…"
"""What stands where there are no words but must be some: platforms refuse an empty text."""
_WEB = ("https://", "http://")
_SCHEMES = (*_WEB, "mailto:", "tel:")
_NO_DIGITS = re.compile("[^0-9]+")
# What is neither white space nor invisible.
_VISIBLE = re.compile(
    "[^\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)


class Kind(Enum):
    """What a fragment is, which decides tags and distance."""

    PARAGRAPH = 1
    ITEM = 2
    NOTE = 3
    CHOICE = 4


class Run(NamedTuple):
    """A stretch of text of one look.

    `text` is complete in plain text; `label` is what html shows where that differs. A run with
    `url` is a link and is not cut.
    """

    text: str
    strong: bool = False
    url: str | None = None
    label: str | None = None


class Fragment(NamedTuple):
    """One paragraph, item, note or choice. `lang` only where it differs from the message's.

    `mark` is the direction mark before it, `bullet` what plain text writes before it, `number` a
    choice's number.
    """

    kind: Kind
    runs: tuple[Run, ...]
    rtl: bool
    lang: str | None = None
    mark: str = ""
    bullet: str = ""
    number: int = 0


def fragments(message: Message, rich: Rich, direction_of: DirectionOf) -> list[Fragment]:
    """Return the fragments of a message's blocks, in order; what has nothing to see is left out."""
    found: list[Fragment | None] = []
    for block in message.blocks:
        lang = None if block.lang == message.lang else block.lang
        rtl = direction_of(lang or message.lang) == "rtl"
        if isinstance(block, Bullets):
            found.extend(
                fragment(Kind.ITEM, spans, rich, rtl=rtl, lang=lang, bullet=BULLET)
                for spans in block.items
            )
        else:
            kind = Kind.NOTE if isinstance(block, Note) else Kind.PARAGRAPH
            found.append(fragment(kind, block.spans, rich, rtl=rtl, lang=lang))
    return [each for each in found if each is not None]


def fragment(
    kind: Kind, spans: Iterable[Span], rich: Rich, *, rtl: bool, lang: str | None, bullet: str = ""
) -> Fragment | None:
    """Return one fragment, or None if it shows nothing."""
    runs = trimmed([_run(span, rich, rtl=rtl) for span in spans])
    text = "".join([run.text for run in runs])
    if not visible(text):
        return None
    mark = opening(text) if rtl else ""
    return Fragment(kind, runs, rtl, lang, mark, bullet)


def trimmed(runs: list[Run]) -> tuple[Run, ...]:
    """Return the runs without empty ones and without white space at either end."""
    runs = [run for run in runs if run.text]
    while runs and (runs[0].text[0].isspace() or runs[-1].text[-1].isspace()):
        if first := runs[0].text.lstrip():
            runs[0] = runs[0]._replace(text=first)
        else:
            del runs[0]
            continue
        if last := runs[-1].text.rstrip():
            runs[-1] = runs[-1]._replace(text=last)
        else:
            del runs[-1]
    return tuple(runs)


def visible(text: str) -> bool:
    """Say whether there is anything to see in `text`."""
    return _VISIBLE.search(text) is not None


def is_web(url: str | None) -> bool:
    """Say whether `url` is a page (and not a telephone or mail address)."""
    return url is not None and url.startswith(_WEB)


def written(label: str, url: str, *, rtl: bool) -> str:
    """Return a link as words: the label, and the address where the label does not say it."""
    address = _address(url)
    if _same(label, address, url):
        return url if is_web(url) else label
    return f"{label} ({isolated(address) if rtl else address})"


def unlinked(run: Run, *, rtl: bool) -> Run:
    """Return a link as a plain run, for the one that is longer than a whole message."""
    if run.url is None:
        return run
    label = run.label if run.label is not None else run.text
    return Run(written(label, run.url, rtl=rtl), run.strong)


def _run(span: Span, rich: Rich, *, rtl: bool) -> Run:
    if not isinstance(span, Link):
        return Run(clean(span.text, rtl=rtl), isinstance(span, Strong))
    url = bare(span.url).strip()
    label = clean(span.label, rtl=rtl).strip()
    if not url.startswith(_SCHEMES):
        return Run(label)
    if not label:
        label = _address(url)
    if rtl and url.startswith("tel:"):
        label = isolated(label)
    if rich is Rich.ENTITIES and is_web(url):
        return Run(label, url=url)
    # Telegram refuses mail and telephone links in entities; it links the bare words by itself.
    return Run(written(label, url, rtl=rtl), url=url, label=label)


def _address(url: str) -> str:
    return url.removeprefix("mailto:").removeprefix("tel:")


def _same(label: str, address: str, url: str) -> bool:
    words = bare(label).strip().casefold()
    if url.startswith("tel:"):
        # 03561 6871-0 and +49356168710 are the same number, 112 and 112 too.
        digits = _NO_DIGITS.sub("", words).lstrip("0")
        return len(digits) > 2 and _NO_DIGITS.sub("", address).endswith(digits)
    if is_web(url):
        return words.removeprefix("https://").rstrip("/") == address.casefold().removeprefix(
            "https://"
        ).rstrip("/")
    return words == address.casefold()
