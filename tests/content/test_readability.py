"""Sentences are counted as people read them; the formula tells plain German from official prose."""

from __future__ import annotations

import pytest

from bot.content import readability
from bot.content.model import Role, SourceText
from bot.content.problems import Problems

PLAIN = """Melden Sie Ihre Wohnung nach dem Einzug an. Das machen Sie bei Ihrer Stadt. Bringen Sie
Ihren Pass mit. Sie bekommen dann ein Papier. Die Bank und Ihre Firma fragen oft danach. Warten
Sie nicht zu lange. Sonst kann es Geld kosten."""
OFFICIAL = """Die Erteilung einer Aufenthaltserlaubnis zum Zweck der Beschäftigung setzt
grundsätzlich die Zustimmung der Bundesagentur für Arbeit voraus. Die Anmeldung ist innerhalb von
zwei Wochen nach Bezug der Wohnung bei der zuständigen Meldebehörde unter Vorlage der
Wohnungsgeberbestätigung persönlich vorzunehmen."""


def source(text: str, key: str = "entry/step", role: Role = Role.TEXT) -> dict[str, SourceText]:
    made = SourceText(key=key, german=text, role=role, file="a.yaml", line=10, comment="")
    return {key: made}


def test_sentences() -> None:
    text = (
        "Am 1. November, z. B. hier. Wer sagt „Ich komme.“ Der kommt.\n\nBringen Sie mit:\n"
        "- Pass\n- [Amt](https://a.de), Frist: {fact:fee}. Danach nicht"
    )
    assert list(readability.sentences(text)) == [
        "Am 1. November, z. B. hier.",
        "Wer sagt „Ich komme.“",
        "Der kommt.",
        "Bringen Sie mit:",
        "Pass",
        "Amt, Frist: Wert.",
        "Danach nicht",
    ]


def test_a_name_in_quotation_marks_is_one_word() -> None:
    assert readability.words_of("Das heißt „Bescheinigung über den Aufenthalt“, sagt das Amt.") == [
        "Das", "heißt", "Das", "sagt", "das", "Amt",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "count"),
    [("Haus", 1), ("Behörde", 3), ("Bauer", 2), ("neue", 2), ("zwei", 1), ("Brief", 1),
     ("Aufenthaltstitel", 5), ("Wohnungsgeberbestätigung", 8), ("GmbH", 1), ("See", 1)],
)  # fmt: skip
def test_syllables(word: str, count: int) -> None:
    assert readability.syllables(word) == count


def test_the_formula_by_hand() -> None:
    """Six words, two with three syllables (33.3 %) and over six letters, three with one (50 %)."""
    found = readability.read(["Die Behörde hat den Antrag bewilligt."])
    assert found.words == 6
    year = 0.1935 * 100 / 3 + 0.1672 * 6 + 0.1297 * 100 / 3 - 0.0327 * 50 - 0.875
    assert found.year == pytest.approx(year)


def test_plain_german_passes_and_official_prose_does_not() -> None:
    assert readability.read([PLAIN]).year < readability.MAX_YEAR - 2
    assert readability.read([OFFICIAL]).year > readability.MAX_YEAR + 2
    problems = Problems()
    readability.report(source(PLAIN), problems)
    assert problems.all() == ()


def test_hard_prose_is_named_with_its_hardest_sentence() -> None:
    problems = Problems()
    readability.report(source(OFFICIAL + "\n\n" + OFFICIAL), problems)
    hard = [item for item in problems.all() if item.code == "hard-to-read"]
    assert len(hard) == 1
    assert "Wiener Sachtextformel" in hard[0].message
    assert "Hardest: „Die Anmeldung ist innerhalb" in hard[0].message


def test_a_long_sentence_is_named_in_its_line() -> None:
    long = "Bitte " + "sehr " * 14 + "kommen."
    problems = Problems()
    readability.report(source(f"Kurz.\nNoch eins. {long}"), problems)
    (problem,) = problems.all()
    assert (problem.line, problem.code) == (11, "long-sentence")
    assert "16 words" in problem.message
    assert long in problem.message


def test_short_texts_and_labels_are_not_measured() -> None:
    problems = Problems()
    readability.report(source("Verwaltungsverfahrensgesetz beachten."), problems)
    readability.report(source("Wort " * 40, role=Role.LINE), problems)
    assert problems.all() == ()


def test_without_words_nothing_is_hard() -> None:
    assert readability.read(["", "..."]).year == 0.0
