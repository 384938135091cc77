"""Dates as people write them: 15.3., 15/03/2026, 2026-03-15, "15. März", "yesterday".

The day comes first, as on German letters; the month first is understood only where nothing else is
possible (3/15). A year that is left out is the one that lies within the limits of the question and
next to today. Month and weekday names come from CLDR (Babel) in her language, German and English.
Only the Gregorian calendar. A text that says more than a date is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from babel import Locale, UnknownLocaleError

from bot.understanding.normalise import normalise, spellings, visible, western_digits

_LONGEST = 60
_YEARS = range(1900, 2200)
_ALWAYS = ("de", "en")  # read on letters and forms, whatever the language of the chat

_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_NUMERIC = re.compile(r"(\d{1,2}) ?([./ -]) ?(\d{1,2})(?: ?\2 ?(\d{4}|\d{2})?| (\d{4}))?", re.ASCII)
_TOKEN = re.compile(r"(\d+)|([^\W\d_]+)")

# Arabic month names differ by country: Egypt, the Levant and Iraq, the Maghreb.
_REGIONS = {"ar": ("ar", "ar_SY", "ar_IQ", "ar_DZ", "ar_MA", "ar_TN")}

_DAYS = {
    "de": {-2: "vorgestern", -1: "gestern", 0: "heute", 1: "morgen", 2: "übermorgen"},
    "en": {-1: "yesterday", 0: "today", 1: "tomorrow"},
    "uk": {-2: "позавчора", -1: "вчора|учора", 0: "сьогодні", 1: "завтра", 2: "післязавтра"},
    "ru": {-2: "позавчера", -1: "вчера", 0: "сегодня", 1: "завтра", 2: "послезавтра"},
    "pl": {-2: "przedwczoraj", -1: "wczoraj", 0: "dziś|dzisiaj", 1: "jutro", 2: "pojutrze"},
    "ar": {
        -2: "أول أمس|أول البارحة",
        -1: "أمس|امبارح|مبارح|البارحة",
        0: "اليوم",
        1: "غدا|بكرا|بكرة",
        2: "بعد غد",
    },
    "fa": {-2: "پریروز", -1: "دیروز", 0: "امروز", 1: "فردا", 2: "پس فردا"},
    "dsb": {-1: "cora", 0: "źinsa|źins", 1: "witśe"},
    "hsb": {-1: "wčera", 0: "dźensa", 1: "jutře"},
    "tr": {-1: "dün", 0: "bugün", 1: "yarın"},
    "fr": {-2: "avant-hier", -1: "hier", 0: "aujourd'hui", 1: "demain", 2: "après-demain"},
    "ro": {-1: "ieri", 0: "azi|astăzi", 1: "mâine", 2: "poimâine"},
    "es": {-1: "ayer", 0: "hoy", 1: "mañana"},
    "vi": {-1: "hôm qua", 0: "hôm nay", 1: "ngày mai"},
    "cs": {-1: "včera", 0: "dnes", 1: "zítra"},
}

# Words beside a date that do not change it ("on the", "of", endings of ordinals, "year").
_BESIDE = frozenset(
    {
        "am", "den", "der", "dem",
        "of", "the", "on", "st", "nd", "rd", "th",
        "го", "ого", "е", "и", "р", "рік", "року", "год", "года", "г", "в", "у",
        "r", "rok", "roku", "dnia", "w",
        "يوم", "في", "من", "شهر", "سنه", "عام", "م",
        "le", "du", "de", "ngay", "nam",
    }
)  # fmt: skip
# Spellings that CLDR does not have.
_ALSO = {"de": {"janner": 1, "jaenner": 1, "feber": 2}}


class _Names(NamedTuple):
    months: Mapping[str, int]
    longest_first: re.Pattern[str]
    beside: frozenset[str]
    days: Mapping[str, int]


def date_in(
    text: str,
    *,
    language: str | None,
    today: date,
    least: date | None = None,
    most: date | None = None,
) -> date | None:
    """Return the date that `text` is, or None. `least` and `most` only help to find the year."""
    if len(text) > _LONGEST:
        return None
    near = (least or date.min, today, most or date.max)
    plain = " ".join(western_digits(visible(text)).casefold().split()).rstrip(",;!?")
    if match := _ISO.fullmatch(plain.rstrip(".")):
        return _date(int(match[1]), int(match[3]), int(match[4]))
    if match := _NUMERIC.fullmatch(plain):
        day, month, year = int(match[1]), int(match[3]), match[4] or match[5]
        if month > 12 >= day and match[2] == "/":
            day, month = month, day
        return _completed(day, month, year, near)
    words = normalise(text)
    for code in (language, *_ALWAYS):
        if code is not None and (found := _in_words(words, _names(code), near)):
            return found
    return None


def _in_words(words: str, names: _Names, near: tuple[date, date, date]) -> date | None:
    if (days := names.days.get(words)) is not None:
        return near[1] + timedelta(days=days)
    months = list(names.longest_first.finditer(words))
    if len(months) != 1:
        return None
    rest = f"{words[: months[0].start()]} {words[months[0].end() :]}"
    figures = []
    for digits, word in _TOKEN.findall(rest):
        if digits:
            figures.append(digits)
        elif word not in names.beside:
            return None
    figures.sort(key=len)
    if not 1 <= len(figures) <= 2 or len(figures[0]) > 2:
        return None
    year = figures[1] if len(figures) == 2 else None
    return _completed(int(figures[0]), names.months[months[0][0]], year, near)


def _completed(
    day: int, month: int, year: str | None, near: tuple[date, date, date]
) -> date | None:
    """Return the date; a year that is short or left out is the one that lies nearest."""
    least, today, most = near
    if year is not None and len(year) == 4:
        return _date(int(year), month, day)
    years: Iterable[int]
    if year is None:
        years = range(today.year - 8, today.year + 9)  # a 29 February is at most eight years away
    elif len(year) == 2:
        years = (century + int(year) for century in (1900, 2000, 2100))
    else:
        return None
    found = [each for each in (_date(number, month, day) for number in years) if each is not None]
    return min(
        found,
        key=lambda each: (not least <= each <= most, abs(each - today)),
        default=None,
    )


def _date(year: int, month: int, day: int) -> date | None:
    if year not in _YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _names(language: str) -> _Names:
    """Return the words for dates of one language of the site."""
    base = re.split("[-_]", language)[0].lower()
    months: dict[str, int] = {}
    beside = set(_BESIDE)
    for locale in _locales(base):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for month, name in locale.months[context][width].items():
                    for form in spellings(name):
                        months.setdefault(form, month)
                for name in locale.days[context][width].values():
                    beside.update(normalise(name).split())
    months.update(_ALSO.get(base, {}))
    months = {name: month for name, month in months.items() if name and not name.isdigit()}
    pattern = "|".join(map(re.escape, sorted(months, key=len, reverse=True))) or "(?!)"
    days = {
        form: days
        for days, words in _DAYS.get(base, {}).items()
        for word in words.split("|")
        for form in spellings(word)
    }
    return _Names(
        months, re.compile(rf"(?<![^\W\d_])(?:{pattern})(?![^\W\d_])"), frozenset(beside), days
    )


def _locales(language: str) -> Iterator[Locale]:
    for name in _REGIONS.get(language, (language,)):
        try:
            yield Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
