"""What Lotse says in the form of the Integreat API v3: pages and locations for each language.

    FOLDER/LANG/pages.json   FOLDER/LANG/locations.json

A topic is a page, its entries are the pages below it. What came from Integreat goes back as it
came, word for word, while nobody has changed it here; a changed entry keeps id, path and place of
its page and gets our words. A page is written only in languages in which every word of it is fresh.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from pathlib import Path

from bot.content.catalogue import Catalogue
from bot.content.integreat import entries, originals, shapes
from bot.content.integreat.shapes import Item
from bot.content.load import DRAFTS
from bot.content.model import Entry, Language
from bot.content.problems import Problems
from bot.domain.capabilities import Rich
from bot.domain.outgoing import FSI, PDI, Block, Message
from bot.rendering.fragments import fragments
from bot.rendering.html import escaped, html
from bot.service.static_pages import StaticPage, static_page

BASE = "https://integreat.app"
REGION = "lotse"
Json = dict[str, object]


@dataclass(slots=True)
class Exported:
    """What an export wrote for one language, and the entries that it left out, with the reason."""

    language: str
    pages: list[Json] = field(default_factory=list)
    locations: list[Json] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


def exported(
    catalogue: Catalogue,
    languages: Iterable[Language],
    content_dir: Path,
    at: datetime,
    *,
    region: str | None = None,
    report: Callable[[int, int], None] | None = None,
) -> list[Exported]:
    """Return pages and locations of these languages. `region` is the first part of new paths."""
    work = _Export(catalogue, content_dir, at, region)
    wanted = [language for language in languages if language.content]
    total = max(len(wanted) * len(catalogue.entries), 1)
    for number, language in enumerate(wanted):
        for done, entry in enumerate(catalogue.entries.values(), 1):
            work.make(entry, language)
            if report is not None:
                report(number * len(catalogue.entries) + done, total)
    return [work.of(language) for language in wanted]


class _Export:
    def __init__(
        self, catalogue: Catalogue, content_dir: Path, at: datetime, region: str | None
    ) -> None:
        self._catalogue = catalogue
        self._at = at
        kept = content_dir / DRAFTS / originals.FOLDER
        feed = shapes.Feed()
        for file in sorted(kept.glob("*-*.json")):
            feed.items += shapes.read(file, Problems()).items
        self._items = feed.items
        self._entries = {topic.id: topic.entries for topic in catalogue.topics}
        index = originals.read_index(kept)
        by_path = {item.path: item for item in feed.items}
        self._origin: dict[str, dict[str, Item]] = {}
        for path, entry_id in index.entries.items():
            if path in by_path and entry_id in catalogue.entries:
                self._origin[entry_id] = _family(by_path[path], by_path)
        self._base, self._region = BASE, region or REGION
        if feed.items:
            first = feed.items[0]
            self._region = region or first.path.strip("/").split("/")[0] or REGION
            self._base = first.url.removesuffix(first.path) if first.url else BASE
        self._made: dict[tuple[str, str], StaticPage] = {}
        self._left_out: dict[tuple[str, str], str] = {}

    def make(self, entry: Entry, language: Language) -> None:
        """Make the page of an entry in a language, or note why there is none."""
        key = entry.id, language.code
        page = static_page(self._catalogue, entry, language.code, self._at)
        if page is None:
            self._left_out[key] = "too many ways for one page"
        elif not page.complete:
            self._left_out[key] = "not all of it is fresh in this language"
        else:
            self._made[key] = page

    def of(self, language: Language) -> Exported:
        """Return everything in one language, topics first, each with its entries."""
        found = Exported(language.code)
        found.left_out = {
            entry: why for (entry, code), why in self._left_out.items() if code == language.code
        }
        replaced: dict[str, Json] = {}
        order = max((item.order for item in self._items), default=0)
        for topic in self._catalogue.topics:
            written = [each for each in topic.entries if (each, language.code) in self._made]
            if self._at_home(topic.id, language):
                order += 1
                found.pages.append(self._topic(topic.id, language, order))
            for entry_id in written:
                item = self._origin.get(entry_id, {}).get(language.code)
                if item is None:
                    order += 1
                    found.pages.append(self._page(entry_id, topic.id, language, order))
                else:
                    replaced[item.path] = self._returned(entry_id, item, language)
        for item in self._items:
            if item.language == language.code and not item.is_place:
                found.pages.append(replaced.get(item.path, dict(item.original)))
            elif item.language == language.code:
                found.locations.append(dict(item.original))
        return found

    def _topic(self, topic_id: str, language: Language, order: int) -> Json:
        key = f"topics/{topic_id}/title"
        others = {
            other.code: self._place(topic_id, None, other)
            for other in self._catalogue.languages
            if other.content and other.code != language.code and self._at_home(topic_id, other)
        }
        return {
            **self._place(topic_id, None, language),
            "title": self._catalogue.plain(key, language.code),
            "last_updated": self._at.isoformat(timespec="seconds"),
            "excerpt": "",
            "content": "",
            "available_languages": others,
            "parent": {"id": 0, "url": None, "path": None},
            "order": order,
            "thumbnail": None,
            "organization": None,
            "embedded_offers": [],
        }

    def _at_home(self, topic_id: str, language: Language) -> bool:
        """Return whether the topic has a page that does not come from Integreat."""
        return any(
            (each, language.code) in self._made and language.code not in self._origin.get(each, {})
            for each in self._entries[topic_id]
        )

    def _page(self, entry_id: str, topic_id: str, language: Language, order: int) -> Json:
        content = self._content(entry_id, language)
        others = {
            other.code: self._where(entry_id, other)
            for other in self._catalogue.languages
            if other.code != language.code and (entry_id, other.code) in self._made
        }
        return {
            **self._where(entry_id, language),
            "title": self._catalogue.plain(f"{entry_id}/title", language.code),
            "last_updated": self._at.isoformat(timespec="seconds"),
            "excerpt": _words(content),
            "content": content,
            "available_languages": others,
            "parent": self._place(topic_id, None, language),
            "order": order,
            "thumbnail": None,
            "organization": None,
            "embedded_offers": [],
        }

    def _returned(self, entry_id: str, item: Item, language: Language) -> Json:
        """Return a page that came from Integreat: as it came, or with our words in it."""
        source = self._origin[entry_id][self._catalogue.source.code]
        _, at = entries.count_of(source)
        came = entries.cut(item, at).by_key(entry_id)
        ours = {
            key: self._words_of(key, language)
            for key in self._catalogue.texts
            if key.startswith(f"{entry_id}/")
        }
        if came == ours:
            return dict(item.original)
        content = self._content(entry_id, language)
        return {
            **item.original,
            "title": self._catalogue.plain(f"{entry_id}/title", language.code),
            "last_updated": self._at.isoformat(timespec="seconds"),
            "excerpt": _words(content),
            "content": content,
        }

    def _words_of(self, key: str, language: Language) -> str:
        if language.code == self._catalogue.source.code:
            return self._catalogue.texts[key].german
        found = self._catalogue.translation(key, language.code)
        return found.text if found is not None else ""

    def _content(self, entry_id: str, language: Language) -> str:
        page = self._made[entry_id, language.code]
        parts: list[str] = []
        for section in page.sections:
            if section.heading:
                lines = "<br>".join(escaped(line) for line in section.heading)
                parts.append(f"<h3>{lines}</h3>")
            parts.append(self._html(section.blocks, language))
        links = [
            f'<li><a href="{escaped(str(self._where(each, language)["url"]))}">'
            f"{escaped(self._catalogue.plain(f'{each}/title', language.code))}</a></li>"
            for each in page.leads_to
            if (each, language.code) in self._made
        ]
        return "".join([*parts, *(["<ul>", *links, "</ul>"] if links else [])])

    def _html(self, blocks: tuple[Block, ...], language: Language) -> str:
        message = Message(lang=language.code, blocks=blocks)
        return html(fragments(message, Rich.HTML, lambda _code: language.direction))

    def _where(self, entry_id: str, language: Language) -> Json:
        item = self._origin.get(entry_id, {}).get(language.code)
        if item is not None:
            return {"id": item.number, "url": item.url, "path": item.path}
        topic = self._catalogue.entries[entry_id].topic
        return self._place(topic, entry_id, language)

    def _place(self, topic_id: str, entry_id: str | None, language: Language) -> Json:
        """Return id, address and path of a page that has its home here."""
        tail = f"{topic_id}/{entry_id}" if entry_id else topic_id
        path = f"/{self._region}/{language.code}/{tail}/"
        return {"id": _number(path), "url": f"{self._base}{path}", "path": path}


def _family(page: Item, by_path: Mapping[str, Item]) -> dict[str, Item]:
    """Return a page and its translations by language."""
    found = {page.language: page}
    for code, path in page.others.items():
        if path in by_path and by_path[path].language == code:
            found[code] = by_path[path]
    return found


def _number(path: str) -> int:
    """Return a number that stays the same for a path, far above those that a database counts."""
    return 2**30 + int.from_bytes(hashlib.sha256(path.encode()).digest()[:3], "big")


def _words(content: str) -> str:
    """Return the words of a page, as the excerpt holds them."""
    text = re.sub(r"<[^>]*>", " ", content).replace(FSI, "").replace(PDI, "")
    return " ".join(unescape(text).split())


def files(found: Iterable[Exported]) -> Iterator[tuple[str, str]]:
    """Walk the files of an export as (name in the folder, JSON)."""
    for each in found:
        yield f"{each.language}/pages.json", originals.dumped(each.pages)
        if each.locations:
            yield f"{each.language}/locations.json", originals.dumped(each.locations)
