"""Conditions: their forms, and what is wrong with them in which place."""

from __future__ import annotations

import pytest

from bot.content import conditions
from bot.content.model import All, AnswerIs, Any, Compare, Condition, Not
from bot.content.problems import Problems
from bot.content.strict_yaml import parse


def read(text: str) -> tuple[Condition | None, list[tuple[int, int]], list[str]]:
    problems = Problems()
    node = parse(text.encode(), "f", problems)
    assert node is not None
    reads: list[conditions.Read] = []
    found = conditions.parse(node, problems, reads.append)
    marks = [(item.line, item.column) for item in problems.all()]
    return found, marks, [item.condition.step for item in reads]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{a: x}", AnswerIs(step="a", values=("x",))),
        ("{a: [x, 2, true]}", AnswerIs(step="a", values=("x", 2, True))),
        ("{a: no}", AnswerIs(step="a", values=("no",))),
        ("{a: {before: -P14D}}", Compare(step="a", relation="before", bound="-P14D")),
        ("{a: {at_least: 3}}", Compare(step="a", relation="at_least", bound=3)),
        (
            "{a: x, b: y}",
            All(of=(AnswerIs(step="a", values=("x",)), AnswerIs(step="b", values=("y",)))),
        ),
        ("all:\n  - {a: x}\n", All(of=(AnswerIs(step="a", values=("x",)),))),
        ("any: [{a: x}]", Any(of=(AnswerIs(step="a", values=("x",)),))),
        ("not: {a: x}", Not(of=AnswerIs(step="a", values=("x",)))),
    ],
)
def test_forms(text: str, expected: Condition) -> None:
    found, problems, _ = read(text)
    assert problems == []
    assert found == expected


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{}", (1, 1)),
        ("[a]", (1, 1)),
        ("{a: []}", (1, 5)),
        ("{a: [x, null]}", (1, 9)),
        ("{a: 1.5}", (1, 5)),
        ("{a: {before: 1, after: 2}}", (1, 5)),
        ("{a: {under: 1}}", (1, 6)),
        ("{a: {before: true}}", (1, 14)),
        ("all: []", (1, 6)),
        ("any:\n  - {a: x}\n  - b\n", (3, 5)),
        ("not: b", (1, 6)),
        ("{a: x, b: {}}", (1, 11)),
    ],
)
def test_mistakes_have_their_place(text: str, place: tuple[int, int]) -> None:
    found, problems, _ = read(text)
    assert found is None
    assert problems == [place]


def test_every_read_of_an_answer_is_told() -> None:
    _, _, reads = read("all: [{a: x}, {not: {b: {before: P1D}}}, {any: [{c: 1}, {d: true}]}]")
    assert reads == ["a", "b", "c", "d"]


def test_what_was_refused_before_raises_no_second_alarm() -> None:
    problems = Problems()
    node = parse(b"a: &x {b: 1}\n", "f", problems)
    inner = node.get("a") if node else None
    assert inner is not None
    assert conditions.parse(inner, problems, lambda _: None) is None
    assert [item.code for item in problems.all()] == ["not-allowed"]
