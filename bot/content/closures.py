"""Public holidays by Land: those of the calendar, changed by holidays.yaml, and days of one's own.

The calendar is the library `holidays`, imported when a day is asked for first. The place decides
the Land: an office in Saxony rests on other days than one in Brandenburg. Hours are not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from types import MappingProxyType

COUNTRY = "DE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closures:
    """The days on which a Land rests, with their German names; `day in closures` for any day.

    `added` are holidays beyond the calendar and days of one's own, `removed` are none of its.
    """

    land: str
    added: Mapping[date, str] = field(default_factory=dict)
    removed: frozenset[date] = frozenset()

    def __contains__(self, day: object) -> bool:
        """Return whether this day is closed."""
        return isinstance(day, date) and self.name(day) is not None

    def name(self, day: date) -> str | None:
        """Return what a closed day is called, None where it is an ordinary one."""
        if (own := self.added.get(day)) is not None:
            return own
        return None if day in self.removed else calendar(self.land, day.year).get(day)

    def also(self, days: Mapping[date, str]) -> Closures:
        """Return these closures and more days."""
        added = MappingProxyType({**self.added, **days})
        return Closures(land=self.land, added=added, removed=self.removed)


@lru_cache(maxsize=128)
def calendar(land: str, year: int) -> Mapping[date, str]:
    """Return the public holidays of a Land (ISO 3166-2:DE, second half) in one year; none in years
    that the library does not know.
    """
    import holidays

    found = holidays.country_holidays(COUNTRY, subdiv=land, years=year, language="de")
    return MappingProxyType({day: name for day, name in found.items() if day.year == year})
