"""The content changes in the middle of a conversation."""

from __future__ import annotations

import pytest

from bot.domain.conversation import FreeText
from bot.domain.outgoing import Close
from tests.engine.site import Small, labels, press
from tests.talk import Talk, said

GONE = "Diese Seite gibt es nicht mehr. Im Menü finden Sie, was es jetzt gibt."
CHANGED = (
    "Der Text hat sich geändert. Ihre Antworten sind noch da. Bitte antworten Sie noch einmal."
)
MENU = "Womit können wir helfen? Wählen Sie oder schreiben Sie Ihre Frage."

FIRST = """
- id: first
  ask: {first}
- id: mark
  set: {{seen: 1}}
- id: second
  ask: {second}
- id: late
  if: {{first: red}}
  say: |
    Rot war es.
- id: done
  say: |
    Fertig.
"""
COLOURS = "choice\n  text: Farbe?\n  choices: {red: Rot, blue: Blau}"
YES_NO = "yes_no\n  text: Sicher?"


def written(small: Small, first: str = COLOURS, second: str = YES_NO) -> None:
    small.entry("walk", FIRST.format(first=first, second=second))
    small.entry("other", "- {id: words, say: Anderes.}")


@pytest.fixture
def talk(small: Small) -> Talk:
    """She has answered `red` and stands at the second question."""
    written(small)
    talk = small.talk()
    talk.write("/start walk")
    talk.press("Rot")
    return talk


def swap(talk: Talk, small: Small) -> None:
    talk.catalogue = small.load()


def test_other_words_change_nothing(talk: Talk, small: Small) -> None:
    written(small, second="yes_no\n  text: Ganz sicher?")
    swap(talk, small)
    assert said(talk.press("Ja")) == "Rot war es.\nFertig."


def test_the_open_entry_is_gone(talk: Talk, small: Small) -> None:
    small.remove("walk")
    swap(talk, small)
    assert said(talk.press("Ja")) == f"{GONE}\n{MENU}"
    assert talk.state.frames == ()


def test_an_old_button_while_the_open_step_is_gone(talk: Talk, small: Small) -> None:
    small.remove("walk")
    swap(talk, small)
    old = "Dieser Knopf ist nicht mehr aktuell. Das ist der Stand jetzt:"
    assert said(press(talk, "zz", seq=1)) == f"{old}\n{GONE}\n{MENU}"


def test_the_open_step_is_gone(talk: Talk, small: Small) -> None:
    small.entry("walk", "- {id: done, say: Fertig.}")
    swap(talk, small)
    assert said(talk.feed(FreeText())) == f"{GONE}\n{MENU}"


def test_the_open_step_is_no_question_any_more(talk: Talk, small: Small) -> None:
    small.entry("walk", "- {id: second, say: Fertig.}")
    swap(talk, small)
    assert said(talk.press("Ja")) == f"{GONE}\n{MENU}"


def test_the_open_question_has_other_choices(small: Small) -> None:
    written(small)
    talk = small.talk()
    talk.write("/start walk")
    written(small, first="choice\n  text: Farbe?\n  choices: {green: Grün, red: Rot}")
    swap(talk, small)
    assert said(talk.press("Blau")) == f"{CHANGED}\nFarbe?"
    assert labels(talk)[:2] == ["Grün", "Rot"]
    assert said(talk.press("Rot")) == "Sicher?"


@pytest.mark.parametrize("label", ["Rot", "(words)"])
def test_the_open_question_is_of_another_kind(small: Small, label: str) -> None:
    written(small)
    talk = small.talk()
    talk.write("/start walk")
    steps = FIRST.format(first="number\n  text: Wie viele?", second=YES_NO)
    small.entry("walk", steps.replace("first: red", "first: 3"))
    swap(talk, small)
    outputs = talk.feed(FreeText()) if label == "(words)" else talk.press(label)
    assert said(outputs) == f"{CHANGED}\nWie viele?"
    assert said(talk.write("3")) == "Sicher?"


def test_answers_that_no_longer_fit_are_forgotten_and_the_others_kept(
    talk: Talk, small: Small
) -> None:
    written(small, second="number\n  text: Wie oft?")
    swap(talk, small)
    assert said(talk.press("Ja")) == f"{CHANGED}\nWie oft?"
    assert talk.state.answers["walk"] == {"first": "red", "seen": 1}
    small.entry(
        "walk",
        FIRST.format(
            first="choice\n  text: Farbe?\n  choices: {green: Grün, blue: Blau}",
            second="number\n  text: Wie oft?\n  min: 0",
        ).replace("first: red", "first: green"),
    )
    swap(talk, small)
    assert said(talk.write("3")) == f"{CHANGED}\nWie oft?"
    assert talk.state.answers["walk"] == {"seen": 1}
    assert said(talk.write("3")) == "Fertig."


