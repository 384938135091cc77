"""desk.yaml: what it means, and every way in which a roster can be wrong, each in its line."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.content.json_schema import json_schema
from bot.content.load import examine
from bot.content.model_desk import Desk, Notify, TopicsShow
from bot.content.problems import Problems
from bot.content.strict_yaml import parse
from bot.domain.hours import Absence, is_staffed, next_staffed
from tests.content.conftest import Pack

BERLIN = ZoneInfo("Europe/Berlin")
DESK = """\
sample: false
hours:
  - {days: [mon, tue, thu], from: "09:00", to: "12:00"}
  - {days: [thu], from: "13:00", to: "17:00"}
breaks:
  - {from: "10:00", to: "10:15"}
closures:
  - {from: 2026-12-24, to: 2026-12-31, why: Betriebsferien}
extra:
  - {day: 2026-12-28, from: "09:00", to: "10:00"}
people:
  jana:
    languages: [uk, pl]
    absences:
      - {from: 2026-12-01, to: 2026-12-03, substitute: mirek}
      - {from: 2026-12-10T13:00, to: 2026-12-10T15:00}
  mirek:
    hours:
      - {days: [wed, fri], from: "20:00", to: "24:00"}
    breaks: []
    languages: [pl]
    notify: always
answer_within: PT2H
limit: PT4H
"""


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.fixture
def desk(pack: Pack) -> Desk:
    pack.write("desk.yaml", DESK)
    return pack.load().desk


def test_without_a_file_nobody_is_on_duty(pack: Pack) -> None:
    found = pack.load().desk
    assert found == Desk(zone="Europe/Berlin")
    assert not found.roster()
    assert pack.problems() == ()


def test_the_file_is_read(desk: Desk) -> None:
    assert desk.answer_within == timedelta(hours=2)
    assert desk.limit == timedelta(hours=4)
    assert (desk.sample, desk.on_call) == (False, False)
    assert desk.notify is Notify.HOURS
    assert desk.topics_show is TopicsShow.TELEGRAM_TEXTS
    assert desk.people["jana"].languages == ("uk", "pl")


def test_a_sound_desk_has_no_problems(pack: Pack) -> None:
    pack.write("desk.yaml", DESK)
    assert pack.problems() == ()


def test_people_have_the_hours_of_the_team_unless_they_have_their_own(desk: Desk) -> None:
    assert desk.on_duty(local("2026-11-26T11:00")) == ("jana",)
    assert desk.on_duty(local("2026-11-26T10:05")) == ()  # the break of the team
    assert desk.on_duty(local("2026-11-27T23:59")) == ("mirek",)
    assert desk.on_duty(local("2026-11-28T00:00")) == ()
    assert is_staffed(desk.roster(), local("2026-11-27T21:00"))


def test_absences_are_whole_days_or_hours(desk: Desk) -> None:
    assert desk.is_away("jana", local("2026-12-01T00:00"))
    assert desk.is_away("jana", local("2026-12-03T23:59"))
    assert not desk.is_away("jana", local("2026-12-04T00:00"))
    assert desk.on_duty(local("2026-12-03T11:00")) == ()
    assert desk.on_duty(local("2026-12-10T14:00")) == ()
    assert desk.on_duty(local("2026-12-10T15:00")) == ("jana",)


def test_absences_can_come_from_elsewhere(desk: Desk) -> None:
    at = local("2026-11-26T11:00")
    away = Absence(person="jana", begins=at, until=local("2026-11-26T12:00"), substitute="mirek")
    assert desk.on_duty(at, [away]) == ()
    assert desk.substitute("jana", at, [away]) == "mirek"
    assert not is_staffed(desk.roster([away]), at)
    assert desk.on_duty(at) == ("jana",)


def test_a_substitute_who_is_away_has_one_too(desk: Desk) -> None:
    at = local("2026-12-02T11:00")
    assert desk.substitute("jana", at) == "mirek"
    assert desk.substitute("mirek", at) is None
    begins, until = local("2026-12-02T00:00"), local("2026-12-03T00:00")
    on = [Absence(person="mirek", begins=begins, until=until, substitute="oksana")]
    assert desk.substitute("jana", at, on) == "oksana"
    circle = [Absence(person="mirek", begins=begins, until=until, substitute="jana")]
    assert desk.substitute("jana", at, circle) is None
    nobody = [Absence(person="mirek", begins=begins, until=until)]
    assert desk.substitute("jana", at, nobody) is None


def test_closures_holidays_and_extra_days(desk: Desk) -> None:
    assert desk.on_duty(local("2026-12-29T11:00")) == ()
    assert desk.on_duty(local("2026-12-28T09:30")) == ("jana",)
    assert desk.on_duty(local("2027-05-06T11:00")) == ()  # Ascension Day, a Thursday
    assert next_staffed(desk.person_roster("jana"), local("2026-12-28T10:00")) == local(
        "2027-01-04T09:00"
    )


def test_the_team_has_the_hours_where_the_file_lists_nobody(pack: Pack) -> None:
    pack.write("desk.yaml", DESK.partition("people:")[0] + "answer_within: PT2H\nlimit: PT4H\n")
    desk, at = pack.load().desk, local("2026-11-26T11:00")
    assert is_staffed(desk.roster(), at)
    assert desk.on_duty(at) == ()
    assert desk.on_duty(at, team=["jana", "mirek"]) == ("jana", "mirek")
    away = [Absence(person="jana", begins=at, until=at + timedelta(hours=1))]
    assert desk.on_duty(at, away, ["jana", "mirek"]) == ("mirek",)
    assert not is_staffed(desk.roster(away, ["jana"]), at)


def test_nobody_is_on_duty_who_is_not_rostered(desk: Desk) -> None:
    at = local("2026-11-26T11:00")
    assert desk.on_duty(at, team=["jana", "eva"]) == ("jana",)
    assert not desk.person_roster("eva", team=["eva"])


def test_who_is_notified(desk: Desk) -> None:
    on, off = local("2026-11-26T11:00"), local("2026-11-26T18:00")
    assert desk.notifies("jana", on)
    assert not desk.notifies("jana", off)
    assert not desk.notifies("jana", off, crisis=True)
    assert desk.notifies("jana", off, opted_in=True)
    assert desk.notifies("mirek", off)
    assert not desk.notifies("jana", local("2026-12-02T11:00"), opted_in=True)
    assert not desk.notifies("eva", on, crisis=True)


def test_on_call_and_off(pack: Pack) -> None:
    pack.write("desk.yaml", DESK + "on_call: true\n")
    off = local("2026-11-26T18:00")
    assert pack.load().desk.notifies("jana", off, crisis=True)
    assert not pack.load().desk.notifies("jana", off)
    assert not pack.load().desk.notifies("eva", off, crisis=True)
    pack.write("desk.yaml", DESK + "on_call: true\nnotify: off\n")
    assert not pack.load().desk.notifies("jana", local("2026-11-26T11:00"), crisis=True)
    assert pack.load().desk.notifies("jana", local("2026-11-26T11:00"), opted_in=True)


def test_a_zone_of_its_own(pack: Pack) -> None:
    pack.write("desk.yaml", DESK + "zone: Europe/Kyiv\n")
    desk = pack.load().desk
    assert next_staffed(desk.person_roster("jana"), local("2026-11-26T00:00")) == datetime(
        2026, 11, 26, 7, tzinfo=UTC
    )


# (what stands there, what is put in its place, line, code)
OF_FORM = [
    ('from: "09:00", to: "12:00"', 'from: "9:00", to: "12:00"', 3, "form"),
    ('from: "09:00", to: "12:00"', 'from: "24:00", to: "12:00"', 3, "form"),
    ('from: "09:00", to: "12:00"', 'from: 9, to: "12:00"', 3, "form"),
    ("[mon, tue, thu]", "[mo, tue, thu]", 3, "form"),
    ("[mon, tue, thu]", "[]", 3, "form"),
    ("answer_within: PT2H", "answer_within: 2 hours", 23, "form"),
    ("answer_within: PT2H", "answer_within: P1D", 23, "form"),
    ("sample: false", "sample: no", 1, "form"),
    ("2026-12-01", "01.12.2026", 15, "form"),
    ("  jana:", "  Jana:", 12, "form"),
    ("notify: always", "notify: never", 22, "form"),
    ("limit: PT4H\n", "limmit: PT4H\n", 24, "form"),
    ("limit: PT4H\n", "limit: PT4H\ntopics_show: nothing\n", 25, "form"),
]
OF_MEANING = [
    ('"13:00", to: "17:00"', '"17:00", to: "13:00"', 4, "hours"),
    ('"13:00", to: "17:00"', '"13:00", to: "13:00"', 4, "hours"),
    ('to: "10:15"', 'to: "09:45"', 6, "hours"),
    ('to: "10:15"}', 'to: "10:15"}\n  - {days: [fri], from: "10:10", to: "11:00"}', 7,
     "breaks-overlap"),
    ('from: "13:00", to: "17:00"', 'from: "11:00", to: "17:00"', 4, "hours-overlap"),
    ("to: 2026-12-31", "to: 2026-12-23", 8, "closure"),
    ("to: 2026-12-31", "to: 2099-12-31", 8, "closure"),
    ('from: "09:00", to: "10:00"', 'from: "09:00", to: "08:00"', 10, "hours"),
    ("substitute: mirek", "substitute: olena", 15, "unknown-person"),
    ("substitute: mirek", "substitute: jana", 15, "substitute"),
    ("to: 2026-12-03", "to: 2026-11-30", 15, "absence"),
    ("to: 2026-12-10T15:00", "to: 2026-12-10T13:00", 16, "absence"),
    ("limit: PT4H\n", "limit: PT4H\nzone: Europe/Guben\n", 25, "form"),
    ("answer_within: PT2H", "answer_within: PT0M", 23, "form"),
    ("sample: false", "sample: true", 1, "desk-sample"),
    ('    hours:\n      - {days: [wed, fri], from: "20:00", to: "24:00"}',
     "    hours: []\n    extra: []", 17, "desk-empty"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "code"), OF_FORM + OF_MEANING)
def test_a_mistake_is_named_in_its_line(
    pack: Pack, old: str, new: str, line: int, code: str
) -> None:
    assert old in DESK
    pack.write("desk.yaml", DESK.replace(old, new, 1))
    assert ("desk.yaml", line, code) in pack.found()


def test_all_mistakes_are_named_at_once(pack: Pack) -> None:
    text = DESK
    chosen = [OF_MEANING[0], OF_MEANING[5], OF_MEANING[8], OF_MEANING[11]]
    for old, new, _, _ in chosen:
        text = text.replace(old, new, 1)
    pack.write("desk.yaml", text)
    assert {("desk.yaml", line, code) for _, _, line, code in chosen} <= set(pack.found())


@pytest.mark.parametrize(("old", "new", "line", "code"), OF_FORM)
def test_the_schema_refuses_a_mistake_of_form(old: str, new: str, line: int, code: str) -> None:
    validator = pytest.importorskip("jsonschema").Draft202012Validator(json_schema("desk"))
    for text, sound in ((DESK, True), (DESK.replace(old, new, 1), False)):
        node = parse(text.encode(), "desk.yaml", Problems())
        assert node is not None
        assert validator.is_valid(node.plain()) is sound


def test_a_desk_without_hours_is_said(pack: Pack) -> None:
    pack.write("desk.yaml", "answer_within: PT2H\nlimit: PT4H\n")
    assert pack.found() == [("desk.yaml", 1, "desk-empty")]
    pack.load()


def test_a_substitute_who_is_away_too_is_said(pack: Pack) -> None:
    away = "    absences: [{from: 2026-12-01, to: 2026-12-01}]\n    notify: always\n"
    pack.write("desk.yaml", DESK.replace("    notify: always\n", away))
    assert pack.found() == [("desk.yaml", 15, "substitute")]


def test_what_is_over_is_said(pack: Pack) -> None:
    pack.write("desk.yaml", DESK)
    found = examine(pack.content, pack.locales, today=date(2027, 1, 1))
    over = [(Path(item.file).name, item.line) for item in found if item.code == "roster-over"]
    assert over == [("desk.yaml", line) for line in (8, 10, 15, 16)]
    assert not [item for item in found if item.code == "roster-over" and item.severity == "error"]


# Ready answers

REPLIES = """\
hello:
  title: |
    Begrüßung
  text: |
    Guten Tag. Das kostet {fact:fee}.
