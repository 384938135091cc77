"""Answers to the open question: every kind, what does not fit, what lies behind a question."""

from __future__ import annotations

import pytest

from bot.domain.conversation import Answer, FreeText
from bot.understanding.answers import MOST_TEXT
from tests.engine.site import Small, labels, press
from tests.talk import Talk, said

ASKED = """
- id: {id}
  ask: {kind}
  text: |
    Wie ist es?
{limits}
- id: so
  say: |
    So ist es.
"""


def asked(small: Small, kind: str, limits: str = "") -> Talk:
    lines = "".join(f"  {line}\n" for line in limits.split(";") if line)
    small.entry("thing", ASKED.format(id="it", kind=kind, limits=lines))
    talk = small.talk()
    talk.write("/start thing")
    return talk


CHOICES = "choices: {red: Rot, blue: Blau}"


@pytest.mark.parametrize(
    ("kind", "limits", "value", "kept"),
    [
        ("choice", CHOICES, "red", "red"),
        ("yes_no", "", "yes", True),
        ("yes_no", "", "no", False),
        ("yes_no", "", True, True),
        ("number", "", -5, -5),
        ("number", "min: 0;max: 3", 0, 0),
        ("number", "min: 0;max: 3", 3, 3),
        ("number", "min: 0", 9_000, 9_000),
        ("number", "max: 3", -9_000, -9_000),
        ("date", "", "1900-01-01", "1900-01-01"),
        ("date", "min: -P1D;max: P0D", "2026-11-23", "2026-11-23"),
        ("date", "min: -P1D;max: P0D", "2026-11-24", "2026-11-24"),
        ("text", "", "Tischler", "Tischler"),
        ("text", "", "x" * MOST_TEXT, "x" * MOST_TEXT),
    ],
)
def test_what_fits_is_kept(
    small: Small, kind: str, limits: str, value: bool | int | str, kept: bool | int | str
) -> None:
    talk = asked(small, kind, limits)
    assert "So ist es." in said(talk.feed(Answer(value=value)))
    assert talk.state.answers["thing"] == {"it": kept}
    assert type(talk.state.answers["thing"]["it"]) is type(kept)


CHOOSE = "Das passt nicht zu meiner Frage. Bitte wählen Sie eine Antwort."
EXAMPLE = "Bitte schreiben Sie ein Datum, zum Beispiel 24.11.2026."
RANGE = "Das Datum muss zwischen Mo, 23. November und Di, 24. November liegen."
LONG = f"Das ist zu lang. Bitte schreiben Sie höchstens {MOST_TEXT} Zeichen."


@pytest.mark.parametrize(
    ("kind", "limits", "value", "reason"),
    [
        ("choice", CHOICES, "green", CHOOSE),
        ("choice", CHOICES, True, CHOOSE),
        ("yes_no", "", "maybe", CHOOSE),
        ("yes_no", "", 1, CHOOSE),
        ("number", "min: 0;max: 3", 4, "Bitte schreiben Sie eine Zahl von 0 bis 3."),
        ("number", "min: 0;max: 3", -1, "Bitte schreiben Sie eine Zahl von 0 bis 3."),
        ("number", "min: 0", -1, "Bitte schreiben Sie eine Zahl ab 0."),
        ("number", "max: 3", 4, "Bitte schreiben Sie eine Zahl."),
        ("number", "", True, "Bitte schreiben Sie eine Zahl."),
        ("number", "", "3", "Bitte schreiben Sie eine Zahl."),
        ("date", "", "soon", EXAMPLE),
        ("date", "", 3, EXAMPLE),
        ("date", "max: P0D", "2026-11-25", EXAMPLE),
        ("date", "min: -P1D;max: P0D", "2026-11-22", RANGE),
        ("date", "min: -P1D;max: P0D", "2026-11-25", RANGE),
        ("text", "", "x" * (MOST_TEXT + 1), LONG),
        ("text", "", " ", LONG),
        ("text", "", 5, LONG),
    ],
)
def test_what_does_not_fit_is_asked_again_with_the_reason_and_a_human(
    small: Small, kind: str, limits: str, value: bool | int | str, reason: str
) -> None:
    talk = asked(small, kind, limits)
    assert said(talk.feed(Answer(value=value))) == f"{reason}\nWie ist es?"
    assert "thing" not in talk.state.answers
    assert labels(talk)[-3:] == ["Mit einem Menschen sprechen", "Zurück", "Menü"]
    talk.feed(FreeText())
    assert talk.state.prompt is not None
    assert talk.state.prompt.tries == 2


def test_an_answer_makes_void_what_lay_behind_its_question(small: Small) -> None:
    small.entry(
        "way",
        """
        - id: first
          ask: yes_no
          text: |
            Erstens?
        - id: fork
          when: {first: true}
          then: mark
          else: second
        - id: mark
          set: {marked: here}
        - id: inner
          ask: yes_no
          text: |
            Innen?
        - id: second
          ask: yes_no
          text: |
            Zweitens?
        - id: told
          if: {any: [{marked: here}, {inner: true}]}
          say: |
            Das gilt nur innen.
        - id: done
          say: |
            Fertig.
        """,
    )
    talk = small.talk()
    talk.write("/start way")
    for label in ("Ja", "Ja", "Ja"):
        outputs = talk.press(label)
    assert "Das gilt nur innen." in said(outputs)
    for _ in range(3):  # to the third question, the second, the first
        outputs = talk.press("Zurück")
    assert said(outputs) == "Erstens?"
    assert said(talk.press("Nein")) == "Zweitens?"
    assert talk.state.answers["way"] == {"first": False}
    assert said(talk.press("Ja")) == "Fertig."


def test_an_answer_for_another_kind_of_prompt_is_free_text(small: Small) -> None:
    asked(small, "number")
    talk = small.talk()
    assert "Darauf habe ich noch keine Antwort." in said(talk.feed(Answer(value=3)))


def test_a_button_that_the_open_question_does_not_have_answers_nothing(small: Small) -> None:
    talk = asked(small, "text")
    words = said(press(talk, "a:anything"))
    assert words.startswith("Dieser Knopf ist nicht mehr aktuell.")
    assert "thing" not in talk.state.answers
