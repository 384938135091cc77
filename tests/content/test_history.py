from __future__ import annotations

import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.content.history import KEPT, keep, restore, snapshots

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path, Path]:
    content, locales = tmp_path / "content", tmp_path / "locales"
    (content / "topics").mkdir(parents=True)
    (locales / "uk").mkdir(parents=True)
    (content / "site.yaml").write_text("name: one\n")
    (content / "topics" / "a.yaml").write_text("id: a\n")
    (locales / "uk" / "content.po").write_text("# po\n")
    return tmp_path / "history", content, locales


def test_a_snapshot_brings_everything_back(folders: tuple[Path, Path, Path]) -> None:
    history, content, locales = folders
    good = keep(history, content, locales, "v1", AT)
    (content / "site.yaml").write_text("name: two\n")
    (content / "new.yaml").write_text("x: 1\n")
    (locales / "uk" / "content.po").unlink()
    assert restore(good, content, locales) == 3
    assert (content / "site.yaml").read_text() == "name: one\n"
    assert not (content / "new.yaml").exists()
    assert (locales / "uk" / "content.po").read_text() == "# po\n"
    assert restore(good, content, locales) == 0


def test_the_same_version_is_kept_once_and_the_newest_stands_first(
    folders: tuple[Path, Path, Path],
) -> None:
    history, content, locales = folders
    keep(history, content, locales, "v1", AT)
    keep(history, content, locales, "v1", AT + timedelta(hours=1))
    keep(history, content, locales, "v2", AT + timedelta(hours=2))
    assert [each.version for each in snapshots(history)] == ["v2", "v1"]


def test_only_the_last_ones_are_kept(folders: tuple[Path, Path, Path]) -> None:
    history, content, locales = folders
    for number in range(KEPT + 5):
        keep(history, content, locales, f"v{number}", AT + timedelta(minutes=number))
    found = snapshots(history)
    assert len(found) == KEPT
    assert found[0].version == f"v{KEPT + 4}"


def test_a_half_written_snapshot_is_none(folders: tuple[Path, Path, Path]) -> None:
    history, content, locales = folders
    keep(history, content, locales, "v1", AT)
    (history / "20261124T100000Z-v2.part").write_bytes(b"half")
    (history / "notes.zip").write_bytes(b"foreign")
    assert [each.version for each in snapshots(history)] == ["v1"]


@pytest.mark.parametrize("name", ["content/../../evil.yaml", "other/a.yaml", "content", "/etc/x"])
def test_names_that_lead_out_are_refused(folders: tuple[Path, Path, Path], name: str) -> None:
    history, content, locales = folders
    good = keep(history, content, locales, "v1", AT)
    with zipfile.ZipFile(good.path, "a") as archive:
        archive.writestr(name, "x")
    with pytest.raises(ValueError, match="leads out"):
        restore(good, content, locales)
    assert (content / "site.yaml").read_text() == "name: one\n"
