"""Templates and PO files for translators: what `lotse content extract` and `update` write.

    locales/content.pot, locales/messages.pot                 templates (extract)
    locales/LANGUAGE/LC_MESSAGES/content.po, messages.po      one for each language (update)

With each message stand where it is shown, how long it may be, who reads it, the office terms that
it holds with their glosses, and the essence of the style. Files change only where a message has
changed. The clock is the caller's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import polib
from babel.core import UnknownLocaleError
from babel.messages.plurals import get_plural

from bot.content import interface, po, style
from bot.content.catalogue import Catalogue
from bot.content.glossary import Glossary, Term
from bot.content.model import Language, Role, SourceText
from bot.content.problems import Problems
from bot.content.texts import MAX_ANSWER, MAX_FIRST_SENTENCE
from bot.domain.errors import ContentError

PROJECT = "Lotse"
READERS = "Liest: wer neu hier ist, meist auf dem Telefon"
_LENGTH = {
    Role.TEXT: (
        f"Länge: erster Satz höchstens {MAX_FIRST_SENTENCE} Zeichen, "
        f"ganze Antwort unter {MAX_ANSWER}",
    )
}
# Babel has no rule for these two (CLDR: one, two, few, other, by the last two digits).
_SORBIAN = "nplurals=4; plural=(n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3);"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One file, and how its messages stand."""

    path: Path
    changed: bool
    total: int
    translated: int
    fuzzy: int
    obsolete: int


def messages(texts: Mapping[str, SourceText], content_dir: Path = Path()) -> tuple[po.Message, ...]:
    """Return the texts of the content as messages, in the order in which they were read."""
    return tuple(
        po.Message(
            context=text.key,
            german=text.german,
            comment="\n".join((text.comment, *_LENGTH.get(text.role, ()), READERS)),
            place=_relative(text.file, content_dir),
        )
        for text in texts.values()
    )


def _relative(file: str, content_dir: Path) -> str:
    path = Path(file)
    return path.relative_to(content_dir).as_posix() if content_dir in path.parents else path.name


def _for_translators(
    wanted: tuple[po.Message, ...], glossary: Glossary, style_sheet: str
) -> tuple[po.Message, ...]:
    """Return the messages with the terms that each holds, and the essence of the style."""
    essence = style.essence(style_sheet)
    return tuple(
        replace(
            message,
            comment="\n".join(
                line
                for line in (
                    message.comment,
                    _terms(glossary.found(f"{message.german} {message.plural or ''}")),
                    f"Stil: {essence}" if essence else "",
                )
                if line
            ),
        )
        for message in wanted
    )


def _terms(terms: tuple[Term, ...]) -> str:
    if not terms:
        return ""
    return "Begriffe: " + "; ".join(
        f"{term.german} = {term.gloss}" if term.gloss else term.german for term in terms
    )


def extract(
    catalogue: Catalogue, content_dir: Path, locales_dir: Path, at: datetime
) -> list[Written]:
    """Write the two templates. They name office terms without the gloss of any language."""
    german = {term.german for glossary in catalogue.glossaries.values() for term in glossary.terms}
    terms = Glossary((Term(term, ""), ()) for term in sorted(german))
    return [
        _write(
            locales_dir / f"{name}.pot",
            po.template(_for_translators(wanted, terms, ""), PROJECT),
            at,
        )
        for name, wanted in (
            ("content", messages(catalogue.texts, content_dir)),
            ("messages", interface.messages()),
        )
    ]


def update(
    catalogue: Catalogue,
    languages: Collection[Language],
    content_dir: Path,
    locales_dir: Path,
    at: datetime,
) -> Iterator[Written]:
    """Bring the PO files of these languages up to date; content.po only where there is content."""
    for language in languages:
        for path, merged in up_to_date(catalogue, language, content_dir, locales_dir):
            yield _write(path, merged, at)


def up_to_date(
    catalogue: Catalogue, language: Language, content_dir: Path, locales_dir: Path
) -> Iterator[tuple[Path, polib.POFile]]:
    """Walk the PO files of a language as they should be; nothing is written.

    Raises:
        LotseError: a file cannot be read.
    """
    if language.status == "source":
        return
    folder = locales_dir / language.code / "LC_MESSAGES"
    if language.content:
        wanted = messages(catalogue.texts, content_dir)
        yield _merged(folder / "content.po", wanted, catalogue, language, content_dir)
    yield _merged(folder / "messages.po", interface.messages(), catalogue, language, content_dir)


def _merged(
    path: Path,
    wanted: tuple[po.Message, ...],
    catalogue: Catalogue,
    language: Language,
    content_dir: Path,
) -> tuple[Path, polib.POFile]:
    glossary = catalogue.glossaries.get(language.code) or Glossary()
    style_sheet = style.sheet(content_dir, language.code)
    merged = po.merge(
        read(path) if path.exists() else None,
        _for_translators(wanted, glossary, style_sheet),
        language=language.code.replace("-", "_"),
        plural_forms=plural_forms(language.code),
        project=PROJECT,
    )
    merged.header = style.headed(merged.header, style_sheet, language.code)
    return path, merged


def read(path: Path) -> polib.POFile:
    """Return a PO file; LotseError says where it is broken."""
    problems = Problems()
    found = po.read(path.read_bytes(), path.as_posix(), problems)
    if found is None:
        raise ContentError(problems.all())
    return found


def plural_forms(language: str) -> str:
    """Return the Plural-Forms header of a language."""
    if language in {"dsb", "hsb"}:
        return _SORBIAN
    try:
        return str(get_plural(language.replace("-", "_")).plural_forms)
    except (UnknownLocaleError, ValueError):
        return "nplurals=2; plural=(n != 1);"


def _write(path: Path, catalogue: polib.POFile, at: datetime) -> Written:
    changed = po.write(path, catalogue, at)
    living = [entry for entry in catalogue if not entry.obsolete]
    return Written(
        path=path,
        changed=changed,
        total=len(living),
        translated=len(catalogue.translated_entries()),
        fuzzy=sum("fuzzy" in entry.flags for entry in living),
        obsolete=len(catalogue) - len(living),
    )
