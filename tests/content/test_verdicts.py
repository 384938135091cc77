"""confirm and withdraw: what they change in the files, what they leave, what they refuse."""

from __future__ import annotations

from datetime import UTC, datetime

import polib
import pytest

from bot.content import verdicts
from bot.content.verdicts import Outcome
from bot.domain.texts import MENU_TITLE
from tests.content.conftest import Pack
from tests.content.test_extract import content_po, entry, update

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATE = 'msgctxt "address/late"\nmsgid "Das ist spät."\nmsgstr "{}"\n'
CHECKED = "# reviewed: counsellor, 2026-11-01\n" + LATE.format("Late.")
NAME = "topics/arrival/address.yaml"


def confirm(pack: Pack, *contexts: str) -> dict[str, Outcome]:
    effects = verdicts.confirm(pack.load(), contexts, pack.locales, AT)
    return {effect.language: effect.outcome for effect in effects}


def withdraw(pack: Pack, *contexts: str) -> dict[str, Outcome]:
    effects = verdicts.withdraw(pack.load(), contexts, pack.locales, AT)
    return {effect.language: effect.outcome for effect in effects}


@pytest.mark.parametrize("updated", [True, False], ids=["after update", "without update"])
def test_confirm_makes_stale_fresh_and_gives_the_check_back(pack: Pack, updated: bool) -> None:
    pack.po("en", CHECKED)
    pack.po("uk", LATE.format("Пізно."))
    pack.change(NAME, "Das ist spät.", "Das ist spät!")
    if updated:
        update(pack)
        assert entry(content_po(pack), "address/late").tcomment.startswith("was reviewed")
    assert pack.load().blocks("address/late", "en", AT.date()).freshness == "stale"
    found = confirm(pack, "address/late")
    assert (found["en"], found["uk"], found["ar"]) == (
        Outcome.CONFIRMED,
        Outcome.CONFIRMED,
        Outcome.MISSING,
    )
    assert "dsb" not in found, "no content there"
    late = entry(content_po(pack), "address/late")
    assert (late.msgid, late.msgstr, late.fuzzy) == ("Das ist spät!", "Late.", False)
    assert late.previous_msgid is None
    catalogue = pack.load()
    assert catalogue.blocks("address/late", "en", AT.date()).freshness == "fresh"
    assert catalogue.reviewed("address/late", "en") == ("counsellor", AT.date().replace(day=1))
    assert confirm(pack, "address/late")["en"] is Outcome.FRESH


def test_a_check_counts_only_while_the_words_are_fresh(pack: Pack) -> None:
    pack.po("en", CHECKED)
    assert pack.load().reviewed("address/late", "en") is not None
    pack.change(NAME, "Das ist spät.", "Das ist spät!")
    assert pack.load().reviewed("address/late", "en") is None
    assert pack.load().reviewed("address/late", "uk") is None


def test_what_a_translator_doubts_is_not_confirmed(pack: Pack) -> None:
    pack.po("en", "#, fuzzy\n" + LATE.format("Late?"))
    assert confirm(pack, "address/late")["en"] is Outcome.DOUBTED
    assert entry(content_po(pack), "address/late").fuzzy


def test_other_placeholders_are_not_confirmed(pack: Pack) -> None:
    pack.po("en", LATE.format("Late."))
    pack.change(NAME, "Das ist spät.", "Das ist spät: {fact:fee}.")
    assert confirm(pack, "address/late")["en"] is Outcome.UNFIT
    assert pack.load().blocks("address/late", "en", AT.date()).freshness == "missing"


def test_withdraw_hides_and_keeps(pack: Pack) -> None:
    pack.po(
        "en", CHECKED + "\n" + 'msgctxt "address/title"\nmsgid "Wohnsitz anmelden"\nmsgstr "x"\n'
    )
    assert withdraw(pack, "address/late")["en"] is Outcome.WITHDRAWN
    late = entry(content_po(pack), "address/late")
    assert (late.msgstr, late.fuzzy) == ("", False)
    assert "> Late." in late.tcomment.splitlines()
    assert "was reviewed: counsellor, 2026-11-01" in late.tcomment
    assert pack.load().blocks("address/late", "en", AT.date()).freshness == "missing"
    assert pack.load().plain("address/title", "en") == "x"
    assert withdraw(pack, "address/late")["en"] is Outcome.GONE
    assert confirm(pack, "address/late")["en"] is Outcome.GONE
    update(pack)
    assert "> Late." in entry(content_po(pack), "address/late").tcomment


def test_interface_texts_can_be_named_too(pack: Pack) -> None:
    pack.po("en", f'msgctxt "{MENU_TITLE.id}"\nmsgid "Alt"\nmsgstr "Menu"\n', "messages")
    assert confirm(pack, MENU_TITLE.id)["en"] is Outcome.CONFIRMED
    assert pack.load().words(MENU_TITLE, "en") == "Menu"
    assert withdraw(pack, MENU_TITLE.id)["en"] is Outcome.WITHDRAWN
    assert pack.load().words(MENU_TITLE, "en") == MENU_TITLE.german


def test_an_unknown_name_changes_nothing_and_is_answered_with_suggestions(pack: Pack) -> None:
    path = pack.po("en", LATE.format("Late."))
    before = path.read_bytes()
    with pytest.raises(verdicts.UnknownTextError) as caught:
        withdraw(pack, "address/late", "address/lat", "address/where")
    assert list(caught.value.suggestions) == ["address/lat"]
    assert "address/late" in caught.value.suggestions["address/lat"]
    with pytest.raises(verdicts.UnknownTextError, match="address/title"):
        confirm(pack, "address")
    assert path.read_bytes() == before


def test_nothing_else_in_the_file_changes(pack: Pack) -> None:
    update(pack)
    path = pack.locales / "en" / "LC_MESSAGES" / "content.po"
    made = polib.pofile(str(path))
    entry(made, "address/title").msgstr = "Register"
    entry(made, "address/late").msgstr = "Late."
    made.append(polib.POEntry(msgctxt="old", msgid="Alt", msgstr="Old", obsolete=True))
    made.save()
    update(pack)
    before = path.read_text("utf-8").splitlines()
    withdraw(pack, "address/late")
    after = path.read_text("utf-8").splitlines()
    gone = [line for line in before if line not in after and "PO-Revision" not in line]
    assert gone == ['msgstr "Late."']
