"""`lotse content`: what an editor sees, and the exit codes."""

from __future__ import annotations

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
