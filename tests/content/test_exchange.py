"""One PO file out and in: other readers take it, a round trip changes nothing."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import polib
import pytest
from babel.messages.pofile import read_po

from bot.content import exchange, po, reviews
from bot.content.catalogue import Catalogue
from bot.domain.errors import ContentError, LotseError
from tests.content.conftest import Pack
from tests.content.test_extract import content_po, entry, update

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATE = 'msgctxt "address/late"\nmsgid "Das ist spät."\nmsgstr "{}"\n'
CHECK = "# reviewed: counsellor, 2026-11-01\n"


def outgoing(pack: Pack, code: str = "en") -> polib.POFile:
    catalogue = pack.load()
    language = catalogue.language(code)
    assert language is not None
    return exchange.outgoing(catalogue, language, pack.content, pack.locales)


def incoming(pack: Pack, made: polib.POFile | str, code: str = "en") -> exchange.Taken:
    catalogue = pack.load()
    language = catalogue.language(code)
    assert language is not None
    return exchange.incoming(
        str(made).encode(),
        "back.po",
        catalogue=catalogue,
        language=language,
        content_dir=pack.content,
        locales_dir=pack.locales,
        at=AT,
    )


def late(made: polib.POFile) -> polib.POEntry:
    return entry(made, "content:address/late")


@pytest.mark.parametrize("code", ["uk", "ar", "pl", "en", "dsb"])
def test_other_readers_take_the_shipped_export(
    tmp_path: Path, code: str, catalogue: Catalogue
) -> None:
    language = catalogue.language(code)
    assert language is not None
    made = exchange.outgoing(catalogue, language, ROOT / "content", ROOT / "locales")
    path = tmp_path / f"{code}.po"
    po.write(path, made, AT)
    read = read_po(io.BytesIO(path.read_bytes()), locale=code if code != "dsb" else None)
    assert len(read) == len(made)
    assert {message.context for message in read if message.id} == {
        message.msgctxt for message in made
    }
    if shutil.which("msgfmt") is None:
        pytest.skip("gettext's msgfmt is not installed")
    run = subprocess.run(
        ["msgfmt", "--check", "--output-file=-", str(path)],
        capture_output=True,
        check=False,
        timeout=30,
    )
    assert (run.returncode, run.stderr) == (0, b"")


def test_both_domains_stand_in_it_with_prefixes(pack: Pack) -> None:
    contexts = [item.msgctxt for item in outgoing(pack)]
    assert {item.partition(":")[0] for item in contexts} == {"content", "interface"}
    assert len(contexts) == len(set(contexts))
    assert {item.msgctxt.partition(":")[0] for item in outgoing(pack, "dsb")} == {"interface"}


def test_a_round_trip_changes_nothing(pack: Pack) -> None:
    pack.po("en", CHECK + LATE.format("Late.") + '\n#~ msgctxt "x"\n#~ msgid "a"\n#~ msgstr "b"\n')
    update(pack)
    pack.change("topics/arrival/address.yaml", "Seit wann?", "Ab wann?")
    update(pack)
    files = {path: path.read_bytes() for path in pack.locales.rglob("*.po")}
    found = incoming(pack, outgoing(pack))
    assert (found.taken, found.refused) == ((), ())
    assert {path: path.read_bytes() for path in pack.locales.rglob("*.po")} == files


def test_words_and_a_new_check_are_taken(pack: Pack) -> None:
    pack.po("en", CHECK + LATE.format("Late."))
    made = outgoing(pack)
    late(made).msgstr = "That is late."
    late(made).tcomment = "reviewed: translator, 2026-11-20"
    late(made).comment = "a comment that is ours to write"
    entry(made, "interface:menu.title").msgstr = "Menu"
    assert set(incoming(pack, made).taken) == {"address/late", "menu.title"}
    own = entry(content_po(pack), "address/late")
    assert own.msgstr == "That is late."
    assert reviews.of(own.tcomment) == ("translator", datetime(2026, 11, 20, tzinfo=UTC).date())
    assert "was reviewed: counsellor" in own.tcomment
    assert "a comment that is ours" not in own.comment


def test_the_check_of_other_words_does_not_count_for_new_ones(pack: Pack) -> None:
    pack.po("en", CHECK + LATE.format("Late."))
    made = outgoing(pack)
    late(made).msgstr = "Too late."
    incoming(pack, made)
    assert pack.load().reviewed("address/late", "en") is None


def test_only_a_check_can_come_too(pack: Pack) -> None:
    pack.po("en", LATE.format("Late."))
    made = outgoing(pack)
    late(made).tcomment = "reviewed: translator, 2026-11-20"
    assert incoming(pack, made).taken == ("address/late",)
    assert pack.load().reviewed("address/late", "en") is not None


def test_a_stale_translation_that_fits_after_all_becomes_fresh(pack: Pack) -> None:
    pack.po("en", LATE.format("Late."))
    pack.change("topics/arrival/address.yaml", "Das ist spät.", "Das ist spät!")
    made = outgoing(pack)
    assert late(made).fuzzy
    late(made).flags.remove("fuzzy")
    late(made).previous_msgid = None
    assert incoming(pack, made).taken == ("address/late",)
    assert pack.load().blocks("address/late", "en", AT.date()).freshness == "fresh"


def test_words_for_an_older_german_come_in_as_stale(pack: Pack) -> None:
    made = outgoing(pack)
    late(made).msgstr = "Late."
    pack.change("topics/arrival/address.yaml", "Das ist spät.", "Das ist zu spät.")
    assert incoming(pack, made).taken == ("address/late",)
    own = entry(content_po(pack), "address/late")
    assert (own.fuzzy, own.previous_msgid) == (True, "Das ist spät.")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"msgstr": "Late {fact:fee}."}, "placeholders"),
        ({"msgctxt": "content:address/gone", "msgstr": "x"}, "no such text"),
        ({"msgctxt": "", "msgstr": "x"}, "without msgctxt"),
        ({"msgstr": "Later?", "flags": ["fuzzy"]}, "needing work"),
        ({"msgstr": "Later.", "msgid": "Das war spät."}, "older German"),
        ({"flags": ["fuzzy"]}, "needing work"),
        ({"msgstr": "x" * 20_001}, "20,000"),
    ],
)
def test_a_refusal_has_its_line_and_stops_nothing(
    pack: Pack, change: dict[str, object], reason: str
) -> None:
    pack.po("en", LATE.format("Late."))
    made = outgoing(pack)
    changed = late(made)
    for name, value in change.items():
        setattr(changed, name, value)
    entry(made, "content:address/title").msgstr = "Register"
    text = str(made)
    found = incoming(pack, text)
    assert found.taken == ("address/title",)
    (refused,) = found.refused
    assert reason in refused.message
    assert refused.line > 1
    assert text.splitlines()[refused.line - 1].startswith(("#", "msg"))
    assert pack.load().plain("address/late", "en") == "Late."


def test_what_was_withdrawn_does_not_come_back_by_itself(pack: Pack) -> None:
    from bot.content import verdicts

    pack.po("en", LATE.format("Late."))
    made = outgoing(pack)
    verdicts.withdraw(pack.load(), ["address/late"], pack.locales, AT)
    (refused,) = incoming(pack, made).refused
    assert "withdrawn on 2026-11-22" in refused.message
    late(made).msgstr = "New words."
    assert incoming(pack, made).taken == ("address/late",)


def test_a_plural_needs_all_its_forms(pack: Pack) -> None:
    made = outgoing(pack, "uk")
    plural = next(item for item in made if item.msgid_plural)
    plural.msgstr_plural = {0: "{n} a", 1: "{n} b", 2: ""}
    (refused,) = incoming(pack, made, "uk").refused
    assert "plural form" in refused.message
    plural.msgstr_plural = {0: "{n} a", 1: "{n} b"}
    (refused,) = incoming(pack, made, "uk").refused
    assert "plural forms" in refused.message


def test_a_second_message_of_a_name_is_refused(pack: Pack) -> None:
    text = str(outgoing(pack)) + "\n" + LATE.format("Late.") + "\n" + LATE.format("Later.")
    found = incoming(pack, text)
    assert len(found.refused) == 2
    assert "second time" in found.refused[0].message


def test_a_file_without_prefixes_is_understood(pack: Pack) -> None:
    head = 'msgid ""\nmsgstr "Language: en\\n"\n\n'
    assert incoming(pack, head + LATE.format("Late.")).taken == ("address/late",)


def test_a_file_of_another_language_or_none_is_refused_as_a_whole(pack: Pack) -> None:
    made = outgoing(pack, "ru")
    late(made).msgstr = "Поздно."
    with pytest.raises(LotseError, match="Language: ru"):
        incoming(pack, made, "uk")
    with pytest.raises(ContentError):
        incoming(pack, 'msgid "a\nmsgstr ""\n')
    assert not list(pack.locales.rglob("*.po"))
