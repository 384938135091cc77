from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.content.catalogue import Catalogue
from bot.domain.errors import Problem
from bot.service import preview as module
from bot.service.notifier import Notifier
from bot.service.preview import CONTENT_CHANGED, Preview
from bot.service.preview_walk import (
    MOST_MOVES,
    MOST_WORDS,
    Move,
    Pressed,
    Written,
    read_move,
    walk,
    write_move,
)
from bot.service.reload import LiveContent
from tests.conftest import ROOT

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ENTRY = "register-address"
PROBLEM = Problem(file="a.yaml", line=1, column=1, severity="warning", code="x", message="y")


def labels(catalogue: Catalogue, code: str, moves: Sequence[Move]) -> list[str]:
    """Return what was answered on one side of a walk."""
    shown = walk(catalogue, ENTRY, ("de", code), moves, AT).screens[1].events
    return [str(event["html"]) for event in shown if event["from"] == "me"]


@pytest.mark.parametrize(
    "move",
    [
        Pressed("a:guben"),
        Pressed("t:work:2"),
        Written("de", "15.11.2026"),
        Written("uk", "a.b.c ü"),
    ],
)
def test_a_move_survives_the_address(move: Move) -> None:
    assert read_move(write_move(move)) == move


@pytest.mark.parametrize("text", ["", "press.", "press", "say.de.", "say.de.   ", "say", "jump.a"])
def test_what_is_no_move_is_none(text: str) -> None:
    assert read_move(text) is None


def test_words_have_a_limit() -> None:
    move = read_move("say.de." + "x" * 10_000)
    assert isinstance(move, Written)
    assert len(move.words) == MOST_WORDS


def test_a_press_is_made_in_both_languages_with_their_own_labels(catalogue: Catalogue) -> None:
    moves = [Pressed("a:guben"), Written("de", "15.11.2026"), Pressed("a:have")]
    found = walk(catalogue, ENTRY, ("de", "ar"), moves, AT)
    assert found.moves == tuple(moves)
    assert not found.cut
    left, right = found.screens
    assert (left.language.direction, right.language.direction) == ("ltr", "rtl")
    assert left.spot == right.spot
    assert left.spot is not None
    assert left.spot.entry == ENTRY
    own = catalogue.plain(f"{ENTRY}/letter/have", "ar")
    assert labels(catalogue, "ar", moves)[-1] == f'<p dir="auto">{own}</p>'
    assert right.events[-1]["lang"] == "ar"
    assert right.events[-1]["choices"]


def test_words_are_understood_in_their_own_language_and_done_on_both_sides(
    catalogue: Catalogue,
) -> None:
    own = catalogue.plain(f"{ENTRY}/where/none", "uk")
    found = walk(catalogue, ENTRY, ("de", "uk"), [Written("uk", own)], AT)
    left, right = found.screens
    assert left.spot == right.spot
    assert left.spot is not None
    assert left.spot.entry == "find-flat"
    german = catalogue.plain(f"{ENTRY}/where/none", "de")
    assert [e["html"] for e in left.events if e["from"] == "me"] == [f'<p dir="auto">{german}</p>']


def test_a_walk_ends_at_the_first_move_that_nobody_offers(catalogue: Catalogue) -> None:
    moves = [Pressed("a:guben"), Pressed("a:gone"), Pressed("b")]
    found = walk(catalogue, ENTRY, ("de", "pl"), moves, AT)
    assert found.cut
    assert found.moves == (Pressed("a:guben"),)


def test_a_walk_has_an_end(catalogue: Catalogue) -> None:
    moves = [Pressed("m")] * (MOST_MOVES + 5)
    found = walk(catalogue, ENTRY, ("de", "pl"), [Pressed("m"), *moves], AT)
    assert len(found.moves) <= MOST_MOVES
    assert found.cut


