from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.conversation import Answer, Command, FreeText, Press, Prompt, PromptKind
from bot.understanding.commands import COMMANDS
from bot.understanding.decide import decide
from tests.understanding.samples import (
    DATE,
    NUMBER,
    TEXT,
    TODAY,
    TOWNS,
    WORDS,
    YES_NO,
    prompt,
)


def meant(text, to=None, language="de", **limits):
    return decide(text, prompt=to, language=language, today=TODAY, words=WORDS, **limits)


@pytest.mark.parametrize(
    ("text", "to", "language", "result"),
    [
        ("/menu", TOWNS, "de", Command(name="menu")),
        ("!human", TEXT, "uk", Command(name="human")),
        ("Mensch", TOWNS, "de", Command(name="human")),
        ("людина", TEXT, "uk", Command(name="human")),
        ("إنسان", TOWNS, "ar", Command(name="human")),
        ("Guben", TOWNS, "ar", Press(seq=5, action="a:Guben")),
        ("٢", TOWNS, "ar", Press(seq=5, action="a:Guben")),
        ("tak", YES_NO, "pl", Answer(value=True)),
        ("no", YES_NO, "pl", Answer(value=True)),
        ("no", YES_NO, "en", Answer(value=False)),
        ("نعم", YES_NO, "ar", Answer(value=True)),
        ("ні", YES_NO, "uk", Answer(value=False)),
        ("ja", YES_NO, "uk", Press(seq=5, action="a:Ja")),
        ("3", NUMBER, "pl", Answer(value=3)),
        ("15 marca 2026", DATE, "pl", Answer(value="2026-03-15")),
        ("Ich heiße Olena", TEXT, "de", Answer(value="Ich heiße Olena")),
        ("Wie melde ich mich an?", TOWNS, "de", FreeText()),
        ("chef zahlt nicht", None, "de", FreeText()),
        ("2", None, "de", FreeText()),
        ("меню", None, "de", Command(name="menu")),
        ("", TOWNS, "de", FreeText()),
        ("", None, None, FreeText()),
    ],
)
def test_in_order(text, to, language, result) -> None:
    assert meant(text, to, language) == result


def test_a_label_on_the_screen_wins_over_a_command_word_but_not_over_help() -> None:
    topics = prompt(PromptKind.NAVIGATION, "Beratung", "Notfall")
    assert meant("Beratung", topics) == Press(seq=5, action="a:Beratung")
    assert meant("Beratung", TOWNS) == Command(name="human")
    assert meant("Notfall", topics) == Command(name="emergency")
    assert meant("Neu anfangen", prompt(PromptKind.RESUME, "Weitermachen", "Neu anfangen")) == (
        Press(seq=5, action="a:Neu anfangen")
    )


def test_a_command_word_wins_over_the_beginning_of_a_label() -> None:
    assert meant("stopp", prompt(PromptKind.CHOICE, "Stopp sagen")) == Command(name="stop")


def test_a_word_for_yes_or_no_means_the_choice_that_begins_with_one() -> None:
    remind = prompt(PromptKind.PAGE, "Ja, bitte erinnern", "Nein, danke")
    assert meant("ok", remind) == Press(seq=5, action="a:Ja, bitte erinnern")
    assert meant("ні", remind) == Press(seq=5, action="a:Nein, danke")
    arabic = prompt(PromptKind.PAGE, "لا، سآتي", "نعم، إلغاء الموعد")
    assert meant("أجل", arabic, "ar") == Press(seq=5, action="a:نعم، إلغاء الموعد")
    assert meant("так", YES_NO, "uk") == Answer(value=True)
    for other in (
        prompt(PromptKind.PAGE, "Ja, heute", "Nein, morgen", "Nein, nie"),
        prompt(PromptKind.PAGE, "Ja, heute", "Später"),
        prompt(PromptKind.PAGE, "🙂", "Nein"),
    ):
        assert meant("ok", other) == FreeText()


def test_the_limits_reach_the_date() -> None:
    year = {"least": TODAY - timedelta(days=365), "most": TODAY}
    assert meant("15.12.", DATE, **year) == Answer(value="2025-12-15")
    assert meant("15.12.", DATE) == Answer(value="2026-12-15")


anything = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=80),
    st.text("0123456789٣.,-/! \u0301\u200f\u20e3", max_size=40),
    st.sampled_from(["/start ", "!", "15. März", "ja", "x"]).flatmap(
        lambda start: st.integers(0, 4000).map(lambda n: start + "\u0301\u0316" * n)
    ),
)
prompts = st.sampled_from([None, TOWNS, YES_NO, NUMBER, DATE, TEXT])


@settings(deadline=2000)  # milliseconds: the time is bounded, whatever the text
@given(anything, prompts, st.sampled_from(["de", "en", "uk", "ar", "pl", "xx", None]))
def test_any_text_means_something(text: str, to: Prompt | None, language: str | None) -> None:
    result = meant(text, to, language)
    match result:
        case Command():
            assert result.name in COMMANDS
            assert len(result.argument) <= 64
        case Press():
            assert to is not None
            assert result.action in {choice.action for choice in to.choices}
            assert result.seq == to.seq
        case Answer(value=value):
            assert to is not None
            expected = {
                PromptKind.TEXT: str,
                PromptKind.NUMBER: int,
                PromptKind.DATE: str,
                PromptKind.YES_NO: bool,
            }
            assert type(value) is expected[to.kind]
            str(value).encode()
        case FreeText():
            assert result == FreeText()
