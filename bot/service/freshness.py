"""How texts stand in each language, and what is to be checked again and when.

Looks at a catalogue and nothing else; the day is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Literal

from bot.content import markup
from bot.content.catalogue import Catalogue
from bot.content.model import (
    AnyStep,
    ContactStep,
    DocumentStep,
    Entry,
    Language,
    LookupStep,
    OfferLink,
    OfferStep,
    PartnersStep,
    PlaceStep,
)

SOON = timedelta(days=30)
_PAPER = ("gloss", "where")
_OFFICE = ("name", "note")


class Standing(StrEnum):
    """How a group of texts stands in a language, the worst first."""

    MISSING = "missing"
    STALE = "stale"
    DRAFT = "draft"  # fresh, and read by no human yet
    REVIEWED = "reviewed"
    SOURCE = "fresh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A group of texts in one language: its keys that are stale, missing, or fresh and read by no
    human, of `total`.
    """

    language: Language
    total: int
    stale: tuple[str, ...]
    missing: tuple[str, ...]
    unread: tuple[str, ...]

    @property
    def standing(self) -> Standing:
        """The worst of it."""
        if self.missing:
            return Standing.MISSING
        if self.stale:
            return Standing.STALE
        return self.trust

    @property
    def trust(self) -> Standing:
        """Whether a human has read what is fresh of it: all texts of the language, or these."""
        if self.language.status == "source":
            return Standing.SOURCE
        read = self.language.status == "reviewed" or not self.unread
        return Standing.REVIEWED if read else Standing.DRAFT


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Something that has to be checked again by a day (None: nobody has said by when)."""

    kind: Literal["entry", "fact", "place"]
    id: str
    day: date | None

    def state(self, today: date) -> Literal["overdue", "soon", "later", "none"]:
        """Return how urgent it is."""
        if self.day is None:
            return "none"
        if self.day < today:
            return "overdue"
        return "soon" if self.day <= today + SOON else "later"


def content_languages(catalogue: Catalogue) -> tuple[Language, ...]:
    """Return the languages in which entries are offered."""
    return tuple(language for language in catalogue.languages if language.content)


@lru_cache(maxsize=1)
def stands(catalogue: Catalogue) -> Mapping[str, tuple[Stand, ...]]:
    """Return how each entry stands in each language that has entries, in the site's order."""
    languages = content_languages(catalogue)
    return {
        entry: tuple([stand(catalogue, keys, language) for language in languages])
        for entry, keys in keys_by_entry(catalogue).items()
    }


@lru_cache(maxsize=1)
def keys_by_entry(catalogue: Catalogue) -> Mapping[str, tuple[str, ...]]:
    """Return the keys of all texts that an entry shows: its own, and those of what its steps
    name.
    """
    found: dict[str, list[str]] = {entry: [] for entry in catalogue.entries}
    for key in catalogue.texts:
        head, _, _ = key.partition("/")
        if head in found:
            found[head].append(key)
    for entry in catalogue.entries.values():
        for each in entry.steps:
            found[entry.id] += named_by(catalogue, each).keys
    return {entry: tuple(dict.fromkeys(keys)) for entry, keys in found.items()}


@dataclass(slots=True)
class Named:
    """What a step names: keys of texts, places, facts."""

    keys: list[str] = field(default_factory=list)
    places: set[str] = field(default_factory=set)
    facts: set[str] = field(default_factory=set)


def named_by(catalogue: Catalogue, step: AnyStep) -> Named:
    """Return what a step shows that stands outside its entry."""
    found = Named()
    wanted: list[str | None] = []
    match step:
        case PlaceStep(place=place) | ContactStep(place=place):
            found.places.add(place)
        case DocumentStep(documents=documents):
            wanted += [f"documents/{paper}/{part}" for paper in documents for part in _PAPER]
        case LookupStep(table=name) if table := catalogue.directory.tables.get(name):
            for row in (*table.rows.values(), table.default):
                if row is not None:
                    wanted.append(row.text)
                    found.places |= {each for each in (row.place, row.contact) if each}
        case PartnersStep(need=need):
            for partner in catalogue.directory.helping(need, None):
                wanted.append(partner.note)
                found.places.add(partner.place)
        case OfferStep(offers=offers):
            found.facts |= {offer.fact for offer in offers if isinstance(offer, OfferLink)}
        case _:
            pass
    wanted += [f"places/{place}/{part}" for place in sorted(found.places) for part in _OFFICE]
    found.keys += [key for key in wanted if key is not None and catalogue.has(key)]
    for place in found.places & catalogue.places.keys():
        office = catalogue.places[place]
        found.facts |= {fact for fact in (office.phone, office.url) if fact is not None}
    return found


def stand(catalogue: Catalogue, keys: Iterable[str], language: Language) -> Stand:
    """Return how these texts stand in a language."""
    stale: list[str] = []
    missing: list[str] = []
    unread: list[str] = []
    total = 0
    for key in keys:
        total += 1
        match catalogue.freshness(key, language.code):
            case "stale":
                stale.append(key)
            case "missing":
                missing.append(key)
            case "fresh":
                if catalogue.reviewed(key, language.code) is None:
                    unread.append(key)
    return Stand(
        language=language,
        total=total,
        stale=tuple(stale),
        missing=tuple(missing),
        unread=tuple(unread),
    )


def reviews(catalogue: Catalogue) -> tuple[Review, ...]:
    """Return everything that has to be checked again, the next first."""
    found = [Review(kind="entry", id=e.id, day=e.review_by) for e in catalogue.entries.values()]
    found += [Review(kind="fact", id=f.id, day=f.review_by) for f in catalogue.facts.values()]
    found += [Review(kind="place", id=p.id, day=p.review_by) for p in catalogue.places.values()]
    return _sorted(found)


def reviews_of(catalogue: Catalogue, entry: Entry) -> tuple[Review, ...]:
    """Return what has to be checked again for one entry: itself, its facts and its places."""
    facts: set[str] = set()
    places: set[str] = set()
    for key in keys_by_entry(catalogue)[entry.id]:
        facts |= markup.fact_ids(catalogue.texts[key].german)
    for each in entry.steps:
        named = named_by(catalogue, each)
        facts |= named.facts
        places |= named.places
    return _sorted(
        [
            Review(kind="entry", id=entry.id, day=entry.review_by),
            *[
                Review(kind="fact", id=found.id, day=found.review_by)
                for fact in facts
                if (found := catalogue.facts.get(fact)) is not None
            ],
            *[
                Review(kind="place", id=place, day=catalogue.places[place].review_by)
                for place in places
                if place in catalogue.places
            ],
        ]
    )


def _sorted(found: list[Review]) -> tuple[Review, ...]:
    return tuple(sorted(found, key=lambda each: (each.day or date.max, each.kind, each.id)))
