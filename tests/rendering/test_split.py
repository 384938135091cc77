import dataclasses

import pytest

from bot.domain.capabilities import LengthUnit
from bot.domain.outgoing import FSI, PDI, Link, Strong
from bot.rendering.parts import parts
from tests.rendering.samples import (
    MATRIX,
    SHORT,
    TELEGRAM,
    WORDS,
    bullets,
    choice,
    direction_of,
    message,
    paragraph,
)


def texts(said, limit, capabilities=SHORT, **changes):
    limited = dataclasses.replace(capabilities, max_text=limit, **changes)
    result = parts(said, 1, limited, WORDS, direction_of=direction_of)
    return [piece.text for piece in result.pieces]


def test_what_fits_exactly_is_one_piece() -> None:
    assert texts(message("a" * 4096), 4096, TELEGRAM) == ["a" * 4096]
    assert texts(message("😀" * 2048), 4096, TELEGRAM) == ["😀" * 2048]
    assert len(texts(message("😀" * 2049), 4096, TELEGRAM)) == 2
    assert texts(message("a" * 10, "b" * 10), 22) == ["a" * 10 + "\n\n" + "b" * 10]
    assert texts(message("a" * 10, "b" * 10), 21) == ["a" * 10, "b" * 10]


def test_sentences_are_cut_before_words() -> None:
    said = message("Eins zwei drei. Vier fünf sechs? Sieben acht neun zehn elf.")
    assert texts(said, 40) == ["Eins zwei drei. Vier fünf sechs?", "Sieben acht neun zehn elf."]


@pytest.mark.parametrize(
    "sentence",
    ["Das gilt ab dem 15. März 2026 hier.", "Bringen Sie z. B. Papiere mit zum Amt."],
)
def test_a_stop_inside_a_sentence_is_no_end(sentence: str) -> None:
    assert texts(message(f"Vorher ein Satz. {sentence}"), len(sentence)) == [
        "Vorher ein Satz.",
        sentence,
    ]


def test_arabic_sentences_end_too() -> None:
    said = message("أين السكن الجديد؟ يجب تسجيل السكن.", lang="ar")
    assert texts(said, 20) == ["أين السكن الجديد؟", "يجب تسجيل السكن."]


def test_words_then_characters() -> None:
    assert texts(message("eins zwei drei vier"), 10) == ["eins zwei", "drei vier"]
    assert texts(message("Wohnungsgeberbestätigung"), 10) == ["Wohnungsge", "berbestäti", "gung"]


def test_a_no_break_space_holds() -> None:
    assert texts(message("Frist: 2\u00a0Wochen"), 12) == ["Frist:", "2\u00a0Wochen"]


@pytest.mark.parametrize(
    "grapheme", ["e\u0301", "👩\u200d👩\u200d👧", "👍🏽", "❤\ufe0f", "1\ufe0f\u20e3", "🇺🇦", "நி"]
)
def test_a_grapheme_is_not_cut(grapheme: str) -> None:
    for limit in (20, 21, 22, 23):
        for text in texts(message(grapheme * 30), limit):
            assert text == grapheme * (len(text) // len(grapheme))


def test_a_giant_grapheme_is_cut_all_the_same() -> None:
    assert texts(message("a" + "\u0301" * 25), 10) == [
        "a" + "\u0301" * 9,
        "\u0301" * 10,
        "\u0301" * 6,
    ]


def test_a_limit_that_no_character_keeps_is_no_endless_loop() -> None:
    assert texts(message("😀😀"), 1, TELEGRAM) == ["😀😀"]


def test_links_and_isolates_stay_whole() -> None:
    link = Link(label="Stadt Guben", url="https://www.guben.de/")
    said = message(paragraph("Siehe auch bei der ", link, " nach."))
    assert texts(said, 39) == ["Siehe auch bei der", "Stadt Guben (https://www.guben.de/)", "nach."]
    arabic = message(f"السكن في {FSI}Service-Center Gasstraße 4{PDI} فقط", lang="ar")
    assert texts(arabic, 30) == [
        "السكن في",
        f"\u200f{FSI}Service-Center Gasstraße 4{PDI}",
        "فقط",
    ]


def test_an_isolate_longer_than_a_piece_is_balanced_on_both_sides() -> None:
    said = message(f"في {FSI}Service Center Gasstraße{PDI}", lang="ar")
    assert texts(said, 18) == [
        "في",
        f"\u200f{FSI}Service Center{PDI}",
        f"\u200f{FSI}Gasstraße{PDI}",
    ]


def test_a_link_longer_than_a_piece_becomes_words_and_is_named() -> None:
    said = message(paragraph(Link(label="Amt", url="https://e.org/" + "x" * 40)))
    limited = dataclasses.replace(TELEGRAM, max_text=30)
    assert parts(said, 1, limited, WORDS, direction_of=direction_of).dropped == ()
    long = message(paragraph(Link(label="Amt " * 10, url="https://e.org/")))
    result = parts(long, 1, limited, WORDS, direction_of=direction_of)
    assert result.dropped == ("entity link",)
    assert "".join(piece.text for piece in result.pieces).endswith("(https://e.org/)")
    assert all(piece.entities == () for piece in result.pieces)


def test_bold_goes_on_after_a_cut() -> None:
    said = message(paragraph(Strong(text="eins zwei drei vier")))
    limited = dataclasses.replace(TELEGRAM, max_text=10)
    pieces = parts(said, 1, limited, WORDS, direction_of=direction_of).pieces
    assert [(e.offset, e.length) for piece in pieces for e in piece.entities] == [(0, 9), (0, 9)]


def test_a_cut_item_goes_on_without_a_bullet() -> None:
    assert texts(message(bullets("eins zwei drei", "vier")), 12) == ["• eins zwei", "drei\n• vier"]


def test_html_counts_with_its_tags() -> None:
    limited = dataclasses.replace(MATRIX, max_text=60, unit=LengthUnit.BYTES)
    said = message("Tür & Tor & Tür & Tor & Tür & Tor", choices=(choice("Ja"), choice("Nein")))
    pieces = parts(said, 1, limited, WORDS, direction_of=direction_of).pieces
    assert [piece.html for piece in pieces] == [
        "<p>Tür &amp; Tor &amp; Tür &amp; Tor &amp; Tür &amp;</p>",
        "<p>Tor</p><p>Antworten Sie mit der Zahl oder dem Wort.</p>",
        "<ol><li>Ja</li><li>Nein</li></ol>",
    ]
