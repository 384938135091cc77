import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding.normalise import normalise, spellings, visible, western_digits


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("  Menü! ", "menu"),
        ("ZURÜCK…", "zurück"),
        ("Straße", "strasse"),
        ("Człowiek", "czlowiek"),
        ("Źinsa", "zinsa"),
        ("так,", "ТАК"),
        ("обов’язково", "обовʼязково"),
        ("їжа", "іжа"),
        ("إنسان", "انسان"),
        ("القائِمَة", "القائمه"),
        ("على", "علي"),
        ("طـــوارئ؟", "طوارئ"),
        ("می\u200cخواهم", "ميخواهم"),
        ("\u200fنعم\u200e", "نعم"),
        ("٣", "3"),
        ("۱۲", "12"),
        ("३", "3"),
        ("ｍｅｎｕ", "menu"),
        ("1\ufe0f\u20e3", "1"),
        ("a\u00a0 b", "a b"),
        ("İstanbul", "istanbul"),
    ],
)
def test_one_form(text: str, same: str) -> None:
    assert normalise(text) == normalise(same)


def test_vowel_signs_that_carry_the_word_stay() -> None:
    assert normalise("हाँ") != normalise("ह")
    assert normalise("नहीं") != normalise("नह")


@pytest.mark.parametrize(
    ("left", "right"), [("ja", "je"), ("так", "там"), ("لا", "نعم"), ("2", "3")]
)
def test_different_words_stay_different(left: str, right: str) -> None:
    assert normalise(left) != normalise(right)


def test_umlauts_are_also_written_out() -> None:
    assert spellings("Menü") == ("menu", "menue")
    assert spellings("Guben") == ("guben",)
    assert spellings("меню") == ("меню",)


def test_digits_and_marks() -> None:
    assert western_digits("٢٠٢٦ und ۷") == "2026 und 7"
    assert visible("a\u200bb\u202e") == "ab"


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_any_text_has_one_form_without_ends(text: str) -> None:
    form = normalise(text)
    assert form == form.strip()
    assert normalise(form.upper().lower()) is not None
