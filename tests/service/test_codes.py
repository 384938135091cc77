"""One-time codes: chance, forms in which people type them, and the picture."""

from __future__ import annotations

import math
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.service import codes
from bot.service.code_words import CODE_WORDS
from bot.service.codes import CODE_WORDS as USED


def test_the_words_are_256_plain_and_no_slip_apart() -> None:
    assert USED is CODE_WORDS
    assert len(set(CODE_WORDS)) == 256
    assert all(word.isascii() and word.islower() and 3 < len(word) < 7 for word in CODE_WORDS)
    assert [pair for pair in combinations(CODE_WORDS, 2) if _distance(*pair) < 2] == []


def test_a_code_holds_more_than_40_bits() -> None:
    assert math.log2(len(CODE_WORDS) ** 4 * 900) > 40
    made = {codes.words_code() for _ in range(200)}
    assert len(made) == 200
    for code in made:
        *words, number = code.split()
        assert len(words) == 4
        assert 100 <= int(number) <= 999


@pytest.mark.parametrize(
    "typed",
    [
        "biene hafen sonne acker 472",
        "Biene Hafen Sonne Acker 472",
        "BIENE-HAFEN-SONNE-ACKER-472",
        "bienehafensonneacker472",
        "biene, hafen, sonne, acker: 472.",
        " biene  hafen\nsonne acker ٤٧٢ ",
        "biene_hafen_sonne_acker_472",
        "bi\u200bene hafen sonne acker 472",
    ],
)
def test_a_code_is_the_same_however_it_is_typed(typed: str) -> None:
    assert codes.canonical(typed) == "bienehafensonneacker472"


@given(st.text(max_size=80))
def test_any_text_has_a_form_that_is_stable(text: str) -> None:
    form = codes.canonical(text)
    assert codes.canonical(form) == form
    assert form.isascii()
    assert form.isalnum() or not form


def test_a_message_that_is_a_code_is_seen_and_nothing_else() -> None:
    code = codes.words_code()
    assert codes.spotted(code) == code
    assert codes.spotted(code.title().replace(" ", "-")) == code
    assert codes.spotted(f"Mein Code: {code}") is None
    assert codes.spotted(code + " bitte") is None
    assert codes.spotted("ich warte hier lange 472") is None
    assert codes.spotted(code[:-3]) is None
    assert codes.spotted("") is None
    assert codes.spotted("birke " * 1000) is None


def test_a_start_parameter_fits_telegram_and_comes_back() -> None:
    for _ in range(300):
        code = codes.words_code()
        argument = codes.start_argument(code)
        assert len(argument) <= 64
        assert all(letter.isascii() and (letter.isalnum() or letter in "_-") for letter in argument)
        found = codes.of_start(argument)
        assert found is not None
        assert codes.canonical(found) == codes.canonical(code)
    assert codes.of_start("register-address") is None


def test_link_tokens_are_long_and_never_the_same() -> None:
    made = {codes.link_token() for _ in range(100)}
    assert len(made) == 100
    assert {len(token) for token in made} == {43}


def test_the_picture_is_svg_without_scripts_and_styles() -> None:
    root = ET.fromstring(codes.qr_svg("https://lotse.example/continue#" + "a-" * 20))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert {node.tag.rpartition("}")[2] for node in root.iter()} == {"svg", "g", "path"}
    assert not any("style" in node.attrib for node in root.iter())


def _distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for at, left in enumerate(one, 1):
        last, row = row, [at]
        for place, right in enumerate(other, 1):
            row.append(min(last[place] + 1, row[-1] + 1, last[place - 1] + (left != right)))
    return row[-1]
