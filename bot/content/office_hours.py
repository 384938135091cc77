"""office_hours/*.yaml: from their form to the model, every rule checked where it stands.

Whether rules get in each other's way is the business of `content.hours_check`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import PurePosixPath

from bot.content import schema_booking
from bot.content.door import validate
from bot.content.model_booking import Hours
from bot.content.pack import Document, Pack
from bot.content.recurrence import Recurrence, recurrence
from bot.content.strict_yaml import Node
from bot.domain.appointment import Service, SlotKind

FOLDER = "office_hours"
GRID = timedelta(minutes=15)
"""How long the slots of interpreters are: an appointment takes as many as it touches."""
MOST = 200  # rules of one file
_LONGEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Zones:
    """The zone of each place, and the site's for places that name none."""

    site: str
    places: Mapping[str, str] = field(default_factory=dict)

    def of(self, place: str | None) -> str:
        """Return the zone of a place."""
        return self.places.get(place, self.site) if place is not None else self.site


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of office hours and where it stands."""

    hours: Hours
    node: Node


def office_hours(pack: Pack, services: Mapping[str, Service], zones: Zones) -> list[Rule]:
    """Return the rules of all files; what is broken is reported and left out."""
    return [
        Rule(hours, node)
        for name, document in sorted(pack.documents.items())
        if PurePosixPath(name).parts[0] == FOLDER
        for form, node in _forms(pack, document)
        if (hours := _Reader(pack, form, node, services, zones).hours()) is not None
    ]


def _forms(pack: Pack, document: Document) -> Iterator[tuple[schema_booking.OfficeHours, Node]]:
    root = document.node
    if root is None or root.value is None:
        return
    if not isinstance(root.value, list):
        pack.problems.error(root.mark, "form", "a list of office hours is expected")
        return
    if len(root.value) > MOST:
        message = f"the file has {len(root.value)} rules; {MOST} is the most"
        pack.problems.error(root.mark, "form", message)
        return
    for node in root.value:
        form = validate(schema_booking.OfficeHours, node, pack.problems)
        if form is not None:
            yield form, node


@dataclass(frozen=True, slots=True)
class _Reader:
    """Builds one rule."""

    pack: Pack
    form: schema_booking.OfficeHours
    node: Node
    services: Mapping[str, Service]
    zones: Zones

    def hours(self) -> Hours | None:
        """Return the rule, None where it cannot be used."""
        form, errors = self.form, self.pack.problems.errors
        place = self.pack.check_place(self.node.get("place"))
        wanted = self._wanted()
        every = self._every(wanted)
        recurring = self._recurrence()
        self._check_time(every)
        self._check_validity()
        self._check_whose()
        if self.pack.problems.errors > errors:
            return None
        if form.place is None and not form.interpreters:
            self._error("place", "form", "`place` is missing")
            return None
        day = form.start.date()
        return Hours(
            kind=SlotKind.INTERPRETING if form.interpreters else SlotKind.COUNSELLING,
            place=place,
            zone=self.zones.of(place),
            resources=self._resources(),
            services=frozenset(service.id for service in wanted),
            languages=tuple(dict.fromkeys(form.languages)),
            seats=self._seats(wanted),
            every=every,
            first=form.start,
            last=form.end,
            recurrence=recurring,
            explicit=frozenset(form.extra) | (frozenset() if recurring else {day}),
            left_out=frozenset(form.left_out),
            breaks=self._breaks(),
            valid_from=form.valid_from or date.min,
            valid_until=form.valid_until or date.max,
            on_holidays=form.on_holidays,
            sample=form.sample,
        )

    def _error(self, key: str, code: str, message: str, hint: str = "") -> None:
        at = self.node.get(key)
        self.pack.problems.error(at.mark if at else self.node.mark, code, message, hint)

    def _wanted(self) -> list[Service]:
        known = self.pack.ids("services.yaml")
        for index, name in enumerate(self.form.services):
            at = self.node.get("services", index) or self.node
            if known is not None and name not in known:
                message = f"there is no service `{name}`"
                self.pack.problems.error(at.mark, "unknown-service", message)
        found = [self.services[name] for name in self.form.services if name in self.services]
        if len(found) > 1 and any(service.seats > 1 for service in found):
            hint = "Give the group session office hours of its own."
            message = "a group session shares its time with another service"
            self._error("services", "group", message, hint)
        return found

    def _every(self, wanted: list[Service]) -> timedelta:
        """Return how long one slot is: as long as the longest service unless something is said."""
        if self.form.interpreters:
            return GRID
        longest = max((service.length for service in wanted), default=GRID)
        if self.form.slot is not None and self.form.slot < longest:
            message = "a slot is shorter than a service that is booked in it"
            self._error("slot", "slot", message)
        return self.form.slot or longest

    def _seats(self, wanted: list[Service]) -> int:
        group = max((service.seats for service in wanted), default=1)
        return self.form.seats or group

    def _resources(self) -> tuple[str, ...]:
        form = self.form
        for kind, names in (
            ("counsellor", form.counsellors),
            ("interpreter", form.interpreters),
            ("desk", form.desks),
        ):
            if names:
                return tuple(f"{kind}/{name}" for name in dict.fromkeys(names))
        return ("",)

    def _recurrence(self) -> Recurrence | None:
        if self.form.rrule is None:
            return None
        try:
            return recurrence(self.form.rrule, self.form.start.date())
        except ValueError as error:
            hint = "For example FREQ=WEEKLY;BYDAY=TU,TH or FREQ=MONTHLY;BYDAY=1MO."
            self._error("rrule", "rrule", str(error), hint)
            return None

    def _check_time(self, every: timedelta) -> None:
        length = self.form.end - self.form.start
        if length <= timedelta(0):
            self._error("end", "hours", "the hours end before they begin")
        elif length > _LONGEST:
            hint = "`start` and `end` are those of the first day; `rrule` repeats them."
            self._error("end", "hours", "the hours last longer than a day", hint)
        elif length < every:
            self._error("end", "slot", "the hours are shorter than one slot")
        for index, pause in enumerate(self.form.breaks):
            if pause.until != time.min and pause.until <= pause.begins:
                at = self.node.get("breaks", index) or self.node
                self.pack.problems.error(at.mark, "hours", "the break ends before it begins")

    def _breaks(self) -> tuple[tuple[time, time], ...]:
        return tuple((pause.begins, pause.until) for pause in self.form.breaks)

    def _check_validity(self) -> None:
        begin, end = self.form.valid_from, self.form.valid_until
        if begin is not None and end is not None and end < begin:
            self._error("valid_until", "hours", "the hours are valid until before they begin")

    def _check_whose(self) -> None:
        form = self.form
        given = [name for name in ("counsellors", "desks", "interpreters") if getattr(form, name)]
        if len(given) > 1:
            message = f"hours are those of one kind, not of {' and '.join(given)}"
            self._error(given[1], "form", message)
        if form.interpreters and (form.services or form.seats or form.slot):
            message = "hours of interpreters have no services, seats and slots of their own"
            self._error("interpreters", "form", message)
        if not form.interpreters and not form.services:
            self._error("services", "form", "`services` is missing: what can be booked here?")
