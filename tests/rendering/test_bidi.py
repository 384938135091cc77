import pytest

from bot.domain.outgoing import FSI, PDI
from bot.rendering.bidi import bare, clean, opening

RLM = "\u200f"


@pytest.mark.parametrize(
    ("text", "ltr", "rtl"),
    [
        ("Wort", "Wort", "Wort"),
        (f"in {FSI}2 Wochen{PDI}", "in 2 Wochen", f"in {FSI}2 Wochen{PDI}"),
        (f"in {FSI}قوبن{PDI}", f"in {FSI}قوبن{PDI}", f"in {FSI}قوبن{PDI}"),
        (f"{FSI}offen", "offen", f"{FSI}offen{PDI}"),
        (f"zu{PDI}", "zu", "zu"),
        (f"{FSI}{PDI}leer", "leer", "leer"),
        (f"{FSI}a {FSI}م{PDI}{PDI}", f"{FSI}a {FSI}م{PDI}{PDI}", f"{FSI}a {FSI}م{PDI}{PDI}"),
        ("\u202everkehrt\u202c", "verkehrt", "verkehrt"),
        (f"\u2067fremd{PDI} {FSI}ب{PDI}", f"fremd {FSI}ب{PDI}", f"fremd {FSI}ب{PDI}"),
        ("a\r\nb\u2028c\td\x00\x9b", "a\nb\nc d", "a\nb\nc d"),
        ("halb \ud83d", "halb \ufffd", "halb \ufffd"),
        ("2\u00a0Wochen", "2\u00a0Wochen", "2\u00a0Wochen"),
    ],
)
def test_clean(text: str, ltr: str, rtl: str) -> None:
    assert clean(text, rtl=False) == ltr
    assert clean(text, rtl=True) == rtl


def test_deep_isolates_are_flattened_and_balanced() -> None:
    text = clean(FSI * 5000 + "م" + PDI * 5000, rtl=True)
    assert text == FSI * 8 + "م" + PDI * 8


def test_bare_has_no_isolates() -> None:
    assert bare(f"https://e.org/{FSI}م{PDI}\u202e") == "https://e.org/م"


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("قوبن Guben", ""),
        ("Guben قوبن", RLM),
        (f"{FSI}Guben{PDI} قوبن", RLM),
        ("112", RLM),
        ("(12) قوبن", ""),
        (f"{RLM}Guben", ""),
    ],
)
def test_opening(text: str, mark: str) -> None:
    assert opening(text) == mark
