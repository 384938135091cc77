import pytest

from bot.understanding.numbers import number, place


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        (" 12 ", 12),
        ("٣", 3),
        ("۱۲۰", 120),
        ("1.234", 1234),
        ("1,234,567", 1234567),
        ("1 234", 1234),
        ("1\u00a0234", 1234),
        ("1'234", 1234),
        ("500,00", 500),
        ("1.500,00 €", 1500),
        ("€ 500", 500),
        ("500 Euro", 500),
        ("3.", 3),
        ("007", 7),
        ("0", 0),
    ],
)
def test_whole_numbers(text: str, value: int) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "", "-5", "+5", "−5", "--5", "5-", "2,5", "1.5", "3 oder 4", "1.2.3", "1.234,567",
        "12.34.567", "1,234.567", "zwei", "5 Tausend", "5k", "1e5", "0x10", "½", "5%", "9" * 13,
        "1" * 5000,
        "1_000", "3 Kinder",
    ],
)  # fmt: skip
def test_what_is_not_plainly_one_number_is_none(text: str) -> None:
    assert number(text) is None


@pytest.mark.parametrize("text", ["2", "2.", "2)", "(2)", "#2", "٢", "2\ufe0f\u20e3", " 2 "])
def test_places(text: str) -> None:
    assert place(text) == 2


@pytest.mark.parametrize("text", ["-2", "+2", "2,5", "zwei", "", "2 3", "1234"])
def test_no_places(text: str) -> None:
    assert place(text) is None
