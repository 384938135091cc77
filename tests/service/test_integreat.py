"""Lotse as pages of Integreat: what came from there goes back as it came, the rest is sound."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.content import exchange
from bot.content.catalogue import Catalogue
from bot.content.integreat.html import markup
from bot.content.integreat.taking import take
from bot.service.integreat import Exported, exported, files
from tests.content.conftest import Pack
from tests.content.integreat.feed import DE, FEED, GERMAN, HALL, PARENT, UK, UKRAINIAN, write

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ENTRY = "bankkonto-eroeffnen"
KEYS = set(GERMAN)


def out(pack: Pack, *codes: str) -> dict[str, Exported]:
    catalogue = pack.load()
    languages = [item for item in catalogue.languages if not codes or item.code in codes]
    return {item.language: item for item in exported(catalogue, languages, pack.content, AT)}


def at(found: Exported, path: object) -> dict[str, Any]:
    (page,) = [each for each in found.pages if each["path"] == path]
    return page


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return Pack(tmp_path)


@pytest.fixture
def adopted(pack: Pack, tmp_path: Path) -> Pack:
    """A pack into which a feed was imported and its entry adopted, with its translation."""
    source = write(tmp_path / "in", "feed.json", [*FEED, UKRAINIAN])
    take(source, pack.content, pack.load(), date(2026, 11, 22), overwrite=False)
    drafts = pack.content / "drafts"
    shutil.move(drafts / f"{ENTRY}.yaml", pack.content / "topics/arrival" / f"{ENTRY}.yaml")
    catalogue = pack.load()
    language = catalogue.language("uk")
    assert language is not None
    exchange.incoming(
        (drafts / "uk.po").read_bytes(),
        "uk.po",
        catalogue=catalogue,
        language=language,
        content_dir=pack.content,
        locales_dir=pack.locales,
        at=AT,
    )
    return pack


def test_what_nobody_changed_goes_back_as_it_came(adopted: Pack) -> None:
    found = out(adopted)
    assert at(found["de"], DE) == GERMAN
    assert at(found["de"], PARENT["path"]) == PARENT
    assert at(found["uk"], UK) == UKRAINIAN
    assert found["de"].locations == [HALL]


def test_what_was_not_adopted_goes_back_too(pack: Pack, tmp_path: Path) -> None:
    source = write(tmp_path / "in", "feed.json", [*FEED, UKRAINIAN])
    take(source, pack.content, pack.load(), date(2026, 11, 22), overwrite=False)
    found = out(pack)
    assert [at(found["de"], each["path"]) for each in (PARENT, GERMAN)] == [PARENT, GERMAN]
    assert at(found["uk"], UK) == UKRAINIAN


def test_a_changed_entry_keeps_its_page_and_gets_our_words(adopted: Pack) -> None:
    path = adopted.content / "topics/arrival" / f"{ENTRY}.yaml"
    path.write_text(path.read_text("utf-8").replace("- Geld", "- Geld {fact:fee}"), "utf-8")
    found = out(adopted)
    page = at(found["de"], DE)
    assert {key: page[key] for key in KEYS - {"content", "excerpt", "last_updated"}} == {
        key: GERMAN[key] for key in KEYS - {"content", "excerpt", "last_updated"}
    }
    assert "73\u00a0€" in page["content"]
    assert "73 €" in page["excerpt"].replace("\u00a0", " ")
    assert page["last_updated"] == "2026-11-22T12:00:00+00:00"
    assert at(found["uk"], UK) == UKRAINIAN, "stale now: the page of Integreat stays"
    assert ENTRY in found["uk"].left_out


def test_pages_of_our_own_have_every_key_and_lead_to_each_other(adopted: Pack) -> None:
    found = out(adopted, "de")["de"]
    page = at(found, "/cottbus/de/arrival/address/")
    topic = at(found, "/cottbus/de/arrival/")
    assert set(page) == set(topic) == KEYS
    assert page["parent"] == {key: topic[key] for key in ("id", "url", "path")}
    assert topic["parent"] == {"id": 0, "url": None, "path": None}
    assert page["url"] == f"https://integreat.app{page['path']}"
    course = at(found, "/cottbus/de/arrival/course/")
    assert f'<a href="{course["url"]}">Deutsch lernen</a>' in page["content"]
    assert "<h3>Wo wohnen Sie? Guben</h3>" in page["content"]
    assert "<" not in page["excerpt"]
    ids = [each["id"] for each in found.pages]
    assert len(ids) == len(set(ids))
    orders = [each["order"] for each in found.pages]
    assert len(orders) == len(set(orders))


def test_languages_name_each_other_where_they_are(pack: Pack) -> None:
    pack.po(
        "uk",
        """
        msgctxt "course/title"
        msgid "Deutsch lernen"
        msgstr "Вчити"

        msgctxt "course/rule"
        msgid "{fact:rule}"
        msgstr "{fact:rule}"

        msgctxt "facts/rule"
        msgid "Der Kurs ist voll."
        msgstr "Немає місць."
        """,
    )
    found = out(pack)
    german = at(found["de"], "/lotse/de/arrival/course/")
    assert set(german["available_languages"]) == {"uk"}
    theirs = at(found["uk"], german["available_languages"]["uk"]["path"])
    assert theirs["title"] == "Вчити"
    assert "Немає місць." in theirs["content"]
    assert set(found["uk"].left_out) == {"address"}
    assert found["ar"].pages == []


def test_our_own_pages_can_be_read_back(catalogue: Catalogue, tmp_path: Path) -> None:
    """Every shipped entry survives the way to Integreat's form and to our markup."""
    languages = [catalogue.source]
    (found,) = exported(catalogue, languages, tmp_path / "none", AT, region="spn")
    texts = [str(each["content"]) for each in found.pages if each["content"]]
    assert len(texts) == len(catalogue.entries)
    for text in texts:
        assert "\n\n".join(markup(text))
        assert "{fact" not in text
        assert "javascript" not in text


def test_files_are_json_for_each_language(adopted: Pack) -> None:
    made = dict(files(out(adopted, "de", "uk").values()))
    assert set(made) == {"de/pages.json", "de/locations.json", "uk/pages.json"}
    assert GERMAN in json.loads(made["de/pages.json"])
