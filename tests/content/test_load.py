"""Loading: the pack that is shipped, speed, the calendar, what a folder may hold."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.content.load import examine, load
from bot.domain.errors import ContentError
from tests.content.conftest import Pack

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 22)


def test_the_shipped_content_is_sound() -> None:
    problems = examine(ROOT / "content", ROOT / "locales")
    assert [problem for problem in problems if problem.severity == "error"] == []
    catalogue = load(ROOT / "content", ROOT / "locales")
    assert len(catalogue.entries) >= 12
    assert len(catalogue.topics) >= 6
    for key, text in catalogue.texts.items():
        for language in catalogue.languages:
            assert catalogue.plain(key, language.code)
            assert catalogue.blocks(key, language.code, TODAY).blocks, text


def test_errors_keep_the_catalogue_from_being_made(pack: Pack) -> None:
    pack.change("topics/arrival/course.yaml", "steps:", "step:")
    with pytest.raises(ContentError) as caught:
        pack.load()
    assert len(caught.value.problems) == 2
    assert "2 problems" in str(caught.value)


def test_warnings_come_with_the_catalogue(pack: Pack) -> None:
    pack.change("site.yaml", "confirmed: true", "confirmed: false")
    assert [problem.code for problem in pack.load().problems] == ["office-unconfirmed"]


def test_a_fact_of_low_confidence_in_a_text_is_a_warning(pack: Pack) -> None:
    pack.change("topics/arrival/address.yaml", "{fact:fee}", "{fact:rumour}")
    assert ("address.yaml", 9, "fact-unconfirmed") in pack.found()


def test_the_calendar_is_only_looked_at_when_a_day_is_given(pack: Pack) -> None:
    assert examine(pack.content, pack.locales) == ()
    overdue = examine(pack.content, pack.locales, today=date(2027, 12, 1))
    assert {problem.severity for problem in overdue} == {"warning"}
    found = {(Path(item.file).name, item.line, item.code) for item in overdue}
    assert ("facts.yaml", 6, "overdue") in found
    assert ("places.yaml", 13, "overdue") in found
    assert ("address.yaml", 4, "overdue") in found
    assert ("address.yaml", 9, "fact-expired") in found


def test_files_of_other_kinds_do_no_harm(pack: Pack) -> None:
    pack.write("README.md", "# Hallo\n")
    pack.write(".hidden.yaml", "\t")
    assert pack.found() == []
    pack.write("office_hours/b.yaml", "a: [\n")
    assert pack.found() == [("b.yaml", 2, "syntax")]


def test_progress_is_told(pack: Pack) -> None:
    pack.po("en", "")
    seen: list[tuple[int, int]] = []
    load(pack.content, pack.locales, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(n, 10) for n in range(1, 11)]


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that fails to read")
def test_a_file_that_cannot_be_read_is_named(pack: Pack) -> None:
    (pack.content / "tables").mkdir()
    (pack.content / "tables" / "a.yaml").symlink_to("/proc/self/mem")
    assert pack.found() == [("a.yaml", 1, "unreadable")]
