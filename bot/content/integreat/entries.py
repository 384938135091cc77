"""Pages as draft entries: YAML for the German, PO for the other languages.

A draft stands in content/drafts and is not live. The first blocks of a page become the answer, the
rest stands behind [Mehr dazu]; both is an editor's to shorten. A translation is cut at the same
block as the German; where it has another number of blocks, it comes marked as doubtful.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polib

from bot.content import extract, po
from bot.content.integreat.html import markup
from bot.content.integreat.shapes import Feed, Item
from bot.content.integreat.writing import block, comment, quoted, slug
from bot.content.markup import length
from bot.content.schema import MAX_ENTRY, clean
from bot.content.topics import RESERVED

FIRST = 450  # about so many characters stand in the answer itself
STEP = "intro"


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of a page: title, answer, and what stands behind [Mehr dazu] (may be empty)."""

    title: str
    say: str
    more: str

    def by_key(self, entry: str) -> Mapping[str, str]:
        """Return the texts by the keys that they get in an entry."""
        found = {f"{entry}/title": self.title, f"{entry}/{STEP}": self.say}
        return {**found, f"{entry}/{STEP}/more": self.more} if self.more else found


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that could be. `pages` are its page in each language, the source first."""

    id: str
    words: Words
    pages: Mapping[str, Item]


@dataclass(frozen=True, slots=True)
class Drafts:
    """All drafts; `empty` are pages without a text, `strange` those without a German page."""

    drafts: tuple[Draft, ...]
    empty: tuple[Item, ...]
    strange: tuple[Item, ...]


def drafts(feed: Feed, source: str, known: Mapping[str, str], taken: Collection[str]) -> Drafts:
    """Return the drafts of a feed.

    `known` are ids of an earlier import by path of the German page; `taken` are ids of entries,
    which no new draft gets.
    """
    pages = [item for item in feed.items if not item.is_place]
    by_path = {item.path: item for item in pages}
    used = {*known.values(), *taken, *RESERVED}
    found: list[Draft] = []
    empty: list[Item] = []
    members: set[str] = set()
    for page in by_path.values():
        if page.language != source:
            continue
        family = {source: page}
        for code, path in page.others.items():
            if path in by_path and by_path[path].language == code:
                family[code] = by_path[path]
        members |= {each.path for each in family.values()}
        words = cut(page)
        if not words.say:
            empty.append(page)
            continue
        name = known.get(page.path) or slug(page.title, used, MAX_ENTRY, f"page-{page.number}")
        used.add(name)
        found.append(Draft(name, words, family))
    strange = tuple(page for path, page in by_path.items() if path not in members)
    return Drafts(tuple(found), tuple(empty), strange)


def cut(page: Item, at: int | None = None) -> Words:
    """Return the texts of a page; the answer has `at` blocks, or as many as fit."""
    blocks = markup(page.content, page.url)
    count = _fitting(blocks) if at is None else at
    return Words(
        clean(page.title), clean("\n\n".join(blocks[:count])), clean("\n\n".join(blocks[count:]))
    )


def count_of(page: Item) -> tuple[int, int]:
    """Return how many blocks a page has, and how many of them stand in the answer."""
    blocks = markup(page.content, page.url)
    return len(blocks), _fitting(blocks)


def _fitting(blocks: Sequence[str]) -> int:
    total = 0
    for count, each in enumerate(blocks):
        total += length(each)
        if count and total > FIRST:
            return count
    return len(blocks)


def yaml(draft: Draft, source: str, today: date) -> str:
    """Return a draft as the file of an entry."""
    page = draft.pages[source]
    lines = [
        comment("Entwurf aus Integreat, nicht live. Kürzen, prüfen, dann nach topics/THEMA/."),
        comment(f"Seite {page.number}, {page.url or page.path}, geändert {page.changed or '?'}"),
        f"id: {draft.id}",
        *block("title", draft.words.title, 0),
        f"review_by: {today}",
    ]
    if page.url.startswith("https://") and not set(page.url) & set(" ()<>"):
        label = page.title.replace("[", "(").replace("]", ")")
        lines.append(f"sources: [{quoted(f'[{label}]({page.url})')}]")
    lines += ["steps:", f"  - id: {STEP}", *block("say", draft.words.say, 4)]
    if draft.words.more:
        lines += block("more", draft.words.more, 4)
    return "\n".join(lines) + "\n"


def translated(found: Drafts, source: str) -> Mapping[str, polib.POFile]:
    """Return a PO file of the drafts for every language that has pages."""
    files: dict[str, polib.POFile] = {}
    for draft in found.drafts:
        german = draft.words.by_key(draft.id)
        for language, page in draft.pages.items():
            if language == source:
                continue
            if language not in files:
                files[language] = po.merge(
                    None,
                    [],
                    language=language.replace("-", "_"),
                    plural_forms=extract.plural_forms(language),
                    project=extract.PROJECT,
                )
            files[language].extend(_messages(draft, german, page, source))
    return files


def _messages(
    draft: Draft, german: Mapping[str, str], page: Item, source: str
) -> Iterator[polib.POEntry]:
    blocks, at = count_of(draft.pages[source])
    words = cut(page, at).by_key(draft.id)
    doubtful = count_of(page)[0] != blocks
    for key, text in german.items():
        if not words.get(key):
            continue
        yield polib.POEntry(
            msgctxt=key,
            msgid=text,
            msgstr=words[key],
            tcomment=f"from Integreat, {page.changed or 'no date'}",
            flags=["fuzzy"] if doubtful and not key.endswith("/title") else [],
        )
