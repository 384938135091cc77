"""How easy a German text is to read: sentences that are too long, and the first Vienna formula.

Erste Wiener Sachtextformel (Bamberger and Vanecek 1984, Lesen - Verstehen - Lernen - Schreiben):

    0.1935 MS + 0.1672 SL + 0.1297 IW - 0.0327 ES - 0.875

MS, IW, ES are the shares in per cent of words with three syllables or more, of words with more than
six letters, and of words with one syllable; SL is the mean number of words in a sentence. The
result is meant as a school year: 4 is very easy, 15 very hard. It was made for running text of a
hundred words and more, so it is asked of a whole entry, not of one sentence. Names of papers and
offices between „ and “ count as one short word: they are on the forms and cannot be chosen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.content import markup
from bot.content.model import Role, SourceText
from bot.content.problems import Mark, Problems

MAX_WORDS = 15
MAX_YEAR = 8.5
LEAST_WORDS = 40
"""Below this the formula says nothing."""
LEAST_SENTENCE = 5  # what is shorter is an item of a list, not the sentence to mend
_QUOTED = re.compile("„[^“”]*[“”]")
_WORD = re.compile(r"[^\W\d_]+(?:[-/][^\W\d_]+)*|\d[\d.,:]*")
_VOWELS = re.compile(r"aa|ai|au|äu|ee|ei|eu|ey|ie(?!u)|oo|ou|[aeiouyäöü]", re.IGNORECASE)
_LONG, _MANY = 6, 3


@dataclass(frozen=True, slots=True)
class Reading:
    """What the formula says about a text, and its hardest sentence."""

    year: float
    words: int
    hardest: str


def report(texts: Mapping[str, SourceText], problems: Problems) -> None:
    """Warn of sentences that are too long, and of entries that are too hard."""
    together: dict[str, list[SourceText]] = {}
    for text in texts.values():
        if text.role is not Role.TEXT:
            continue
        together.setdefault(text.key.partition("/")[0], []).append(text)
        for sentence, count in too_long(text.german):
            message = f"a sentence of {count} words: „{sentence}“"
            hint = f"At most {MAX_WORDS}: make two of it."
            problems.warning(_mark(text, sentence), "long-sentence", message, hint)
    for entry, parts in together.items():
        found = read(part.german for part in parts)
        if found.words >= LEAST_WORDS and found.year > MAX_YEAR:
            hardest = next(part for part in parts if found.hardest in sentences(part.german))
            message = (
                f"`{entry}` is hard to read: school year {found.year:.1f} by the first Vienna "
                f"formula (Wiener Sachtextformel), at most {MAX_YEAR}. "
                f"Hardest: „{found.hardest}“"
            )
            hint = "Shorter words, verbs instead of nouns, one idea in a sentence."
            problems.warning(_mark(hardest, found.hardest), "hard-to-read", message, hint)


def _mark(text: SourceText, sentence: str) -> Mark:
    """Return where a sentence begins; lines of the text may break anywhere in it."""
    start = r"\s+".join(re.escape(word) for word in sentence.split()[:3])
    found = re.search(start, text.german)
    down = text.german.count("\n", 0, found.start()) if found else 0
    return Mark(text.file, text.line + down)


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text; items of lists and paragraphs end one too."""
    for template in markup.parse(text):
        for line in template.lines:
            words = "".join(_shown(item) for item in line)
            start = 0
            for end in markup.SENTENCE_END.finditer(words):
                yield words[start : end.end()].strip()
                start = end.end()
            if rest := words[start:].strip():
                yield rest


def _shown(item: markup.Inline) -> str:
    if isinstance(item, markup.FactSpan):
        return "Wert"
    return getattr(item, "text", "") or getattr(item, "label", "")


def words_of(sentence: str) -> list[str]:
    """Return the words of a sentence, a name in quotation marks as one."""
    return _WORD.findall(_QUOTED.sub("Das", sentence))


def too_long(text: str) -> Iterator[tuple[str, int]]:
    """Yield sentences with more than MAX_WORDS words, and how many they have."""
    for sentence in sentences(text):
        count = len(words_of(sentence))
        if count > MAX_WORDS:
            yield sentence, count


def syllables(word: str) -> int:
    """Return how many syllables a German word has, by its groups of vowels."""
    return max(1, len(_VOWELS.findall(word)))


def read(texts: Iterable[str]) -> Reading:
    """Return what the formula says about texts together. Without words: the easiest."""
    found = [sentence for text in texts for sentence in sentences(text)]
    counted = [(sentence, words) for sentence in found if (words := words_of(sentence))]
    if not counted:
        return Reading(0.0, 0, "")
    whole = [item for item in counted if len(item[1]) >= LEAST_SENTENCE] or counted
    hardest = max(whole, key=lambda item: _year([item[1]]))[0]
    every = [words for _, words in counted]
    return Reading(_year(every), sum(map(len, every)), hardest)


def _year(found: list[list[str]]) -> float:
    words = [word for sentence in found for word in sentence]
    counts = [syllables(word) for word in words]
    share = 100 / len(words)
    many = share * sum(count >= _MANY for count in counts)
    one = share * sum(count == 1 for count in counts)
    long = share * sum(len(word) > _LONG for word in words)
    length = len(words) / len(found)
    return 0.1935 * many + 0.1672 * length + 0.1297 * long - 0.0327 * one - 0.875
