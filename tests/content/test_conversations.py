"""The conversations of content/tests, each as a test of its own, on a fixed day."""

from __future__ import annotations

import pytest

from bot.content.catalogue import Catalogue
from bot.content.problems import Problems
from bot.content.rehearsals import Rehearsal, files, open_file, read
from bot.service.rehearsal import DAY, play, report
from tests.conftest import ROOT

CONTENT = ROOT / "content"


def _all() -> list[Rehearsal]:
    problems = Problems()  # what is wrong with a file, loading the content says
    return [
        one for path in files(CONTENT) for one in read(open_file(path, problems), None, problems)
    ]


def _name(one: Rehearsal) -> str:
    file = one.mark.file.rpartition("/")[2].removesuffix(".yaml")
    return f"{one.language}-{file}-{one.mark.line}"


@pytest.mark.parametrize("rehearsal", _all(), ids=_name)
def test_conversation(rehearsal: Rehearsal, catalogue: Catalogue) -> None:
    outcome = play(rehearsal, catalogue, DAY)
    assert outcome.passed, "\n" + report(outcome)


def test_every_entry_is_rehearsed_in_german(catalogue: Catalogue) -> None:
    rehearsed = {
        say.value
        for one in _all()
        if one.language == "de"
        for passage in one.passages
        for say in passage.says
        if say.kind == "entry"
    }
    assert set(catalogue.entries) <= rehearsed


def test_every_translated_language_is_rehearsed(catalogue: Catalogue) -> None:
    languages = {language.code for language in catalogue.languages if language.content}
    assert {one.language for one in _all()} == languages
