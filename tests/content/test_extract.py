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
from bot.domain.errors import LotseError
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
    pack.write("glossary/en.yaml", "Wohnsitz: residence\n")
    pack.write("style/en.md", "Simply „you“.\n\n## More\n- never shout\n")
    update(pack)
    comment = entry(content_po(pack), "address/where/guben").comment
    assert "34" in comment
    assert "Wo wohnen Sie?" in comment
    assert "Liest: wer neu hier ist" in comment
    assert "Stil: Simply „you“." in comment
    assert "Begriffe" not in comment
    title = entry(content_po(pack), "address/title")
    assert "Begriffe: Wohnsitz = residence" in title.comment
    assert title.occurrences == [("topics/arrival/address.yaml", "")]
    assert "erster Satz höchstens 160" in entry(content_po(pack), "address/intro").comment
    assert "Begriffe" not in entry(content_po(pack, "uk"), "address/title").comment


def test_the_style_sheet_stands_at_the_head_and_what_else_stands_there_stays(pack: Pack) -> None:
    pack.write("style/en.md", "Simply „you“.\n\n## More\n- never shout\n")
    update(pack)
    path = pack.locales / "en" / "LC_MESSAGES" / "content.po"
    assert content_po(pack).header.splitlines()[1:] == [
        "Simply „you“.",
        "",
        "## More",
        "- never shout",
        "----- Ende Stil -----",
    ]
    path.write_text("# translated by the town\n" + path.read_text("utf-8"), "utf-8")
    pack.write("style/en.md", "Be brief.\n")
    update(pack)
    header = content_po(pack).header.splitlines()
    assert header[0] == "translated by the town"
    assert header[2:] == ["Be brief.", "----- Ende Stil -----"]
    assert not any(item.changed for item in update(pack))


def test_a_style_sheet_that_is_no_text_is_named(pack: Pack) -> None:
    (pack.content / "style").mkdir()
    (pack.content / "style" / "en.md").write_bytes(b"\xff\xfe")
    with pytest.raises(LotseError, match=r"en\.md"):
        update(pack)


def test_a_check_goes_into_the_past_with_the_words_it_was_for(pack: Pack) -> None:
    check = "# reviewed: counsellor, 2026-11-01\n"
    pack.po("en", check + 'msgctxt "address/late"\nmsgid "Das ist spät."\nmsgstr "Late."\n')
    update(pack)
    assert entry(content_po(pack), "address/late").tcomment == "reviewed: counsellor, 2026-11-01"
    pack.change("topics/arrival/address.yaml", "Das ist spät.", "Das ist zu spät.")
    update(pack)
    late = entry(content_po(pack), "address/late")
    assert late.tcomment.startswith("was reviewed: counsellor, 2026-11-01 [")
    update(pack)
    assert entry(content_po(pack), "address/late").tcomment == late.tcomment


def test_a_message_without_a_name_is_not_lost(pack: Pack) -> None:
    pack.po("en", 'msgid "Das ist spät."\nmsgstr "Late."\n')
    update(pack)
    (kept,) = [item for item in content_po(pack) if not item.msgctxt]
    assert (kept.obsolete, kept.msgstr) == (True, "Late.")


def test_four_thousand_messages_are_merged(tmp_path: Path) -> None:
    words = "Das ist ein Satz mit vielen Wörtern, so lang wie eine Antwort. " * 3

    def messages(changed: int) -> list[po.Message]:
        return [
            po.Message(
                context=f"entry-{n}/step",
                german=f"{words}{n}{' neu' if n < changed else ''}",
                comment="Antwort in „Titel“ · Absätze\nLiest: wer neu hier ist\nStil: schlicht",
                place=f"topics/arrival/entry-{n}.yaml",
            )
            for n in range(4000)
        ]

    def merged(old: polib.POFile | None, changed: int) -> polib.POFile:
        rule = extract.plural_forms("uk")
        return po.merge(old, messages(changed), language="uk", plural_forms=rule, project="Lotse")

    path = tmp_path / "content.po"
    first = merged(None, 0)
    for item in first:
        item.msgstr = f"переклад {item.msgid}"
    po.write(path, first, AT)
    second = merged(extract.read(path), 200)
    po.write(path, second, AT)
    assert sum(item.fuzzy for item in second) == 200


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
