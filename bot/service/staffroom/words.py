"""Staff words: `!claim`, `/note ...`, in English and German. Pure.

What begins like a staff word and is none is not passed on to the newcomer: a mistyped `!notte`
must not carry a note to her.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.case import Outcome


class Word(StrEnum):
    """A staff word."""

    CLAIM = "claim"
    RELEASE = "release"
    TRANSFER = "transfer"
    SNOOZE = "snooze"
    NOTE = "note"
    CLOSE = "close"
    RECALL = "recall"
    LINK = "link"
    HELP = "help"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffWord:
    """A staff word and what follows it."""

    word: Word
    argument: str = ""


_ALIASES: Mapping[Word, str] = {
    Word.CLAIM: "claim take nehmen nimm übernehmen",
    Word.RELEASE: "release freigeben frei loslassen",
    Word.TRANSFER: "transfer give übergeben übergib abgeben an",
    Word.SNOOZE: "snooze later zurückstellen später",
    Word.NOTE: "note notiz notieren",
    Word.CLOSE: "close done schließen schliessen fertig",
    Word.RECALL: "recall undo zurückziehen zurückholen",
    Word.LINK: "link verbinden verknüpfen",
    Word.HELP: "help hilfe start",
}
_OUTCOMES: Mapping[Outcome, str] = {
    Outcome.ANSWERED: "beantwortet|answered|erledigt|geklärt",
    Outcome.APPOINTMENT: "termin|appointment",
    Outcome.REFERRED: "vermittelt|referred|weitergeleitet|verwiesen",
    Outcome.NO_CONTACT: "nicht erreicht|no contact|no_contact|kein kontakt|unerreichbar",
}
OUTCOME_WORDS = "beantwortet, termin, vermittelt, nicht erreicht"
"""What an answer names as possible."""

_WORD = re.compile(r"[!/]([^\W\d_][\w-]*)(?:@\w+)?:?(?:\s+|$)(.*)", re.DOTALL)
_MEANT = re.compile(r"[!/]\s*[^\W\d_]")


def _plain(text: str) -> str:
    """Return a word without case, and with umlauts as people write them who have none."""
    folded = text.casefold().strip(" .,;:")
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        folded = folded.replace(umlaut, letters)
    return folded


_BY_ALIAS = {_plain(alias): word for word, aliases in _ALIASES.items() for alias in aliases.split()}
_BY_OUTCOME = {
    _plain(alias): outcome for outcome, aliases in _OUTCOMES.items() for alias in aliases.split("|")
}


def read(text: str) -> StaffWord | None:
    """Return the staff word that a message is; None for words to the newcomer."""
    text = text.strip()
    found = _WORD.match(text)
    if found is not None:
        word = _BY_ALIAS.get(_plain(found[1]), Word.UNKNOWN)
        return StaffWord(word=word, argument=found[2].strip())
    return StaffWord(word=Word.UNKNOWN) if _MEANT.match(text) else None


def outcome(text: str) -> Outcome | None:
    """Return the outcome that somebody names; None if it is none of the office's four."""
    return _BY_OUTCOME.get(_plain(text))
