"""A guided entry on one page: everything it says, under exactly the answers it is said for."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.content.catalogue import Catalogue
from bot.domain.outgoing import Bullets, Link
from bot.service import static_pages
from bot.service.static_pages import StaticPage, static_page
from tests.content.conftest import Pack

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NAME = "topics/arrival/address.yaml"


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return Pack(tmp_path)


def made(pack: Pack, language: str = "de", entry: str = "address") -> StaticPage:
    catalogue = pack.load()
    page = static_page(catalogue, catalogue.entries[entry], language, AT)
    assert page is not None
    return page


def words(page: StaticPage) -> list[tuple[tuple[str, ...], str]]:
    found = []
    for section in page.sections:
        lines = [
            "".join(s.label if isinstance(s, Link) else s.text for s in spans)
            for block in section.blocks
            for spans in (block.items if isinstance(block, Bullets) else (block.spans,))
        ]
        found.append((section.heading, " | ".join(lines)))
    return found


def test_what_is_said_and_for_whom(pack: Pack) -> None:
    page = made(pack)
    headings = [heading for heading, _ in words(page)]
    assert headings == [
        (),
        ("Wo wohnen Sie? Guben",),
        ("Seit wann? ≤ −15\u00a0Tage",),
        (),
    ]
    assert "Mehr steht hier." in words(page)[0][1]
    assert "Am Markt 1" in words(page)[1][1]
    assert "Reisepass" in words(page)[-1][1]
    assert page.leads_to == ("course",)


def test_a_page_is_complete_where_every_word_is_fresh(pack: Pack) -> None:
    assert made(pack).complete
    assert not made(pack, "uk").complete
    pack.po("uk", 'msgctxt "course/title"\nmsgid "Deutsch lernen"\nmsgstr "x"\n\n'
            'msgctxt "course/rule"\nmsgid "{fact:rule}"\nmsgstr "{fact:rule}"\n')  # fmt: skip
    assert made(pack, "uk", "course").complete


@pytest.mark.parametrize(
    ("condition", "heading"),
    [
        ("{where: [guben, other]}", ()),
        ("{not: {where: guben}}", ("Wo wohnen Sie? Anderer Ort",)),
        ("{since: {after: -P14D}}", ("Seit wann? ≥ −13\u00a0Tage",)),
        ("{since: {at_most: P0D}}", ()),
        ("{all: [{where: guben}, {since: {before: -P14D}}]}",
         ("Wo wohnen Sie? Guben · Seit wann? ≤ −15\u00a0Tage",)),
        ("{any: [{where: guben}, {since: {before: -P14D}}]}",
         ("Seit wann? ≤ −15\u00a0Tage", "Wo wohnen Sie? Guben · Seit wann? ≥ −14\u00a0Tage")),
    ],
)  # fmt: skip
def test_conditions_in_words(pack: Pack, condition: str, heading: tuple[str, ...]) -> None:
    pack.change(NAME, "{since: {before: -P14D}}", condition)
    late = [each for each, text in words(made(pack)) if "Das ist spät." in text]
    assert late == [heading]


def test_numbers_are_ranges_that_touch(pack: Pack) -> None:
    pack.write(
        "topics/arrival/course.yaml",
        """\
id: course
title: |
  Kind
review_by: 2027-11-01
steps:
  - id: age
    ask: number
    text: |
      Wie alt? Schreiben Sie die Zahl.
    min: 0
    max: 18
  - id: small
    if: {age: {at_most: 2}}
    say: |
      Klein.
  - id: both
    if: {age: {before: 7}}
    say: |
      Noch nicht sieben.
  - id: exact
    if: {age: [7, 9]}
    say: |
      Sieben oder neun.
""",
    )
    assert words(made(pack, entry="course")) == [
        (("Wie alt? 0 – 2",), "Klein."),
        (("Wie alt? 0 – 6",), "Noch nicht sieben."),
        (("Wie alt? 7 / 9",), "Sieben oder neun."),
    ]


def test_too_many_ways_make_no_page(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static_pages, "MOST_WAYS", 3)
    catalogue = pack.load()
    assert static_page(catalogue, catalogue.entries["address"], "de", AT) is None


def test_every_shipped_entry_fits_on_a_page(catalogue: Catalogue) -> None:
    for entry in catalogue.entries.values():
        page = static_page(catalogue, entry, "de", AT)
        assert page is not None, entry.id
        assert page.complete
        assert page.sections
        assert set(page.leads_to) <= set(catalogue.entries)
        assert all(len(section.heading) <= 6 for section in page.sections), entry.id
