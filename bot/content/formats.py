"""Values in the words of a language: dates, times, numbers, money, percent, durations, lists.

Forms are those of Unicode CLDR, by Babel. Digits are western in every language, because forms,
keypads and door plates in Germany have no others. Spaces inside a value do not break. English
follows British usage: the day stands before the month. Nothing here isolates a value from its
surroundings (`content.catalogue` does) and nothing reads a clock.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

NBSP = "\u00a0"
_REGION = {"en": "en_GB", "pt": "pt_PT"}
_ORDINAL = frozenset({"de", "dsb", "hsb"})  # a dot stands behind the day of the month
_DURATION = re.compile(
    r"P(?=.)(?:(?P<year>\d{1,3})Y)?(?:(?P<month>\d{1,3})M)?(?:(?P<week>\d{1,3})W)?"
    r"(?:(?P<day>\d{1,5})D)?(?:T(?=.)(?:(?P<hour>\d{1,5})H)?(?:(?P<minute>\d{1,6})M)?)?",
    re.ASCII,
)


@cache
def _locale(language: str) -> Locale:
    from babel import Locale, UnknownLocaleError

    tag = _REGION.get(language, language.replace("-", "_"))
    try:
        return Locale.parse(tag)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("de")


def known(language: str) -> bool:
    """Return whether CLDR knows the language; if not, values are formatted as in German."""
    return language == "de" or _locale(language).language != "de"


def language_name(code: str, language: str) -> str:
    """Return the name of a language in the words of another: `Arabisch`; the code where CLDR has
    none.
    """
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code.replace("-", "_")).get_display_name(_locale(language)) or code
    except (UnknownLocaleError, ValueError):
        return code


def day(value: date, language: str) -> str:
    """Return a date with the month as a word: `1. November 2027`."""
    from babel.dates import format_date

    return _unbroken(format_date(value, "long", locale=_locale(language)))


def full_day(value: date, language: str) -> str:
    """Return a date with its weekday, in full: `Donnerstag, 26. November 2026`. It is long: a line
    may end behind the weekday.
    """
    from babel.dates import format_date

    return _after_comma(_unbroken(format_date(value, "full", locale=_locale(language))))


def day_month(value: date, language: str) -> str:
    """Return a date without year and weekday: `25. November`."""
    from babel.dates import format_date

    locale = _locale(language)
    form = str(locale.datetime_skeletons.get("MMMMd") or "d MMMM")
    return _unbroken(format_date(value, form, locale=locale))


def day_month_short(value: date, language: str) -> str:
    """Return a date with the month as a short word: `25. Nov.`."""
    from babel.dates import format_date

    locale = _locale(language)
    form = str(locale.datetime_skeletons.get("MMMd") or "d MMM")
    return _unbroken(format_date(value, form, locale=locale))


def day_number(value: date, language: str) -> str:
    """Return the day of the month as it stands in a date of the language: `25.`."""
    from babel.dates import format_date

    locale = _locale(language)
    return format_date(value, str(locale.datetime_skeletons.get("d") or "d"), locale=locale) + (
        "." if locale.language in _ORDINAL else ""
    )


def week_day(value: date, language: str) -> str:
    """Return the weekday, short, and the day of the month: `Do, 26.`."""
    from babel.dates import format_date

    locale = _locale(language)
    form = str(locale.datetime_skeletons.get("Ed") or "E d").replace("E", "ccc", 1)
    return _unbroken(format_date(value, form, locale=locale))


def date_words(value: date, language: str, today: date) -> str:
    """Return a date for a button, with weekday; the year only where it is not this one.

    `Do, 26. November` or `Do, 26. November 2026`.
    """
    from babel.dates import format_date

    locale = _locale(language)
    skeleton = "MMMEd" if value.year == today.year else "yMMMEd"
    form = str(locale.datetime_skeletons.get(skeleton) or "E d MMM y")
    form = re.sub(r"E+", "ccc", form).replace("MMM", "MMMM").replace("LLL", "MMMM")
    return _unbroken(format_date(value, form, locale=locale))


def weekday_month(value: date, language: str) -> str:
    """Return a date without year, with its weekday in full: `Mittwoch, 25. November`."""
    return _after_comma(_weekday_form(value, language, "EEEE", "MMMM"))


def weekday_month_short(value: date, language: str) -> str:
    """Return a date without year, for a narrow button: `Mo, 30. Nov.`."""
    return _weekday_form(value, language, "ccc", "MMM")


def _weekday_form(value: date, language: str, weekday: str, month: str) -> str:
    from babel.dates import format_date

    locale = _locale(language)
    form = str(locale.datetime_skeletons.get("MMMEd") or "E d MMM")
    form = re.sub(r"E+|c+", weekday, form).replace("LLL", "MMM").replace("MMM", month)
    return _unbroken(format_date(value, form, locale=locale))


def clock(value: time, language: str) -> str:
    """Return a time of day: `14:30`."""
    from babel.dates import format_time

    return _unbroken(format_time(value, "HH:mm", locale=_locale(language)))


def number(value: int | Decimal, language: str) -> str:
    """Return a number with the separators of the language: `1.234,5`."""
    from babel.numbers import format_decimal

    shown = format_decimal(value, locale=_locale(language), decimal_quantization=False)
    return _unbroken(shown)


def percent(value: int | Decimal, language: str) -> str:
    """Return a share; 18.6 means 18.6 %."""
    from babel.numbers import format_percent

    share = Decimal(value) / 100
    return _unbroken(format_percent(share, locale=_locale(language), decimal_quantization=False))


def money(amount: Decimal, currency: str, language: str) -> str:
    """Return an amount of money; whole amounts without decimals: `73 €`, `73,50 €`."""
    from babel.numbers import format_currency

    locale = _locale(language)
    pattern: str = locale.currency_formats["standard"].pattern
    if amount == amount.to_integral_value():
        pattern = pattern.replace("0.00", "0")
    shown = format_currency(amount, currency, pattern, locale=locale, currency_digits=False)
    return _unbroken(shown.replace("EUR", "€"))


def is_duration(value: str) -> bool:
    """Return whether `value` is an ISO 8601 duration that can be shown: `P2W`, `P1Y6M`, `PT48H`."""
    return _DURATION.fullmatch(value) is not None


def duration(value: str, language: str) -> str:
    """Return an ISO 8601 duration in its own units: `2 Wochen`, `1 Jahr und 6 Monate`."""
    from babel.lists import format_list

    found = _DURATION.fullmatch(value)
    units = (
        {unit: int(amount) for unit, amount in found.groupdict().items() if amount} if found else {}
    )
    parts = [_unit(amount, unit, language) for unit, amount in units.items()]
    return _unbroken(format_list(parts, style="standard", locale=_locale(language))) or value


def _unit(amount: int, unit: str, language: str) -> str:
    """Babel's `format_unit`, with CLDR's inheritance (UTS 35): count to `other`, long to short."""
    locale = _locale(language)
    forms = locale._data["unit_patterns"][f"duration-{unit}"]  # noqa: SLF001
    for length in ("long", "short", "narrow"):
        patterns = forms.get(length, {})
        if pattern := patterns.get(locale.plural_form(amount)) or patterns.get("other"):
            return str(pattern).format(number(amount, language))
    return number(amount, language)


def phone(value: str, shown: str | None) -> str:
    """Return a phone number as an office prints it (`shown`), else as it is dialled."""
    return _unbroken(shown or value)


def joined(items: Sequence[str], language: str) -> str:
    """Return the items as a list inside a sentence: `a, b und c`."""
    from babel.lists import format_list

    return format_list(items, style="standard", locale=_locale(language)) if items else ""


def _after_comma(shown: str) -> str:
    return re.sub(f"([,،]){NBSP}", r"\1 ", shown)


def _unbroken(shown: str) -> str:
    return shown.replace(" ", NBSP)
