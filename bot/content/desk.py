"""desk.yaml: from its form to the model, every roster checked where it stands.

Without desk.yaml nobody is on duty: no time is promised. What is broken is reported and left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import combinations
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.content import schema_desk
from bot.content.closures import Closures
from bot.content.model_desk import Desk, Notify, Person, TopicsShow
from bot.content.pack import Pack
from bot.content.schema_desk import WEEKDAYS
from bot.content.strict_yaml import Node
from bot.domain.hours import Absence, Extra, Rule, Schedule, closing, instant

LONGEST = 366  # days of one closure
_HOURS_HINT = 'Midnight is "24:00". A night is two lines: one until "24:00", one from "00:00".'
_DAY = timedelta(days=1)
_Rules = Sequence[schema_desk.HoursRule | schema_desk.BreakRule]


def desk(pack: Pack, *, zone: str, holidays: Closures) -> Desk:
    """Return the desk; `zone` and `holidays` are the site's."""
    document = pack.documents.get("desk.yaml")
    read = pack.form(document, schema_desk.Desk) if document is not None else None
    if read is None:
        return Desk(zone=zone)
    form, node, _ = read
    reader = _Reader(pack, ZoneInfo(form.zone or zone), frozenset(form.people))
    schedule = Schedule(
        hours=reader.hours(form.hours, node.get("hours")),
        breaks=reader.breaks(form.breaks, node.get("breaks")),
        extra=reader.extra_days(form.extra, node.get("extra")),
        closures=holidays.also(reader.closed(form.closures, node.get("closures"))),
    )
    people = {
        name: reader.person(name, person, schedule, node.get("people", name) or node)
        for name, person in form.people.items()
    }
    found = Desk(
        zone=form.zone or zone,
        sample=form.sample,
        schedule=schedule,
        people=MappingProxyType(people),
        answer_within=form.answer_within,
        limit=form.limit,
        on_call=form.on_call,
        notify=Notify(form.notify),
        topics_show=TopicsShow(form.topics_show),
    )
    _warn(pack, found, node)
    return found


def _warn(pack: Pack, desk: Desk, node: Node) -> None:
    """Warn where the file is sound and still no time can be promised."""
    if desk.sample:
        message = "the desk's hours are a sample: on a public address no time is promised"
        hint = "When the office has confirmed them, write `sample: false`."
        pack.problems.warning(node.key_mark("sample"), "desk-sample", message, hint)
    if not desk.roster():
        message = "the desk has no hours: nobody is on duty, and no time is promised"
        pack.problems.warning(node.mark, "desk-empty", message)
    _check_calendars(pack, desk, node)
    for name, person in desk.people.items():
        if desk.roster() and not desk.person_roster(name):
            at = node.get("people")
            mark = at.key_mark(name) if at else node.mark
            message = f"`{name}` has no hours and is never on duty"
            pack.problems.warning(mark, "desk-empty", message)
        for absence in person.absences:
            _check_substitute(pack, desk, absence, node.get("people", name, "absences") or node)


def _check_calendars(pack: Pack, desk: Desk, node: Node) -> None:
    """Refuse a calendar of two people: what the one has to do would block the other."""
    whose: dict[str, str] = {}
    for name, calendar in desk.calendars.items():
        other = whose.setdefault(calendar.rstrip("/"), name)
        mark = (node.get("people", name, "calendar") or node).mark
        if other != name:
            message = f"`{name}` and `{other}` have the same calendar"
            pack.problems.error(mark, "calendar", message, "Give each a calendar of her own.")
        if "://" in calendar and not calendar.startswith(("https://", "http://")):
            message = "a calendar is known by its name or by an address that begins with https://"
            pack.problems.error(mark, "calendar", message)


