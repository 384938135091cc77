"""Public holidays: the calendar of each Land, what holidays.yaml changes, and the place's own."""

from __future__ import annotations

from datetime import date

import pytest

from bot.content.closures import Closures, calendar
from tests.content.conftest import PLACES, Pack

REFORMATION = date(2027, 10, 31)
PENANCE = date(2027, 11, 17)  # Buß- und Bettag: only in Saxony
BRANDENBURG = {
    date(2027, 1, 1), date(2027, 3, 26), date(2027, 3, 28), date(2027, 3, 29), date(2027, 5, 1),
    date(2027, 5, 6), date(2027, 5, 16), date(2027, 5, 17), date(2027, 10, 3), REFORMATION,
    date(2027, 12, 25), date(2027, 12, 26),
}  # fmt: skip


def test_brandenburg_has_twelve_holidays() -> None:
    assert set(calendar("BB", 2027)) == BRANDENBURG
    assert calendar("BB", 2027)[REFORMATION] == "Reformationstag"


def test_days_are_asked_for_one_by_one() -> None:
    closures = Closures(land="BB")
    assert REFORMATION in closures
    assert PENANCE not in closures
    assert "2027-10-31" not in closures
    assert closures.name(date(2027, 11, 1)) is None
    more = closures.also({date(2027, 11, 1): "Umzug"})
    assert more.name(date(2027, 11, 1)) == "Umzug"
    assert REFORMATION in more


def test_the_place_decides_the_land(pack: Pack) -> None:
    saxon = PLACES.replace("town-hall:", "park:") + "  land: SN\n"
    pack.write("places.yaml", PLACES + saxon)
    catalogue = pack.load()
    assert catalogue.closures("park").name(PENANCE) == "Buß- und Bettag"
    assert PENANCE not in catalogue.closures("town-hall")
    assert PENANCE not in catalogue.closures()
    assert PENANCE not in catalogue.closures("nowhere")
    assert PENANCE in catalogue.closures_of("SN")


HOLIDAYS = """\
BB:
  added:
    - {day: 2027-05-07, name: Gedenktag, source: {name: Gesetz}}
  removed:
    - {day: 2027-10-31, source: {name: Gesetz}}
"""


def test_the_file_changes_the_calendar(pack: Pack) -> None:
    pack.write("holidays.yaml", HOLIDAYS)
    hours = '[{days: [fri, sun], from: "09:00", to: "12:00"}]'
    pack.write("desk.yaml", f"hours: {hours}\nanswer_within: PT2H\nlimit: PT4H\n")
    catalogue = pack.load()
    assert catalogue.closures().name(date(2027, 5, 7)) == "Gedenktag"
    assert REFORMATION not in catalogue.closures()
    assert REFORMATION in catalogue.closures_of("SN")
    assert catalogue.desk.roster().on(date(2027, 5, 7)) == ()
    assert catalogue.desk.roster().on(REFORMATION) != ()
    assert pack.problems() == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        ("BB:", "XX:", 1, "form"),
        ("day: 2027-05-07", "day: 07.05.2027", 3, "form"),
        (", source: {name: Gesetz}}\n  removed", "}\n  removed", 3, "form"),
        ("day: 2027-05-07", "day: 2027-05-06", 3, "holiday"),
        ("day: 2027-10-31", "day: 2027-10-30", 5, "holiday"),
        (HOLIDAYS, "- BB\n", 1, "form"),
    ],
)
def test_a_mistake_is_named_in_its_line(
    pack: Pack, old: str, new: str, line: int, code: str
) -> None:
    assert old in HOLIDAYS
    pack.write("holidays.yaml", HOLIDAYS.replace(old, new, 1))
    assert pack.found() == [("holidays.yaml", line, code)]


def test_a_land_that_there_is_not(pack: Pack) -> None:
    pack.write("places.yaml", PLACES + "  land: Sachsen\n")
    assert pack.found() == [("places.yaml", 14, "form")]
