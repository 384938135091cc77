"""Calendars elsewhere: what site.yaml and desk.yaml may name, and what is refused in its line."""

from __future__ import annotations

import pytest

from bot.content.closing_calendars import ClosingAddress
from tests.content.conftest import PLACES, SITE, Pack

URL = "https://calendar.example/closed.ics"
DESK = """\
hours:
  - {{days: [mon], from: "09:00", to: "17:00"}}
answer_within: PT2H
limit: PT4H
people:
  jana: {{calendar: {jana}}}
  mirek: {{calendar: {mirek}}}
  olena: {{}}
"""


def with_closures(pack: Pack, *lines: str) -> Pack:
    pack.write("places.yaml", PLACES)
    pack.write("site.yaml", SITE + "closures:\n" + "".join(f"  - {line}\n" for line in lines))
    return pack


def test_an_address_closes_a_place_or_all(pack: Pack) -> None:
    found = with_closures(pack, f"{{url: {URL}, place: town-hall}}", f"{{url: {URL}}}").load()
    assert found.booking.addresses == (
        ClosingAddress(url=URL, place="town-hall", zone="Europe/Berlin"),
        ClosingAddress(url=URL, place=None, zone="Europe/Berlin"),
    )
    assert URL not in repr(found.booking.addresses)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"{{url: {URL}, place: moon}}", "there is no place `moon`"),
        ("{url: ftp://calendar.example/closed.ics}", "https://"),
        ("{place: town-hall}", "url"),
        (f"{{url: {URL}, zone: Europe/Berlin}}", "zone"),
    ],
)
def test_what_is_no_address_is_refused(pack: Pack, line: str, words: str) -> None:
    problems = with_closures(pack, line).problems()
    assert any(words in each.message for each in problems if each.severity == "error"), problems


def test_a_counsellor_has_a_calendar_by_name_or_address(pack: Pack) -> None:
    pack.write("desk.yaml", DESK.format(jana="Jana K.", mirek="https://dav.example/mirek/"))
    assert pack.load().desk.calendars == {
        "jana": "Jana K.",
        "mirek": "https://dav.example/mirek/",
    }


@pytest.mark.parametrize(
    ("mirek", "words"),
    [
        ("Jana", "`mirek` and `jana` have the same calendar"),
        ("ftp://dav.example/mirek/", "begins with https://"),
        ('""', ""),
    ],
)
def test_a_calendar_that_cannot_be_used_is_refused(pack: Pack, mirek: str, words: str) -> None:
    pack.write("desk.yaml", DESK.format(jana="Jana", mirek=mirek))
    errors = [each for each in pack.problems() if each.severity == "error"]
    assert [(each.line, words in each.message) for each in errors] == [(7, True)]