def _check_substitute(pack: Pack, desk: Desk, absence: Absence, node: Node) -> None:
    other = absence.substitute
    if other is not None and desk.is_away(other, absence.begins):
        message = f"`{other}` is away too when `{absence.person}` is"
        pack.problems.warning(node.mark, "substitute", message)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Builds the parts of a roster. `names` are those of the people that the desk lists."""

    pack: Pack
    zone: ZoneInfo
    names: frozenset[str]

    def person(self, name: str, form: schema_desk.DeskPerson, team: Schedule, node: Node) -> Person:
        """Return a person; what she leaves out is as it is for the team. Who has hours of her own
        is not there on the team's extra days unless she says so.
        """
        hours, breaks, extra = team.hours, team.breaks, team.extra
        if form.hours is not None:
            hours, extra = self.hours(form.hours, node.get("hours")), ()
        if form.breaks is not None:
            breaks = self.breaks(form.breaks, node.get("breaks"))
        if form.extra is not None:
            extra = self.extra_days(form.extra, node.get("extra"))
        return Person(
            name=name,
            schedule=Schedule(
                hours=hours,
                breaks=breaks,
                extra=extra,
                closures=team.closures,
                away=self.absences(name, form.absences, node.get("absences")),
            ),
            languages=tuple(form.languages),
            notify=Notify(form.notify) if form.notify is not None else None,
            calendar=form.calendar,
        )

    def hours(self, forms: _Rules, node: Node | None) -> tuple[Rule, ...]:
        """Return hours; those that overlap count once and are probably a slip."""
        found = self._rules(forms, node)
        for at, other in _overlapping(found):
            message = f"these hours overlap with those of line {other.mark.line}"
            self.pack.problems.warning(at.mark, "hours-overlap", message)
        return tuple(rule for rule, _ in found)

    def breaks(self, forms: _Rules, node: Node | None) -> tuple[Rule, ...]:
        """Return breaks, which must not overlap."""
        found = self._rules(forms, node)
        for at, other in _overlapping(found):
            message = f"this break overlaps with that of line {other.mark.line}"
            self.pack.problems.error(at.mark, "breaks-overlap", message)
        return tuple(rule for rule, _ in found)

    def _rules(self, forms: _Rules, node: Node | None) -> list[tuple[Rule, Node]]:
        found: list[tuple[Rule, Node]] = []
        for index, form in enumerate(forms):
            at = node.get(index) if node is not None else None
            if at is not None and self._in_order(form.begins, form.until, at):
                days = frozenset(WEEKDAYS.index(day) for day in form.days)
                found.append((Rule(days, form.begins, form.until), at))
        return found

    def _in_order(self, begins: time, until: time, node: Node) -> bool:
        if begins < until or until == time.min:
            return True
        mark = (node.get("to") or node).mark
        self.pack.problems.error(mark, "hours", "it ends before it begins", _HOURS_HINT)
        return False

    def extra_days(
        self, forms: Sequence[schema_desk.ExtraDay], node: Node | None
    ) -> tuple[Extra, ...]:
        """Return hours of single days."""
        found: list[Extra] = []
        for index, form in enumerate(forms):
            at = node.get(index) if node is not None else None
            if at is not None and self._in_order(form.begins, form.until, at):
                self._warn_over(form.day, at, "these hours are over")
                found.append(Extra(form.day, form.begins, form.until))
        return tuple(found)

    def closed(
        self, forms: Sequence[schema_desk.ClosedDays], node: Node | None
    ) -> Mapping[date, str]:
        """Return the desk's own closed days and why."""
        found: dict[date, str] = {}
        for index, form in enumerate(forms):
            at, last = node.get(index) if node is not None else None, form.until or form.begins
            if at is None:
                continue
            length = (last - form.begins).days + 1
            if length < 1 or length > LONGEST:
                wrong = "it ends before it begins" if length < 1 else "it lasts more than a year"
                self.pack.problems.error((at.get("to") or at).mark, "closure", wrong)
                continue
            self._warn_over(last, at, "this closure is over")
            found.update({form.begins + _DAY * n: form.why or "" for n in range(length)})
        return found

    def absences(
        self, name: str, forms: Sequence[schema_desk.PersonAbsence], node: Node | None
    ) -> tuple[Absence, ...]:
        """Return when a person is away; whole days are days of the desk's zone."""
        found: list[Absence] = []
        for index, form in enumerate(forms):
            at = node.get(index) if node is not None else None
            if at is None:
                continue
            begins, until = self._at(form.begins, instant), self._at(form.until, closing)
            if until <= begins:
                mark = (at.get("to") or at).mark
                self.pack.problems.error(mark, "absence", "it ends before it begins")
                continue
            self._warn_over(until.astimezone(self.zone).date(), at, "this absence is over")
            self._check_known(name, form.substitute, at.get("substitute") or at)
            found.append(
                Absence(person=name, begins=begins, until=until, substitute=form.substitute)
            )
        return tuple(found)

    def _at(
        self, given: date | datetime, edge: Callable[[date, time, ZoneInfo], datetime]
    ) -> datetime:
        """Return a local time as it is, of a day its `edge`."""
        if isinstance(given, datetime):
            return instant(given.date(), given.time(), self.zone)
        return edge(given, time.min, self.zone)

    def _check_known(self, name: str, substitute: str | None, node: Node) -> None:
        if substitute == name:
            message = f"`{name}` cannot stand in for herself"
            self.pack.problems.error(node.mark, "substitute", message)
        elif substitute is not None and substitute not in self.names:
            message = f"there is no `{substitute}` among the people of the desk"
            self.pack.problems.error(node.mark, "unknown-person", message)

    def _warn_over(self, last: date, node: Node, message: str) -> None:
        if self.pack.today is not None and last < self.pack.today:
            hint = "The line can be removed."
            self.pack.problems.warning(node.mark, "roster-over", message, hint)


def _overlapping(found: Sequence[tuple[Rule, Node]]) -> Iterator[tuple[Node, Node]]:
    """Yield each rule that shares time with one above it, and that one."""
    for (one, above), (other, at) in combinations(found, 2):
        first, second = sorted((one, other), key=lambda rule: rule.start)
        if one.days & other.days and (first.end == time.min or second.start < first.end):
            yield at, above
