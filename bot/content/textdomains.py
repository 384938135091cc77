"""The two text domains of gettext: texts of the content and texts of the interface.

Each has its file for every language, its messages, and a rule by which a translation fits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.content import extract, interface, translations
from bot.content.catalogue import Catalogue
from bot.content.model import Language
from bot.content.po import Message


@dataclass(frozen=True, slots=True)
class TextDomain:
    """One text domain. `fits` says whether words hold the placeholders of the German."""

    name: str
    file: str
    messages: Mapping[str, Message]
    fits: Callable[[Sequence[str], Message], bool]

    def path(self, locales_dir: Path, language: Language) -> Path:
        """Return the file of a language."""
        return locales_dir / language.code / "LC_MESSAGES" / self.file

    def is_in(self, language: Language) -> bool:
        """Return whether the domain is translated into the language."""
        return language.status != "source" and (language.content or self.name != "content")


def text_domains(catalogue: Catalogue) -> tuple[TextDomain, TextDomain]:
    """Return the domains of a catalogue: content, interface."""
    return (
        _domain("content", "content.po", extract.messages(catalogue.texts), _holds_facts),
        _domain("interface", "messages.po", interface.messages(), interface.fits),
    )


def _domain(
    name: str,
    file: str,
    messages: tuple[Message, ...],
    fits: Callable[[Sequence[str], Message], bool],
) -> TextDomain:
    return TextDomain(name, file, {message.context: message for message in messages}, fits)


def _holds_facts(words: Sequence[str], message: Message) -> bool:
    return all(translations.fits(text, message.german) for text in words)
