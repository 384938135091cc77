"""One PO file for a translator: content and interface of a language together, out and back in.

Contexts are prefixed (`content:register-address/title`, `interface:menu.title`), so that the way
back is clear. On the way back only words and human checks are taken; everything else in our files
stays as it is. A message that cannot be taken is refused with its line and the reason, and the
others are taken all the same. A file that comes back as it went changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polib

from bot.content import extract, po, reviews
from bot.content.catalogue import Catalogue
from bot.content.model import Language
from bot.content.problems import Mark, Problems
from bot.content.schema import clean
from bot.content.textdomains import TextDomain, text_domains
from bot.domain.errors import ContentError, LotseError, Problem

SEPARATOR = ":"
MAX_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import took: contexts that changed, and the messages that were refused."""

    taken: tuple[str, ...]
    refused: tuple[Problem, ...]


def outgoing(
    catalogue: Catalogue, language: Language, content_dir: Path, locales_dir: Path
) -> polib.POFile:
    """Return both domains of a language as one PO file, up to date with the German texts."""
    result = polib.POFile(wrapwidth=po.WIDTH)
    current = extract.up_to_date(catalogue, language, content_dir, locales_dir)
    for path, file in current:
        name = next(d.name for d in text_domains(catalogue) if d.file == path.name)
        result.header = result.header or file.header
        result.metadata = {**file.metadata, **result.metadata}
        for entry in file:
            if not entry.obsolete:
                entry.msgctxt = f"{name}{SEPARATOR}{entry.msgctxt}"
                result.append(entry)
    return result


def write(path: Path, made: polib.POFile, at: datetime) -> None:
    """Write an outgoing file as a whole."""
    po.write(path, made, at)


def incoming(
    content: bytes,
    file: str,
    *,
    catalogue: Catalogue,
    language: Language,
    content_dir: Path,
    locales_dir: Path,
    at: datetime,
) -> Taken:
    """Take a translator's file into the PO files of a language.

    Raises:
        ContentError: the file is no PO file. LotseError: it is of another language.
    """
    problems = Problems()
    given = po.read(content, file, problems)
    if given is None:
        raise ContentError(problems.all())
    _demand_language(given, file, language)
    domains = {domain.file: domain for domain in text_domains(catalogue)}
    current = list(extract.up_to_date(catalogue, language, content_dir, locales_dir))
    own = {
        (domains[path.name].name, entry.msgctxt): entry
        for path, merged in current
        for entry in merged
        if not entry.obsolete
    }
    taken: dict[tuple[str, str], None] = {}
    seen: set[tuple[str, str]] = set()
    for entry, domain, context in _messages(given, file, domains, problems):
        mark = Mark(file, po.line_of(entry))
        key = domain.name, context
        if key not in own or key in seen:
            reason = "stands here a second time" if key in seen else "is not translated here"
            problems.error(mark, "refused", f"`{entry.msgctxt}` {reason}")
            continue
        seen.add(key)
        refused = _taken(entry, own[key], domain.messages[context], domain)
        if refused:
            problems.error(mark, "refused", f"`{context}`: {refused}")
        elif refused is None:
            taken[key] = None
    changed = {name for name, _ in taken}
    for path, merged in current:
        if domains[path.name].name in changed:
            po.write(path, merged, at)
    return Taken(tuple(context for _, context in taken), problems.all())


def language_of(content: bytes, file: str) -> str:
    """Return the language that a PO file names in its header; empty where it names none."""
    problems = Problems()
    given = po.read(content, file, problems)
    if given is None:
        raise ContentError(problems.all())
    return str(given.metadata.get("Language", "")).replace("_", "-")


def _demand_language(given: polib.POFile, file: str, language: Language) -> None:
    named = str(given.metadata.get("Language", "")).replace("_", "-")
    if named and named.split("-")[0] != language.code.split("-", maxsplit=1)[0]:
        message = f"{file} says Language: {named}, not {language.code}; nothing was taken."
        raise LotseError(message)


def _messages(
    given: polib.POFile, file: str, domains: Mapping[str, TextDomain], problems: Problems
) -> Iterator[tuple[polib.POEntry, TextDomain, str]]:
    """Walk the messages that are known here, with domain and context; the others are refused.

    A file of one domain alone has no prefixes: its contexts tell the domain.
    """
    by_name = {domain.name: domain for domain in domains.values()}
    for entry in given:
        if entry.obsolete:
            continue
        prefix, separator, rest = (entry.msgctxt or "").partition(SEPARATOR)
        named = by_name.get(prefix) if separator else None
        context = rest if named else entry.msgctxt or ""
        for domain in [named] if named else by_name.values():
            if context in domain.messages:
                yield entry, domain, context
                break
        else:
            mark = Mark(file, po.line_of(entry))
            name = f"`{entry.msgctxt}`" if entry.msgctxt else "a message without msgctxt"
            problems.error(mark, "refused", f"{name}: there is no such text (any more)")


def _taken(
    given: polib.POEntry, own: polib.POEntry, message: po.Message, domain: TextDomain
) -> str | None:
    """Take words and check into `own`: None if that changed it, "" if not, else why it is refused.

    Words for an older German text are taken as such, unless ours are fresh.
    """
    words, ours = po.words(given), po.words(own)
    if not words:
        return ""
    if words == ours:
        return _checked(given, own)
    german = clean(po.made_for(given))
    current = german == message.german and not given.fuzzy
    if len(given.msgstr_plural) != len(own.msgstr_plural):
        return "its plural forms are not those of the language"
    if not all(words):
        return "a plural form is missing"
    if any(len(text) > MAX_CHARACTERS for text in words):
        return f"it has more than {MAX_CHARACTERS:,} characters"
    if not domain.fits(words, message):
        return "its placeholders are not those of the German"
    if not current and ours and not own.fuzzy:
        why = "is marked as needing work" if given.fuzzy else "was made for an older German text"
        return f"it {why}, and ours fits the German of today"
    if day := _laid_down(own, words, current=current):
        return f"this translation was withdrawn on {day}"
    before = reviews.of(own.tcomment)
    own.tcomment = reviews.outdated(own.tcomment, ours)
    own.msgstr, own.msgstr_plural = given.msgstr, dict(given.msgstr_plural)
    own.flags = [flag for flag in own.flags if flag != "fuzzy"] + ([] if current else ["fuzzy"])
    own.previous_msgid = german if german != message.german else None
    review = reviews.of(given.tcomment)
    if current and review is not None and review != before:
        own.tcomment = reviews.replaced(own.tcomment, review)
    return None


def _laid_down(own: polib.POEntry, words: Sequence[str], *, current: bool) -> str | None:
    """Return the day on which an editor withdrew these words, or what was made before them."""
    laid = reviews.laid_down(own.tcomment)
    if laid is None or po.words(own):
        return None
    day, texts = laid
    again = " ".join(" ".join(words).split()) in texts
    return day if again or not current else None


def _checked(given: polib.POEntry, own: polib.POEntry) -> str | None:
    """Take over that the same words need no work any more, and a new human check of them."""
    if own.fuzzy and not given.fuzzy and clean(given.msgid) == clean(own.msgid):
        own.flags.remove("fuzzy")
        own.previous_msgid = None
        changed = True
    elif given.fuzzy and not own.fuzzy:
        return "it is marked as needing work, and has the same words as ours, which stay"
    else:
        changed = False
    review = reviews.of(given.tcomment)
    if not own.fuzzy and review is not None and review != reviews.of(own.tcomment):
        own.tcomment = reviews.replaced(own.tcomment, review)
        changed = True
    return None if changed else ""
