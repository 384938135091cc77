"""Command words and prompts for the tests of understanding."""

from datetime import date

from bot.domain.conversation import Prompt, PromptKind
from bot.domain.outgoing import Choice

TODAY = date(2026, 11, 22)

WORDS = {
    "de": {
        "menu": ("Menü", "Hauptmenü"),
        "human": ("Mensch", "Beratung", "mit einem Menschen sprechen"),
        "emergency": ("Notfall", "Notruf"),
        "back": ("zurück",),
        "start": ("neu anfangen",),
        "stop": ("Stopp",),
        "yes": ("ja", "ja bitte", "ok"),
        "no": ("nein",),
    },
    "en": {
        "menu": ("menu",),
        "human": ("talk to a person",),
        "stop": ("stop",),
        "yes": ("yes", "ok"),
        "no": ("no",),
    },
    "uk": {"menu": ("меню",), "human": ("людина",), "yes": ("так",), "no": ("ні",)},
    "ar": {
        "menu": ("القائمة",),
        "human": ("إنسان", "التحدث مع إنسان"),
        "emergency": ("طوارئ",),
        "yes": ("نعم", "أجل"),
        "no": ("لا",),
    },
    "pl": {"menu": ("menu",), "human": ("człowiek",), "yes": ("tak", "no"), "no": ("nie",)},
}

NAV = (
    Choice(action="b", label="Zurück", nav=True),
    Choice(action="m", label="Menü", nav=True),
)


def prompt(kind: PromptKind, *labels: str) -> Prompt:
    """A prompt with a choice `a:LABEL` for each label, then back and menu."""
    own = tuple(Choice(action=f"a:{label}", label=label) for label in labels)
    return Prompt(kind=kind, seq=5, message=5, choices=(*own, *NAV))


TOWNS = prompt(PromptKind.CHOICE, "Forst (Lausitz)", "Guben", "Spremberg", "Anderer Ort")
YES_NO = prompt(PromptKind.YES_NO, "Ja", "Nein")
NUMBER = prompt(PromptKind.NUMBER)
DATE = prompt(PromptKind.DATE)
TEXT = prompt(PromptKind.TEXT)
