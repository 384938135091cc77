"""`lotse content`: what an editor sees, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.content import content
from tests.content.conftest import Pack


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pack:
    monkeypatch.chdir(tmp_path)
    return Pack(tmp_path)


def run(*words: str) -> Result:
    return CliRunner().invoke(content, words)


def test_sound_content_is_clean(pack: Pack) -> None:
    result = run("check", "--today", "2026-11-22")
    assert result.exit_code == 0
    assert "0 errors" in result.stderr


def test_warnings_do_not_fail(pack: Pack) -> None:
    result = run("check", "--today", "2027-12-01")
    assert result.exit_code == 0
    assert "content/facts.yaml:6:3: warning: `fee` was to be checked by 2027-11-01" in result.stderr


def test_errors_are_listed_with_their_place(pack: Pack) -> None:
    pack.change("topics/arrival/address.yaml", "then: hall", "then: house")
    result = run("check")
    assert result.exit_code == 1
    expected = "content/topics/arrival/address.yaml:27:11: error: this entry has no step `house`"
    assert expected in result.stderr


def test_json_has_the_agreed_form(pack: Pack) -> None:
    pack.change("topics/arrival/address.yaml", "then: hall", "then: house")
    result = run("check", "--format", "json")
    assert result.exit_code == 1
    (problem, *_) = [item for item in json.loads(result.stdout) if item["severity"] == "error"]
    assert set(problem) == {"file", "line", "column", "severity", "code", "message", "hint"}
    assert (problem["line"], problem["column"], problem["code"]) == (27, 11, "unknown-step")


def test_without_a_folder_nothing_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for command in ("check", "extract", "update"):
        result = run(command)
        assert result.exit_code == 2
        assert "LOTSE_CONTENT_DIR" in result.stderr


def test_update_and_extract_write_files(pack: Pack) -> None:
    result = run("update", "--lang", "uk")
    assert result.exit_code == 0
    assert [path.parts[-3] for path in sorted(pack.locales.rglob("*.po"))] == ["uk", "uk"]
    assert "(unchanged)" in run("update", "--lang", "uk").stdout
    assert run("extract").exit_code == 0
    assert sorted(path.name for path in pack.locales.glob("*.pot")) == [
        "content.pot",
        "messages.pot",
    ]


def test_update_knows_its_languages(pack: Pack) -> None:
    result = run("update", "--lang", "xx")
    assert result.exit_code == 2
    assert "xx" in result.stderr