def test_her_words_are_escaped(catalogue: Catalogue) -> None:
    found = walk(catalogue, ENTRY, ("de", "de"), [Written("de", "<b>x</b>")], AT)
    assert any(
        event["html"] == '<p dir="auto">&lt;b&gt;x&lt;/b&gt;</p>'
        for event in found.screens[0].events
    )


def test_every_entry_opens_in_every_language(catalogue: Catalogue) -> None:
    for entry in catalogue.entries:
        codes = [language.code for language in catalogue.languages]
        for screen in walk(catalogue, entry, codes, (), AT).screens:
            assert screen.events
            assert screen.faults == ()


# ------------------------------------------------------------------ the check


@pytest.fixture(scope="module")
def live() -> LiveContent:
    return LiveContent(ROOT / "content", ROOT / "locales", history=None, clock=lambda: AT)


class Check:
    """A check that takes as long as it is told."""

    def __init__(self) -> None:
        self.runs = 0
        self.release = asyncio.Event()
        self.loop = asyncio.get_running_loop()

    def __call__(self, content: Path, locales: Path, today: date) -> Sequence[Problem]:
        self.runs += 1
        asyncio.run_coroutine_threadsafe(self.release.wait(), self.loop).result(10)
        return [PROBLEM]


async def test_the_check_runs_once_and_says_when_it_is_done(
    live: LiveContent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.05)
    check, notifier = Check(), Notifier()
    preview = Preview(
        live, ROOT / "content", ROOT / "locales", notifier=notifier, clock=lambda: AT, check=check
    )
    changes = preview.changes()
    await anext(changes)
    first = await preview.checked(preview.now())
    assert not first.done
    assert first.problems == live().problems
    before = preview.stamp()
    assert not (await preview.checked(preview.now())).done
    check.release.set()
    async with asyncio.timeout(5):
        await anext(changes)
    assert preview.stamp() != before
    last = await preview.checked(preview.now())
    assert last.done
    assert last.problems == (PROBLEM,)
    assert check.runs == 1


async def test_a_refused_change_is_shown_instead_of_a_check(
    live: LiveContent, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = Check()
    preview = Preview(
        live, ROOT / "content", ROOT / "locales", notifier=Notifier(), clock=lambda: AT, check=check
    )
    before = preview.stamp()
    error = replace(PROBLEM, severity="error")
    monkeypatch.setattr(live, "refused", (PROBLEM, error))
    assert preview.stamp() != before
    found = await preview.checked(preview.now())
    assert found.problems == (error,), "warnings may come from the broken file alone"
    assert check.runs == 0


async def test_live_content_tells_of_every_change(tmp_path: Path) -> None:
    for name in ("content", "locales"):
        shutil.copytree(ROOT / name, tmp_path / name)
    notifier = Notifier()
    content = LiveContent(
        tmp_path / "content",
        tmp_path / "locales",
        history=None,
        clock=lambda: AT,
        changed=lambda: notifier.changed(*CONTENT_CHANGED),
    )
    changes = notifier.subscribe(*CONTENT_CHANGED)
    await anext(changes)
    path = tmp_path / "content/topics/arrival/tax-id.yaml"
    sound = path.read_text("utf-8")
    for text in (sound.replace("steps:", "steps: ["), sound + "# nothing\n"):
        path.write_text(text, "utf-8")
        await content.refresh()
        async with asyncio.timeout(1):
            await anext(changes)


def test_lines_of_rows_and_steps(live: LiveContent) -> None:
    preview = Preview(
        live, ROOT / "content", ROOT / "locales", notifier=Notifier(), clock=lambda: AT
    )
    lines = (ROOT / "content/facts.yaml").read_text("utf-8").splitlines()
    rows = preview.rows("facts.yaml")
    assert set(live().facts) <= set(rows)
    assert all(lines[number - 1].startswith(f"{fact}:") for fact, number in rows.items())
    entry = live().entries[ENTRY]
    steps = preview.steps(f"topics/{entry.topic}/{ENTRY}.yaml")
    assert {step.id for step in entry.steps} <= set(steps)
    assert preview.rows("nothing.yaml") == {}
