"""How far each language is, by topic, and which facts are not shown: for tables and pictures.

Counts texts, not words. A text is fresh, stale or missing; some of the fresh ones were read by a
human. The day is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polib

from bot.content import extract, po, reviews
from bot.content.catalogue import Catalogue
from bot.content.load import DRAFTS
from bot.content.model import Language
from bot.content.schema import clean
from bot.content.textdomains import TextDomain, text_domains
from bot.service.freshness import stand

_GROUPS = {
    "places": "Places",
    "documents": "Documents",
    "facts": "Facts",
    "tables": "Tables",
    "partners": "Partners",
    "notices": "Notices",
    "emergency": "Emergency card",
    "replies": "Ready answers",
    "site": "About the site",
}
OTHER = "Other"
INTERFACE = "Interface"


@dataclass(frozen=True, slots=True)
class Tally:
    """Texts of one group in one language. `fresh` counts the `reviewed` ones too."""

    total: int = 0
    fresh: int = 0
    stale: int = 0
    missing: int = 0
    reviewed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.total + other.total,
            self.fresh + other.fresh,
            self.stale + other.stale,
            self.missing + other.missing,
            self.reviewed + other.reviewed,
        )


@dataclass(frozen=True, slots=True)
class Group:
    """A topic, or other texts that belong together. `tallies` by language; none: not offered."""

    name: str
    tallies: Mapping[str, Tally]


@dataclass(frozen=True, slots=True)
class Coverage:
    """All groups and languages; `total` by language."""

    languages: tuple[Language, ...]
    groups: tuple[Group, ...]

    def total(self, language: str) -> Tally:
        """Return all texts of a language together."""
        return sum((g.tallies[language] for g in self.groups if language in g.tallies), Tally())


def coverage(catalogue: Catalogue, locales_dir: Path) -> Coverage:
    """Return how far each language is, the source language left out."""
    languages = tuple(item for item in catalogue.languages if item.status != "source")
    keys: dict[str, list[str]] = {
        catalogue.plain(f"topics/{topic.id}/title", catalogue.source.code): []
        for topic in catalogue.topics
    }
    for key in catalogue.texts:
        keys.setdefault(_group(catalogue, key), []).append(key)
    groups = [
        Group(
            name,
            {
                language.code: _tally(catalogue, texts, language)
                for language in languages
                if language.content
            },
        )
        for name, texts in keys.items()
    ]
    interface = text_domains(catalogue)[1]
    groups.append(
        Group(
            INTERFACE,
            {language.code: _counted(interface, language, locales_dir) for language in languages},
        )
    )
    return Coverage(languages, tuple(groups))


def _group(catalogue: Catalogue, key: str) -> str:
    first, _, rest = key.partition("/")
    topic = rest.partition("/")[0] if first == "topics" else None
    if first in catalogue.entries:
        topic = catalogue.entries[first].topic
    if topic is not None:
        return catalogue.plain(f"topics/{topic}/title", catalogue.source.code)
    return _GROUPS.get(first, OTHER)


def _tally(catalogue: Catalogue, keys: list[str], language: Language) -> Tally:
    found = stand(catalogue, keys, language)
    fresh = found.total - len(found.stale) - len(found.missing)
    return Tally(
        total=found.total,
        fresh=fresh,
        stale=len(found.stale),
        missing=len(found.missing),
        reviewed=fresh - len(found.unread),
    )


def _counted(domain: TextDomain, language: Language, locales_dir: Path) -> Tally:
    """Return how the interface stands: stale texts are shown in German."""
    path = domain.path(locales_dir, language)
    file = extract.read(path) if path.exists() else polib.POFile()
    entries = {entry.msgctxt: entry for entry in file if not entry.obsolete and po.words(entry)}
    fresh = stale = reviewed = 0
    for context, message in domain.messages.items():
        entry = entries.get(context)
        if entry is None or not domain.fits(po.words(entry), message):
            continue
        if entry.fuzzy or clean(entry.msgid) != message.german:
            stale += 1
        else:
            fresh += 1
            reviewed += reviews.of(entry.tcomment) is not None
    total = len(domain.messages)
    return Tally(total, fresh, stale, total - fresh - stale, reviewed)


@dataclass(frozen=True, slots=True)
class Gap:
    """A fact that newcomers do not see: they are told to ask the office."""

    fact: str
    why: str


def gaps(catalogue: Catalogue, today: date) -> tuple[Gap, ...]:
    """Return the facts that are not shown on this day, and why."""
    found: list[Gap] = []
    for fact in catalogue.facts.values():
        if fact.current(today) is not None:
            continue
        if not fact.confident:
            why = "low confidence: nobody has confirmed it"
        elif fact.review_by is not None and fact.review_by < today:
            why = f"was to be checked by {fact.review_by}"
        else:
            why = "no value holds on this day"
        found.append(Gap(fact.id, why))
    return tuple(found)


def drafts(content_dir: Path) -> tuple[str, ...]:
    """Return the files that an import made and that no editor has moved to their place."""
    folder = content_dir / DRAFTS
    return tuple(sorted(path.relative_to(content_dir).as_posix() for path in folder.glob("*.yaml")))
