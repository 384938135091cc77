import pytest

from bot.domain.conversation import Command
from bot.understanding.commands import Vocabulary, slash_command, vocabulary, word_command
from tests.understanding.samples import WORDS

KNOWN = Vocabulary.of(WORDS)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/start", Command(name="start")),
        ("/start register-address", Command(name="start", argument="register-address")),
        ("/start@LotseBot c_K7F3", Command(name="start", argument="c_K7F3")),
        ("/MENU", Command(name="menu")),
        (" \u200f/menu ", Command(name="menu")),
        ("!menu", Command(name="menu")),
        ("!language uk", Command(name="language", argument="uk")),
        ("/menü", Command(name="menu")),
        ("/القائمة", Command(name="menu")),
        ("/unsinn", Command(name="help")),
        ("/yes", Command(name="help")),
        ("/start " + "x" * 100, Command(name="start", argument="x" * 64)),
    ],
)
def test_slashes(text: str, command: Command) -> None:
    assert slash_command(text, KNOWN, "de") == command


@pytest.mark.parametrize(
    "text", ["menu", "!!!", "!wichtig", "! menu", "/", "//", "/home/x", "a /menu", "/menu" * 60, ""]
)
def test_no_slashes(text: str) -> None:
    assert slash_command(text, KNOWN, "de") is None


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("Menü", "de", "menu"),
        ("menue", "de", "menu"),
        ("hauptmenu!", "de", "menu"),
        ("Mit einem Menschen sprechen.", "de", "human"),
        ("меню", "uk", "menu"),
        ("القائمة", "ar", "menu"),
        ("انسان", "ar", "human"),
        ("człowiek", "pl", "human"),
        ("czlowiek", "pl", "human"),
        ("طوارئ", "de", "emergency"),
        ("notfall", "uk", "emergency"),
        ("stop", None, "stop"),
    ],
)
def test_words_of_her_language_and_of_others(text: str, language: str | None, name: str) -> None:
    assert word_command(text, KNOWN, language) == Command(name=name)


@pytest.mark.parametrize(
    "text", ["", "ja", "das Menü", "Menü bitte", "Mensch ärgere dich nicht", "?!", "x" * 1000]
)
def test_only_whole_messages_are_commands(text: str) -> None:
    assert word_command(text, KNOWN, "de") is None


def test_a_word_on_which_languages_disagree_counts_only_in_her_own() -> None:
    assert KNOWN.meaning("no", "en") == "no"
    assert KNOWN.meaning("no", "pl") == "yes"
    assert KNOWN.meaning("no", "ar") is None
    assert KNOWN.meaning("tak", "ar") == "yes"


def test_a_word_of_signs_alone_is_none() -> None:
    assert Vocabulary.of({"de": {"help": ("?",)}}).meaning("!", "de") is None


def test_the_vocabulary_of_a_catalogue_is_made_once() -> None:
    assert vocabulary(WORDS) is vocabulary(WORDS)
    other = {"de": {"menu": ("Karte",)}}
    assert vocabulary(other).meaning("karte", "de") == "menu"
    assert vocabulary(WORDS).meaning("karte", "de") is None
