"""Interface texts: locales/LANGUAGE/LC_MESSAGES/messages.po, compiled in memory as gettext does.

German is the source and needs no file. A translation whose `{name}` slots are not those of the
German text is not used: a value would be lost. Freshness follows from gettext itself, where a
message is found by its German words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from gettext import GNUTranslations
from io import BytesIO

import polib

from bot.content import po
from bot.content.facts import isolated
from bot.content.problems import Mark, Problems
from bot.content.translations import check_language
from bot.domain import (
    texts,
    texts_audit,
    texts_booking,
    texts_case,
    texts_desk,
    texts_desk_calendar,
    texts_desk_cases,
    texts_return,
    texts_signin,
    texts_staff,
    texts_web,
)
from bot.domain.texts import PluralText, Text

_MODULES = {
    texts: "wer neu hier ist, im Chat",
    texts_case: "wer neu hier ist, im Chat",
    texts_booking: "wer neu hier ist, im Chat",
    texts_return: "wer neu hier ist, im Chat und in E-Mails",
    texts_web: "wer neu hier ist, im Web-Chat",
    texts_desk: "Redaktion und Beratung, nie die Menschen im Chat",
    texts_desk_cases: "die Beratung, nie die Menschen im Chat",
    texts_desk_calendar: "die Beratung, nie die Menschen im Chat",
    texts_signin: "alle im Team, nie die Menschen im Chat",
    texts_audit: "alle im Team, nie die Menschen im Chat",
    texts_staff: "die Beratung in ihren Räumen, nie die Menschen im Chat",
}
SLOT = re.compile(r"\{([a-z_]+)\}")


@cache
def messages() -> tuple[po.Message, ...]:
    """Return every interface text of the program, in the order in which they are written down."""
    found: dict[str, po.Message] = {}
    for module, readers in _MODULES.items():
        place = f"{module.__name__.replace('.', '/')}.py"
        for value in vars(module).values():
            if isinstance(value, (Text, PluralText)):
                found[value.id] = _message(value, readers, place)
    return tuple(found.values())


def _message(text: Text | PluralText, readers: str, place: str) -> po.Message:
    comment = f"Text der Oberfläche · Liest: {readers}"
    if isinstance(text, PluralText):
        return po.Message(
            context=text.id, german=text.one, comment=comment, plural=text.many, place=place
        )
    return po.Message(context=text.id, german=text.german, comment=comment, place=place)


def read(content: bytes, file: str, language: str, problems: Problems) -> GNUTranslations | None:
    """Return the translations of one messages.po, None where it cannot be used."""
    catalogue = po.read(content, file, problems)
    if catalogue is None:
        return None
    check_language(catalogue, file, language, problems)
    known = {message.context: message for message in messages()}
    usable = polib.POFile()
    usable.metadata = catalogue.metadata
    for entry in catalogue:
        if entry.obsolete or "fuzzy" in entry.flags:
            continue
        message = known.get(entry.msgctxt or "")
        if message is not None and _fits(entry, message, Mark(file, po.line_of(entry)), problems):
            usable.append(entry)
    try:
        made = GNUTranslations(BytesIO(usable.to_binary()))
        for number in (0, 1, 2, 5, 21, 100):
            made.plural(number)  # type: ignore[attr-defined]  # the formula of Plural-Forms
        return made
    except (ValueError, OSError, LookupError, ArithmeticError, RecursionError, SyntaxError):
        message_ = "the header is not sound; its Plural-Forms may be wrong"
        problems.error(Mark(file), "po-header", message_)
        return None


def _fits(entry: polib.POEntry, message: po.Message, mark: Mark, problems: Problems) -> bool:
    if fits(po.words(entry), message):
        return True
    wanted = slots(message.german) | slots(message.plural or "")
    names = ", ".join(f"{{{name}}}" for name in sorted(wanted)) or "none"
    text = f"`{entry.msgctxt}`: its slots must be those of the German: {names}"
    problems.warning(mark, "placeholders", text, "Until then the German text is shown.")
    return False


def fits(words: Sequence[str], message: po.Message) -> bool:
    """Return whether a translation, one text or one for each plural form, has the German's slots.

    A plural form may say "one" in words and leave out the number.
    """
    wanted = slots(message.german) | slots(message.plural or "")
    given = [slots(text) for text in words if text]
    spared = {"n"} if message.plural is not None else set()
    return all(wanted - spared <= found <= wanted for found in given)


def slots(words: str) -> frozenset[str]:
    """Return the names of the values that are filled in."""
    return frozenset(SLOT.findall(words))


class Interface:
    """Interface texts in all languages of the site."""

    def __init__(self, translations: Mapping[str, GNUTranslations]) -> None:
        self._translations = translations

    def words(self, text: Text, language: str, values: Mapping[str, str]) -> str:
        """Return a text in a language, German where it is not translated; values are isolated."""
        found = self._translations.get(language)
        words = found.pgettext(text.id, text.german) if found else text.german
        return _filled(words, values) if values else words

    def counted(self, text: PluralText, n: int, language: str, values: Mapping[str, str]) -> str:
        """Return a text in the plural form that `n` needs; `n` itself is among the values."""
        found = self._translations.get(language)
        if found:
            words = found.npgettext(text.id, text.one, text.many, n)
        else:
            words = text.one if n == 1 else text.many
        return _filled(words, {"n": str(n), **values})

    @property
    def languages(self) -> Sequence[str]:
        """The languages that have a file."""
        return tuple(self._translations)


def _filled(words: str, values: Mapping[str, str]) -> str:
    def value(slot: re.Match[str]) -> str:
        given = values.get(slot[1])
        return slot[0] if given is None else isolated(given)

    return SLOT.sub(value, words)
