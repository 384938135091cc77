"""Reads a content folder and its translations; lists every problem; builds the snapshot.

Every file's first syntax error and every other problem in files that parse are found in one go.
With an error there is no snapshot: whoever runs keeps the last good one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from gettext import GNUTranslations
from pathlib import Path
from types import MappingProxyType

from bot.content import (
    flow,
    interface,
    model,
    phrases,
    po,
    site,
    strict_yaml,
    tables,
    topics,
    translations,
)
from bot.content.catalogue import Catalogue, Contents
from bot.content.facts import Fact
from bot.content.interface import Interface
from bot.content.pack import Document, Pack
from bot.content.problems import Mark, Problems
from bot.content.translations import Translation
from bot.domain.errors import ContentError, Problem

Progress = Callable[[int, int], None]

_TOP = frozenset({"site.yaml", "facts.yaml", "places.yaml", "documents.yaml", "emergency.yaml"})
_LATER = frozenset({"services.yaml", "desk.yaml", "partners.yaml", "notices.yaml"})
_KNOWN = re.compile(
    r"topics/[^/]+/[^/]+\.yaml|phrases/[^/]+/[^/]+\.yaml|tests/[^/]+/[^/]+\.yaml"
    r"|(?:tables|office_hours|replies)/[^/]+\.yaml"
)


def load(content_dir: Path, locales_dir: Path, *, progress: Progress | None = None) -> Catalogue:
    """Return the snapshot of a content folder; ContentError with all problems on an error."""
    contents, problems = _run(content_dir, locales_dir, None, progress)
    if contents is None:
        raise ContentError(problems)
    return Catalogue(contents)


def examine(
    content_dir: Path,
    locales_dir: Path,
    *,
    today: date | None = None,
    progress: Progress | None = None,
) -> tuple[Problem, ...]:
    """Return every problem, warnings too. With `today` also what the calendar has overtaken."""
    return _run(content_dir, locales_dir, today, progress)[1]


def _run(
    content_dir: Path, locales_dir: Path, today: date | None, progress: Progress | None
) -> tuple[Contents | None, tuple[Problem, ...]]:
    problems = Problems()
    reading = _Reading(content_dir, locales_dir, problems, progress or (lambda _done, _total: None))
    pack = Pack(reading.documents(), content_dir.as_posix(), problems, today)
    found = topics.all_topics(pack)
    places = tables.all_places(pack)
    documents = tables.all_documents(pack)
    facts = tables.all_facts(pack)
    emergency = tables.emergency(pack)
    the_site, languages = site.site(pack)
    codes = tuple(language.code for language in languages)
    commands = phrases.commands(pack, codes if the_site else None)
    texts = pack.texts.found
    openers = flow.check(found.entries, texts, found.marks, problems)
    _check_values(pack, facts, the_site)
    translated = reading.translations(codes, texts, openers)
    words = reading.interface(codes)
    reading.check_folders(codes)
    if problems.errors or the_site is None:
        return None, problems.all()
    contents = Contents(
        version=reading.version(),
        site=the_site,
        languages=languages,
        topics=found.topics,
        entries=MappingProxyType(found.entries),
        places=MappingProxyType(places),
        documents=MappingProxyType(documents),
        emergency=emergency,
        facts=MappingProxyType(facts),
        texts=MappingProxyType(dict(texts)),
        translations=translated,
        interface=Interface(words),
        commands=commands,
        problems=problems.all(),
    )
    return contents, problems.all()


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
            pack.problems.warning(mark, "fact-expired", message)
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
        return sorted(path for path in found if not path.name.startswith("."))

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
        self._progress(self._done, len(self._sources) + len(self._po))
        return content

    def documents(self) -> dict[str, Document]:
        """Return every YAML file by its name in the folder."""
        found: dict[str, Document] = {}
        for path in self._sources:
            name, file = path.relative_to(self._content_dir).as_posix(), path.as_posix()
            if path.suffix != ".yaml":
                self._problems.error(Mark(file), "file-name", "name the file .yaml")
                continue
            if name not in _TOP | _LATER and not _KNOWN.fullmatch(name):
                message = "no file is expected here: it is not read"
                self._problems.warning(Mark(file), "file-name", message)
            content = self._bytes(path, self._content_dir, strict_yaml.MAX_BYTES)
            if content is not None:
                node = strict_yaml.parse(content, file, self._problems)
                lines = content.decode("utf-8-sig", "replace").splitlines() if node else []
                found[name] = Document(name, file, node, lines)
        return found

    def _messages(self, name: str) -> Iterator[tuple[str, str, bytes]]:
        """Walk the PO files of one domain as (language, file, content)."""
        for path in self._po:
            if path.name != name:
                continue
            content = self._bytes(path, self._locales_dir, po.MAX_BYTES)
            if content is not None:
                yield path.parts[-3], path.as_posix(), content

    def translations(
        self,
        codes: tuple[str, ...],
        texts: Mapping[str, model.SourceText],
        openers: AbstractSet[str],
    ) -> Mapping[str, Mapping[str, Translation]]:
        """Return the translations of the content by language."""
        return MappingProxyType(
            {
                language: translations.read(
                    content, file, language, texts=texts, openers=openers, problems=self._problems
                )
                for language, file, content in self._messages("content.po")
                if language in codes or not codes
            }
        )

    def interface(self, codes: tuple[str, ...]) -> Mapping[str, GNUTranslations]:
        """Return the translations of the interface by language."""
        found: dict[str, GNUTranslations] = {}
        for language, file, content in self._messages("messages.po"):
            words = interface.read(content, file, language, self._problems)
            if words is not None and language in codes:
                found[language] = words
        return MappingProxyType(found)

    def check_folders(self, codes: tuple[str, ...]) -> None:
        """Warn of translations in a language that the site does not have."""
        for language in sorted({path.parts[-3] for path in self._po}):
            if codes and language not in codes:
                mark = Mark((self._locales_dir / language).as_posix())
                message = f"`{language}` is not among the languages of site.yaml"
                self._problems.warning(mark, "unknown-language", message)
