"""Writing a conversation: reading it gives the same, whatever she wrote."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import strict_yaml
from bot.content.pack import Document
from bot.content.problems import Mark, Problems
from bot.content.rehearsal_writing import appended, can_be_added_to, lines, written
from bot.content.rehearsals import Expected, Passage, Rehearsal, Say, read

NOWHERE = Mark("")
HARD = [
    "guben",
    "/start",
    "Українська",
    "1.11.2026",
    "2",
    "-1",
    "15.12",
    "ja",
    "Nein",
    "true",
    "NULL",
    "~",
    "Termin: morgen",
    "Termin #1",
    "- a",
    "a, b",
    "[x] {y}",
    "'",
    'sagte "so"',
    "zwei\nZeilen",
    "Tab\there",
    "أمس: «تقريبًا»",
    "\u2068Guben\u2069",
    "خانه\u200cها",
    "👩\u200d🦱 & 🇩🇪",
    "a\u0085b\u2028c\ufeff",
    "ende -",
    "ende.",
    "@ich",
    "100%",
    "C:\\temp",
    "?",
    "*",
    "a: b: c",
]
TEXTS = st.text(min_size=1, max_size=40).filter(
    lambda text: text.strip() == text and not any(0xD800 <= ord(each) < 0xE000 for each in text)
)


def rehearsal(name: str, *texts: str) -> Rehearsal:
    says = [Say(kind="words", value=text, mark=NOWHERE) for text in texts]
    taps = [
        Say(kind="choice", value="yes", mark=NOWHERE),
        Say(kind="wait", value="P20D", mark=NOWHERE),
    ]
    expects = (
        Expected(kind="step", value="n", mark=NOWHERE),
        Expected(kind="ends", value=False, mark=NOWHERE),
        Expected(kind="choices", value=("no", "Anderer Ort"), mark=NOWHERE),
    )
    first = Passage(says=(*says, *taps), expects=expects)
    then = Passage(says=tuple(says), expects=expects[:1])
    return Rehearsal(
        name=name,
        language="tests",
        mark=NOWHERE,
        today=date(2026, 11, 24),
        hint="no",
        passages=(first, then, then),
    )


def understood(text: str) -> list[Rehearsal]:
    problems = Problems()
    node = strict_yaml.parse(text.encode(), "tests/first.yaml", problems)
    found = read(Document("first.yaml", "tests/first.yaml", node, []), None, problems)
    assert not problems.all()
    return list(found)


def same(one: Rehearsal, other: Rehearsal) -> bool:
    return content(one) == content(other)


def content(one: Rehearsal) -> object:
    passages = [
        [[(each.kind, each.value) for each in (*passage.says, *passage.expects)]]
        for passage in one.passages
    ]
    return one.name, one.today, one.hint, passages


@pytest.mark.parametrize("text", HARD)
def test_hard_texts_survive(text: str) -> None:
    one = rehearsal(" ".join(text.split()), text)
    (found,) = understood("\n".join(lines(one)))
    assert same(found, one)


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_every_text_survives(texts: list[str]) -> None:
    one = rehearsal("Any", *texts)
    (found,) = understood("\n".join(lines(one)))
    assert same(found, one)


@pytest.mark.parametrize("text", ["guben", "/start", "Українська", "Forst (Lausitz)"])
def test_plain_words_need_no_quotes(text: str) -> None:
    assert written(text) == text


def test_what_cannot_be_seen_is_escaped() -> None:
    assert written("a\u2068b") == '"a\\U00002068b"'


@pytest.mark.parametrize(
    "before",
    ["", "# Notiz\n", "- name: A\n  says: [a]\n  expects: [{ends: true}]", "  - name: A\n"
     "    says: [a]\n    expects: [{ends: true}]\n\n\n", "\ufeff- name: A\n  says: [a]\n"
     "  expects: [{ends: true}]\n"],
)  # fmt: skip
def test_a_conversation_is_added_at_the_end(before: str) -> None:
    assert can_be_added_to(before, "x.yaml", Problems())
    text = before
    for _ in range(3):
        text = appended(text, rehearsal("A", "Termin: morgen"))
    assert text.startswith(before.rstrip())
    names = [each.name for each in understood(text)]
    assert names == ["A", "A 2", "A 3", "A 4"][: len(names)]
    assert len(names) == 3 + ("name" in before)


@pytest.mark.parametrize("before", ["a: 1\n", "[]\n", "[{name: A}]\n", "- a: b: c\n", "x\n"])
def test_a_file_of_another_form_is_refused(before: str) -> None:
    problems = Problems()
    assert not can_be_added_to(before, "x.yaml", problems)
    (problem,) = problems.all()
    assert Path(problem.file).name == "x.yaml"
