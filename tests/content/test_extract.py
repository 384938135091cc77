"""What translators work on: merged by msgctxt, nothing guessed, nothing lost, read by gettext."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import polib
import pytest

from bot.content import extract, interface, po
from bot.domain.texts import PluralText
from tests.content.conftest import Pack

LOCALES = Path(__file__).parents[2] / "locales"
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def update(pack: Pack) -> list[extract.Written]:
    catalogue = pack.load()
    return list(extract.update(catalogue, catalogue.languages, pack.content, pack.locales, AT))


def content_po(pack: Pack, language: str = "en") -> polib.POFile:
    path = pack.locales / language / "LC_MESSAGES" / "content.po"
    return polib.pofile(str(path))


def entry(catalogue: polib.POFile, key: str) -> polib.POEntry:
    (found,) = [item for item in catalogue if item.msgctxt == key]
    return found


def test_every_language_gets_its_files(pack: Pack) -> None:
    names = [f"{item.path.parts[-3]}/{item.path.name}" for item in update(pack)]
    assert names == [
        f"{code}/{name}"
        for code in ("en", "uk", "ru", "ar")
        for name in ("content.po", "messages.po")
    ] + ["dsb/messages.po"]
    catalogue = pack.load()
    keys = [item.msgctxt for item in content_po(pack)]
    assert keys == list(catalogue.texts)
    assert {"topics/arrival/title", "address/title", "address/intro", "address/intro/more"} <= set(
        keys
    )
    assert {"address/where/guben", "places/town-hall/name", "places/town-hall/note"} <= set(keys)
    assert {"documents/passport/gloss", "facts/rule", "emergency/rescue", "site/towns"} - set(
        keys
    ) == {"site/towns"}
    assert {"emergency/title", "emergency/lead", "emergency/tail", "site/imprint"} <= set(keys)
    assert {"site/office-name", "site/office-towns"} <= set(keys)


def test_a_second_run_changes_nothing(pack: Pack) -> None:
    assert all(item.changed for item in update(pack))
    assert not any(item.changed for item in update(pack))


def test_a_changed_text_keeps_its_translation_as_fuzzy(pack: Pack) -> None:
    pack.po("en", 'msgctxt "address/late"\nmsgid "Das ist spät."\nmsgstr "Late."\n')
    update(pack)
    pack.change("topics/arrival/address.yaml", "Das ist spät.", "Das ist zu spät.")
    update(pack)
    late = entry(content_po(pack), "address/late")
    assert (late.msgid, late.msgstr) == ("Das ist zu spät.", "Late.")
    assert (late.previous_msgid, late.fuzzy) == ("Das ist spät.", True)
    pack.change("topics/arrival/address.yaml", "Das ist spät.", "Das ist viel zu spät.")
    update(pack)
    assert entry(content_po(pack), "address/late").previous_msgid == "Das ist spät."
    assert pack.load().blocks("address/late", "en", AT.date()).freshness == "stale"
    pack.change("topics/arrival/address.yaml", "Das ist spät.", "Das ist spät.")
    update(pack)
    back = entry(content_po(pack), "address/late")
    assert (back.fuzzy, back.previous_msgid) == (False, None), "it fits again as it was"
    assert pack.load().blocks("address/late", "en", AT.date()).freshness == "fresh"


def test_a_translator_may_mark_her_own_doubt(pack: Pack) -> None:
    doubt = '#, fuzzy\nmsgctxt "address/late"\nmsgid "Das ist spät."\nmsgstr "Late?"\n'
    pack.po("en", doubt)
    update(pack)
    assert entry(content_po(pack), "address/late").fuzzy


def test_the_same_words_elsewhere_are_not_taken_over(pack: Pack) -> None:
    pack.po("en", 'msgctxt "other/step"\nmsgid "Das ist spät."\nmsgstr "Late."\n')
    update(pack)
    assert entry(content_po(pack), "address/late").msgstr == ""


def test_a_message_that_is_gone_is_kept_as_obsolete_and_can_return(pack: Pack) -> None:
    pack.po(
        "en",
        """
        # reviewed: counsellor, 2026-11-01
        msgctxt "address/late"
        msgid "Das ist spät."
        msgstr "Late."
        """,
    )
    without = "  - id: late\n    if: {since: {before: -P14D}}\n    say: |\n      Das ist spät.\n"
    pack.change("topics/arrival/address.yaml", without, "")
    (written, *_) = update(pack)
    assert written.obsolete == 1
    assert entry(content_po(pack), "address/late").obsolete
    pack.change("topics/arrival/address.yaml", "id: address", "id: address")
    update(pack)
    late = entry(content_po(pack), "address/late")
    assert (late.obsolete, late.msgstr, late.fuzzy) == (False, "Late.", False)
    assert late.tcomment == "reviewed: counsellor, 2026-11-01"


def test_translators_learn_what_a_text_is(pack: Pack) -> None:
    update(pack)
    comment = entry(content_po(pack), "address/where/guben").comment
    assert "34" in comment
    assert "Wo wohnen Sie?" in comment


def test_templates(pack: Pack) -> None:
    first, second = extract.extract(pack.load(), pack.content, pack.locales, AT)
    assert (first.path.name, second.path.name) == ("content.pot", "messages.pot")
    assert first.total == len(pack.load().texts)
    assert first.translated == 0


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="gettext's msgfmt is not installed")
def test_gettext_reads_the_files_without_a_warning(pack: Pack) -> None:
    intro = pack.load().texts["address/intro"].german
    pack.po("en", "")
    path = pack.locales / "en" / "LC_MESSAGES" / "content.po"
    made = polib.pofile(str(path))
    made.append(polib.POEntry(msgctxt="address/intro", msgid=intro, msgstr=f"EN {intro}"))
    made.append(polib.POEntry(msgctxt="address/late", msgid="Alt", msgstr="Old"))
    made.save()
    for written in update(pack):
        run = subprocess.run(
            ["msgfmt", "--check", "--output-file=-", str(written.path)],
            capture_output=True,
            check=False,
            timeout=20,
        )
        assert (run.returncode, run.stderr) == (0, b""), written.path


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="gettext's msgfmt is not installed")
@pytest.mark.parametrize("path", sorted(LOCALES.rglob("*.po")), ids=lambda path: path.parts[-3])
def test_gettext_reads_the_shipped_files(path: Path) -> None:
    run = subprocess.run(
        ["msgfmt", "--check", "--output-file=-", str(path)],
        capture_output=True,
        check=False,
        timeout=20,
    )
    assert (run.returncode, run.stderr) == (0, b"")


def test_plural_messages_are_merged_too(tmp_path: Path) -> None:
    wanted = [po.Message(context="n", german="{n} Termin", plural="{n} Termine")]
    rule = extract.plural_forms("uk")
    merged = po.merge(None, wanted, language="uk", plural_forms=rule, project="Lotse")
    merged[0].msgstr_plural = {0: "{n} a", 1: "{n} b", 2: "{n} c"}
    again = po.merge(merged, wanted, language="uk", plural_forms=rule, project="Lotse")
    assert again[0].msgstr_plural == {0: "{n} a", 1: "{n} b", 2: "{n} c"}
    termine = interface.Interface({"uk": GNUTranslations(BytesIO(again.to_binary()))})
    text = PluralText("n", "{n} Termin", "{n} Termine")
    shown = [termine.counted(text, n, "uk", {})[-1] for n in (1, 2, 5, 21)]
    assert shown == ["a", "b", "c", "a"]
    assert po.write(tmp_path / "n.po", again, AT)
    assert "python-brace-format" in (tmp_path / "n.po").read_text(encoding="utf-8")


def test_sorbian_has_its_dual() -> None:
    assert extract.plural_forms("dsb").startswith("nplurals=4")
    assert extract.plural_forms("de").startswith("nplurals=2")