"""


def test_ready_answers(pack: Pack) -> None:
    pack.write("replies/a.yaml", REPLIES)
    pack.write("replies/b.yaml", REPLIES.replace("hello", "bye"))
    pack.po("uk", 'msgctxt "replies/bye/title"\nmsgid "Begrüßung"\nmsgstr "Вітання"\n')
    catalogue = pack.load()
    assert [reply.id for reply in catalogue.replies] == ["hello", "bye"]
    bye = catalogue.replies[1]
    assert catalogue.plain(bye.title, "uk") == "Вітання"
    assert catalogue.plain(bye.title, "en") == "Begrüßung"
    assert catalogue.blocks(bye.text, "de", date(2026, 11, 24)).uncertain == ()
    assert pack.problems() == ()


def test_mistakes_in_ready_answers(pack: Pack) -> None:
    pack.write("replies/a.yaml", REPLIES)
    pack.write("replies/b.yaml", REPLIES.replace("fact:fee", "fact:fees") + "Bad: {}\n")
    assert set(pack.found()) >= {("b.yaml", 2, "duplicate-id"), ("b.yaml", 6, "form")}
    pack.write("replies/b.yaml", REPLIES.replace("hello", "bye").replace("fact:fee", "fact:fees"))
    assert pack.found() == [("b.yaml", 5, "unknown-fact")]
