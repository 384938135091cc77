"""Commands of the chat: with a slash or `!`, or as a word of any language of the site.

A word counts only if it is the whole message. The chosen language decides first; a word of another
language counts where no two of them disagree about it. Knows nothing of what a command does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.conversation import Command
from bot.understanding.normalise import normalise, spellings, visible

COMMANDS = frozenset(
    {
        "start", "menu", "language", "help", "human", "emergency", "appointment", "privacy",
        "mydata", "delete", "stop", "about", "back", "more",
    }
)  # fmt: skip
YES, NO = "yes", "no"

Words = Mapping[str, Mapping[str, Sequence[str]]]
"""Language -> command (or yes, no) -> its words, as in `phrases/<language>/commands.yaml`."""

LONGEST = 200
"""Longer than any command, label or date that somebody writes; longer texts are free text."""

_ARGUMENT = 64  # Telegram's limit for the payload of a link
_SLASH = re.compile(r"\s*([/!])(\w{1,64})(?:@\w{1,64})?(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The command words of all languages, ready to be looked up; made once per catalogue."""

    own: Mapping[str, Mapping[str, str]]
    common: Mapping[str, str]

    @classmethod
    def of(cls, words: Words) -> Vocabulary:
        """Make one."""
        own: dict[str, dict[str, str]] = {}
        common: dict[str, str | None] = {}
        for language, commands in words.items():
            mine = own.setdefault(language, {})
            for name, written in commands.items():
                for word in (form for each in written for form in spellings(each)):
                    if word:
                        mine.setdefault(word, name)
            for word, name in mine.items():
                common[word] = name if common.get(word, name) == name else None
        agreed = {word: name for word, name in common.items() if name is not None}
        return cls(own, agreed)

    def meaning(self, text: str, language: str | None) -> str | None:
        """Return the command (or yes, no) that the whole of `text` names, or None."""
        if len(text) > LONGEST:
            return None
        word = normalise(text)
        return self.own.get(language or "", {}).get(word) or self.common.get(word)


_latest: list[tuple[Words, Vocabulary]] = []


def vocabulary(words: Words) -> Vocabulary:
    """Return the vocabulary of `words`; that of the newest catalogue is made only once."""
    for made_of, made in _latest:
        if made_of is words:
            return made
    made = Vocabulary.of(words)
    _latest[:] = [(words, made)]
    return made


def slash_command(text: str, vocabulary: Vocabulary, language: str | None) -> Command | None:
    """Return the command that `text` gives with a slash or `!`, or None.

    `/menu`, `/start@LotseBot payload`, `!menu`, `/menü`. An unknown one with a slash asks for help;
    with `!` it is only an exclamation.
    """
    match = _SLASH.fullmatch(visible(text[:LONGEST]))
    if match is None or len(text) > LONGEST:
        return None
    sign, written, argument = match.groups(default="")
    name = written.casefold()
    if name not in COMMANDS:
        name = vocabulary.meaning(written, language) or ""
    if name not in COMMANDS:
        return Command(name="help") if sign == "/" else None
    return Command(name=name, argument=argument.strip()[:_ARGUMENT])


def word_command(text: str, vocabulary: Vocabulary, language: str | None) -> Command | None:
    """Return the command that `text` names in words, or None."""
    name = vocabulary.meaning(text, language)
    return Command(name=name) if name in COMMANDS else None
