"""The content as one immutable snapshot, in every language: what engine and service read.

A text is asked for by its key and comes in the language that was asked for, or in the next one of
the site's order, and says so. Everything that depends on the day takes it as an argument. Blocks
are kept once made; that cache is the only thing in here that changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Literal

from bot.content import facts, markup
from bot.content.closures import Closures
from bot.content.facts import Fact, isolated
from bot.content.glossary import Glossary
from bot.content.interface import Interface
from bot.content.model import (
    Document,
    EmergencyLine,
    Entry,
    Language,
    Place,
    Site,
    SourceText,
    Topic,
)
from bot.content.model_booking import Booking, Hours
from bot.content.model_desk import Desk, Reply
from bot.content.model_directory import Directory
from bot.content.reviews import Review
from bot.content.translations import Translation
from bot.domain.appointment import Service
from bot.domain.errors import Problem
from bot.domain.outgoing import Block, Link, Plain, Span
from bot.domain.texts import FACT_ASK_OFFICE, PluralText, Text

Freshness = Literal["fresh", "stale", "missing"]
_NOTHING: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A text as it can be shown.

    `lang` is the language of the words. `freshness` is about the language that was asked for:
    `missing` means that another one is shown. `stale`: the words shown are older than the German
    ones. `uncertain`: facts that the office has to be asked for.
    """

    blocks: tuple[Block, ...]
    lang: str
    freshness: Freshness
    stale: bool = False
    uncertain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a catalogue is made of; see `content.load`."""

    version: str
    site: Site
    languages: tuple[Language, ...]
    topics: tuple[Topic, ...]
    entries: Mapping[str, Entry]
    places: Mapping[str, Place]
    documents: Mapping[str, Document]
    emergency: tuple[EmergencyLine, ...]
    facts: Mapping[str, Fact]
    directory: Directory
    holidays: Mapping[str, Closures]
    desk: Desk
    replies: tuple[Reply, ...]
    booking: Booking
    texts: Mapping[str, SourceText]
    translations: Mapping[str, Mapping[str, Translation]]
    interface: Interface
    glossaries: Mapping[str, Glossary]
    commands: Mapping[str, Mapping[str, tuple[str, ...]]]
    problems: tuple[Problem, ...]  # warnings only


class Catalogue:
    """One snapshot of the content. Safe to read from any thread."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self.version = contents.version
        self.site = contents.site
        self.languages = contents.languages
        self.topics = contents.topics
        self.entries = contents.entries
        self.places = contents.places
        self.documents = contents.documents
        self.emergency = contents.emergency
        self.facts = contents.facts
        self.directory = contents.directory
        self.desk = contents.desk
        self.replies = contents.replies
        self.booking = contents.booking
        self.texts = contents.texts
        self.problems = contents.problems
        self.glossaries = contents.glossaries
        self.command_words = contents.commands
        self._by_code = {language.code: language for language in contents.languages}
        self.source = self._by_code[contents.site.source]
        # Replaced as a whole when the day changes: no thread of yesterday leaves its words here.
        self._kept: tuple[date, dict[tuple[str, str], Found]] = (date.min, {})

    # Languages

    def language(self, code: str) -> Language | None:
        """Return the language with this code, None where the site has none."""
        return self._by_code.get(code)

    def direction(self, code: str) -> Literal["ltr", "rtl"]:
        """Return the direction of a language; left to right where the site does not have it."""
        found = self._by_code.get(code)
        return found.direction if found is not None else "ltr"

    def match_language(self, tag: str | None) -> Language | None:
        """Return the site's language for a BCP 47 tag (`pl-PL` finds `pl`), None without one."""
        parts = (tag or "").replace("_", "-").casefold().split("-")
        for length in range(len(parts), 0, -1):
            wanted = "-".join(parts[:length])
            for code, language in self._by_code.items():
                if code.casefold() == wanted:
                    return language
        return None

    def fallback_of(self, language: str) -> tuple[str, ...]:
        """Return the languages to look in when a text is missing; the source language last."""
        return self.site.fallback.get(language, (self.source.code,))

    # Interface texts

    def words(self, text: Text, language: str, /, **values: str) -> str:
        """Return an interface text with its values isolated; German where it is not translated."""
        return self._contents.interface.words(text, language, values)

    def counted(self, text: PluralText, n: int, language: str, /, **values: str) -> str:
        """Return an interface text in the form that the number `n` needs."""
        return self._contents.interface.counted(text, n, language, values)

    def commands(self, language: str) -> Mapping[str, tuple[str, ...]]:
        """Return the words for commands, in the form of `phrases.normalised`."""
        return self._contents.commands.get(language, _NOTHING)

    # Texts of the content

    def has(self, key: str) -> bool:
        """Return whether there is a text with this key."""
        return key in self.texts

    def translation(self, key: str, language: str) -> Translation | None:
        """Return what a language has for a text, None where it has nothing (no fallback)."""
        return self._contents.translations.get(language, {}).get(key)

    def reviewed(self, key: str, language: str) -> Review | None:
        """Return who checked the words of this language, and when; None where nobody has."""
        found = self.translation(key, language)
        return found.review if found is not None else None

    def plain(self, key: str, language: str) -> str:
        """Return a title, label or name on one line. KeyError where there is no such text."""
        text, _, _, _ = self._find(key, language)
        return " ".join(text.split())

    def blocks(self, key: str, language: str, today: date) -> Found:
        """Return a text as blocks, with its facts of `today`. KeyError where there is none."""
        day, kept = self._kept
        if day != today:
            kept = {}
            self._kept = (today, kept)
        found = kept.get((key, language))
        if found is None:
            found = kept[key, language] = self._compose(key, language, today)
        return found

    def freshness(self, key: str, language: str) -> Freshness:
        """Return how a text stands in a language. KeyError where there is no such text."""
        return self._find(key, language)[2]

    def _find(self, key: str, language: str) -> tuple[str, str, Freshness, bool]:
        """Return (words, language, freshness, stale). Only fresh words stand in for others."""
        source = self.texts[key]
        if language == self.source.code:
            return source.german, language, "fresh", False
        own = self._contents.translations.get(language, {}).get(key)
        if own is not None:
            return own.text, language, "fresh" if own.fresh else "stale", not own.fresh
        for code in self.fallback_of(language):
            other = self._contents.translations.get(code, {}).get(key)
            if other is not None and other.fresh:
                return other.text, code, "missing", False
        return source.german, self.source.code, "missing", False

    def _compose(self, key: str, language: str, today: date) -> Found:
        text, lang, freshness, stale = self._find(key, language)
        uncertain: list[str] = []

        def fact(fact_id: str) -> Span:
            span = self._fact_span(fact_id, lang, today)
            if span is None:
                uncertain.append(fact_id)
                return Plain(text=self.words(FACT_ASK_OFFICE, lang))
            return span

        blocks = markup.fill(markup.parse(text), fact)
        return Found(
            blocks=blocks,
            lang=lang,
            freshness=freshness,
            stale=stale,
            uncertain=tuple(dict.fromkeys(uncertain)),
        )

    # Facts, places, dates

    def _fact_span(self, fact_id: str, language: str, today: date) -> Span | None:
        fact = self.facts.get(fact_id)
        typed = fact.current(today) if fact is not None else None
        if typed is None:
            return None
        words = self.plain(typed.key, language) if isinstance(typed, facts.Words) else ""
        return facts.span(typed, language, words)

    def fact(self, id: str, language: str, today: date) -> str | None:  # noqa: A002  as in content
        """Return a fact's value, isolated; None where it is expired or not verified."""
        span = self._fact_span(id, language, today)
        if span is None:
            return None
        return span.label if isinstance(span, Link) else span.text

    def link(self, fact_id: str, language: str, today: date) -> Link | None:
        """Return a fact of kind phone or url as a link; None where it may not be shown."""
        span = self._fact_span(fact_id, language, today)
        return span if isinstance(span, Link) else None

    def place(self, id: str, today: date) -> Place:  # noqa: A002  as in content
        """Return a place; after its review day without address, mail and position."""
        place = self.places[id]
        if place.review_by is None or today <= place.review_by:
            return place
        return replace(place, address=None, mail=None, lat=None, lon=None)

    @property
    def services(self) -> Mapping[str, Service]:
        """What an appointment can be about, by id."""
        return self.booking.services

    @property
    def office_hours(self) -> tuple[Hours, ...]:
        """The rules of all office hours."""
        return self.booking.hours

    def zone_of(self, place: str | None) -> str:
        """Return the time zone of a place; the site's where it names none."""
        found = self.places.get(place) if place is not None else None
        return found.zone if found is not None and found.zone is not None else self.site.zone

    def closures(self, place: str | None = None) -> Closures:
        """Return the public holidays where a place is; of the site's Land where it names none."""
        found = self.places.get(place) if place is not None else None
        return self.closures_of(found.land if found and found.land else self.site.land)

    def closures_of(self, land: str) -> Closures:
        """Return the public holidays of a Land, as holidays.yaml corrects them."""
        return self._contents.holidays.get(land) or Closures(land=land)

    def date(self, day: date, language: str, today: date) -> str:
        """Return a date with its weekday, isolated: `Do, 26. November`."""
        from bot.content import formats

        return isolated(formats.date_words(day, language, today))

    def language_names(self, codes: Sequence[str], language: str) -> str:
        """Return languages by their names in `language`, as one list: `Polnisch und Englisch`."""
        from bot.content import formats

        names = [isolated(formats.language_name(code, language)) for code in codes]
        return formats.joined(names, language)

    def isolated(self, text: str) -> str:
        """Return a value between FSI and PDI."""
        return isolated(text)
