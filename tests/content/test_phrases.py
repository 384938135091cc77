"""Words for commands."""

from __future__ import annotations

from bot.content.phrases import NAMES, normalised
from tests.content.conftest import Pack


def test_words_are_compared_in_one_form() -> None:
    assert normalised("  MENÜ \n bitte ") == "menü bitte"
    assert normalised("Straße") == normalised("STRASSE")
    assert normalised("ＭＥＮＵ") == "menu"


def test_every_command_may_have_words() -> None:
    assert {"menu", "yes", "no", "emergency", "start"} <= set(NAMES)


def test_a_language_without_words_has_none(pack: Pack) -> None:
    assert pack.load().commands("uk") == {}


def test_words_of_an_unknown_language_are_named(pack: Pack) -> None:
    pack.write("phrases/fr/commands.yaml", "menu: [menu]\n")
    assert ("commands.yaml", 1, "unknown-language") in pack.found()


def test_the_same_word_twice_for_one_command_counts_once(pack: Pack) -> None:
    pack.write("phrases/de/commands.yaml", "menu: [Menü, MENÜ]\n")
    assert pack.load().commands("de")["menu"] == ("menü",)
