"""As much of a catalogue as the Telegram channel asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

from bot.content.model import Language
from bot.domain.texts import Text


def language(code: str) -> Language:
    return Language(code=code, name=code, direction="ltr", status="draft", content=True)


@dataclass
class SmallCatalogue:
    """Four languages; every text is its German words behind the language's code."""

    languages: tuple[Language, ...] = tuple(language(code) for code in ("de", "en", "uk", "dsb"))
    suffix: str = ""
    site: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(
            source="de", fallback={"uk": ("en", "de"), "default": ("en", "de")}
        )
    )

    def words(self, text: Text, code: str, **_values: str) -> str:
        return f"{code}: {text.german}{self.suffix}"

    def match_language(self, tag: str | None) -> Language | None:
        return next((one for one in self.languages if one.code == tag), None)
