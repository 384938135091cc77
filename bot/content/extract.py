"""Templates and PO files for translators: what `lotse content extract` and `update` write.

    locales/content.pot, locales/messages.pot                 templates (extract)
    locales/LANGUAGE/LC_MESSAGES/content.po, messages.po      one for each language (update)

Files change only where a message has changed. The clock is the caller's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polib
from babel.messages.plurals import get_plural

from bot.content import interface, po
from bot.content.model import Language, SourceText
from bot.content.problems import Problems

PROJECT = "Lotse"
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


def messages(texts: Mapping[str, SourceText]) -> tuple[po.Message, ...]:
    """Return the texts of the content as messages, in the order in which they were read."""
    return tuple(
        po.Message(context=text.key, german=text.german, comment=text.comment)
        for text in texts.values()
    )


def extract(texts: Mapping[str, SourceText], locales_dir: Path, at: datetime) -> list[Written]:
    """Write the two templates."""
    return [
        _write(locales_dir / "content.pot", po.template(messages(texts), PROJECT), at),
        _write(locales_dir / "messages.pot", po.template(interface.messages(), PROJECT), at),
    ]


def update(
    texts: Mapping[str, SourceText],
    languages: Collection[Language],
    locales_dir: Path,
    at: datetime,
) -> Iterator[Written]:
    """Bring the PO files of these languages up to date; content.po only where there is content."""
    for language in languages:
        if language.status == "source":
            continue
        folder = locales_dir / language.code / "LC_MESSAGES"
        if language.content:
            yield _update(folder / "content.po", messages(texts), language.code, at)
        yield _update(folder / "messages.po", interface.messages(), language.code, at)


def _update(path: Path, wanted: tuple[po.Message, ...], language: str, at: datetime) -> Written:
    old = po.read(path.read_bytes(), path.as_posix(), Problems()) if path.exists() else None
    if old is None and path.exists():
        raise ValueError(f"{path} cannot be read")  # load() has refused it before
    merged = po.merge(
        old,
        wanted,
        language=language.replace("-", "_"),
        plural_forms=plural_forms(language),
        project=PROJECT,
    )
    return _write(path, merged, at)


def plural_forms(language: str) -> str:
    """Return the Plural-Forms header of a language."""
    if language in {"dsb", "hsb"}:
        return _SORBIAN
    return str(get_plural(language.replace("-", "_")).plural_forms)


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
