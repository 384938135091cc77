"""The list of problems: nothing twice, and no flood."""

from __future__ import annotations

from bot.content.problems import MOST, Mark, Problems


def test_the_same_problem_counts_once() -> None:
    problems = Problems()
    for _ in range(2):
        problems.error(Mark("a.yaml", 3), "form", "x")
    problems.warning(Mark("a.yaml", 3), "form", "y")
    assert problems.errors == 1
    assert [item.message for item in problems.all()] == ["x", "y"]


def test_a_flood_of_one_kind_hides_nothing_else() -> None:
    problems = Problems()
    for line in range(1, 5_001):
        problems.error(Mark("a.yaml", line), "duplicate-key", "again")
    problems.warning(Mark("a.yaml", 9_000), "markup", "x")
    problems.error(Mark("b.yaml", 1), "duplicate-key", "again")
    found = problems.all()
    assert problems.errors == 5_001
    assert len(found) == MOST + 3
    assert (found[MOST].line, found[MOST].message) == (MOST + 1, "and 4,900 more like this")
    assert [(item.file, item.line) for item in found[-2:]] == [("a.yaml", 9_000), ("b.yaml", 1)]


def test_problems_found_elsewhere_are_added() -> None:
    other = Problems()
    other.error(Mark("a.yaml"), "form", "x")
    problems = Problems()
    problems.extend([*other.all(), *other.all()])
    assert (problems.errors, problems.all()) == (1, other.all())
