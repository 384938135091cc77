"""The markup of content texts: paragraphs, lists, links and facts, and nothing else.

    A blank line begins a new paragraph; a single line break is a space.

    - A line that begins with "- " is an item; indented lines go on with it.
    - [A label](https://example.org), also mailto: and tel:, is a link.
    - {fact:some-id} is a fact, formatted for the reader.

`parse` never fails: what is not markup stays as the words it is. Facts are filled in by `fill`,
whose caller knows the language and the day. Nothing is known here of translations and channels.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.domain.outgoing import Block, Bullets, Link, Paragraph, Plain, Span

_INLINE = re.compile(
    r"\{fact:(?P<fact>[a-z0-9][a-z0-9-]*)\}"
    r"|\[(?P<label>[^\[\]\n]+)\]\((?P<url>(?:https://[^\s()<>]+|mailto:[^\s()<>@]+@[^\s()<>@]+|tel:\+?[0-9]+))\)"
)
_ITEM = re.compile(r"- +(?=\S)")
# A full stop ends a sentence unless it follows a lone letter ("z. B.") or a figure ("1. November").
SENTENCE_END = re.compile(r"(?<!^\w)(?<![\s.(„“\"»]\w)(?<!\d)[.!?…؟۔।][“”\"»’)]*(?=\s)")
_SUSPECT = re.compile(r"\{[^{}\n]*\}?|\]\([^)\n]*\)?|\*\*|^#+ |^[*•] |^\d+\. ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FactSpan:
    """A place in a text where a fact is shown."""

    id: str


Inline = Plain | Link | FactSpan
Line = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A paragraph (one line) or a list (its items), with facts still open."""

    lines: tuple[Line, ...]
    bullets: bool


def parse(text: str) -> tuple[Template, ...]:
    """Return the paragraphs and lists of a text, in order. Empty for an empty text."""
    found: list[Template] = []
    for chunk in re.split(r"\n\s*\n", text):
        found += _chunk(chunk)
    return tuple(found)


def _chunk(chunk: str) -> Iterator[Template]:
    words: list[str] = []  # the paragraph or item being gathered
    items: list[str] = []
    in_list = False
    for line in chunk.splitlines():
        stripped = line.strip()
        if not stripped:
            continue
        if mark := _ITEM.match(stripped):
            if in_list:
                items.append(" ".join(words))
            elif words:
                yield _paragraph(" ".join(words))
            in_list = True
            words = [stripped[mark.end() :]]
        elif in_list and not line[0].isspace():
            yield _list([*items, " ".join(words)])
            in_list, items, words = False, [], [stripped]
        else:
            words.append(stripped)
    if in_list:
        yield _list([*items, " ".join(words)])
    elif words:
        yield _paragraph(" ".join(words))


def _paragraph(words: str) -> Template:
    return Template((_inline(words),), bullets=False)


def _list(items: list[str]) -> Template:
    return Template(tuple(_inline(item) for item in items), bullets=True)


def _inline(words: str) -> Line:
    spans: list[Inline] = []
    end = 0
    for found in _INLINE.finditer(words):
        if found.start() > end:
            spans.append(Plain(text=words[end : found.start()]))
        if found["fact"]:
            spans.append(FactSpan(found["fact"]))
        else:
            spans.append(Link(label=found["label"].strip() or found["url"], url=found["url"]))
        end = found.end()
    if end < len(words):
        spans.append(Plain(text=words[end:]))
    return tuple(spans)


def fill(templates: tuple[Template, ...], fact: Callable[[str], Span]) -> tuple[Block, ...]:
    """Return the blocks with every fact replaced by the span that `fact` gives for its id."""
    blocks: list[Block] = []
    for template in templates:
        lines = tuple(_filled(line, fact) for line in template.lines)
        blocks.append(Bullets(items=lines) if template.bullets else Paragraph(spans=lines[0]))
    return tuple(blocks)


def _filled(line: Line, fact: Callable[[str], Span]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for item in line:
        span = fact(item.id) if isinstance(item, FactSpan) else item
        if isinstance(span, Plain) and spans and isinstance(spans[-1], Plain):
            spans[-1] = Plain(text=spans[-1].text + span.text)
        else:
            spans.append(span)
    return tuple(spans)


def facts(text: str) -> list[tuple[int, str]]:
    """Return every fact of a text as (offset, id)."""
    return [(found.start(), found["fact"]) for found in _INLINE.finditer(text) if found["fact"]]


def fact_ids(text: str) -> frozenset[str]:
    """Return the ids of the facts of a text: a translation must have the same."""
    return frozenset(fact for _, fact in facts(text))


def links(text: str) -> list[tuple[int, str]]:
    """Return every link of a text as (offset, address)."""
    return [(found.start(), found["url"]) for found in _INLINE.finditer(text) if found["url"]]


def suspects(text: str) -> list[tuple[int, str]]:
    """Return what looks like markup and is none, as (offset, words): an editor's slip."""
    blank = _INLINE.sub(lambda found: "\x00" * len(found.group()), text)
    return [(found.start(), found.group()) for found in _SUSPECT.finditer(blank)]


def first_sentence(text: str) -> str:
    """Return the first sentence of a text, a fact counting as ten characters."""
    words = " ".join(re.split(r"\n\s*\n|\n- ", text.strip(), maxsplit=1)[0].split())
    words = _INLINE.sub(lambda found: "x" * 10 if found["fact"] else str(found["label"]), words)
    end = SENTENCE_END.search(words)
    return words[: end.end()] if end else words


def length(text: str) -> int:
    """Return how long a text is for its reader, a fact counting as ten characters."""
    return len(_INLINE.sub(lambda found: "x" * 10 if found["fact"] else str(found["label"]), text))