def test_an_answered_step_that_is_no_question_any_more_is_forgotten(
    talk: Talk, small: Small
) -> None:
    small.entry(
        "walk",
        """
        - {id: first, say: Farben gibt es nicht mehr.}
        - id: second
          ask: number
          text: Wie oft?
        - {id: done, say: Fertig.}
        """,
    )
    swap(talk, small)
    talk.press("Ja")
    assert talk.state.answers["walk"] == {"seen": 1}


def test_back_to_a_question_that_is_gone(talk: Talk, small: Small) -> None:
    small.entry("walk", "- id: second\n  ask: yes_no\n  text: Sicher?\n- {id: done, say: Fertig.}")
    swap(talk, small)
    assert said(talk.press("Zurück")) == f"{GONE}\n{MENU}"


def test_the_caller_is_gone_when_the_called_entry_ends(small: Small) -> None:
    small.entry("inner", "- id: ask\n  ask: yes_no\n  text: Innen?\n- {id: told, say: Innen.}")
    small.entry("outer", "- {id: visit, call: inner}\n- {id: after, say: Danach.}")
    talk = small.talk()
    talk.write("/start outer")
    small.remove("outer")
    swap(talk, small)
    assert said(talk.press("Ja")) == "Innen."
    assert talk.state.frames == ()


def test_the_calling_step_has_become_a_question(small: Small) -> None:
    small.entry("inner", "- id: ask\n  ask: yes_no\n  text: Innen?\n- {id: told, say: Innen.}")
    small.entry("outer", "- {id: visit, call: inner}\n- {id: after, say: Danach.}")
    talk = small.talk()
    talk.write("/start outer")
    small.entry("outer", "- id: visit\n  ask: yes_no\n  text: Neu?\n- {id: after, say: Danach.}")
    swap(talk, small)
    assert said(talk.press("Ja")) == "Innen.\nNeu?"
    assert said(talk.press("Ja")) == "Danach."


def test_the_called_entry_is_gone(small: Small) -> None:
    small.entry("inner", "- id: ask\n  ask: yes_no\n  text: Innen?\n- {id: told, say: Innen.}")
    small.entry("outer", "- {id: visit, call: inner}\n- {id: after, say: Danach.}")
    talk = small.talk()
    talk.write("/start outer")
    small.remove("inner")
    small.entry("outer", "- {id: after, say: Danach.}")
    swap(talk, small)
    assert said(talk.press("Ja")) == f"{GONE}\n{MENU}"


def test_an_offered_entry_is_gone(small: Small) -> None:
    small.entry("inner", "- {id: told, say: Innen.}")
    small.entry(
        "outer",
        """
        - {id: words, say: Zuerst.}
        - {id: choose, offer: [{call: inner}]}
        - {id: after, say: Danach.}
        """,
    )
    talk = small.talk()
    talk.write("/start outer")
    small.remove("inner")
    small.entry("outer", "- {id: words, say: Zuerst.}")
    swap(talk, small)
    assert said(talk.press("Inner")) == f"{GONE}\n{MENU}"


def test_the_topic_is_gone(talk: Talk, small: Small) -> None:
    talk.write("/menu")
    talk.press("Ankommen")
    small.topic.rename(small.topic.with_name("new"))
    small.pack.write("topics/new/_topic.yaml", "id: new\ntitle: Neues\norder: 1\n")
    swap(talk, small)
    talk.write("/help")
    assert said(talk.press("Zurück")) == MENU
    assert labels(talk)[0] == "Neues"


def test_the_answer_to_show_again_is_gone(talk: Talk, small: Small) -> None:
    talk.press("Ja")
    talk.write("/help")
    small.remove("walk")
    swap(talk, small)
    assert said(talk.press("Zurück")) == f"{GONE}\n{MENU}"


def test_part_of_the_answer_to_show_again_is_gone(talk: Talk, small: Small) -> None:
    talk.press("Ja")
    talk.write("/help")
    small.entry("walk", "- {id: late, set: {a: 1}}\n- {id: done, say: Fertig.}")
    swap(talk, small)
    assert said(talk.press("Zurück")) == "Fertig."


def test_after_weeks_the_entry_is_gone(talk: Talk, small: Small) -> None:
    small.remove("walk")
    swap(talk, small)
    talk.wait("P20D")
    outputs = talk.press("Ja")
    assert said(outputs) == f"{GONE}\n{MENU}"
    assert any(isinstance(output, Close) and output.note is None for output in outputs)


def test_after_weeks_the_question_is_gone(talk: Talk, small: Small) -> None:
    talk.wait("P20D")
    talk.press("Ja")
    small.entry("walk", "- {id: done, say: Fertig.}")
    swap(talk, small)
    assert said(talk.press("Weitermachen")) == f"{GONE}\n{MENU}"
