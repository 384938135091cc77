"""What she did before a human was asked, as a counsellor reads it: topics, entries, answers, in
German where the program offered them, her own words as she wrote them.

Pure: takes rows of the history and the catalogue. A press is understood by the action of its
button; the entry that she was in last says which choice it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.content.catalogue import Catalogue
from bot.content.model import AskStep
from bot.domain import texts
from bot.domain.outgoing import parse_token
from bot.service.codec import load_words
from bot.storage.messages import HistoryRow

MOST_WORDS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One step: an entry or topic she opened, an answer she chose, or words of hers (`own`)."""

    text: str
    own: bool = False


def steps(rows: Iterable[HistoryRow], catalogue: Catalogue, language: str) -> list[Done]:
    """Return what she did, in order, in the words of the page's language; the same thing twice in a
    row counts once.
    """
    reader = _Reader(catalogue, language)
    found: list[Done] = []
    for row in rows:
        if row.direction != "in":
            continue
        done = reader.read(*load_words(row.body))
        if done is not None and (not found or found[-1] != done):
            found.append(done)
    return found


class _Reader:
    def __init__(self, catalogue: Catalogue, language: str) -> None:
        self._catalogue = catalogue
        self._language = language
        self._entry: str | None = None
        self._names = {each.name for each in catalogue.languages}

    def read(self, text: str, press: str | None) -> Done | None:
        """Return one step, None for what only leads elsewhere (menu, back, commands, language)."""
        if press is None:
            words = " ".join(text.split())
            if not words or words.startswith("/") or words in self._names:
                return None
            return Done(text=words[:MOST_WORDS], own=True)
        token = parse_token(press)
        return self._pressed(token[1], text) if token is not None else None

    def _pressed(self, action: str, label: str) -> Done | None:
        kind, _, value = action.partition(":")
        match kind:
            case "e" | "c" if value in self._catalogue.entries:
                self._entry = value
                return self._title(f"{value}/title")
            case "t":
                topic = value.partition(":")[0]
                return self._title(f"topics/{topic}/title")
            case "a":
                return self._answer(value, label)
            case "h":
                return self._words(texts.HUMAN)
            case "x" | "u":
                return self._words(texts.EMERGENCY)
            case _:
                return None

    def _answer(self, choice: str, label: str) -> Done | None:
        if choice in {"yes", "no"}:
            return self._words(texts.YES if choice == "yes" else texts.NO)
        entry = self._catalogue.entries.get(self._entry or "")
        for step in entry.steps if entry is not None else ():
            if isinstance(step, AskStep) and choice in step.choices:
                return self._title(f"{self._entry}/{step.id}/{choice}")
        return Done(text=label, own=True) if label else None

    def _title(self, key: str) -> Done | None:
        if not self._catalogue.has(key):
            return None
        return Done(text=self._catalogue.plain(key, self._language))

    def _words(self, text: texts.Text) -> Done:
        return Done(text=self._catalogue.words(text, self._language))
