"""What leaves the house for translation, and what must come back."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.glossary import Glossary, Term
from bot.domain.outgoing import FSI, PDI
from bot.service.protecting import has_words, protect, restore
from bot.service.translation import Kept

GLOSSARY = Glossary(
    [
        (Term("Anmeldung", "реєстрація"), ()),
        (Term("Ausländerbehörde", "відомство"), ()),
        (Term("Agentur für Arbeit", "служба зайнятості"), ()),
        (Term("vorläufige Bescheinigung", "тимчасова довідка"), ()),
    ]
)


def leaves(text: str, glossary: Glossary | None = None) -> str:
    """Everything of a text that a service gets to see."""
    seen = []
    for line in protect(text, glossary).lines:
        seen += [piece if isinstance(piece, str) else piece.shown or "" for piece in line]
    return "".join(seen)


@pytest.mark.parametrize(
    ("text", "private"),
    [
        ("My name is Oksana Petrenko and I need help", "Oksana Petrenko"),
        ("my name is oksana and i live in Guben", "oksana"),
        ("Mein Name ist Müller-Lüdenscheidt.", "Müller-Lüdenscheidt"),
        ("Ich heiße Max und warte", "Max"),
        ("Мене звати Оксана Петренко, я з Харкова", "Оксана Петренко"),
        ("Меня зовут Ирина", "Ирина"),
        ("Nazywam się Ewa Nowak. Szef nie płaci", "Ewa Nowak"),
        ("Mam na imię Ewa", "Ewa"),
        ("اسمي أحمد علي وأنا من سوريا", "أحمد علي"),
        ("Frau Kowalska hilft Ihnen", "Kowalska"),
        ("Fragen Sie Herrn Nguyen Van morgen", "Nguyen Van"),
        ("Mail: anna.muster+guben@post.example.de bitte", "anna.muster+guben@post.example.de"),
        ("Siehe https://example.org/a?b=1&c=2.", "https://example.org/a?b=1&c=2"),
        ("schreib @oksana_p auf Telegram", "@oksana_p"),
        ("oder @oksana:matrix.example", "@oksana:matrix.example"),
        ("Tel. +49 (0) 3561 6871-0 bitte", "+49 (0) 3561 6871-0"),
        ("am 26.11.2026 um 10:30 Uhr", "26.11.2026"),
        ("um 9:30 Uhr", "9:30"),
        ("Ausweis L01X00T47 ist weg", "L01X00T47"),
        ("IBAN DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00"),
        ("١٢٣٤٥ يورو", "١٢٣٤٥"),
        ("es kostet 1.250,50 Euro", "1.250,50"),
    ],
)
def test_what_is_private_does_not_leave_and_comes_back(text: str, private: str) -> None:
    assert private not in leaves(text)
    protected = protect(text, None)
    assert private in protected.words
    assert restore(protected, protected.lines, isolated=False) == text


def test_words_small_numbers_and_sentences_leave() -> None:
    text = "Ich habe 2 Kinder und bin seit 10 Monaten hier."
    assert leaves(text) == text
    assert "und warte" in leaves("Ich heiße Max und warte")
    assert "وأنا من سوريا" in leaves("اسمي أحمد علي وأنا من سوريا")


def test_terms_stay_german_and_are_explained_once() -> None:
    text = (
        "Die Anmeldung macht die Ausländerbehörde.\n\n"
        "Nach der Anmeldung: zur Agentur für Arbeit, mit der vorläufigen Bescheinigung."
    )
    protected = protect(text, GLOSSARY)
    assert "Anmeldung" in leaves(text, GLOSSARY)
    assert Kept(1, "Anmeldung") in protected.lines[0]
    assert restore(protected, protected.lines, isolated=False) == (
        "Die Anmeldung (реєстрація) macht die Ausländerbehörde (відомство).\n\n"
        "Nach der Anmeldung: zur Agentur für Arbeit (служба зайнятості), mit der "
        "vorläufigen Bescheinigung (тимчасова довідка)."
    )
    isolated = restore(protected, protected.lines, isolated=True)
    assert isolated is not None
    assert f"{FSI}Anmeldung{PDI} (реєстрація)" in isolated


def test_a_name_wins_over_a_term() -> None:
    assert "Anmeldung" not in leaves("Mein Name ist Anmeldung", GLOSSARY)


def test_what_is_lost_or_doubled_makes_it_worthless() -> None:
    protected = protect("Tel. 03561 6871-0 und 112 rufen", None)
    line = protected.lines[0]
    assert restore(protected, [line[::-1]], isolated=False) is not None
    assert restore(protected, [tuple(p for p in line if p != Kept(1))], isolated=False) is None
    assert restore(protected, [(*line, Kept(1))], isolated=False) is None
    assert restore(protected, [(*line, Kept(9))], isolated=False) is None
    assert restore(protected, [line, line], isolated=False) is None


def test_lines_without_words_need_no_service() -> None:
    protected = protect("Ja\n\n03561 6871-0\n🙂", None)
    assert [has_words(line) for line in protected.lines] == [True, False, False, False]


@given(st.text(max_size=300), st.integers())
def test_any_text_comes_back_whole_in_whatever_order(text: str, seed: int) -> None:
    protected = protect(text, GLOSSARY)
    plain = protect(text, None)
    assert restore(plain, plain.lines, isolated=False) == text
    shuffled = []
    for line in protected.lines:
        pieces = list(line)
        random.Random(seed).shuffle(pieces)
        shuffled.append(tuple(pieces))
    done = restore(protected, shuffled, isolated=True)
    assert done is not None
    assert all(word in done for word in protected.words)
    assert not any("<" in piece or "&" in piece for piece in leaves(text).split())


@pytest.mark.parametrize("part", ["a", "1 ", "(", "@a.", "a1", "my name is ", "<", "a.b@", "x-/"])
def test_long_texts_take_no_time(part: str) -> None:
    protect(part * (4000 // len(part)), GLOSSARY)  # pytest's own time-out would tell
