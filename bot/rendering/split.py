"""Packs fragments into pieces that a platform takes, cutting as little as it can.

Between fragments first; a fragment that is longer than a whole piece is cut after a sentence, else
between words, else between graphemes, and only then inside an isolate or a link (which becomes
words). Whatever is cut, both sides are balanced, start with the direction mark they need, and
rejoined give the whole. Knows no channel: `cost` measures.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from unicodedata import category

from bot.domain.outgoing import FSI, PDI
from bot.rendering.bidi import depth, opening
from bot.rendering.fragments import Fragment, Run, trimmed, unlinked
from bot.rendering.plain import GAP

Cost = Callable[[Fragment], int]
Way = Callable[[str], list[int]]
"""A way to cut: the rising positions in a text at which it cuts."""

# Spaces at which a line may break: never the no-break ones.
_SPACE = "[ \n\u2000-\u2006\u2008-\u200b\u3000]+"
# A full stop ends a sentence after a word or a year, not after "15." or "z."
_SENTENCE = re.compile(
    '(?:(?:(?<=[^\\W\\d_]{2})|(?<=\\d{3})|(?<=[)\\]»”“"\u2069]))\\.|[!?؟…。۔])'
    f'["»”“’)\\]\u2069]*{_SPACE}|\n+'
)
_WORD = re.compile(_SPACE)
_ISOLATE = re.compile(f"[{FSI}{PDI}]")

_ZWJ = "\u200d"


def pack(
    shown: Sequence[Fragment], cost: Cost, limit: int
) -> tuple[list[list[Fragment]], list[str]]:
    """Return the pieces, none longer than `limit`, and the names of what lost its form."""
    pieces: list[list[Fragment]] = []
    piece: list[Fragment] = []
    dropped: list[str] = []
    used = 0
    waiting = deque(shown)
    while waiting:
        each = waiting.popleft()
        gap = GAP if piece else 0
        size = cost(each)
        if used + gap + size <= limit:
            piece.append(each)
            used += gap + size
            continue
        halves = None
        if size > limit:
            halves = _cut(each, (_sentences,), cost, limit - used - gap)
            if halves is None and not piece:
                halves = _cut(each, (_words, _graphemes), cost, limit)
            if halves is None and not piece:
                each, names = _unlinked(each)
                dropped += names
                ways = (_words, _graphemes, _characters)
                halves = _cut(each, ways, cost, limit, anywhere=True)
        if halves is not None:
            piece.append(halves[0])
            waiting.appendleft(halves[1])
        elif piece:
            waiting.appendleft(each)
        else:  # a limit that not even one character keeps
            piece.append(each)
        pieces.append(piece)
        piece, used = [], 0
    if piece:
        pieces.append(piece)
    return pieces, dropped


def _cut(
    each: Fragment, ways: Iterable[Way], cost: Cost, room: int, *, anywhere: bool = False
) -> tuple[Fragment, Fragment] | None:
    """Return both sides of the last cut whose left side fits, by the first way that has one.

    Unless `anywhere`, links and isolates stay whole.
    """
    # A character costs at least one, so no cut lies beyond; white space at the cut falls away.
    window = each._replace(runs=tuple(_sides(each.runs, room + 2)[0]))
    text = "".join([run.text for run in window.runs])
    whole = bytes(len(text)) if anywhere else _whole(window.runs)
    for way in ways:
        places = [place for place in way(text) if place < len(text) and not whole[place]]
        fitting = bisect_right(places, room, key=lambda place: cost(_before(window, place)))
        if fitting:
            place = places[fitting - 1]
            return _before(window, place), _after(each, place)
    return None


def _before(each: Fragment, place: int) -> Fragment:
    return each._replace(runs=trimmed(_sides(each.runs, place)[0]))


def _after(each: Fragment, place: int) -> Fragment:
    runs = trimmed(_sides(each.runs, place)[1])
    mark = opening("".join([run.text for run in runs])) if each.rtl else ""
    return each._replace(runs=runs, mark=mark, bullet="")


def _sides(runs: Iterable[Run], place: int) -> tuple[list[Run], list[Run]]:
    left: list[Run] = []
    right: list[Run] = []
    start = 0
    for run in runs:
        end = start + len(run.text)
        if end <= place:
            left.append(run)
        elif start >= place:
            right.append(run)
        else:
            head, tail = run.text[: place - start], run.text[place - start :]
            if still_open := depth(head):
                head = head.rstrip() + PDI * still_open
                tail = FSI * still_open + tail.lstrip()
            left.append(run._replace(text=head))
            right.append(run._replace(text=tail))
        start = end
    return left, right


def _unlinked(each: Fragment) -> tuple[Fragment, list[str]]:
    """Return the fragment with its links written out, and the names of those that were."""
    names = ["entity link" for run in each.runs if run.url is not None]
    runs = [unlinked(run, rtl=each.rtl) for run in each.runs]
    return each._replace(runs=tuple(runs)), names


def _whole(runs: Iterable[Run]) -> bytearray:
    """Return a map of the text: 1 where a cut would go through a link or an isolate."""
    found = bytearray()
    for run in runs:
        start = len(found)
        found += bytes(len(run.text))
        if run.url is not None:
            _fill(found, start, len(found))
        elif FSI in run.text:
            for first, last in _isolates(run.text):
                _fill(found, start + first, start + last)
    return found


def _fill(found: bytearray, start: int, end: int) -> None:
    found[start + 1 : end] = b"\1" * (end - start - 1)


def _sentences(text: str) -> list[int]:
    ends = [match.end() for match in _SENTENCE.finditer(text)]
    return [end for end in ends if end < len(text) and not text[end].islower()]


def _words(text: str) -> list[int]:
    return [match.end() for match in _WORD.finditer(text)]


def _graphemes(text: str) -> list[int]:
    """Return the places between user-perceived characters (a plain form of UAX #29)."""
    found: list[int] = []
    flag_half = False  # the character before is the first half of a flag
    for place in range(1, len(text)):
        left, right = text[place - 1], text[place]
        flag_half = not flag_half and "\U0001f1e6" <= left <= "\U0001f1ff"
        flag = flag_half and "\U0001f1e6" <= right <= "\U0001f1ff"
        if not flag and not _joined(left, right):
            found.append(place)
    return found


def _characters(text: str) -> list[int]:
    return list(range(1, len(text)))


def _isolates(text: str) -> Iterable[tuple[int, int]]:
    """Yield start and end of the outermost isolates of a balanced text."""
    start = level = 0
    for match in _ISOLATE.finditer(text):
        if match[0] == FSI:
            if level == 0:
                start = match.start()
            level += 1
        else:
            level -= 1
            if level == 0:
                yield start, match.end()


def _joined(left: str, right: str) -> bool:
    if right.isascii():
        return left == FSI
    return (
        category(right) in {"Mn", "Me", "Mc"}  # variation selectors and keycaps are among them
        or _ZWJ in {left, right}
        or "\U0001f3fb" <= right <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= right <= "\U000e007f"  # tags of regional flags
        or "\u1160" <= right <= "\u11ff"  # Hangul vowels and finals
        or right == PDI
        or left == FSI
    )
