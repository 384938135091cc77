"""Who answers, and when: the desk's hours and people, and the ready answers; frozen and checked.

Absences that are kept elsewhere (the web desk's) come with every question. `team` names the
counsellors that the site has; it counts only where desk.yaml lists no people of its own, and then
all of them have the desk's hours. Nobody else is ever on duty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.hours import Absence, Roster, Schedule, is_staffed


class Notify(StrEnum):
    """When somebody is notified of what waits."""

    HOURS = "hours"
    ALWAYS = "always"
    OFF = "off"


class TopicsShow(StrEnum):
    """What a topic of a staff room shows: nothing but the card, the texts of Telegram cases, or all
    texts. Those of a crisis it never shows.
    """

    CARD = "card"
    TELEGRAM_TEXTS = "telegram-texts"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A ready answer: texts `replies/ID/title` and `replies/ID/text`."""

    id: str

    @property
    def title(self) -> str:
        """The key of its title."""
        return f"replies/{self.id}/title"

    @property
    def text(self) -> str:
        """The key of its text."""
        return f"replies/{self.id}/text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody at the desk. Her schedule holds her absences too; `languages` are codes (BCP 47).
    `calendar`: her own on the office's CalDAV account, by name or address.
    """

    name: str
    schedule: Schedule
    languages: tuple[str, ...] = ()
    notify: Notify | None = None
    calendar: str | None = None

    @property
    def absences(self) -> tuple[Absence, ...]:
        """The absences that desk.yaml names."""
        return self.schedule.away


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The desk. `answer_within` and `limit` are staffed time: so soon a human answers; so long may
    a case stay claimed without an answer. Without hours nobody is on duty and no time is promised.
    """

    zone: str
    sample: bool = False
    schedule: Schedule = field(default_factory=Schedule)
    people: Mapping[str, Person] = field(default_factory=dict)
    answer_within: timedelta = timedelta(hours=2)
    limit: timedelta = timedelta(hours=4)
    on_call: bool = False
    notify: Notify = Notify.HOURS
    topics_show: TopicsShow = TopicsShow.TELEGRAM_TEXTS

    @property
    def calendars(self) -> Mapping[str, str]:
        """The counsellors' own calendars, by login name."""
        named = {name: person.calendar for name, person in self.people.items()}
        return {name: calendar for name, calendar in named.items() if calendar is not None}

    def members(self, team: Iterable[str] = ()) -> tuple[str, ...]:
        """Return who can be on duty at all: those of desk.yaml, else the team."""
        return tuple(self.people) or tuple(team)

    def roster(self, absences: Sequence[Absence] = (), team: Iterable[str] = ()) -> Roster:
        """Return when the desk is staffed. Where nobody is known by name, its hours stand for the
        whole.
        """
        members = self.members(team)
        schedules = tuple(self._schedule(name, absences) for name in members)
        return Roster(zone=self.zone, schedules=schedules if members else (self.schedule,))

    def person_roster(
        self, name: str, absences: Sequence[Absence] = (), team: Iterable[str] = ()
    ) -> Roster:
        """Return when one person is on duty; never, where she is not rostered."""
        known = name in self.members(team)
        return Roster(zone=self.zone, schedules=(self._schedule(name, absences),) if known else ())

    def on_duty(
        self, at: datetime, absences: Sequence[Absence] = (), team: Iterable[str] = ()
    ) -> tuple[str, ...]:
        """Return who is on duty, by name."""
        team = tuple(team)
        return tuple(
            name
            for name in self.members(team)
            if is_staffed(self.person_roster(name, absences, team), at)
        )

    def is_away(self, name: str, at: datetime, absences: Sequence[Absence] = ()) -> bool:
        """Return whether an absence of hers covers this instant."""
        return any(each.covers(at) for each in self._away(name, absences))

    def substitute(self, name: str, at: datetime, absences: Sequence[Absence] = ()) -> str | None:
        """Return who takes over from somebody who is away, and from whoever takes over and is away
        too; None where nobody is named, or all of them are away.
        """
        asked: set[str] = set()
        while name not in asked:
            asked.add(name)
            away = [each for each in self._away(name, absences) if each.covers(at)]
            if not away:
                return name if len(asked) > 1 else None
            named = [each.substitute for each in away if each.substitute is not None]
            if not named:
                return None
            name = named[-1]
        return None

    def notifies(
        self,
        name: str,
        at: datetime,
        *,
        crisis: bool = False,
        opted_in: bool = False,
        absences: Sequence[Absence] = (),
        team: Iterable[str] = (),
    ) -> bool:
        """Return whether somebody is to be notified now: in her own hours, beyond them only where
        she wants it (`opted_in`: her own setting) or, in a crisis, where the desk is on call; never
        while she is away.
        """
        person = self.people.get(name)
        wish = person.notify if person is not None and person.notify is not None else self.notify
        if self.is_away(name, at, absences):
            return False
        if opted_in or wish is Notify.ALWAYS:
            return True
        if wish is Notify.OFF:
            return False
        if crisis and self.on_call and name in self.members(team := tuple(team)):
            return True
        return is_staffed(self.person_roster(name, absences, team), at)

    def _schedule(self, name: str, absences: Sequence[Absence]) -> Schedule:
        base = self.people[name].schedule if name in self.people else self.schedule
        return replace(base, away=self._away(name, absences))

    def _away(self, name: str, absences: Sequence[Absence]) -> tuple[Absence, ...]:
        own = self.people[name].absences if name in self.people else ()
        return (*own, *(each for each in absences if each.person == name))
