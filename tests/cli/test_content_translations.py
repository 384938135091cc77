"""`lotse content` for translators and other programs: what is said, written, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import polib
import pytest
from click.testing import CliRunner, Result

from bot.cli.content import content
from tests.content.conftest import Pack
from tests.content.integreat.feed import FEED, UKRAINIAN, write

LATE = 'msgctxt "address/late"\nmsgid "{}"\nmsgstr "Late."\n'


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pack:
    monkeypatch.chdir(tmp_path)
    return Pack(tmp_path)


def run(*words: str) -> Result:
    return CliRunner().invoke(content, words)


def test_confirm_and_withdraw_say_what_they_did(pack: Pack) -> None:
    pack.po("en", LATE.format("Das war spät."))
    result = run("confirm", "address/late")
    assert result.exit_code == 0
    assert "en  confirmed" in result.stdout
    assert "uk  not translated" in result.stdout
    assert "1 of 4 translations changed." in result.stdout
    assert "en  withdrawn" in run("withdraw", "address/late").stdout
    assert "en  withdrawn already" in run("withdraw", "address/late").stdout


def test_unknown_names_are_wrong_usage(pack: Pack) -> None:
    from bot.cli import lotse

    result = CliRunner().invoke(lotse, ["content", "confirm", "address/lat"])
    assert "address/late" in str(result.exception)
    assert run("confirm").exit_code == 2


def test_status_as_text_json_and_picture(pack: Pack) -> None:
    pack.po("en", LATE.format("Das ist spät."))
    pack.write("drafts/konto.yaml", "id: konto\n")
    result = run("status", "--today", "2026-11-22", "--picture", "now.svg")
    assert result.exit_code == 0
    for words in (
        "en (draft)",
        "Ankommen",
        "not offered",
        "2020-01-01  fact   sos  overdue",
        "rumour: low confidence",
        "drafts/konto.yaml",
        "Drawn: now.svg",
    ):
        assert words in result.stdout
    assert Path("now.svg").read_text("utf-8").startswith("<svg")
    answer = json.loads(run("status", "--format", "json", "--today", "2026-11-22").stdout)
    assert set(answer) == {"languages", "groups", "reviews", "not_shown", "drafts"}
    assert answer["languages"][0]["fresh"] == 1
    assert answer["reviews"][0]["state"] == "overdue"
    assert run("status", "--picture", "no/such/folder.svg").exit_code == 2


def test_a_language_goes_out_and_comes_back(pack: Pack) -> None:
    pack.po("en", LATE.format("Das ist spät."))
    run("update", "--lang", "en")
    before = {path: path.read_bytes() for path in pack.locales.rglob("*.po")}
    assert "lotse-en.po" in run("export", "--format", "po", "--lang", "en", "out").stdout
    path = Path("out/lotse-en.po")
    assert run("import", "--format", "po", str(path)).stdout.startswith("en: 0 messages taken")
    assert {path: path.read_bytes() for path in pack.locales.rglob("*.po")} == before
    made = polib.pofile(str(path))
    for item in made:
        if item.msgctxt == "content:address/late":
            item.msgstr = "That is late."
        elif item.msgctxt == "content:address/title":
            item.msgstr = "{fact:fee}"
    made.save()
    result = run("import", "--format", "po", "--lang", "en", str(path))
    assert result.exit_code == 1
    assert "1 messages taken, 1 refused" in result.stdout
    assert "error: `address/title`: its placeholders" in result.stderr
    assert pack.load().plain("address/late", "en") == "That is late."


def test_an_export_does_not_run_over_a_translators_file(pack: Pack) -> None:
    assert run("export", "--format", "po", "out").exit_code == 0
    result = run("export", "--format", "po", "out")
    assert result.exit_code == 2
    assert "--overwrite" in result.stderr
    assert run("export", "--format", "po", "--overwrite", "out").exit_code == 0
    assert run("export", "--format", "po", "--lang", "de", "new").exit_code == 2


def test_import_needs_a_language_that_is_one(pack: Pack) -> None:
    path = pack.locales / "x.po"
    path.parent.mkdir()
    path.write_text(LATE.format("Das ist spät."), "utf-8")
    for words in (["--format", "po"], ["--format", "po", "--lang", "de"], ["--format", "xliff"]):
        assert run("import", *words, str(path)).exit_code == 2
    assert run("import", "--format", "po", "no-such-file").exit_code == 2


def test_integreat_comes_in_and_goes_out(pack: Pack, tmp_path: Path) -> None:
    write(tmp_path / "in", "feed.json", [*FEED, UKRAINIAN])
    result = run("import", "--format", "integreat", "in")
    assert result.exit_code == 0
    assert "3 pages and 1 locations read." in result.stdout
    assert "1 pages without a text of their own: Geld" in result.stdout
    assert Path("content/drafts/bankkonto-eroeffnen.yaml").exists()
    assert "drafts/places.yaml" in run("status").stdout
    result = run("export", "--format", "integreat", "--lang", "de", "out")
    assert result.exit_code == 0
    pages = json.loads(Path("out/de/pages.json").read_text("utf-8"))
    assert {item["path"] for item in FEED[:2]} <= {item["path"] for item in pages}
    assert run("export", "--format", "integreat", "out").exit_code == 2
    assert run("export", "--format", "integreat", "--region", "A/B", "else").exit_code == 2


def test_a_broken_feed_is_a_problem_with_a_sentence(pack: Pack, tmp_path: Path) -> None:
    result = run("import", "--format", "integreat", str(write(tmp_path, "bad.json", "[{]")))
    assert result.exit_code == 1
    assert "bad.json:1:3: error: this is not JSON" in result.stderr
    assert "0 pages and 0 locations read." in result.stdout
