from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.app import HISTORY
from bot.cli import lotse
from bot.content.history import keep
from tests.conftest import ROOT

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    shutil.copytree(ROOT / "locales", tmp_path / "locales")
    for name in ("content", "locales", "data"):
        monkeypatch.setenv(f"LOTSE_{name.upper()}_DIR", str(tmp_path / name))
    return tmp_path


def test_nothing_was_live_yet(site: Path) -> None:
    result = CliRunner().invoke(lotse, ["content", "history"])
    assert result.exit_code == 0
    assert "No snapshots yet" in result.output


def test_back_and_forth_loses_nothing(site: Path) -> None:
    keep(site / "data" / HISTORY, site / "content", site / "locales", "good", AT)
    path = site / "content" / "site.yaml"
    sound = path.read_text("utf-8")
    path.write_text("name: [broken", "utf-8")

    result = CliRunner().invoke(lotse, ["content", "rollback", "good"])
    assert result.exit_code == 0, result.output
    assert path.read_text("utf-8") == sound
    assert "1 files changed" in result.output

    listed = CliRunner().invoke(lotse, ["content", "history"]).output
    kept = next(line.split()[0] for line in listed.splitlines() if "before" in line)
    back = CliRunner().invoke(lotse, ["content", "rollback", kept], standalone_mode=True)
    assert path.read_text("utf-8") == "name: [broken"
    assert back.exit_code == 1
    assert "does not load" in back.output


def test_an_unknown_version_names_the_way(site: Path) -> None:
    result = CliRunner().invoke(lotse, ["content", "rollback", "nothing"])
    assert result.exit_code == 2
    assert "lotse content history" in result.output
