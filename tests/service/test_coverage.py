"""Figures of the translations, facts not shown, and the picture of them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import pytest

from bot.domain.texts import MENU_TITLE, TOO_LONG
from bot.service.coverage import Coverage, Tally, coverage, drafts, gaps
from bot.service.coverage_picture import picture
from tests.content.conftest import Pack

TODAY = date(2026, 11, 22)
CONTENT = """
# reviewed: counsellor, 2026-11-01
msgctxt "address/title"
msgid "Wohnsitz anmelden"
msgstr "Register"

msgctxt "address/late"
msgid "Das war spät."
msgstr "Late."

msgctxt "course/title"
msgid "Deutsch lernen"
msgstr "Learn German"

msgctxt "places/town-hall/name"
msgid "Rathaus"
msgstr "Town hall"
"""
INTERFACE = f"""
# reviewed: counsellor, 2026-11-01
msgctxt "{MENU_TITLE.id}"
msgid "{MENU_TITLE.german}"
msgstr "Menu"

#, fuzzy
msgctxt "{TOO_LONG.id}"
msgid "Alt {{limit}}"
msgstr "x"
"""


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    made = Pack(tmp_path)
    made.po("en", CONTENT)
    made.po("en", INTERFACE, "messages")
    return made


def found(pack: Pack) -> Coverage:
    return coverage(pack.load(), pack.locales)


def tally(pack: Pack, group: str, language: str) -> Tally | None:
    (row,) = [each for each in found(pack).groups if each.name == group]
    return row.tallies.get(language)


def test_topics_count_their_entries(pack: Pack) -> None:
    row = tally(pack, "Ankommen", "en")
    assert row is not None
    assert (row.fresh, row.stale, row.reviewed) == (2, 1, 1)
    assert row.total == row.fresh + row.stale + row.missing
    assert tally(pack, "Ankommen", "uk") == Tally(row.total, 0, 0, row.total, 0)
    assert tally(pack, "Ankommen", "dsb") is None


def test_every_text_is_in_one_group(pack: Pack) -> None:
    catalogue = pack.load()
    names = [each.name for each in found(pack).groups]
    assert names[0] == "Ankommen"
    assert len(names) == len(set(names))
    total = found(pack).total("en").total
    assert total == len(catalogue.texts) + found(pack).total("dsb").total


def test_the_interface_counts_too(pack: Pack) -> None:
    row = tally(pack, "Interface", "en")
    assert row is not None
    assert (row.fresh, row.reviewed) == (1, 1)
    assert row.stale + row.missing == row.total - 1


def test_facts_that_nobody_sees(pack: Pack) -> None:
    assert {gap.fact: gap.why for gap in gaps(pack.load(), TODAY)} == {
        "rumour": "low confidence: nobody has confirmed it"
    }
    later = {gap.fact: gap.why for gap in gaps(pack.load(), date(2028, 1, 1))}
    assert later["fee"] == "was to be checked by 2027-11-01"
    assert later["rule"] == "no value holds on this day"
    assert "sos" not in later, "emergency numbers stay"


def test_drafts_are_named(pack: Pack) -> None:
    assert drafts(pack.content) == ()
    pack.write("drafts/konto.yaml", "id: konto\n")
    pack.write("drafts/uk.po", "")
    assert drafts(pack.content) == ("drafts/konto.yaml",)


def test_the_picture_says_in_words_what_it_shows(pack: Pack) -> None:
    pack.change("topics/arrival/_topic.yaml", "Ankommen", "A & <B>")
    root = ET.fromstring(picture(found(pack), "Lotse", TODAY))
    words = " ".join(root.itertext())
    assert "A & <B>" in words
    assert "2 of" in words
    assert "1 stale" in words
    assert "not offered" in words
    for word in ("reviewed by a human", "fresh, not reviewed", "stale", "missing", "العربية"):
        assert word in words
    bars = [each for each in root.iter() if each.get("class") == "stale"]
    assert bars
    assert all(float(each.get("width", "0")) > 0 for each in bars)
