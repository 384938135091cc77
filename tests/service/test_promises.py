"""The promise: when a human answers, and when no time is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.catalogue import Catalogue
from bot.content.load import load
from bot.domain.case import Promise
from bot.domain.hours import Absence, is_staffed, staffed_between
from bot.service.promises import NO_PROMISE, STEP, languages_on_duty, promise
from tests.conftest import ROOT
from tests.content.conftest import FILES

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = """\
hours:
  - {days: [mon, tue, thu], from: "09:00", to: "12:00"}
  - {days: [thu], from: "13:00", to: "17:00"}
answer_within: PT2H
limit: PT4H
"""
PEOPLE = """\
people:
  jana: {languages: [uk, pl]}
  mirek: {languages: [pl]}
"""
Site = Callable[[str], Catalogue]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Return what makes a catalogue with this desk.yaml; none where it is empty."""

    def made(desk: str) -> Catalogue:
        files = {**FILES, "desk.yaml": desk} if desk else FILES
        for name, text in files.items():
            path = tmp_path / "content" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return load(tmp_path / "content", tmp_path / "locales")

    return made


@pytest.mark.parametrize(
    ("now", "staffed", "by"),
    [
        ("2026-11-24T09:00", True, "2026-11-24T11:00"),
        ("2026-11-24T08:00", False, "2026-11-24T11:00"),
        ("2026-11-24T09:13", True, "2026-11-24T11:15"),
        ("2026-11-24T11:30", True, "2026-11-26T10:30"),  # the rest on Thursday
        ("2026-11-26T11:30", True, "2026-11-26T14:30"),  # over the gap at noon
        ("2026-11-24T12:00", False, "2026-11-26T11:00"),
        ("2026-11-27T18:00", False, "2026-11-30T11:00"),
        ("2027-03-25T16:30", True, "2027-03-30T10:30"),  # Easter Monday, and summer time between
    ],
)
def test_a_human_answers_after_staffed_time(site: Site, now: str, staffed: bool, by: str) -> None:
    found = promise(site(HOURS), local(now), public=True)
    assert found == Promise(staffed=staffed, by=local(by))


def test_a_sample_names_no_time_in_public(site: Site) -> None:
    catalogue, now = site("sample: true\n" + HOURS), local("2026-11-24T09:00")
    assert promise(catalogue, now, public=True) == NO_PROMISE
    assert promise(catalogue, now, public=False).by == local("2026-11-24T11:00")


def test_the_shipped_desk_is_a_sample() -> None:
    catalogue, now = load(ROOT / "content", ROOT / "locales"), local("2026-11-24T09:00")
    assert promise(catalogue, now, public=True) == NO_PROMISE
    assert promise(catalogue, now, public=False).staffed


@pytest.mark.parametrize("desk", ["", "answer_within: PT2H\nlimit: PT4H\n"])
def test_without_hours_no_time_is_named(site: Site, desk: str) -> None:
    assert promise(site(desk), local("2026-11-24T09:00"), public=False) == NO_PROMISE


def test_nobody_is_promised_who_is_away(site: Site) -> None:
    catalogue, now = site(HOURS + PEOPLE), local("2026-11-24T09:00")
    until = local("2026-11-25T00:00")
    absences = [Absence(person="jana", begins=now, until=until)]
    assert promise(catalogue, now, public=True, absences=absences).staffed
    absences.append(Absence(person="mirek", begins=now, until=until))
    found = promise(catalogue, now, public=True, absences=absences)
    assert found == Promise(staffed=False, by=local("2026-11-26T11:00"))
    absences.append(Absence(person="mirek", begins=now, until=now + timedelta(days=90)))
    absences.append(Absence(person="jana", begins=now, until=now + timedelta(days=90)))
    assert promise(catalogue, now, public=True, absences=absences) == NO_PROMISE


def test_the_team_counts_where_the_file_names_nobody(site: Site) -> None:
    catalogue, now = site(HOURS), local("2026-11-24T09:00")
    away = [Absence(person="eva", begins=now, until=local("2026-11-25T00:00"))]
    assert promise(catalogue, now, public=True, absences=away, team=["eva", "jana"]).staffed
    assert not promise(catalogue, now, public=True, absences=away, team=["eva"]).staffed


def test_who_speaks_what_now(site: Site) -> None:
    catalogue, now = site(HOURS + PEOPLE), local("2026-11-24T09:00")
    assert languages_on_duty(catalogue, now) == {"jana": {"uk", "pl"}, "mirek": {"pl"}}
    away = [Absence(person="jana", begins=now, until=local("2026-11-25T00:00"))]
    spoken = {"mirek": ["ar"], "jana": ["fr"]}
    found = languages_on_duty(catalogue, now, absences=away, spoken=spoken)
    assert found == {"mirek": {"pl", "ar"}}
    assert languages_on_duty(catalogue, local("2026-11-24T12:00")) == {}


SHIPPED = load(ROOT / "content", ROOT / "locales")


@given(st.datetimes(datetime(2026, 11, 1), datetime(2028, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001  the strategy puts the zone in
def test_a_promise_can_be_kept(now: datetime) -> None:
    """By the promised time the desk was staffed for as long as it takes, and hardly longer."""
    found, desk = promise(SHIPPED, now, public=False), SHIPPED.desk
    roster = desk.roster()
    assert found.staffed == is_staffed(roster, now)
    assert found.by is not None
    assert found.by.minute % 5 == 0
    assert (found.by.second, found.by.microsecond) == (0, 0)
    passed = staffed_between(roster, now, found.by)
    assert desk.answer_within <= passed < desk.answer_within + STEP
