"""What a translation service must not change, and what it need not see.

Names after "my name is", numbers with three digits and more, mail addresses, links and user names
are taken out before a text leaves: the service sees a placeholder. Office terms of the glossary
stay German, as they stand on doors and letters; the service sees them, for the sentence around
them, and gives them back as they are. What does not come back, or comes back twice, makes the
translation worthless. Small numbers stay: they identify nobody, and the grammar needs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.content.glossary import Glossary
from bot.domain.outgoing import FSI, PDI
from bot.service.translation import Kept, Line

_PRIVATE = re.compile(
    r"""
      (?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+          # mail
    | (?:https?://|www\.)[^\s<>"„“”»«]*[\w/]               # link
    | @[\w.=/+-]+(?::[\w.-]+(?::\d+)?)?                    # user name
    | [<>&]+                                               # what would be markup on the way
    | (?<!\w)[A-Z]{2}\d{2}(?:\ ?[0-9A-Z]{4}){2,7}(?:\ ?[0-9A-Z]{1,4})?(?!\w)  # IBAN
    | (?<!\w)(?=\d*[^\W\d_])(?=(?:[^\W\d]*\d){3})[^\W_]+(?:[-/][^\W_]+)*  # papers: L01X00T47
    | [+(]?\d(?:[\ \u00a0.,:/()–-]{0,2}\d)*                # telephone, date, time, amount
    """,
    re.VERBOSE,
)
_LEAST_DIGITS = 3
_LEADS = re.compile(
    r"""(?<!\w)(?:
      mein\ name\ (?:ist|lautet) | ich\ hei(?:ß|ss)e | my\ name(?:\ is|['’]s) | i\ am\ called
    | мене\ зв(?:ати|уть) | моє\ ім['’ʼ]?я | меня\ зовут | мо[её]\ имя
    | nazywam\ się | mam\ na\ imię | moje\ (?:imię|nazwisko)\ to
    | [اإأ]سمي | اسم\ من | نام\ من | اسمم
    | (?:benim\ )?adım | ismim | je\ m['’]appelle | mon\ nom\ est
    | mă\ numesc | numele\ meu\ este | me\ llamo | mi\ nombre\ es
    )(?!\w)(?:\s*[:–-])?""",
    re.VERBOSE | re.IGNORECASE,
)
_TITLES = re.compile(r"(?<!\w)(?:Frau|Herrn?|Fr\.|Hr\.|Mrs?\.?|Ms\.?|Pani?|Пані?)(?=\s)")
_WORD = re.compile(r"\s{1,3}([^\W\d_][\w'’ʼ-]*)")
_NAME_WORDS = 3
_TITLED_WORDS = 2
_UNCASED_WORDS = 2  # where capitals do not tell, a name ends soon, and before these:
_AFTER_NAME = frozenset({"من", "في", "عندي", "انا", "أنا", "و", "است", "هستم"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected:
    """A text in lines, with the words of its kept pieces by number, and what explains some."""

    lines: tuple[Line, ...]
    words: tuple[str, ...] = field(repr=False)
    glosses: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    shown: bool = False
    gloss: str | None = None


def protect(text: str, glossary: Glossary | None, *, explained: bool = True) -> Protected:
    """Take out of a text what must be kept. `glossary`: knows the German terms, which come back
    with an explanation for the reader where that is wanted.
    """
    lines: list[Line] = []
    words: list[str] = []
    glosses: list[str | None] = []
    told: set[str | None] = set()
    for line in text.split("\n"):
        pieces: list[str | Kept] = []
        at = 0
        for span in _spans(line, glossary):
            if span.start > at:
                pieces.append(line[at : span.start])
            word = line[span.start : span.end]
            words.append(word)
            glosses.append(span.gloss if explained and span.gloss not in told else None)
            told.add(span.gloss)
            pieces.append(Kept(len(words), word if span.shown else None))
            at = span.end
        if at < len(line):
            pieces.append(line[at:])
        lines.append(tuple(pieces))
    return Protected(lines=tuple(lines), words=tuple(words), glosses=tuple(glosses))


def restore(protected: Protected, lines: Sequence[Line], *, isolated: bool) -> str | None:
    """Put back what was taken out; None where anything is missing or came twice. `isolated`: for a
    reader of another script, between FSI and PDI.
    """
    if len(lines) != len(protected.lines):
        return None
    done: list[str] = []
    for sent, came in zip(protected.lines, lines, strict=True):
        if sorted(_numbers(sent)) != sorted(_numbers(came)):
            return None
        done.append(
            "".join(
                piece if isinstance(piece, str) else _word(protected, piece.number, isolated)
                for piece in came
            )
        )
    return "\n".join(done)


def has_words(line: Line) -> bool:
    """Return whether there is anything to translate in a line."""
    return any(letter.isalpha() for piece in line if isinstance(piece, str) for letter in piece)


def _numbers(line: Line) -> Iterator[int]:
    return (piece.number for piece in line if isinstance(piece, Kept))


def _word(protected: Protected, number: int, isolated: bool) -> str:
    word, gloss = protected.words[number - 1], protected.glosses[number - 1]
    if isolated:
        word = f"{FSI}{word}{PDI}"
    return word if gloss is None else f"{word} ({gloss})"


def _spans(line: str, glossary: Glossary | None) -> list[_Span]:
    """Return what is to be kept in a line, in order and without overlap; what is private comes
    before terms.
    """
    private = sorted([*_names(line), *_figures(line)], key=lambda span: (span.start, -span.end))
    terms = [
        _Span(start, end, shown=True, gloss=term.gloss)
        for start, end, term in (glossary.spans(line) if glossary is not None else ())
    ]
    chosen: list[_Span] = []
    for span in (*private, *terms):
        if all(span.end <= other.start or other.end <= span.start for other in chosen):
            chosen.append(span)
    return sorted(chosen, key=lambda span: span.start)


def _figures(line: str) -> Iterator[_Span]:
    for match in _PRIVATE.finditer(line):
        found = match[0]
        is_number = found[0].isdigit() or found[0] in "+("
        if not is_number or sum(map(str.isdigit, found)) >= _LEAST_DIGITS:
            yield _Span(match.start(), match.end())


def _names(line: str) -> Iterator[_Span]:
    for lead in _LEADS.finditer(line):
        yield from _name(line, lead.end(), _NAME_WORDS, first_may_be_small=True)
    for title in _TITLES.finditer(line):
        yield from _name(line, title.end(), _TITLED_WORDS, first_may_be_small=False)


def _name(line: str, at: int, most: int, *, first_may_be_small: bool) -> Iterator[_Span]:
    """Yield the name that begins at a place, if one does."""
    start = None
    for number in range(most):
        word = _WORD.match(line, at)
        if word is None or not _may_be_name(word[1], number, first_may_be_small):
            break
        start = word.start(1) if start is None else start
        at = word.end(1)
    if start is not None:
        yield _Span(start, at)


def _may_be_name(word: str, number: int, first_may_be_small: bool) -> bool:
    if word[0].isupper():
        return True
    if word[0].islower():
        return first_may_be_small and number == 0
    follows = word in _AFTER_NAME or word.startswith("و")
    return number < _UNCASED_WORDS and not (follows and number)
