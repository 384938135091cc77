"""Office terms: found in German whatever their ending, missed where a translation drops them."""

from __future__ import annotations

import pytest

from bot.content.catalogue import Catalogue
from bot.content.glossary import Glossary, Term
from tests.content.conftest import Pack

OFFICE = Term("Ausländerbehörde", "immigration office")
SCHOOL = Term("Staatliches Schulamt", "state school authority")
KITA = Term("Kita", "nursery", ("day care",))
HALL = Term("Rathaus", "town hall")
TERMS = Glossary([(OFFICE, ()), (SCHOOL, ()), (KITA, ()), (HALL, ("Rathäuser",))])


@pytest.mark.parametrize(
    ("german", "found"),
    [
        ("Fragen Sie die Ausländerbehörde.", (OFFICE,)),
        ("Die Ausländerbehörden sind zu.", (OFFICE,)),
        ("Das Staatliche Schulamt hilft. Des Staatlichen Schulamts.", (SCHOOL,)),
        ("Ein Kita-Platz im Rathaus", (KITA, HALL)),
        ("Viele Rathäuser", (HALL,)),
        ("Das Schulamt. Ein Kitakind.", ()),
        ("Kita Kita Kita", (KITA,)),
    ],
)
def test_terms_of_a_text(german: str, found: tuple[Term, ...]) -> None:
    assert TERMS.found(german) == found


@pytest.mark.parametrize(
    ("translation", "missing"),
    [
        ("Ask the Ausländerbehörde (immigration office).", []),
        ("Ask the immigration offices.", []),
        ("Ask the office.", [OFFICE]),
    ],
)
def test_what_a_translation_misses(translation: str, missing: list[Term]) -> None:
    assert TERMS.missing("Fragen Sie die Ausländerbehörde.", translation) == missing


def test_other_good_words_count() -> None:
    assert TERMS.missing("Eine Kita", "A day care centre") == []


def test_inflected_and_arabic_words_are_recognised() -> None:
    uk = Glossary([(Term("Mindestlohn", "мінімальна зарплата"), ())])
    assert uk.missing("der Mindestlohn", "про мінімальну зарплату") == []
    ar = Glossary([(Term("Kita", "روضة أطفال"), ())])
    assert ar.missing("Kita", "في روضة الأطفال") == []
    assert ar.missing("Kita", "في المدرسة") != []


def test_check_warns_with_the_line(pack: Pack) -> None:
    pack.write("glossary/en.yaml", "Wohnsitz: residence\nGeld: {gloss: money, accept: [cash]}\n")
    pack.po(
        "en",
        'msgctxt "address/title"\nmsgid "Wohnsitz anmelden"\nmsgstr "Register"\n\n'
        '#, fuzzy\nmsgctxt "address/where/other"\nmsgid "Wohnsitz"\nmsgstr "x"\n',
    )
    warned = [item for item in pack.problems() if item.code == "glossary"]
    assert [(item.line, item.severity, item.hint) for item in warned] == [
        (7, "warning", "Wohnsitz (residence)")
    ]


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("Amt: office\nGeld: [a]\n", 2, "form"),
        ("Amt: {gloss: office, other: x}\n", 1, "form"),
        ("- Amt\n", 1, "form"),
        ("Amt:\n", 1, "form"),
    ],
)
def test_a_broken_glossary_is_named(pack: Pack, text: str, line: int, code: str) -> None:
    pack.write("glossary/en.yaml", text)
    assert ("en.yaml", line, code) in pack.found()


def test_a_glossary_of_no_language_is_named(pack: Pack) -> None:
    pack.write("glossary/fr.yaml", "Amt: bureau\n")
    assert ("fr.yaml", 1, "unknown-language") in pack.found()


def test_the_shipped_glossaries_have_the_same_terms(catalogue: Catalogue) -> None:
    found = catalogue.glossaries
    assert set(found) >= {"en", "uk", "ar", "pl"}
    german = [{term.german for term in glossary.terms} for glossary in found.values()]
    assert all(terms == german[0] for terms in german)
    assert len(german[0]) > 50
