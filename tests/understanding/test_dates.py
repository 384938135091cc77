from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding.dates import date_in
from tests.understanding.samples import TODAY

MARCH = date(2026, 3, 15)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "15.03.2026"),
        ("de", "15.3.26"),
        ("de", "15. 3. 2026"),
        ("de", "15.3 2026"),
        ("de", "15-3-2026"),
        ("de", "15 3 2026"),
        ("de", "2026-03-15"),
        ("de", "2026/3/15"),
        ("de", "15/3/2026"),
        ("de", "3/15/2026"),
        ("de", "15. März 2026"),
        ("de", "15 Maerz 2026"),
        ("de", "15.Mär.2026"),
        ("de", "am Sonntag, den 15. März 2026."),
        ("en", "March 15, 2026"),
        ("en", "15th of March 2026"),
        ("en", "Sun, 15 Mar 2026"),
        ("en", "15. März 2026"),
        ("uk", "15 березня 2026"),
        ("uk", "15-го березня 2026 р."),
        ("uk", "15 березень 2026 року"),
        ("pl", "15 marca 2026 r."),
        ("pl", "15 marzec 2026"),
        ("ar", "١٥ مارس ٢٠٢٦"),
        ("ar", "15 آذار 2026"),
        ("ar", "الأحد 15 مارس 2026"),
        ("ar", "١٥/٣/٢٠٢٦"),
        ("ar", "15\u200f/3\u200f/2026"),
        ("dsb", "15. měrca 2026"),
        ("fa", "۱۵ مارس ۲۰۲۶"),
        ("vi", "ngày 15 tháng 3 năm 2026"),
        ("xx", "15. März 2026"),
        (None, "15 March 2026"),
    ],
)
def test_the_same_day_in_many_words(language: str | None, text: str) -> None:
    assert date_in(text, language=language, today=TODAY) == MARCH


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("de", "heute", 22),
        ("de", "Gestern!", 21),
        ("de", "vorgestern", 20),
        ("de", "morgen", 23),
        ("de", "uebermorgen", 24),
        ("en", "yesterday", 21),
        ("uk", "вчора", 21),
        ("uk", "сьогодні", 22),
        ("ar", "أمس", 21),
        ("ar", "غداً", 23),
        ("pl", "dziś", 22),
        ("pl", "pojutrze", 24),
        ("dsb", "cora", 21),
        ("uk", "gestern", 21),
    ],
)
def test_days_beside_today(language: str, text: str, day: int) -> None:
    assert date_in(text, language=language, today=TODAY) == date(2026, 11, day)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1.12.", date(2026, 12, 1)),
        ("1.11.", date(2026, 11, 1)),
        ("15/3", date(2027, 3, 15)),
        ("15. März", date(2027, 3, 15)),
        ("29.2.", date(2028, 2, 29)),
        ("1.1.85", date(1985, 1, 1)),
        ("1.1.30", date(2030, 1, 1)),
    ],
)
def test_a_missing_year_is_the_nearest(text: str, found: date) -> None:
    assert date_in(text, language="de", today=TODAY) == found


def test_the_limits_of_the_question_say_which_year() -> None:
    past = {"least": date(2025, 11, 22), "most": TODAY}
    assert date_in("15.12.", language="de", today=TODAY, **past) == date(2025, 12, 15)
    assert date_in("15. März", language="de", today=TODAY, **past) == date(2026, 3, 15)
    future = {"least": TODAY, "most": None}
    assert date_in("1.11.", language="de", today=TODAY, **future) == date(2027, 11, 1)
    assert date_in("1.11.2026", language="de", today=TODAY, **future) == date(2026, 11, 1)


@pytest.mark.parametrize(
    "text",
    [
        "", "15", "März", "März 2026", "31.2.", "31.2.2026", "0.3.", "15.13.2026", "32. März",
        "15.3.226", "15. März 226", "1.1.1800", "1.1.2200",
        "15.3.12026", "3. April oder 4. Mai", "vor dem 3. April", "nicht am 15. März", "bald",
        "15:30",
        "15.3/2026", "1 2 3 4 März", "15. März 2026 " * 10, "-15.3.",
    ],
)  # fmt: skip
def test_what_is_more_or_less_than_a_date_is_none(text: str) -> None:
    assert date_in(text, language="de", today=TODAY) is None


@settings(deadline=None)
@given(
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.sampled_from(["de", "en", "uk", "ar", "pl", "dsb"]),
    st.sampled_from(["long", "short-year"]),
)
def test_what_babel_writes_is_read(day: date, language: str, form: str) -> None:
    from babel.dates import format_date

    pattern = "d. MMMM y" if form == "long" else "dd.MM.y"
    written = format_date(day, pattern, locale=language)
    assert date_in(written, language=language, today=TODAY) == day


@given(st.dates(), st.text("0123456789./- märz٣березня", max_size=70), st.dates(), st.dates())
def test_any_text_on_any_day(today: date, text: str, least: date, most: date) -> None:
    found = date_in(text, language="uk", today=today, least=least, most=most)
    assert found is None or isinstance(found, date)
