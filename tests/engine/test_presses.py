"""Buttons: old ones, doubled ones, made-up ones, and a person who is away for weeks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.conversation import Answer, FreeText, Press, PromptKind
from tests.engine.site import Small, labels, press
from tests.talk import Talk, said

STEPS = """
- id: first
  ask: yes_no
  text: |
    Erstens?
- id: second
  ask: yes_no
  text: |
    Zweitens?
- id: done
  say: |
    Fertig.
"""
MENU = "Womit können wir helfen? Wählen Sie oder schreiben Sie Ihre Frage."
OLD = "Dieser Knopf ist nicht mehr aktuell. Das ist der Stand jetzt:"
BACK = "Willkommen zurück. Möchten Sie bei „Walk“ weitermachen?"


@pytest.fixture
def talk(small: Small) -> Talk:
    small.entry("walk", STEPS)
    talk = small.talk()
    talk.write("/start walk")
    return talk


def seq(talk: Talk) -> int:
    assert talk.state.prompt is not None
    return talk.state.prompt.seq


def test_a_button_pressed_twice_in_a_moment_counts_once(talk: Talk) -> None:
    number = seq(talk)
    talk.press("Ja")
    state = talk.state
    talk.at -= timedelta(seconds=29)
    assert press(talk, "a:yes", seq=number) == ()
    assert talk.state.prompt == state.prompt
    assert talk.state.seq == state.seq + 1


def test_the_same_button_later_is_an_old_one(talk: Talk) -> None:
    number = seq(talk)
    talk.press("Ja")
    assert said(press(talk, "a:yes", seq=number)) == f"{OLD}\nZweitens?"
    assert talk.state.answers["walk"] == {"first": True}


@pytest.mark.parametrize("action", ["a:yes", "b", "g", "r", "n", "?", "zz", "a", ""])
def test_an_old_or_foreign_button_shows_where_she_is(talk: Talk, action: str) -> None:
    assert said(press(talk, action, seq=1)) == f"{OLD}\nErstens?"


def test_an_old_button_at_an_answer_shows_the_answer(talk: Talk) -> None:
    number = seq(talk)
    talk.press("Ja")
    talk.press("Ja")
    assert said(press(talk, "a:no", seq=number)) == f"{OLD}\nFertig."


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("m", MENU),
        ("m:77", MENU),
        ("m:x", MENU),
        ("t:arrival", "Ankommen: Was möchten Sie wissen?"),
        ("t:arrival:9", "Ankommen: Was möchten Sie wissen?"),
        ("t:gone", MENU),
        ("e:walk", "Erstens?"),
        ("c:walk", "Erstens?"),
        ("h", "Ich kann keine Zeit nennen. Ihre Nachricht ist gespeichert."),
        ("x", "Hier bekommen Sie sofort Hilfe."),
        ("l", "In welcher Sprache möchten Sie lesen?"),
    ],
)
def test_navigation_works_from_every_message(talk: Talk, action: str, words: str) -> None:
    talk.press("Ja")
    assert said(press(talk, action, seq=1)).startswith(words)


def test_a_language_button_works_from_every_message(talk: Talk) -> None:
    talk.press("Ja")
    assert "Zweitens?" in said(press(talk, "l:en", seq=1))
    assert talk.state.language == "en"


def test_thousands_of_presses_on_old_buttons_are_answered_a_few_times(talk: Talk) -> None:
    answered = 0
    for number in range(2000):
        talk.at -= timedelta(seconds=29.9)
        answered += bool(press(talk, f"a:{number % 7}", seq=2))
    assert answered == 5
    talk.at += timedelta(seconds=10)
    assert said(press(talk, "a:1", seq=2)).startswith(OLD)


def test_the_emergency_card_comes_whatever_was_pressed_before(talk: Talk) -> None:
    for number in range(50):
        talk.at -= timedelta(seconds=29.9)
        press(talk, f"a:{number}", seq=2)
    talk.at -= timedelta(seconds=29.9)
    assert "112" in said(press(talk, "x", seq=2))


def test_after_weeks_an_answer_is_not_taken_before_she_says_so(talk: Talk) -> None:
    talk.press("Ja")
    talk.wait("P15D")
    assert said(talk.press("Ja")) == BACK
    assert talk.state.answers["walk"] == {"first": True}
    assert said(talk.press("Weitermachen")) == "Zweitens?"
    assert said(talk.press("Nein")) == "Fertig."


@pytest.mark.parametrize("event", [FreeText(), Answer(value=True), Press(seq=1, action="a:yes")])
def test_after_weeks_words_are_not_taken_either(
    talk: Talk, event: FreeText | Answer | Press
) -> None:
    talk.wait("P15D")
    assert said(talk.feed(event)) == BACK


def test_after_weeks_she_may_start_anew(talk: Talk) -> None:
    talk.wait("P15D")
    talk.write("hallo")
    assert said(talk.press("Neu anfangen")) == MENU


def test_other_words_ask_again_whether_to_go_on(talk: Talk) -> None:
    talk.wait("P15D")
    talk.write("hallo")
    words = said(talk.write("vielleicht"))
    assert words.startswith("Das passt nicht zu meiner Frage.")
    assert words.endswith(BACK)
    assert said(press(talk, "a:yes", seq=1)) == f"{OLD}\n{BACK}"
    talk.wait("P15D")
    assert said(talk.press("Weitermachen")) == "Erstens?"


@pytest.mark.parametrize(
    ("label", "words"), [("Menü", MENU), ("Zurück", "Ankommen: Was möchten Sie wissen?")]
)
def test_after_weeks_who_says_what_she_wants_is_not_asked(
    small: Small, label: str, words: str
) -> None:
    small.entry("walk", STEPS)
    talk = small.talk()
    talk.press("Ankommen")
    talk.press("Walk")
    talk.wait("P15D")
    assert said(talk.press(label)) == words


def test_after_weeks_a_command_is_done(talk: Talk) -> None:
    talk.wait("P15D")
    assert said(talk.write("/menu")) == MENU


def test_after_weeks_at_an_answer_nothing_is_asked(talk: Talk) -> None:
    talk.press("Ja")
    talk.press("Ja")
    talk.wait("P15D")
    assert "Darauf habe ich noch keine Antwort." in said(talk.write("hallo"))


def test_back_from_the_question_whether_to_go_on_is_the_open_question(talk: Talk) -> None:
    talk.wait("P15D")
    talk.write("hallo")
    assert said(talk.write("zurück")) == "Erstens?"


def test_a_short_silence_is_none(talk: Talk) -> None:
    talk.wait("P13D")
    assert said(talk.press("Ja")) == "Zweitens?"
    assert talk.state.prompt is not None
    assert talk.state.prompt.kind is PromptKind.YES_NO
    assert labels(talk) == ["Ja", "Nein", "Zurück", "Menü"]
