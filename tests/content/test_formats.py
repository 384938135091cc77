"""Values in many languages: western digits, no breaking space, CLDR's words."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content import formats

LANGUAGES = [
    "de",
    "en",
    "uk",
    "ar",
    "pl",
    "dsb",
    "hsb",
    "fa",
    "vi",
    "ti",
    "ckb",
    "my",
    "ps",
    "ru",
    "ro",
    "tr",
    "hi",
    "ne",
    "bn",
    "ur",
    "so",
    "am",
    "zh-Hans",
    "fr",
    "es",
    "it",
    "bg",
    "sr",
    "prs",
]
NB = "\u00a0"


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (formats.day(date(2027, 11, 1), "de"), "1. November 2027"),
        (formats.day(date(2027, 11, 1), "en"), "1 November 2027"),
        (formats.day(date(2027, 11, 1), "uk"), "1 листопада 2027\u202fр."),
        (formats.day(date(2027, 11, 1), "pl"), "1 listopada 2027"),
        (formats.day(date(2027, 11, 1), "ar"), "1 نوفمبر 2027"),
        (formats.date_words(date(2026, 11, 26), "de", date(2026, 1, 1)), "Do, 26. November"),
        (formats.date_words(date(2026, 11, 26), "de", date(2027, 1, 1)), "Do, 26. November 2026"),
        (formats.date_words(date(2026, 11, 26), "en", date(2026, 1, 1)), "Thu 26 November"),
        (formats.weekday_month_short(date(2026, 11, 30), "de"), "Mo, 30. Nov."),
        (formats.weekday_month_short(date(2026, 11, 30), "ru"), "пн, 30 нояб."),
        (formats.clock(time(9, 5), "en"), "09:05"),
        (formats.number(Decimal("1234.50"), "de"), "1.234,5"),
        (formats.number(600, "ar"), "600"),
        (formats.percent(Decimal("18.6"), "de"), "18,6 %"),
        (formats.percent(Decimal("18.6"), "en"), "18.6%"),
        (formats.money(Decimal("73.00"), "EUR", "de"), "73 €"),
        (formats.money(Decimal("13.9"), "EUR", "de"), "13,90 €"),
        (formats.money(Decimal("73.00"), "EUR", "uk"), "73 €"),
        (formats.money(Decimal("73.00"), "EUR", "ar"), "\u200f73 €"),
        (formats.duration("P2W", "de"), "2 Wochen"),
        (formats.duration("P2W", "uk"), "2 тижні"),
        (formats.duration("P5W", "pl"), "5 tygodni"),
        (formats.duration("P2W", "ar"), "أسبوعان"),
        (formats.duration("P14D", "ar"), "14 يومًا"),
        (formats.duration("P1Y6M", "de"), "1 Jahr und 6 Monate"),
        (formats.duration("PT48H", "pl"), "48 godzin"),
        (formats.duration("P14D", "dsb"), "14 dnjow"),
        (formats.phone("+49356168710", "03561 6871-0"), "03561 6871-0"),
        (formats.phone("112", None), "112"),
    ],
)
def test_values_read_as_in_the_language(shown: str, expected: str) -> None:
    assert shown == expected.replace(" ", NB)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (formats.weekday_month(date(2026, 11, 25), "de"), "Mittwoch, 25._November"),
        (formats.weekday_month(date(2026, 11, 25), "uk"), "середа, 25_листопада"),
        (formats.weekday_month(date(2026, 11, 25), "ar"), "الأربعاء، 25_نوفمبر"),
        (formats.weekday_month(date(2026, 11, 25), "ru"), "среда, 25_ноября"),
        (formats.full_day(date(2026, 11, 26), "de"), "Donnerstag, 26._November_2026"),
        (formats.full_day(date(2026, 11, 26), "ar"), "الخميس، 26_نوفمبر_2026"),
    ],
)
def test_a_line_may_end_behind_a_weekday_in_full(shown: str, expected: str) -> None:
    assert shown == expected.replace("_", NB)


def test_lists_are_joined_as_in_the_language() -> None:
    assert formats.joined(["a", "b", "c"], "de") == "a, b und c"
    assert formats.joined(["a"], "uk") == "a"
    assert formats.joined([], "de") == ""


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=15)
@given(
    day=st.dates(),
    amount=st.decimals(-100_000, 100_000, places=2),
    length=st.sampled_from(["P1D", "P2D", "P14D", "P1W", "P3M", "P1Y", "P1Y2M3W4DT5H6M", "PT1H"]),
)
def test_every_language_has_western_digits_and_unbroken_values(
    language: str, day: date, amount: Decimal, length: str
) -> None:
    shown = [
        formats.day(day, language),
        formats.date_words(day, language, date(2026, 1, 1)),
        formats.number(amount, language),
        formats.percent(amount, language),
        formats.money(amount, "EUR", language),
        formats.duration(length, language),
    ]
    for words in shown:
        assert words
        assert " " not in words
        assert "duration" not in words
        assert all(char.isascii() for char in words if char.isdecimal())


def test_a_language_that_cldr_does_not_know_reads_as_german() -> None:
    assert formats.known("uk")
    assert formats.known("de")
    assert not formats.known("xx")
    assert formats.duration("P2W", "xx") == f"2{NB}Wochen"


@pytest.mark.parametrize("value", ["", "P", "PT", "2W", "-P2W", "P2", "P1.5D", "P2W "])
def test_what_is_no_duration(value: str) -> None:
    assert not formats.is_duration(value)
