"""Login names, shown names, passwords."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.staff import MOST_PASSWORD, Weakness, login_name, password, shown_name, weakness


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("jana", "jana"),
        (" Jana ", "jana"),
        ("\u2068jana\u2069", "jana"),
        ("j.nowak-2_b", "j.nowak-2_b"),
        ("7up", "7up"),
        ("", None),
        ("-jana", None),
        ("jana nowak", None),
        ("jänä", None),
        ("../x", None),
        ("a" * 65, None),
        ("jana\n", "jana"),
        ("ja\nna", None),
    ],
)
def test_login_names(text: str, name: str | None) -> None:
    assert login_name(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  Frau   Nowak ", "Frau Nowak"),
        ("Beratung", "Beratung"),
        ("كريم", "كريم"),
        ("", None),
        ("\n", None),
        ("x" * 41, None),
        ("Jana\u202egnuz", None),
        ("Ja\u200bna", None),
        ("\ue000", None),
        ("\ud800", None),
    ],
)
def test_shown_names(text: str, name: str | None) -> None:
    assert shown_name(text) == name


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("elf Zeichen", Weakness.SHORT),
        ("zwölf Zeichen", None),
        ("x" * 12, Weakness.SAME),
        ("abababababab", Weakness.SAME),
        ("jana-jana-nowak", Weakness.NAME),
        ("JanaNowak2026!", Weakness.NAME),
        ("jana und vier Enten", None),
        ("abcdefgh" * 26, Weakness.LONG),
        ("parola îndelungată", None),
        ("كلمة سر طويلة", None),
    ],
)
def test_passwords(text: str, why: Weakness | None) -> None:
    assert weakness(text, "jana", "Nowak") is why


def test_the_same_letters_are_the_same_password() -> None:
    assert password("Gru\u0308ße") == password("Gr\u00fcße")


@given(st.text(max_size=300), st.text(max_size=20), st.text(max_size=20))
def test_any_text_is_answered(text: str, one: str, two: str) -> None:
    found = weakness(text, one, two)
    if found is None:
        assert 12 <= len(password(text)) <= MOST_PASSWORD
    assert login_name(text) is None or login_name(login_name(text) or "") == login_name(text)
