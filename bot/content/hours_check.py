"""What is wrong with office hours although each rule is sound: hours that get in each other's way,
days that are closed, clocks that change, rules that are over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.content import occurrences
from bot.content.closures import Closures
from bot.content.model_booking import Hours
from bot.content.office_hours import Rule
from bot.content.pack import Pack
from bot.content.problems import Mark

LOOK = timedelta(days=2 * 366)
"""How far rules are compared with each other: longer than any pattern of weeks and months."""
_NAMED = 3  # clock changes and overlaps that are named of one rule
_Closures = Callable[[str | None], Closures]


def check(pack: Pack, rules: list[Rule], closures: _Closures) -> None:
    """Report what is wrong with the rules together, and with each on the calendar."""
    if not rules:
        return
    begin = min(rule.hours.first.date() for rule in rules)
    if pack.today is not None:
        begin = max(begin, pack.today)
    end = max(begin, *(rule.hours.first.date() for rule in rules)) + LOOK
    for rule in rules:
        _check_days(pack, rule, end, closures(rule.hours.place))
        _check_clocks(pack, rule, begin, end)
    _check_overlaps(pack, rules, begin, end, closures)
    _name_samples(pack, rules)


def _check_days(pack: Pack, rule: Rule, end: date, closed: Closures) -> None:
    hours, node = rule.hours, rule.node
    recurring = set() if hours.recurrence is None else set(hours.recurrence.days(date.min, end))
    for key, code, sound, message in (
        ("except", "except", recurring | hours.explicit, "the hours would not be on {} anyway"),
        ("extra", "extra", None, "{} is a day of the rule anyway"),
    ):
        listed = node.get(key)
        for index in range(len(listed.value) if listed and isinstance(listed.value, list) else 0):
            at = node.get(key, index) or node
            day = date.fromisoformat(str(at.value))
            odd = day in recurring if sound is None else day not in sound and day < end
            if odd:
                pack.problems.warning(at.mark, code, message.format(day))
    for day in sorted(hours.explicit):
        name = closed.name(day)
        if name is not None and not hours.on_holidays and day not in hours.left_out:
            message = f"{day} is a closed day here ({name}); the hours take place all the same"
            hint = "If that is meant, add `on_holidays: true`."
            pack.problems.warning(node.mark, "holiday", message, hint)
    if next(occurrences.days(hours, date.min, end, closed), None) is None:
        message = "these hours never take place: exceptions, closed days or validity leave no day"
        pack.problems.error(node.mark, "rrule", message)
    elif (
        pack.today is not None
        and next(occurrences.days(hours, pack.today, end, closed), None) is None
    ):
        message = "these hours are over and can be removed"
        pack.problems.warning(node.mark, "hours-over", message)


def _check_clocks(pack: Pack, rule: Rule, begin: date, end: date) -> None:
    """Name the times that a clock change skips, repeats, or makes longer or shorter."""
    zone = ZoneInfo(rule.hours.zone)
    found = (
        said
        for day in occurrences.days(rule.hours, begin, end, ())
        if (said := _changed(rule.hours, day, zone))
    )
    for said, _ in zip(found, range(_NAMED), strict=False):
        hint = "A time that is skipped is read by the clock before the change, one that comes"
        pack.problems.warning(
            rule.node.mark, "clock-change", said, f"{hint} twice as the first of the two."
        )


def _changed(hours: Hours, day: date, zone: ZoneInfo) -> str:
    starts, ends = occurrences.wall(hours, day)
    for at in (starts, ends):
        early, late = at.replace(tzinfo=zone), at.replace(tzinfo=zone, fold=1)
        if early.utcoffset() == late.utcoffset():
            continue
        back = early.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
        happens = "comes twice" if back == at else "does not exist"
        return f"{at:%Y-%m-%d %H:%M} {happens} in {zone.key}: the clocks change"
    shift = _offset(starts, zone) - _offset(ends, zone)
    if shift:
        words = "shorter" if shift < timedelta(0) else "longer"
        minutes = abs(shift) // timedelta(minutes=1)
        return f"on {day} the hours are {minutes} minutes {words}: the clocks change in {zone.key}"
    return ""


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.replace(tzinfo=zone).utcoffset() or timedelta(0)


def _check_overlaps(
    pack: Pack, rules: list[Rule], begin: date, end: date, closures: _Closures
) -> None:
    """Report where the same person, desk or place has two hours at once."""
    taken: dict[tuple[str, str], list[tuple[datetime, datetime, int]]] = defaultdict(list)
    for number, rule in enumerate(rules):
        times = list(_times(rule.hours, begin, end, closures(rule.hours.place)))
        for whose in _whose(rule.hours):
            taken[whose] += [(starts, ends, number) for starts, ends in times]
    reported: set[tuple[int, int]] = set()
    for stretches in taken.values():
        until, holder = datetime.min.replace(tzinfo=UTC), -1
        for starts, ends, number in sorted(stretches):
            pair = min(holder, number), max(holder, number)
            if starts < until and pair not in reported:
                reported.add(pair)
                _report_overlap(pack, rules, pair, starts)
            if ends > until:
                until, holder = ends, number


def _report_overlap(pack: Pack, rules: list[Rule], pair: tuple[int, int], at: datetime) -> None:
    first, second = (rules[number] for number in pair)
    local = at.astimezone(ZoneInfo(second.hours.zone))
    where = _place(first.node.mark, second.node.mark)
    message = f"on {local:%Y-%m-%d} at {local:%H:%M} these hours overlap with those {where}"
    hint = "Name other counsellors or desks, or change the times."
    pack.problems.error(second.node.mark, "hours-overlap", message, hint)


def _place(other: Mark, own: Mark) -> str:
    return f"of line {other.line}" if other.file == own.file else f"in {other.file}:{other.line}"


def _times(
    hours: Hours, begin: date, end: date, closed: Closures
) -> Iterator[tuple[datetime, datetime]]:
    for window in occurrences.windows(hours, begin, end, closed):
        yield from window.pieces


def _whose(hours: Hours) -> Iterator[tuple[str, str]]:
    """Yield what can be in one place only: a person anywhere, a desk or a room at its place."""
    for resource in hours.resources:
        person = resource.startswith(("counsellor/", "interpreter/"))
        yield ("" if person else hours.place or ""), resource


def _name_samples(pack: Pack, rules: list[Rule]) -> None:
    for rule in rules:
        if rule.hours.sample:
            message = "these hours are a sample and shown as such"
            hint = "When the office has confirmed them, remove `sample: true`."
            mark = rule.node.key_mark("sample")
            pack.problems.warning(mark, "hours-sample", message, hint)
