"""Seals open only with their key and at their place; indexes say nothing."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.crypto import Cipher, Keys, Wrapper, from_text, place, to_text
from bot.storage.errors import Tampered, WrongSecret

SECRET = bytes(range(32))


def keys(secret: bytes = SECRET) -> Keys:
    wrapper = Wrapper(secret)
    return Keys(wrapper, index=wrapper.new(), site=wrapper.new())


@given(st.binary(max_size=2000), st.integers(), st.integers())
def test_what_is_sealed_opens_at_its_place(value: bytes, one: int, two: int) -> None:
    cipher = Cipher(os.urandom(32))
    sealed = cipher.seal(value, place("in", one, two))
    assert cipher.open(sealed, place("in", one, two)) == value
    assert len(value) < 4 or value not in sealed


@pytest.mark.parametrize(
    "where", [place("in", 1, 3), place("in", 2, 2), place("out", 1, 2), place("in", 1)]
)
def test_a_value_that_was_moved_does_not_open(where: bytes) -> None:
    cipher = Cipher(os.urandom(32))
    sealed = cipher.seal(b"words", place("in", 1, 2))
    with pytest.raises(Tampered):
        cipher.open(sealed, where)


@given(st.data())
def test_a_value_that_was_changed_does_not_open(data: st.DataObject) -> None:
    cipher = Cipher(os.urandom(32))
    sealed = bytearray(cipher.seal(b"words", b"here"))
    position = data.draw(st.integers(0, len(sealed) - 1))
    sealed[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Tampered) as raised:
        cipher.open(bytes(sealed), b"here")
    assert "words" not in str(raised.value)


@given(st.binary(max_size=40))
def test_whatever_is_no_seal_is_told(rubbish: bytes) -> None:
    with pytest.raises(Tampered):
        Cipher(bytes(32)).open(rubbish, b"here")


@pytest.mark.parametrize("index", [b"\xbc\xde\xff", b"abc:", bytes(16)])
def test_a_place_that_ends_in_an_index_is_named_without_it(index: bytes) -> None:
    cipher = Cipher(os.urandom(32))
    sealed = cipher.seal(b"words", place("address") + index)
    with pytest.raises(Tampered, match=r"\(address"):
        cipher.open(sealed, place("address") + index + b"\x80")


def test_the_same_words_never_look_the_same() -> None:
    cipher = Cipher(os.urandom(32))
    assert len({cipher.seal(b"words", b"here") for _ in range(100)}) == 100


def test_a_conversation_opens_with_its_own_key_only() -> None:
    site = keys()
    one, two = site.new_conversation(), site.new_conversation()
    sealed = site.conversation(one).seal(b"words", b"here")
    assert site.conversation(one).open(sealed, b"here") == b"words"
    for other in (site.conversation(two), site.site):
        with pytest.raises(Tampered):
            other.open(sealed, b"here")


def test_another_secret_unwraps_nothing() -> None:
    wrapped = keys().new_conversation()
    with pytest.raises(WrongSecret):
        keys(bytes(32)).conversation(wrapped)
    with pytest.raises(WrongSecret):
        Wrapper(b"too short")


def test_an_index_is_stable_in_one_database_and_different_in_another() -> None:
    site = keys()
    assert site.index("address", "web", "a") == site.index("address", "web", "a")
    assert len(site.index("address", "web", "a")) == 16
    assert site.index("address", "web", "a") != keys().index("address", "web", "a")


def test_indexes_of_different_things_differ() -> None:
    site = keys()
    parts = [("address", "web", "a"), ("external", "web", "a"), ("address", "we", "ba"), ("a", "")]
    assert len({site.index(*each) for each in parts}) == len(parts)


@given(st.text(st.characters(exclude_categories=())))
def test_every_string_of_a_platform_survives(text: str) -> None:
    assert to_text(from_text(text)) == text
    assert len(keys().index("address", "web", text)) == 16
