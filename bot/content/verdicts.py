"""What an editor decides about translations after she has changed a German text.

`confirm`: the change is cosmetic, every translation still says the same: stale becomes fresh, and a
human check of exactly these words counts again. `withdraw`: the meaning has changed, no translation
may be shown: each is laid down in a comment of its message, where translators can read it. Both
hold for all languages, for the content and for the interface, and say what they did. All files are
read before the first is written, and each is replaced as a whole.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

import polib

from bot.content import extract, po, reviews
from bot.content.catalogue import Catalogue
from bot.content.schema import clean
from bot.content.textdomains import TextDomain, text_domains
from bot.domain.errors import LotseError

SUGGESTED = 3


class Outcome(StrEnum):
    """What happened to one translation."""

    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    FRESH = "fresh already"
    DOUBTED = "not confirmed: a translator has marked it as doubtful"
    UNFIT = "not confirmed: its placeholders are not those of the German"
    MISSING = "not translated"
    GONE = "withdrawn already"


@dataclass(frozen=True, slots=True)
class Effect:
    """What happened to the translation of one text into one language."""

    context: str
    language: str
    outcome: Outcome


class UnknownTextError(LotseError):
    """There are no texts with these names; `suggestions` are names that come close."""

    def __init__(self, suggestions: Mapping[str, Sequence[str]]) -> None:
        super().__init__(
            "; ".join(
                f"there is no text `{name}`"
                + (f" (did you mean {', '.join(close)}?)" if close else "")
                for name, close in suggestions.items()
            )
        )
        self.suggestions = suggestions


Verdict = Callable[[polib.POEntry, po.Message, TextDomain], Outcome]


def confirm(
    catalogue: Catalogue, contexts: Sequence[str], locales_dir: Path, at: datetime
) -> list[Effect]:
    """Take the translations of these texts as fresh. UnknownTextError where a name is wrong."""
    return _apply(catalogue, contexts, locales_dir, at, _confirmed)


def withdraw(
    catalogue: Catalogue, contexts: Sequence[str], locales_dir: Path, at: datetime
) -> list[Effect]:
    """Hide the translations of these texts. UnknownTextError where a name is wrong."""

    def verdict(entry: polib.POEntry, message: po.Message, _domain: TextDomain) -> Outcome:
        return _withdrawn(entry, message, at.date())

    return _apply(catalogue, contexts, locales_dir, at, verdict)


def _apply(
    catalogue: Catalogue,
    contexts: Sequence[str],
    locales_dir: Path,
    at: datetime,
    verdict: Verdict,
) -> list[Effect]:
    domains = text_domains(catalogue)
    _demand(contexts, [context for domain in domains for context in domain.messages])
    effects: list[Effect] = []
    files: list[tuple[Path, polib.POFile]] = []
    for language in catalogue.languages:
        for domain in domains:
            wanted = [each for each in dict.fromkeys(contexts) if each in domain.messages]
            path = domain.path(locales_dir, language)
            if not wanted or not domain.is_in(language):
                continue
            file = extract.read(path) if path.exists() else polib.POFile()
            living = {entry.msgctxt: entry for entry in file if not entry.obsolete}
            for context in wanted:
                entry = living.get(context)
                outcome = (
                    Outcome.MISSING
                    if entry is None
                    else verdict(entry, domain.messages[context], domain)
                )
                effects.append(Effect(context, language.code, outcome))
            if path.exists():
                files.append((path, file))
    for path, file in files:
        po.write(path, file, at)
    return effects


def _demand(contexts: Sequence[str], known: Collection[str]) -> None:
    unknown = {name: _close(name, known) for name in contexts if name not in known}
    if unknown:
        raise UnknownTextError(unknown)


def _close(name: str, known: Collection[str]) -> list[str]:
    below = [each for each in known if each.startswith(f"{name}/")]
    return below[:SUGGESTED] or difflib.get_close_matches(name, known, n=SUGGESTED)


def _confirmed(entry: polib.POEntry, message: po.Message, domain: TextDomain) -> Outcome:
    words = po.words(entry)
    if not words:
        return Outcome.GONE if reviews.is_withdrawn(entry.tcomment) else Outcome.MISSING
    same = clean(entry.msgid) == message.german and (entry.msgid_plural or None) == message.plural
    if same and not entry.fuzzy:
        return Outcome.FRESH
    if same and not entry.previous_msgid:
        return Outcome.DOUBTED
    if not domain.fits(words, message):
        return Outcome.UNFIT
    _settle(entry, message)
    entry.tcomment = reviews.given_back(entry.tcomment, words)
    return Outcome.CONFIRMED


def _withdrawn(entry: polib.POEntry, message: po.Message, on: date) -> Outcome:
    words = po.words(entry)
    if not words:
        return Outcome.GONE if reviews.is_withdrawn(entry.tcomment) else Outcome.MISSING
    entry.tcomment = reviews.withdrawn(entry.tcomment, po.made_for(entry), words, on)
    _settle(entry, message)
    entry.msgstr = ""
    entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")
    return Outcome.WITHDRAWN


def _settle(entry: polib.POEntry, message: po.Message) -> None:
    """Bind an entry to the German text of today."""
    entry.msgid = message.german
    entry.msgid_plural = message.plural or ""
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None
