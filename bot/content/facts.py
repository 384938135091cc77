"""Facts: typed values that change by the calendar, and whether one may be shown today.

A fact is shown while a value of it holds, its confidence is high or medium and its review is not
overdue. Otherwise nothing is shown and the text says "please ask the office", never an old number.
Emergency facts are the exception: an overdue check alarms editors, the number stays. The day is
always given.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import assert_never
from urllib.parse import urlsplit

from bot.content import formats
from bot.domain.outgoing import FSI, PDI, Link, Plain, Span


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency (ISO 4217)."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Percent:
    """A share: 18.6 means 18.6 %."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time, ISO 8601."""

    value: str


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number: E.164 or a short number, and how the office prints it."""

    value: str
    shown: str | None


@dataclass(frozen=True, slots=True)
class Address:
    """An address on the web, and the words of its link."""

    value: str
    shown: str | None


@dataclass(frozen=True, slots=True)
class Words:
    """German words; `key` finds their translation."""

    key: str


Typed = date | Money | Number | Percent | Length | Phone | Address | Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value, and the days on which it holds (both included; None: without limit)."""

    typed: Typed
    valid_from: date | None = None
    valid_until: date | None = None

    def holds(self, today: date) -> bool:
        """Return whether the value holds on that day."""
        return (self.valid_from is None or self.valid_from <= today) and (
            self.valid_until is None or today <= self.valid_until
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact with its successive values, in the order in which they begin."""

    id: str
    kind: str
    values: tuple[Value, ...]
    confident: bool
    review_by: date | None = None
    emergency: bool = False

    def current(self, today: date) -> Typed | None:
        """Return what may be shown on that day, None where the office has to be asked."""
        holding = [value for value in self.values if value.holds(today)]
        if self.emergency:
            return (holding or self.values)[-1].typed
        overdue = self.review_by is not None and self.review_by < today
        if not holding or not self.confident or overdue:
            return None
        return holding[-1].typed


def read_value(kind: str, raw: object, shown: str | None, key: str) -> Typed:
    """Return the value of a fact from its YAML form; ValueError says what is expected instead."""
    if kind == "phone":
        return Phone(_matched(raw, _PHONE, _PHONE_EXPECTED), shown)
    if kind == "url":
        return Address(_matched(raw, _URL, "an address that begins with https://"), shown)
    if kind == "text":
        _matched(raw, _ANY, "a text")
        return Words(key)
    return _READERS[kind](raw)


_PHONE = re.compile(r"\+[1-9]\d{5,14}|1\d{2,5}", re.ASCII)
_PHONE_EXPECTED = 'a number in quotes such as "+493561123456", or a short one such as "112",'
_URL = re.compile(r"https://[^\s<>\"()]+")
_ANY = re.compile(r"\s*\S.*", re.DOTALL)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}")


def _matched(raw: object, form: re.Pattern[str], expected: str) -> str:
    if isinstance(raw, str) and form.fullmatch(raw):
        return raw
    raise ValueError(f"{expected} is expected")


def _day(raw: object) -> date:
    return date.fromisoformat(_matched(raw, _DAY, "a date such as 2027-11-01"))


def _length(raw: object) -> Length:
    if isinstance(raw, str) and formats.is_duration(raw):
        return Length(raw)
    raise ValueError("a duration such as P2W, P3M or PT48H is expected")


def _decimal(raw: object) -> Decimal:
    if isinstance(raw, (int, Decimal)) and not isinstance(raw, bool):
        return Decimal(raw)
    expected = "a number such as 12 or 12.50 (a point before the decimals)"
    return Decimal(_matched(raw, _NUMBER, expected))


def _money(raw: object) -> Money:
    if not isinstance(raw, dict) or set(raw) != {"amount", "currency"}:
        raise ValueError('money is written {amount: "73.00", currency: EUR}')
    currency = _matched(raw["currency"], _CURRENCY, "a currency such as EUR")
    return Money(_decimal(raw["amount"]), currency)


_READERS: dict[str, Callable[[object], Typed]] = {
    "date": _day,
    "duration": _length,
    "money": _money,
    "number": lambda raw: Number(_decimal(raw)),
    "percent": lambda raw: Percent(_decimal(raw)),
}


@lru_cache(maxsize=4096)  # Babel reads the pattern of a currency anew each time
def words(typed: date | Money | Number | Percent | Length, language: str) -> str:
    """Return a value in the form of the language."""
    match typed:
        case date():
            return formats.day(typed, language)
        case Money(amount=amount, currency=currency):
            return formats.money(amount, currency, language)
        case Number(value=number):
            return formats.number(number, language)
        case Percent(value=share):
            return formats.percent(share, language)
        case Length(value=length):
            return formats.duration(length, language)
        case _:
            assert_never(typed)


def span(typed: Typed, language: str, text: str = "") -> Span:
    """Return a value as it stands in a sentence, isolated; `text` is what `Words` says there."""
    match typed:
        case Phone(value=number, shown=shown):
            return Link(label=isolated(formats.phone(number, shown)), url=f"tel:{number}")
        case Address(value=address, shown=shown):
            host = (urlsplit(address).hostname or address).removeprefix("www.")
            return Link(label=isolated(shown or host), url=address)
        case Words():
            return Plain(text=isolated(text))
        case _:
            return Plain(text=isolated(words(typed, language)))


def isolated(text: str) -> str:
    """Return a text between FSI and PDI (once): its direction cannot disturb what is around it."""
    return text if text.startswith(FSI) and text.endswith(PDI) else f"{FSI}{text}{PDI}"
