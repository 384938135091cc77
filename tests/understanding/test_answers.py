import pytest

from bot.domain.conversation import Answer, Press, PromptKind
from bot.understanding.answers import MOST_TEXT, answer
from tests.understanding.samples import DATE, NUMBER, TEXT, TODAY, TOWNS, YES_NO, prompt


def said(text, to, agrees=None):
    return answer(text, to, language="de", today=TODAY, agrees=agrees)


def press(action: str) -> Press:
    return Press(seq=5, action=action)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("2", "a:Guben"),
        ("٢", "a:Guben"),
        ("2.", "a:Guben"),
        ("2\ufe0f\u20e3", "a:Guben"),
        ("guben", "a:Guben"),
        (" GUBEN! ", "a:Guben"),
        ("gu", "a:Guben"),
        ("2 Guben", "a:Guben"),
        ("2. gub", "a:Guben"),
        ("forst", "a:Forst (Lausitz)"),
        ("Forst Lausitz", None),
        ("forst (lausitz)", "a:Forst (Lausitz)"),
        ("anderer", "a:Anderer Ort"),
        ("5", "b"),
        ("zuruck", "b"),
        ("menue", "m"),
        ("g", None),
        ("7", None),
        ("0", None),
        ("-2", None),
        ("22", None),
        ("3 Guben", None),
        ("Cottbus", None),
        ("", None),
        ("...", None),
        ("g" * 1000, None),
    ],
)
def test_choices(text: str, action: str | None) -> None:
    assert said(text, TOWNS) == (press(action) if action else None)


def test_a_beginning_that_two_labels_share_is_no_answer() -> None:
    rooms = prompt(PromptKind.CHOICE, "Wohnung suchen", "Wohnung anmelden", "Wohngeld")
    assert said("wohn", rooms) is None
    assert said("wohnung", rooms) is None
    assert said("wohng", rooms) == press("a:Wohngeld")


def test_a_whole_label_wins_over_the_beginning_of_another_and_over_a_number() -> None:
    people = prompt(PromptKind.CHOICE, "3", "2", "1", "Arbeit", "Arbeitsamt")
    assert said("1", people) == press("a:1")
    assert said("arbeit", people) == press("a:Arbeit")


@pytest.mark.parametrize("kind", [PromptKind.LANGUAGE, PromptKind.NAVIGATION, PromptKind.ANSWER])
def test_other_scripts(kind: PromptKind) -> None:
    languages = prompt(kind, "Українська", "العربية", "Polski", "Dolnoserbšćina")
    assert said("українська", languages) == press("a:Українська")
    assert said("العربيه", languages) == press("a:العربية")
    assert said("dolnoserbscina", languages) == press("a:Dolnoserbšćina")
    assert said("4", languages) == press("a:Dolnoserbšćina")


def test_yes_and_no() -> None:
    assert said("Ja", YES_NO) == press("a:Ja")
    assert said("2", YES_NO) == press("a:Nein")
    assert said("ja bitte", YES_NO, agrees=True) == Answer(value=True)
    assert said("ні", YES_NO, agrees=False) == Answer(value=False)
    assert said("vielleicht", YES_NO) is None
    assert said("ja bitte", TOWNS, agrees=True) is None


def test_a_word_within_a_label_on_the_way_to_an_appointment() -> None:
    labels = ("Welcome Center in Guben", "Welcome Center in Forst (Lausitz)", "Später")
    places = prompt(PromptKind.BOOKING, *labels)
    assert said("guben", places) == press("a:Welcome Center in Guben")
    assert said("Forst Lausitz", places) == press("a:Welcome Center in Forst (Lausitz)")
    assert said("center", places) is None  # both have it
    assert said("lau", places) is None  # no whole word
    assert said("in", places) is None  # too short to be meant
    assert said("guben", prompt(PromptKind.CHOICE, *labels)) is None


def test_numbers_answer_before_they_count() -> None:
    assert said("1", NUMBER) == Answer(value=1)
    assert said("1.234", NUMBER) == Answer(value=1234)
    assert said("zurück", NUMBER) == press("b")
    assert said("zwei", NUMBER) is None


def test_dates() -> None:
    assert said("15. März 2026", DATE) == Answer(value="2026-03-15")
    assert said("gestern", DATE) == Answer(value="2026-11-21")
    assert said("2", DATE) is None  # the choices of such a question carry no numbers
    assert said("irgendwann", DATE) is None


def test_text() -> None:
    assert said("  Frau Kowalska \x00", TEXT) == Answer(value="Frau Kowalska")
    assert said("halb \ud83d", TEXT) == Answer(value="halb \ufffd")
    assert said("1", TEXT) == Answer(value="1")
    assert said("Menü", TEXT) == press("m")
    assert said("x" * MOST_TEXT, TEXT) == Answer(value="x" * MOST_TEXT)
    assert said("x" * (MOST_TEXT + 1), TEXT) is None
    assert said(" \n", TEXT) is None


def test_a_prompt_without_choices() -> None:
    bare = prompt(PromptKind.TEXT).__class__(kind=PromptKind.ANSWER, seq=1, message=1)
    assert said("1", bare) is None
    assert said("wort", bare) is None
