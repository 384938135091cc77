import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.outgoing import parse_token, token


@given(st.integers(0, 999_999_999), st.text("abcdefghijklmnopqrstuvwxyz0123456789:-", min_size=1))
def test_a_token_comes_back_as_it_went(seq: int, action: str) -> None:
    assert parse_token(token(seq, action)) == (seq, action)


@pytest.mark.parametrize(
    "text", ["", "12", "12~", "~m", "x~m", "-1~m", "1234567890~m", "²~m", "١~m"]
)
def test_foreign_buttons_are_no_tokens(text: str) -> None:
    assert parse_token(text) is None


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    parse_token(text)
