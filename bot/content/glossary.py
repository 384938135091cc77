"""Glossaries: German office terms and how each language explains them (content/glossary/LANG.yaml).

    Ausländerbehörde: immigration office
    Kündigung: {gloss: notice, accept: [dismissal], forms: [Kündigungen]}

A term stays German, because it stands on doors, forms and letters, with its gloss beside it. Where
it comes back, and on a button, the gloss alone will do. `accept` are other good words for it,
`forms` German forms beyond the usual endings. Words are compared without their endings, which is
rough: what is found missing is a hint, never an error.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from types import MappingProxyType

from pydantic import Field

from bot.content.door import validate
from bot.content.pack import Pack
from bot.content.schema import Strict, Text, clean
from bot.content.strict_yaml import Node

_ENDINGS = ("", "e", "en", "er", "es", "n", "s", "ns")
_ADJECTIVE = re.compile(r"(e|en|er|es|em)$")
_WORD = re.compile(r"\w+(?:-\w+)*")
_SHORT = 3
_ARTICLES = ("ال", "لل")


class TermForm(Strict):
    """A term with more than its explanation."""

    gloss: Text
    accept: list[Text] = Field(default_factory=list)
    forms: list[Text] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Term:
    """A German office term and its explanation in another language."""

    german: str
    gloss: str
    accept: tuple[str, ...] = ()


class Glossary:
    """The terms of one language. `terms` come with German forms that no ending explains."""

    def __init__(self, terms: Iterable[tuple[Term, Iterable[str]]] = ()) -> None:
        self.terms: tuple[Term, ...] = ()
        self._by_last: dict[str, list[tuple[tuple[str, ...], Term]]] = {}
        for term, forms in terms:
            self.terms += (term,)
            for form in (term.german, *forms):
                self._index(form, term)

    def _index(self, form: str, term: Term) -> None:
        *before, last = _WORD.findall(form) or [form]
        stems = tuple(_ADJECTIVE.sub("", word) for word in before)
        for ending in _ENDINGS:
            self._by_last.setdefault(last + ending, []).append((stems, term))

    def found(self, german: str) -> tuple[Term, ...]:
        """Return the terms that a German text holds, in the order of the text."""
        return tuple(dict.fromkeys(self._found(_words(german))))

    def spans(self, german: str) -> Iterable[tuple[int, int, Term]]:
        """Return where the terms stand in a German text: (start, end, term). Terms within a
        compound with hyphens are part of its word.
        """
        words = list(_WORD.finditer(german))
        plain = tuple(word[0] for word in words)
        for position, word in enumerate(plain):
            for term, first in self._at(plain, position, word):
                yield words[first].start(), words[position].end(), term
                break

    def _at(self, words: tuple[str, ...], position: int, word: str) -> Iterable[tuple[Term, int]]:
        """Return the terms that end at a position, the longest first, and where each begins."""
        for stems, term in sorted(self._by_last.get(word, ()), key=lambda one: -len(one[0])):
            first = max(position - len(stems), 0)
            if tuple(_ADJECTIVE.sub("", each) for each in words[first:position]) == stems:
                yield term, first

    def _found(self, words: tuple[str, ...]) -> Iterable[Term]:
        for position, word in enumerate(words):
            for stems, term in self._by_last.get(word, ()):
                before = words[max(position - len(stems), 0) : position]
                if tuple(_ADJECTIVE.sub("", each) for each in before) == stems:
                    yield term

    def missing(self, german: str, translation: str) -> list[Term]:
        """Return the terms of a German text that neither stand nor are explained in the other."""
        terms = self.found(german)
        if not terms:
            return []
        text = translation.casefold()
        return [term for term in terms if not _holds(text, term)]


def _holds(text: str, term: Term) -> bool:
    if _stem(_words(term.german)[-1].casefold()) in text:
        return True
    return any(
        all(_stem(word) in text for word in _words(words.casefold()) if len(word) > _SHORT)
        for words in (term.gloss, *term.accept)
    )


def _stem(word: str) -> str:
    """Return a word without what may be an ending; Arabic: without its article."""
    if word.startswith(_ARTICLES) and len(word) > len(_ARTICLES[0]) + _SHORT:
        word = word[len(_ARTICLES[0]) :]
    return word[:-2] if len(word) > 2 * _SHORT else word[:-1] if len(word) > _SHORT + 1 else word


@lru_cache(maxsize=8192)
def _words(text: str) -> tuple[str, ...]:
    """Return the words of a text, a compound with hyphens also by its parts."""
    found: list[str] = []
    for word in _WORD.findall(text):
        found.append(word)
        if "-" in word:
            found += word.split("-")
    return tuple(found)


def glossaries(pack: Pack, codes: Collection[str]) -> Mapping[str, Glossary]:
    """Return the glossaries of a content folder by language; problems are reported."""
    found: dict[str, Glossary] = {}
    for name, document in pack.documents.items():
        path = PurePosixPath(name)
        if path.parts[0] != "glossary" or document.node is None:
            continue
        if codes and path.stem not in codes:
            message = f"`{path.stem}` is not among the languages of site.yaml"
            pack.problems.warning(document.node.mark, "unknown-language", message)
        found[path.stem] = Glossary(_terms(pack, document.node))
    return MappingProxyType(found)


def _terms(pack: Pack, node: Node) -> Iterable[tuple[Term, Iterable[str]]]:
    if not isinstance(node.value, dict) and node.value is not None:
        message = "a mapping from German terms to their explanations is expected"
        pack.problems.error(node.mark, "form", message)
    for german, child in node.items():
        if isinstance(child.value, str) and clean(child.value):
            yield Term(german, clean(child.value)), ()
        elif isinstance(child.value, dict):
            form = validate(TermForm, child, pack.problems)
            if form is not None:
                yield Term(german, form.gloss, tuple(form.accept)), form.forms
        elif not child.broken:
            message = f"`{german}` needs an explanation"
            hint = f"Write `{german}: explanation`."
            pack.problems.error(child.mark, "form", message, hint)
