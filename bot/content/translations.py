"""Translations of the content: locales/LANGUAGE/LC_MESSAGES/content.po, read directly by `msgctxt`.

A translation is **fresh** if its msgid equals the German text and it is not fuzzy; otherwise it is
**stale**: shown with a notice. If its facts are not those of the German text, it counts as missing,
because a number would be lost or invented. So freshness cannot lie, and a live edit needs no
command. A translation can also be warned for: the wrong form, an office term that is missing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polib

from bot.content import flow, markup, po, reviews
from bot.content.glossary import Glossary
from bot.content.model import Role, SourceText
from bot.content.problems import Mark, Problems
from bot.content.reviews import Review
from bot.content.schema import clean
from bot.content.texts import MAX_FIRST_SENTENCE, MAX_LABEL

# What could turn the direction of the words around it (UAX #9: overrides, isolates), and controls.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Translation:
    """The words of a text in one language; not `fresh`: made for another German text.

    `review` is the human check of a fresh translation.
    """

    text: str
    fresh: bool
    review: Review | None = None


def read(
    content: bytes,
    file: str,
    language: str,
    *,
    texts: Mapping[str, SourceText],
    openers: Collection[str],
    glossary: Glossary,
    problems: Problems,
) -> Mapping[str, Translation]:
    """Return the translations of one content.po by key. `openers` are keys that begin an answer."""
    catalogue = po.read(content, file, problems)
    if catalogue is None:
        return {}
    check_language(catalogue, file, language, problems)
    found: dict[str, Translation] = {}
    first: dict[str, int] = {}
    for entry in catalogue:
        if entry.obsolete:
            continue
        mark = Mark(file, po.line_of(entry))
        key = entry.msgctxt
        if not key:
            problems.warning(mark, "po-context", "this message has no msgctxt and is never shown")
            continue
        if key in first:
            message = f"`{key}` stands here a second time (first in line {first[key]})"
            problems.error(mark, "duplicate-key", message, "Keep one of them.")
            continue
        first[key] = mark.line
        source = texts.get(key)
        if source is None:
            hint = "lotse content update --lang " + language
            problems.warning(mark, "po-unknown", f"there is no text `{key}`", hint)
            continue
        text = clean(_UNWANTED.sub("", entry.msgstr))
        if text and _fits(text, source, mark, problems):
            fresh = "fuzzy" not in entry.flags and clean(entry.msgid) == source.german
            review = reviews.of(entry.tcomment) if fresh and entry.tcomment else None
            found[key] = Translation(text, fresh, review)
            _check_form(text, source, key in openers, mark, problems)
            if fresh:
                _check_terms(text, source, glossary, mark, problems)
        for line in reviews.unreadable(entry.tcomment) if entry.tcomment else ():
            message = f"`{key}`: `{line}` is not readable as a human check"
            hint = f"# reviewed: role (at most {reviews.LONGEST_NAME} characters), 2026-11-22"
            problems.warning(mark, "review", message, hint)
    return MappingProxyType(found)


def check_language(catalogue: polib.POFile, file: str, language: str, problems: Problems) -> None:
    """Warn where the header names another language than the folder."""
    named = str(catalogue.metadata.get("Language", "")).replace("_", "-")
    if named and named.split("-")[0] != language.split("-", maxsplit=1)[0]:
        message = f"the header says Language: {named}, the folder {language}"
        problems.warning(Mark(file), "po-language", message)


def fits(text: str, german: str) -> bool:
    """Return whether a translation holds exactly the facts of the German text."""
    return markup.fact_ids(text) == markup.fact_ids(german)


def _fits(text: str, source: SourceText, mark: Mark, problems: Problems) -> bool:
    if fits(text, source.german):
        return True
    wanted, given = markup.fact_ids(source.german), markup.fact_ids(text)
    lost = ", ".join(sorted(f"{{fact:{fact}}}" for fact in wanted - given))
    invented = ", ".join(sorted(f"{{fact:{fact}}}" for fact in given - wanted))
    parts = [
        f"{lost} is missing" if lost else "",
        f"{invented} is not in the German" if invented else "",
    ]
    message = f"`{source.key}`: " + "; ".join(part for part in parts if part)
    problems.warning(mark, "placeholders", message, "Until then the text counts as missing.")
    return False


def _check_form(text: str, source: SourceText, opens: bool, mark: Mark, problems: Problems) -> None:
    if source.role is Role.LABEL and len(text) > MAX_LABEL:
        message = f"`{source.key}`: {len(text)} characters are too many for a button"
        problems.warning(mark, "label-length", message, f"At most {MAX_LABEL}.")
    if source.role is not Role.TEXT and "\n" in text:
        problems.warning(mark, "markup", f"`{source.key}` is one line in German")
    if opens and (count := flow.too_long_first(text)):
        message = f"`{source.key}`: an answer begins with a sentence of {count} characters"
        problems.warning(mark, "first-sentence", message, f"At most {MAX_FIRST_SENTENCE}.")
    if {url for _, url in markup.links(source.german)} != {url for _, url in markup.links(text)}:
        problems.warning(mark, "links", f"`{source.key}`: its links are not those of the German")
    for _, words in markup.suspects(text):
        message = f"`{source.key}`: `{words.strip()}` looks like markup and is none"
        problems.warning(mark, "markup", message)


def _check_terms(
    text: str, source: SourceText, glossary: Glossary, mark: Mark, problems: Problems
) -> None:
    for term in glossary.missing(source.german, text):
        message = f"`{source.key}`: the German says {term.german}; the translation does not"
        problems.warning(mark, "glossary", message, f"{term.german} ({term.gloss})")
