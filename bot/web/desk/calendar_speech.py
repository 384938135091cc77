"""How the calendar speaks: names of places and services as short as they stay clear, wall times,
spans of days.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property

from bot.content import formats
from bot.domain.staff import Role
from bot.service.desk.team import Team
from bot.web.desk.speech import Speech


class CalendarSpeech(Speech):
    """Speaks one language at one moment."""

    # -- names

    @cached_property
    def offered_places(self) -> dict[str, str]:
        """The places with office hours, by id: as they are called, without the words that several
        of them begin with.
        """
        catalogue = self.catalogue
        ids = dict.fromkeys(hours.place for hours in catalogue.office_hours if hours.place)
        names = {each: self.place_in_full(each) for each in ids}
        short = {each: _short(name, names.values()) for each, name in names.items()}
        return short if len(set(short.values())) == len(short) else names

    def place(self, place: str) -> str:
        """Return what a place is called here."""
        return self.offered_places.get(place) or self.place_in_full(place)

    def place_in_full(self, place: str) -> str:
        """Return the whole name of a place; its id where the content names it no more."""
        key = f"places/{place}/name"
        has = self.catalogue.has(key)
        return self.catalogue.plain(key, self.language.code) if has else place

    def places(self, places: Iterable[str]) -> str:
        """Return places as one list."""
        return formats.joined([self.place(each) for each in places], self.language.code)

    def service(self, service: str) -> str:
        """Return what a service is called; its id where the content names it no more."""
        key = f"services/{service}/name"
        has = self.catalogue.has(key)
        return self.catalogue.plain(key, self.language.code) if has else service

    def services(self, services: Iterable[str]) -> str:
        """Return services as one list, in the order of the content."""
        known = {each: number for number, each in enumerate(self.catalogue.services)}
        ordered = sorted(services, key=lambda each: (known.get(each, len(known)), each))
        return formats.joined([self.service(each) for each in ordered], self.language.code)

    @staticmethod
    def who(resource: str, team: Team) -> str:
        """Return whose time it is; empty where it is the place's own."""
        kind, _, login = resource.partition("/")
        if kind not in {"counsellor", "interpreter"}:
            return login
        named = (each.name for each in team.members.values() if each.login == login)
        return next(named, login)

    @cached_property
    def spoken(self) -> list[tuple[str, str]]:
        """The languages in which anything can be had, by name."""
        codes = {code for hours in self.catalogue.office_hours for code in hours.languages}
        codes |= {language.code for language in self.catalogue.languages}
        named = [(code, self.language_name(code)) for code in codes]
        return sorted(named, key=lambda each: each[1].casefold())

    @staticmethod
    def people(team: Team) -> list[tuple[str, str]]:
        """Return the counsellors: login name and name."""
        return [
            (each.login, each.name) for each in team.counsellors if Role.COUNSELLOR in each.roles
        ]

    # -- times

    def wall(self, local: datetime) -> str:
        """Return a wall time: `14:30`."""
        return formats.clock(local.time(), self.language.code)

    def short_day(self, day: date) -> str:
        """Return a day with its weekday: `Do, 26.`."""
        return formats.week_day(day, self.language.code)

    def short_day_month(self, day: date) -> str:
        """Return a day without its weekday: `26. Nov.`."""
        return formats.day_month_short(day, self.language.code)

    def day_heading(self, day: date) -> str:
        """Return a day as a heading, with a word where it is today."""
        shown = self.day(day)
        return self.say("cal_is_today", day=shown) if day == self.today else shown

    def span(self, first: date, last: date) -> str:
        """Return a stretch of days as a heading: `23. bis 27. November 2026`. It may break: on a
        phone it is longer than a line.
        """
        return self._span(first, last).replace(formats.NBSP, " ")

    def _span(self, first: date, last: date) -> str:
        code = self.language.code
        if first == last:
            return formats.full_day(first, code)
        end = formats.day(last, code)
        if first.year != last.year:
            start = formats.day(first, code)
        elif first.month != last.month:
            start = formats.day_month(first, code)
        else:
            start = formats.day_number(first, code)
        return self.say("cal_span", start=start, end=end)


def _short(name: str, names: Iterable[str]) -> str:
    """Return a name without the words with which another one begins too."""
    words = name.split()
    most = 0
    for other in names:
        if other != name:
            shared = 0
            for mine, theirs in zip(words, other.split(), strict=False):
                if mine != theirs:
                    break
                shared += 1
            most = max(most, shared)
    return " ".join(words[most:]) or name
