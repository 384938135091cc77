"""Recording a conversation: what was said is written down so that it can be played again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.content.catalogue import Catalogue
from bot.content.problems import Problems
from bot.content.rehearsal_writing import appended, lines
from bot.content.rehearsals import Rehearsal, open_file, read
from bot.service.recording import recorded
from bot.service.rehearsal import play, report

DAY = date(2026, 11, 24)


def again(one: Rehearsal, folder: Path) -> Rehearsal:
    path = folder / "recorded.yaml"
    path.write_text(appended("", one), "utf-8")
    problems = Problems()
    (found,) = read(open_file(path, problems), None, problems)
    assert not problems.all()
    return found


CONVERSATIONS = [
    (None, ["/start", "Deutsch", "1", "Wohnsitz anmelden", "2", "1.11.2026", "ja"]),
    (None, ["3", "/start register-address", "Guben"]),
    ("uk", ["/start register-address", "Гу", 'сьогодні: "так"', "1.11.2026", "1", "назад"]),
    ("ar", ["/start register-address", "مكان آخر", "أمس: «تقريبًا»", "1.11.2026", "/language"]),
    ("pl", ["1", "1", "/menu", "/pomoc", "!menu", "- [x]: {y} #z"]),
    ("en", ["/start tax-id", "1", "yesterday", "\t\u2068x\u2069", "more", "back", "Emergency"]),
    ("de", ["Notfall"]),
    ("dsb", ["1", "1"]),
    (None, ["hallo"]),
]


@pytest.mark.parametrize(("language", "words"), CONVERSATIONS)
def test_a_recorded_conversation_passes(
    catalogue: Catalogue, tmp_path: Path, language: str | None, words: list[str]
) -> None:
    one = recorded(catalogue, words, day=DAY, language=language)
    outcome = play(again(one, tmp_path), catalogue, date(2020, 1, 1))
    assert outcome.passed, report(outcome)
    assert one.passages[0].expects


def test_taps_are_recorded_by_their_ids(catalogue: Catalogue) -> None:
    words = ["3", "/start register-address", "2", "/menu", "Menü", "Nachts"]
    one = recorded(catalogue, words, day=DAY, language="de")
    acts = [(say.kind, say.value) for say in one.passages[0].says]
    assert acts[:2] == [("words", "/start"), ("words", "Deutsch")]
    assert ("words", "/start register-address") in acts
    assert ("choice", "guben") in acts
    assert acts[-1] == ("words", "Nachts")
    assert one.name == catalogue.plain("register-address/title", "de")


def test_an_entry_of_a_topic_is_recorded_by_its_id(catalogue: Catalogue) -> None:
    topic = catalogue.topics[0]
    title = catalogue.plain(f"{topic.entries[1]}/title", "de")
    label = catalogue.plain(f"topics/{topic.id}/title", "de")
    one = recorded(catalogue, ["1", title], day=DAY, language="de")
    assert [line.strip() for line in lines(one)] == [
        f"- name: {title}",
        "today: 2026-11-24",
        "says:",
        "- /start",
        "- Deutsch",
        f"- {{press: {label}}}",
        f"- {{entry: {topic.entries[1]}}}",
        "expects:",
        *[line.strip() for line in lines(one)[8:]],
    ]
    assert f"  - {{entry: {topic.entries[1]}}}" in [line[2:] for line in lines(one)[8:]]
