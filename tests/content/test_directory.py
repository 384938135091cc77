from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.content.model import LookupStep, PartnersStep
from tests.content.conftest import ADDRESS, Pack

TABLE = """\
by: [where]
rows:
  - {where: guben, place: town-hall}
  - where: forst
    text: |
      Fragen Sie das Amt in Forst. Es kostet {fact:fee}.
default: {contact: town-hall}
"""
PARTNERS = """\
near:
  place: town-hall
  needs: [advice]
  towns: [guben]
  languages: [uk, pl]
  note: |
    Nur mit Termin.
everywhere:
  place: town-hall
  needs: [advice, debts]
"""
NOTICES = """\
closed:
  text: |
    Morgen ist das Rathaus zu.
  from: 2026-12-24T00:00
  until: 2026-12-27T00:00
  places: [town-hall]
hello:
  text: |
    Wir ziehen um.
  until: 2027-03-28T03:00
"""


@pytest.fixture
def full(pack: Pack) -> Pack:
    pack.write("tables/offices.yaml", TABLE)
    pack.write("partners.yaml", PARTNERS)
    pack.write("notices.yaml", NOTICES)
    steps = """\
  - id: office
    lookup: {table: offices, by: [where]}
  - id: help
    partners: {need: advice, town: where}
  - id: visit
"""
    pack.write("topics/arrival/address.yaml", ADDRESS.replace("  - id: visit\n", steps))
    return pack


def test_a_table_finds_the_row_for_an_answer_or_the_default(full: Pack) -> None:
    catalogue = full.load()
    assert full.problems() == ()
    table = catalogue.directory.tables["offices"]
    guben, forst, other = (table.row((town,)) for town in ("guben", "forst", "elsewhere"))
    assert guben is not None
    assert forst is not None
    assert other is not None
    assert (guben.place, guben.text) == ("town-hall", None)
    assert forst.text == "tables/offices/forst"
    assert catalogue.has("tables/offices/forst")
    assert other.contact == "town-hall"


def test_steps_name_table_and_need(full: Pack) -> None:
    steps = full.load().entries["address"].steps
    assert any(isinstance(s, LookupStep) and s.table == "offices" for s in steps)
    assert any(isinstance(s, PartnersStep) and s.need == "advice" for s in steps)


def test_partners_near_by_come_first(full: Pack) -> None:
    helping = full.load().directory.helping
    assert [p.id for p in helping("advice", "guben")] == ["near", "everywhere"]
    assert {p.id for p in helping("advice", "berlin")} == {"near", "everywhere"}
    assert [p.id for p in helping("debts", None)] == ["everywhere"]
    assert helping("nothing", "guben") == ()


def test_notices_live_between_their_local_times(full: Pack) -> None:
    directory = full.load().directory

    def live(at: datetime) -> set[str]:
        return {notice.key for notice in directory.live(at)}

    assert live(datetime(2026, 12, 23, 22, 59, tzinfo=UTC)) == {"notices/hello"}
    assert live(datetime(2026, 12, 23, 23, 0, tzinfo=UTC)) == {"notices/closed", "notices/hello"}
    assert live(datetime(2026, 12, 27, 0, 0, tzinfo=ZoneInfo("Europe/Berlin"))) == {"notices/hello"}
    everywhere = {notice.key for notice in directory.notices if notice.everywhere}
    assert everywhere == {"notices/hello"}


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        ("tables/offices.yaml", "place: town-hall", "place: nowhere", (3, "unknown-place")),
        ("tables/offices.yaml", "where: forst", "where: guben", (4, "duplicate-row")),
        ("tables/offices.yaml", "{where: guben,", "{", (3, "row")),
        ("tables/offices.yaml", "place: town-hall", "price: 3", (3, "unknown-key")),
        ("partners.yaml", "place: town-hall", "place: nowhere", (2, "unknown-place")),
        ("notices.yaml", "until: 2026-12-27", "until: 2026-12-20", (5, "notice")),
        ("notices.yaml", "places: [town-hall]", "entries: [nothing]", (6, "unknown-target")),
        ("notices.yaml", "2026-12-24T00:00", "tomorrow", (4, "form")),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    full: Pack, name: str, old: str, new: str, problem: tuple[int, str]
) -> None:
    text = {"tables/offices.yaml": TABLE, "partners.yaml": PARTNERS, "notices.yaml": NOTICES}[name]
    assert old in text
    full.write(name, text.replace(old, new, 1))
    found = full.found()
    assert (name.rpartition("/")[2], *problem) in found, found


def test_steps_that_name_nothing_are_errors(pack: Pack) -> None:
    steps = """\
  - id: office
    lookup: {table: nothing, by: [never-asked]}
  - id: help
    partners: {need: nothing}
  - id: visit
"""
    pack.write("topics/arrival/address.yaml", ADDRESS.replace("  - id: visit\n", steps))
    codes = {code for _, _, code in pack.found()}
    assert codes == {"unknown-table", "unknown-answer", "unknown-need"}
