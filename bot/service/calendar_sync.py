"""A counsellor's own calendar and Lotse, both ways: what she has to do elsewhere blocks her times,
and her appointments appear in her calendar.

Theory. First is noted what is about to be written (`plan`); then, beside the event loop, her
calendar is read and what `calendar_rules` allows is written (`carry_out`); then what came of it is
kept (`keep`). Doing it again changes nothing, and so does dying in between. Of other events nothing
is kept but when she is busy: stretches of time, without words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.content.catalogue import Catalogue
from bot.domain.appointment import Appointment
from bot.service import calendar_events, calendar_file, calendar_memory, calendar_rules
from bot.service.calendar_events import Stretch
from bot.service.calendar_memory import Known, Memory
from bot.service.calendar_rules import GONE, Seen, Step
from bot.service.calendars import Calendars, RemoteEvent
from bot.service.slots import sync
from bot.storage import appointments, blocks, slots
from bot.storage.blocks import CALENDAR, Block
from bot.storage.transaction import Tx

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One counsellor's calendar before it is read. `wanted` by the first appointment of the chain
    of moves; `names`: UIDs of all events that may be ours.
    """

    login: str
    calendar: str
    zone: str
    begin: datetime
    end: datetime
    now: datetime
    wanted: Mapping[int, Appointment]
    memory: Memory
    names: Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One counsellor's calendar after it was read."""

    busy: tuple[Stretch, ...]
    memory: Memory


def resource(login: str) -> str:
    """Return what a counsellor is called in slots and blocks."""
    return f"counsellor/{login}"


def booked(tx: Tx, catalogue: Catalogue, now: datetime) -> Mapping[str, list[Appointment]]:
    """Return what is booked and yet to come of those who have calendars, by login name."""
    begin, end = _window(catalogue, now)
    logins = {resource(login): login for login in catalogue.desk.calendars}
    whose = {slot.id: slot.resource for slot in slots.between(tx, begin, end)}
    found: dict[str, list[Appointment]] = {login: [] for login in logins.values()}
    for each in appointments.between(tx, begin, end):
        login = logins.get(whose.get(each.slot or 0, ""))
        if login is not None and each.code is not None and each.ends > now:
            found[login].append(each)
    return found


def _window(catalogue: Catalogue, now: datetime) -> Stretch:
    return now - _DAY, now + catalogue.booking.horizon + _DAY


def plan(
    tx: Tx, catalogue: Catalogue, login: str, hers: Iterable[Appointment], now: datetime
) -> Plan:
    """Return what a counsellor's calendar should say, and note that it may be written."""
    begin, end = _window(catalogue, now)
    before = calendar_memory.load(tx, login)
    wanted = {each.uid: each for each in hers}
    attempted = {
        uid: calendar_rules.attempted(before.get(uid), _said(each), each.ends)
        for uid, each in wanted.items()
    }
    memory = {**before, **attempted}
    if memory != before:
        calendar_memory.save(tx, login, memory)
    return Plan(
        login=login,
        calendar=catalogue.desk.calendars[login],
        zone=_zone(catalogue, login),
        begin=begin,
        end=end,
        now=now,
        wanted=wanted,
        memory=memory,
        names={uid: calendar_file.uid_of(tx, uid) for uid in memory},
    )


def _said(appointment: Appointment) -> str:
    return calendar_rules.said(appointment.starts, appointment.ends)


def _zone(catalogue: Catalogue, login: str) -> str:
    """Return the zone in which her days are days: that of the place where she works first."""
    for hours in catalogue.office_hours:
        if resource(login) in hours.resources:
            return hours.zone
    return catalogue.desk.zone


def carry_out(wished: Plan, calendars: Calendars) -> Outcome:
    """Read her calendar and write what may be written. Blocks; knows no database.

    Raises:
        CalendarError: it cannot be used; what was written before stays.
    """
    events = calendars.read(wished.calendar, wished.begin, wished.end)
    whose = {name: uid for uid, name in wished.names.items()}
    ours: dict[int, RemoteEvent] = {}
    others: list[str] = []
    for event in events:
        uid = whose.get(calendar_events.name_in(event.content) or "")
        if uid is None:
            others.append(event.content)
        else:
            ours[uid] = event
    memory: dict[int, Known] = {}
    for uid, known in wished.memory.items():
        after = _one(wished, calendars, uid, known, ours.get(uid))
        if after is not None:
            memory[uid] = after
    found = calendar_events.busy(others, wished.zone, wished.begin, wished.end)
    return Outcome(busy=found, memory=memory)


def _one(
    wished: Plan, calendars: Calendars, uid: int, known: Known, event: RemoteEvent | None
) -> Known | None:
    """Do what is to be done with one event; return what is known of it then."""
    wanted = wished.wanted.get(uid)
    seen = None
    if event is not None:
        says = calendar_events.said_in(event.content, wished.zone)
        seen = Seen(version=event.version, said=says)
    step = calendar_rules.decide(_said(wanted) if wanted else None, seen, known, wished.now)
    if wanted is None:
        if step is Step.REMOVE and event is not None and not calendars.remove(event):
            return known  # changed since it was read: the next time decides
        return None
    name = wished.names[uid]
    if step is Step.CREATE:
        content = calendar_events.text_of(wanted, name, wished.now)
        done = calendars.create(wished.calendar, name.partition("@")[0], content)
    elif step is Step.UPDATE and event is not None:
        content = calendar_events.text_of(wanted, name, wished.now)
        done = calendars.replace(event, calendar_events.changed(event.content, content))
    else:
        done = step is Step.NOTHING
    if done:
        return calendar_rules.settled(_said(wanted), wanted.ends)
    # Somebody else was there first: what stands there stays, and the desk is told.
    version = event.version if event is not None else GONE
    return calendar_rules.contradicted(known, version, _said(wanted))


def keep(tx: Tx, catalogue: Catalogue, wished: Plan, outcome: Outcome, now: datetime) -> bool:
    """Keep what came of it; returns whether times or conflicts changed."""
    conflicts = calendar_memory.contradicted(tx, [wished.login])
    calendar_memory.save(tx, wished.login, outcome.memory)
    changed = _block(tx, wished, outcome)
    if changed:
        sync(tx, catalogue, now)
    return changed or conflicts != calendar_memory.contradicted(tx, [wished.login])


def _block(tx: Tx, wished: Plan, outcome: Outcome) -> bool:
    whose = resource(wished.login)
    standing = {
        (each.starts, each.ends): each.id
        for each in blocks.between(tx, wished.begin, wished.end)
        if each.source == CALENDAR and each.resource == whose
    }
    busy = set(outcome.busy)
    for stretch in standing.keys() - busy:
        blocks.remove(tx, standing[stretch])
    for starts, ends in busy - standing.keys():
        blocks.add(tx, Block(resource=whose, place=None, starts=starts, ends=ends, source=CALENDAR))
    return busy != standing.keys()


def release(tx: Tx, catalogue: Catalogue, now: datetime, *, but: frozenset[str]) -> bool:
    """Give free what calendars have blocked that nobody reads any more; returns whether there was
    anything. `but`: login names of those whose calendars are read.
    """
    still = {resource(login) for login in but}
    idle = [
        each
        for each in blocks.between(tx, now, now + catalogue.booking.horizon + 2 * _DAY)
        if each.source == CALENDAR and each.resource not in still
    ]
    for each in idle:
        blocks.remove(tx, each.id)
    if idle:
        sync(tx, catalogue, now)
    return bool(idle)
