from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.content.catalogue import Catalogue
from bot.content.load import load
from bot.service.freshness import (
    Review,
    Standing,
    keys_by_entry,
    named_by,
    reviews,
    reviews_of,
    stand,
    stands,
)
from tests.conftest import ROOT

TODAY = date(2026, 11, 24)
KEY = "tax-id/title"


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    for name in ("content", "locales"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def test_every_text_of_an_entry_is_counted_in_every_language(catalogue: Catalogue) -> None:
    keys = keys_by_entry(catalogue)
    assert set(keys) == set(catalogue.entries)
    own = {key for key in catalogue.texts if key.partition("/")[0] in catalogue.entries}
    assert own <= {key for found in keys.values() for key in found}
    for entry, found in stands(catalogue).items():
        assert found[0].language.code == catalogue.source.code
        for each in found:
            assert each.total == len(keys[entry])
            assert set(each.stale) | set(each.missing) | set(each.unread) <= set(keys[entry])
            assert (each.language.status == "source") == (each.standing is Standing.SOURCE)


def test_what_a_step_names_counts_too(catalogue: Catalogue) -> None:
    for entry in catalogue.entries.values():
        for step in entry.steps:
            named = named_by(catalogue, step)
            assert set(named.keys) <= set(keys_by_entry(catalogue)[entry.id])
            assert set(named.keys) <= set(catalogue.texts)


def test_an_edited_german_text_makes_translations_stale(edited: Path) -> None:
    before = load(edited / "content", edited / "locales")
    assert before.freshness(KEY, "pl") == "fresh"
    path = edited / "content/topics/arrival/tax-id.yaml"
    path.write_text(path.read_text("utf-8").replace("Steuer-ID bekommen", "Steuer-ID finden"))
    after = load(edited / "content", edited / "locales")
    polish = after.language("pl")
    assert polish is not None
    found = stand(after, [KEY], polish)
    assert found.stale == (KEY,)
    assert found.standing is Standing.STALE
    assert stand(after, [KEY], after.source).standing is Standing.SOURCE


def test_a_lost_translation_is_missing_and_a_checked_one_is_reviewed(edited: Path) -> None:
    path = edited / "locales/pl/LC_MESSAGES/content.po"
    text = path.read_text("utf-8")
    at = text.index(f'msgctxt "{KEY}"')
    path.write_text(text[:at] + "#, fuzzy\n" + text[at:])
    fuzzy = load(edited / "content", edited / "locales")
    assert fuzzy.freshness(KEY, "pl") == "stale"

    start = text.rindex("\n\n", 0, at) + 2
    path.write_text(text[:start] + "# reviewed: counsellor, 2026-11-01\n" + text[start:])
    read = load(edited / "content", edited / "locales")
    polish = read.language("pl")
    assert polish is not None
    assert stand(read, [KEY], polish).standing is Standing.REVIEWED

    path.write_text(text[:start] + text[text.index("\n\n", at) + 2 :])
    lost = load(edited / "content", edited / "locales")
    found = stand(lost, [KEY], polish)
    assert found.missing == (KEY,)
    assert found.standing is Standing.MISSING


def test_reviews_come_in_the_order_of_their_days(catalogue: Catalogue) -> None:
    found = reviews(catalogue)
    days = [each.day for each in found if each.day is not None]
    assert days == sorted(days)
    assert len(found) == len(catalogue.entries) + len(catalogue.facts) + len(catalogue.places)
    assert all(each.day is None for each in found[len(days) :])


def test_an_entry_names_its_facts_and_places(catalogue: Catalogue) -> None:
    found = reviews_of(catalogue, catalogue.entries["register-address"])
    assert {("entry", "register-address"), ("fact", "registration-deadline")} <= {
        (each.kind, each.id) for each in found
    }
    assert any(each.kind == "place" for each in found)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 11, 23), "overdue"),
        (date(2026, 11, 24), "soon"),
        (date(2026, 12, 24), "soon"),
        (date(2026, 12, 25), "later"),
        (None, "none"),
    ],
)
def test_how_urgent_a_review_is(day: date | None, state: str) -> None:
    assert Review(kind="fact", id="x", day=day).state(TODAY) == state
