"""Words held against the open question: a choice by number, label or its beginning, or a value.

The label that she sees comes first, then what the kind of question asks for. Nothing is guessed: a
beginning that two labels share, or a text that is more than a number, is no answer. Only on the way
to an appointment, where every choice can be taken back, a word from within a label will do: `Guben`
for [Welcome Center in Guben]. Limits of the question are for the engine to check.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from bot.domain.conversation import FREE, Answer, Press, Prompt, PromptKind
from bot.domain.outgoing import Choice
from bot.understanding.commands import LONGEST, NO, YES, Vocabulary
from bot.understanding.dates import date_in
from bot.understanding.normalise import normalise, spellings
from bot.understanding.numbers import number, place

MOST_TEXT = 500
"""The longest answer to a question for text, in characters."""

SHORTEST = 2
"""A label may be shortened to at least so many letters."""

LEAST_WITHIN = 4
"""A word from within a label has at least so many letters."""

_NUMBERED = re.compile(r"(\d{1,3})(?:[.):]| -)? (.+)", re.ASCII)
_FIRST = re.compile(r"[^\s,،、;:.!]+")
_WORD = re.compile(r"\w+")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def answer(
    text: str,
    prompt: Prompt,
    *,
    language: str | None,
    today: date,
    agrees: bool | None = None,
    least: date | None = None,
    most: date | None = None,
) -> Answer | Press | None:
    """Return what `text` answers to the open question, or None.

    `agrees` is what the whole of `text` says as a word for yes or no, if it is one. `least` and
    `most` are the question's limits for a date; they only decide which year is meant where none is
    written.
    """
    if (chosen := labelled(text, prompt)) is not None:
        return chosen
    match prompt.kind:
        case PromptKind.TEXT | PromptKind.BOOKING_WORDS:
            words = _tidy(text)
            return Answer(value=words) if words and len(words) <= MOST_TEXT else None
        case PromptKind.NUMBER if (figure := number(text)) is not None:
            return Answer(value=figure)
        case PromptKind.DATE if (
            day := date_in(text, language=language, today=today, least=least, most=most)
        ) is not None:
            return Answer(value=day.isoformat())
        case PromptKind.YES_NO if agrees is not None:
            return Answer(value=agrees)
    return _shortened(text, prompt)


def agreed(prompt: Prompt, meaning: str, known: Vocabulary, language: str | None) -> Press | None:
    """Return the choice that a word for yes or no means, where the prompt has two: one whose label
    begins with a yes and one whose label begins with a no. `meaning`: YES or NO.
    """
    if prompt.kind is PromptKind.YES_NO:
        return None  # the word itself is the answer
    choices = [each for each in prompt.choices if not each.nav]
    said = [known.meaning(_head(each.label), language) for each in choices]
    if sorted(map(str, said)) != [NO, YES]:
        return None
    return Press(seq=prompt.seq, action=choices[said.index(meaning)].action)


def _head(label: str) -> str:
    """Return the word that a label begins with."""
    first = _FIRST.search(label)
    return first[0] if first is not None else ""


def labelled(text: str, prompt: Prompt) -> Press | None:
    """Return the choice whose whole label `text` is, or None."""
    if len(text) > LONGEST or not prompt.choices:
        return None
    words = normalise(text)
    if not words:
        return None
    return _press(prompt, (each for each in prompt.choices if words in spellings(each.label)))


def _shortened(text: str, prompt: Prompt) -> Press | None:
    """Return the choice by its number, by the beginning of its label, or by both; or None."""
    if len(text) > LONGEST or not prompt.choices:
        return None
    if (number_alone := place(text)) is not None:
        if prompt.kind in FREE:
            return None  # its choices carry no numbers: a number is an answer, or none
        return _press(prompt, _at(number_alone, prompt))
    words = normalise(text)
    if match := _NUMBERED.fullmatch(words):
        chosen = _beginning(normalise(match[2]), _at(int(match[1]), prompt))
        if chosen:
            return _press(prompt, chosen)
    if sum(map(str.isalnum, words)) < SHORTEST:
        return None
    return _press(prompt, _beginning(words, prompt.choices)) or _within(words, prompt)


def _within(words: str, prompt: Prompt) -> Press | None:
    """Return the one choice of a booking that has these words within its label."""
    if prompt.kind is not PromptKind.BOOKING or len(words) < LEAST_WITHIN:
        return None
    places = (each for each in prompt.choices if not each.nav)
    return _press(
        prompt,
        (each for each in places if any(f" {words} " in f" {s} " for s in _plain(each.label))),
    )


def _plain(label: str) -> list[str]:
    """Return the spellings of a label with nothing but spaces between its words."""
    return [" ".join(_WORD.findall(each)) for each in spellings(label)]


def _at(number: int, prompt: Prompt) -> tuple[Choice, ...]:
    return prompt.choices[number - 1 : number] if number else ()


def _beginning(words: str, choices: Iterable[Choice]) -> list[Choice]:
    return [
        each for each in choices if any(label.startswith(words) for label in spellings(each.label))
    ]


def _press(prompt: Prompt, choices: Iterable[Choice]) -> Press | None:
    """Return the press on the one action that all of `choices` have; None for none or several."""
    actions = {each.action for each in choices}
    return Press(seq=prompt.seq, action=actions.pop()) if len(actions) == 1 else None


def _tidy(text: str) -> str:
    """Return words as they can be kept: no half characters, no control characters."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _CONTROLS.sub("", whole).strip()
