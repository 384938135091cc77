from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.content.history import snapshots
from bot.service.reload import LiveContent
from tests.conftest import ROOT

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ENTRY = "topics/arrival/tax-id.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    shutil.copytree(ROOT / "locales", tmp_path / "locales")
    return tmp_path


@pytest.fixture
async def live(folder: Path) -> AsyncIterator[LiveContent]:
    content = LiveContent(
        folder / "content", folder / "locales", history=folder / "history", clock=lambda: AT
    )
    watching = asyncio.create_task(content.watch())
    await asyncio.sleep(0.3)  # the watcher needs a moment before it sees changes
    yield content
    watching.cancel()
    await asyncio.wait({watching})


async def until(live: LiveContent, version: str, *, refused: bool) -> None:
    async with asyncio.timeout(10):
        while bool(live.refused) != refused or (live().version == version) != refused:
            await asyncio.sleep(0.02)


async def test_an_edit_is_live_without_a_restart(folder: Path, live: LiveContent) -> None:
    before = live()
    path = folder / "content" / ENTRY
    path.write_text(path.read_text("utf-8").replace("Steuer-ID bekommen", "Steuer-ID finden"))
    await until(live, before.version, refused=False)
    assert live().plain("tax-id/title", "de") == "Steuer-ID finden"
    assert before.plain("tax-id/title", "de") == "Steuer-ID bekommen", "turns keep their snapshot"
    assert [each.version for each in snapshots(folder / "history")][-1] == before.version


async def test_a_translation_is_live_too(folder: Path, live: LiveContent) -> None:
    before = live()
    path = folder / "locales/pl/LC_MESSAGES/content.po"
    old = before.plain("topics/work/title", "pl")
    path.write_text(path.read_text("utf-8").replace(f'msgstr "{old}"', 'msgstr "Robota"'), "utf-8")
    await until(live, before.version, refused=False)
    assert live().plain("topics/work/title", "pl") == "Robota"


async def test_a_broken_change_is_refused_and_the_last_good_stays(
    folder: Path, live: LiveContent
) -> None:
    before = live()
    path = folder / "content" / ENTRY
    sound = path.read_text("utf-8")
    path.write_text(sound.replace("steps:", "steps: ["))
    await until(live, before.version, refused=True)
    assert live() is before
    assert any(problem.file.endswith(ENTRY) for problem in live.refused)
    path.write_text(sound.replace("Steuer-ID bekommen", "Steuer-ID finden"))
    await until(live, before.version, refused=False)
    assert live().plain("tax-id/title", "de") == "Steuer-ID finden"


def test_broken_content_at_the_start_is_an_error(folder: Path) -> None:
    from bot.domain.errors import ContentError

    (folder / "content" / ENTRY).write_text("id: [")
    with pytest.raises(ContentError):
        LiveContent(folder / "content", folder / "locales", history=None, clock=lambda: AT)
