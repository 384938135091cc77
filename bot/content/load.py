"""Reads a content folder and its translations; lists every problem; builds the snapshot.

Every file's first syntax error and every other problem in files that parse are found in one go.
With an error there is no snapshot: whoever runs keeps the last good one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from gettext import GNUTranslations
from pathlib import Path
from types import MappingProxyType

from bot.content import (
    booking,
    closing_calendars,
    desk,
    directory,
    flow,
    glossary,
    holidays,
    interface,
    model,
    phrases,
    po,
    rehearsals,
    replies,
    site,
    strict_yaml,
    tables,
    topics,
    translations,
)
from bot.content.catalogue import Catalogue, Contents
from bot.content.closures import Closures
from bot.content.facts import Fact
from bot.content.glossary import Glossary
from bot.content.interface import Interface
from bot.content.model_booking import Booking
from bot.content.model_desk import Desk, Reply
from bot.content.model_directory import Directory
from bot.content.pack import Document, Pack
from bot.content.problems import Mark, Problems, Severity
from bot.content.translations import Translation
from bot.domain.errors import ContentError, Problem

Progress = Callable[[int, int], None]
CONTENT, MESSAGES = "content.po", "messages.po"
NO_TERMS = Glossary()

DRAFTS = "drafts"  # what an import has made, until an editor moves it to its place
_TOP = frozenset({"site.yaml", "facts.yaml", "places.yaml", "documents.yaml", "emergency.yaml"})
_OTHERS = frozenset(
    {"services.yaml", "desk.yaml", "holidays.yaml", "partners.yaml", "notices.yaml"}
)
_KNOWN = re.compile(
    r"topics/[^/]+/[^/]+\.yaml|phrases/[^/]+/[^/]+\.yaml|tests/[^/]+/[^/]+\.yaml"
    r"|(?:tables|office_hours|replies|glossary)/[^/]+\.yaml"
)


def load(content_dir: Path, locales_dir: Path, *, progress: Progress | None = None) -> Catalogue:
    """Return the snapshot of a content folder; ContentError with all problems on an error."""
    found = survey(content_dir, locales_dir, progress=progress)
    translated, words = _translated(found)
    contents = found.contents(translated, words)
    if found.problems.errors or contents is None:
        raise ContentError(found.problems.all())
    return Catalogue(contents)


def examine(
    content_dir: Path,
    locales_dir: Path,
    *,
    today: date | None = None,
    progress: Progress | None = None,
) -> tuple[Problem, ...]:
    """Return every problem, warnings too. With `today` also what the calendar has overtaken."""
    found = survey(content_dir, locales_dir, today=today, progress=progress)
    _translated(found)
    return found.problems.all()


def survey(
    content_dir: Path,
    locales_dir: Path,
    *,
    today: date | None = None,
    overdue: Severity = "warning",
    progress: Progress | None = None,
) -> Survey:
    """Read everything but the translations. `overdue` says how bad it is what the calendar has
    overtaken on the day `today`; without a day nothing is.
    """
    problems = Problems()
    reading = _Reading(content_dir, locales_dir, problems, progress or (lambda _done, _total: None))
    pack = Pack(reading.documents(), content_dir.as_posix(), problems, today, overdue)
    found = topics.all_topics(pack)
    places = tables.all_places(pack)
    documents = tables.all_documents(pack)
    facts = tables.all_facts(pack)
    emergency = tables.emergency(pack)
    the_site, languages = site.site(pack)
    zone, land = (the_site.zone, the_site.land) if the_site else ("UTC", "")
    codes = tuple(language.code for language in languages)
    commands = phrases.commands(pack, codes if the_site else None)
    glossaries = glossary.glossaries(pack, codes)
    names = directory.directory(
        pack,
        zone=zone,
        topics=frozenset(topic.id for topic in found.topics),
        entries=topics.entry_ids(pack),
    )
    closed = holidays.holidays(pack)
    answering = desk.desk(pack, zone=zone, holidays=closed.get(land) or Closures(land=land))
    answers = replies.replies(pack)
    bookable = booking.booking(
        pack, reading.calendars(), site=the_site, places=places, holidays=closed
    )
    texts = pack.texts.found
    rehearsals.check(pack, found.entries, codes)
    openers = flow.check(found.entries, texts, found.marks, problems)
    _check_values(pack, facts, the_site)
    reading.check_folders(codes)
    return Survey(
        problems=problems,
        reading=reading,
        codes=codes,
        marks=found.marks,
        texts=texts,
        openers=openers,
        site=the_site,
        languages=languages,
        topics=found.topics,
        entries=found.entries,
        places=places,
        documents=documents,
        emergency=emergency,
        facts=facts,
        directory=names,
        holidays=closed,
        desk=answering,
        replies=answers,
        booking=bookable,
        glossaries=glossaries,
        commands=commands,
    )


def _translated(
    found: Survey,
) -> tuple[Mapping[str, Mapping[str, Translation]], Mapping[str, GNUTranslations]]:
    """Return the translations and the interface of all languages."""
    reading, codes = found.reading, found.codes
    translated = {code: found.translation(code) for code in reading.languages(CONTENT, codes)}
    interface = {code: found.interface(code) for code in reading.languages(MESSAGES, codes)}
    words = {code: each for code, each in interface.items() if each and code in codes}
    return MappingProxyType(translated), MappingProxyType(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """All that was read but the translations, as far as it could be used, and its problems.

    What is broken is left out: entries, places and documents may be named that are not there.
    """

    problems: Problems
    reading: _Reading
    codes: tuple[str, ...]
    marks: Mapping[flow.Place, Mark]
    texts: Mapping[str, model.SourceText]
    openers: AbstractSet[str]
    site: model.Site | None
    languages: tuple[model.Language, ...]
    topics: tuple[model.Topic, ...]
    entries: Mapping[str, model.Entry]
    places: Mapping[str, model.Place]
    documents: Mapping[str, model.Document]
    emergency: tuple[model.EmergencyLine, ...]
    facts: Mapping[str, Fact]
    directory: Directory
    holidays: Mapping[str, Closures]
    desk: Desk
    replies: tuple[Reply, ...]
    booking: Booking
    glossaries: Mapping[str, Glossary]
    commands: Mapping[str, Mapping[str, tuple[str, ...]]]

    def translation(
        self, language: str, problems: Problems | None = None
    ) -> Mapping[str, Translation]:
        """Return the translated content of one language; reports to `problems`, else its own."""
        read = self.reading.po(language, CONTENT)
        if read is None:
            return {}
        file, content = read
        return translations.read(
            content,
            file,
            language,
            texts=self.texts,
            openers=self.openers,
            glossary=self.glossaries.get(language, NO_TERMS),
            problems=problems or self.problems,
        )

    def interface(self, language: str, problems: Problems | None = None) -> GNUTranslations | None:
        """Return the translated interface of one language; reports to `problems`, else its own."""
        read = self.reading.po(language, MESSAGES)
        if read is None:
            return None
        file, content = read
        return interface.read(content, file, language, problems or self.problems)

    def contents(
        self,
        translated: Mapping[str, Mapping[str, Translation]],
        words: Mapping[str, GNUTranslations],
    ) -> Contents | None:
        """Return what a catalogue is made of; None without a site. An entry with an error is not
        in it.
        """
        if self.site is None:
            return None
        return Contents(
            version=self.reading.version(),
            site=self.site,
            languages=self.languages,
            topics=self.topics,
            entries=MappingProxyType(dict(self.entries)),
            places=MappingProxyType(dict(self.places)),
            documents=MappingProxyType(dict(self.documents)),
            emergency=self.emergency,
            facts=MappingProxyType(dict(self.facts)),
            directory=self.directory,
            holidays=self.holidays,
            desk=self.desk,
            replies=self.replies,
            booking=self.booking,
            texts=MappingProxyType(dict(self.texts)),
            translations=translated,
            interface=Interface(words),
            glossaries=self.glossaries,
            commands=self.commands,
            problems=self.problems.all(),
        )


def _check_values(pack: Pack, facts: Mapping[str, Fact], the_site: model.Site | None) -> None:
    """Warn where a text shows a fact that nobody confirmed, or that no value has today."""
    for fact_id, mark in pack.texts.used.items():
        fact = facts.get(fact_id)
        if fact is None or fact.emergency:
            continue
        if not fact.confident:
            message = f"the fact `{fact_id}` has low confidence: readers are told to ask the office"
            pack.problems.warning(mark, "fact-unconfirmed", message)
        elif pack.today is not None and fact.current(pack.today) is None:
            message = f"the fact `{fact_id}` has no value today: readers are told to ask the office"
            pack.problems.report(pack.overdue, mark, "fact-expired", message)
    if the_site is not None and not the_site.office.confirmed:
        node = pack.documents["site.yaml"].node
        place = node.get("office", "confirmed") if node else None
        mark = place.mark if place else Mark(f"{pack.root}/site.yaml")
        message = "the office is not confirmed: newcomers see no phone, mail or address"
        pack.problems.warning(mark, "office-unconfirmed", message)


class _Reading:
    """The files of one run, each read once; remembers every byte for the version."""

    def __init__(
        self, content_dir: Path, locales_dir: Path, problems: Problems, progress: Progress
    ) -> None:
        self._content_dir = content_dir
        self._locales_dir = locales_dir
        self._problems = problems
        self._progress = progress
        self._sources = self._walk()
        self._calendars = sorted(content_dir.glob("closures/*.ics"))
        self._po = sorted(locales_dir.glob("*/LC_MESSAGES/*.po"))
        self._done = 0
        self._fingerprint = hashlib.sha256()

    def version(self) -> str:
        """Return a short hash of everything that was read."""
        return self._fingerprint.hexdigest()[:12]

    def _walk(self) -> list[Path]:
        if not self._content_dir.is_dir():
            message = "there is no such folder"
            self._problems.error(Mark(self._content_dir.as_posix()), "missing-folder", message)
            return []
        found = [path for path in self._content_dir.rglob("*.y*ml") if path.is_file()]
        drafts = self._content_dir / DRAFTS
        return sorted(
            path for path in found if not path.name.startswith(".") and drafts not in path.parents
        )

    def _bytes(self, path: Path, root: Path, limit: int) -> bytes | None:
        try:
            with path.open("rb") as file:
                content = file.read(limit + 1)
        except OSError as error:
            message = f"the file cannot be read: {error.strerror}"
            self._problems.error(Mark(path.as_posix()), "unreadable", message)
            return None
        name = path.relative_to(root).as_posix()
        self._fingerprint.update(f"{name} {len(content)} ".encode())
        self._fingerprint.update(content)
        self._done += 1
        self._progress(self._done, len(self._sources) + len(self._calendars) + len(self._po))
        return content

    def documents(self) -> dict[str, Document]:
        """Return every YAML file by its name in the folder."""
        found: dict[str, Document] = {}
        for path in self._sources:
            name, file = path.relative_to(self._content_dir).as_posix(), path.as_posix()
            if path.suffix != ".yaml":
                self._problems.error(Mark(file), "file-name", "name the file .yaml")
                continue
            if name not in _TOP | _OTHERS and not _KNOWN.fullmatch(name):
                message = "no file is expected here: it is not read"
                self._problems.warning(Mark(file), "file-name", message)
            content = self._bytes(path, self._content_dir, strict_yaml.MAX_BYTES)
            if content is not None:
                node = strict_yaml.parse(content, file, self._problems)
                lines = content.decode("utf-8-sig", "replace").splitlines() if node else []
                found[name] = Document(name, file, node, lines)
        return found

    def calendars(self) -> dict[str, bytes]:
        """Return every calendar that closes places, by file."""
        read = {
            path.as_posix(): self._bytes(path, self._content_dir, closing_calendars.MAX_BYTES)
            for path in self._calendars
        }
        return {file: content for file, content in read.items() if content is not None}

    def languages(self, domain: str, codes: tuple[str, ...]) -> list[str]:
        """Return the languages that have a PO file of the domain; `codes` are those of the site,
        empty where they could not be read.
        """
        found = [path.parts[-3] for path in self._po if path.name == domain]
        return [code for code in found if code in codes or not codes or domain == MESSAGES]

    def languages_beyond(self, codes: tuple[str, ...]) -> list[str]:
        """Return the languages that have PO files and are not among `codes`."""
        return sorted({path.parts[-3] for path in self._po} - set(codes))

    @property
    def po_bytes(self) -> int:
        """How large all PO files are together, in bytes."""
        return sum(path.stat().st_size for path in self._po if path.is_file())

    def po(self, language: str, domain: str) -> tuple[str, bytes] | None:
        """Return name and content of a PO file; None where there is none or it cannot be read."""
        path = self._locales_dir / language / "LC_MESSAGES" / domain
        if path not in self._po:
            return None
        content = self._bytes(path, self._locales_dir, po.MAX_BYTES)
        return (path.as_posix(), content) if content is not None else None

    def check_folders(self, codes: tuple[str, ...]) -> None:
        """Warn of translations in a language that the site does not have."""
        for language in sorted({path.parts[-3] for path in self._po}):
            if codes and language not in codes:
                mark = Mark((self._locales_dir / language).as_posix())
                message = f"`{language}` is not among the languages of site.yaml"
                self._problems.warning(mark, "unknown-language", message)
