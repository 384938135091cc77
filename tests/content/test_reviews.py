"""Human checks in comments: read exactly, put into the past, given back only to the same words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import reviews
from bot.content.reviews import Review

CHECK = Review("counsellor", date(2026, 11, 1))
LINE = "reviewed: counsellor, 2026-11-01"


def test_a_check_is_read() -> None:
    assert reviews.of(f"a note\n{LINE}") == CHECK
    assert reviews.of("a note\nreviewed by nobody") is None


def test_the_newest_check_counts() -> None:
    older = "reviewed: intern, 2025-01-01"
    assert reviews.of(f"{LINE}\n{older}") == CHECK


@pytest.mark.parametrize(
    "line",
    [
        "reviewed: counsellor",
        "reviewed: x, 2026-13-01",
        "reviewed",
        f"reviewed: {'x' * 41}, 2026-11-01",
    ],
)
def test_what_is_meant_as_a_check_and_is_none(line: str) -> None:
    assert reviews.of(line) is None
    assert reviews.unreadable(f"note\n{line}\n{LINE}") == [line]


def test_a_check_is_given_back_to_the_words_that_were_read() -> None:
    past = reviews.outdated(f"note\n{LINE}", ["That is late."])
    assert reviews.of(past) is None
    assert past.startswith("note\nwas reviewed: counsellor, 2026-11-01 [")
    assert reviews.given_back(past, ["That is late."]) == f"note\n{LINE}"
    assert reviews.given_back(past, ["That is too late."]) == past


def test_a_new_check_takes_the_place_of_the_old_one() -> None:
    newer = Review("translator", date(2026, 12, 1))
    assert reviews.of(reviews.replaced(f"note\n{LINE}", newer)) == newer
    assert reviews.replaced(f"note\n{LINE}", newer).count("reviewed:") == 1


def test_a_withdrawn_translation_stays_readable() -> None:
    text = reviews.withdrawn(
        LINE, "Das ist spät.", ["Late.\n\n" + "word " * 60], date(2026, 11, 22)
    )
    assert reviews.is_withdrawn(text)
    assert reviews.of(text) is None
    assert all(len(line) < 76 for line in text.splitlines())
    assert "< Das ist spät." in text
    laid = reviews.laid_down(text)
    assert laid is not None
    assert laid[0] == "2026-11-22"
    assert " ".join(("Late. " + "word " * 60).split()) in laid[1]


def test_two_withdrawals_are_both_kept() -> None:
    once = reviews.withdrawn("", "Alt", ["One"], date(2026, 1, 1))
    twice = reviews.withdrawn(once, "Neu", ["Two"], date(2026, 2, 2))
    assert reviews.laid_down(twice) == ("2026-02-02", frozenset({"One", "Two"}))
    assert reviews.laid_down("a note") is None


@given(st.text(max_size=200), st.lists(st.text(max_size=60), max_size=3))
def test_no_comment_can_break_it(comment: str, words: list[str]) -> None:
    past = reviews.outdated(comment, words)
    assert reviews.of(past) is None
    reviews.laid_down(reviews.withdrawn(past, "x", words, date(2026, 1, 1)))
    assert reviews.of(reviews.replaced(comment, CHECK)) == CHECK
