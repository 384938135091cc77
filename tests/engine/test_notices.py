"""Translations that are missing or older than the German: the notice, once, and the German."""

from __future__ import annotations

import pytest

from bot.domain.outgoing import Note
from tests.engine.site import Small, labels, press, shown
from tests.talk import Talk, said

STEPS = """
- id: intro
  say: |
    Zuerst das.
- id: again
  say: |
    Noch etwas.
- id: sure
  ask: yes_no
  text: |
    Sicher?
- id: done
  say: |
    Fertig.
  more: |
    Und mehr.
- id: papers
  document: passport
- id: office
  place: town-hall
- id: reach
  contact: town-hall
- id: next
  offer: [{goto: other}]
"""
MISSING = "Diesen Text gibt es noch nicht auf {}. Hier ist er auf {}."
STALE = "Der deutsche Text ist neuer."
GERMAN = "Deutschen Text zeigen"


def po(small: Small, language: str, **texts: tuple[str, str]) -> None:
    """Write translations; a German text that is not today's makes its translation stale."""
    written = ""
    for name, (german, own) in texts.items():
        key = name.replace("__", "/").replace("_", "-")
        written += f'msgctxt "{key}"\nmsgid "{german}"\nmsgstr "{own}"\n\n'
    small.pack.po(language, written)


def notes(talk: Talk) -> list[str]:
    """Return the notices about the language on the newest message with choices."""
    assert talk.state.prompt is not None
    blocks = talk.messages[talk.state.prompt.message].blocks
    spans = [span for block in blocks if isinstance(block, Note) for span in block.spans]
    words = [getattr(span, "text", "").translate({0x2068: None, 0x2069: None}) for span in spans]
    return [text for text in words if text.startswith(("Diesen Text gibt", "Der deutsche Text"))]


def begin(small: Small, language: str = "en") -> Talk:
    small.entry("walk", STEPS)
    small.entry("other", "- {id: words, say: Anderes.}")
    talk = small.talk(language)
    talk.write("/start walk")
    return talk


def test_a_text_that_is_missing_is_shown_in_german_and_says_so_once(small: Small) -> None:
    talk = begin(small)
    assert notes(talk) == [MISSING.format("English", "Deutsch")]
    message = talk.messages[max(talk.messages)]
    assert [block.lang for block in message.blocks] == ["de", "de", "de", None]
    talk.press("Ja")
    assert notes(talk) == [MISSING.format("English", "Deutsch")]
    talk.press("Mehr dazu")
    assert notes(talk) == [MISSING.format("English", "Deutsch")]


def test_all_languages_that_stand_in_are_named(small: Small) -> None:
    po(small, "en", walk__intro=("Zuerst das.", "First this."))
    talk = begin(small, "uk")
    assert notes(talk) == [MISSING.format("Українська", "English, Deutsch")]
    message = talk.messages[max(talk.messages)]
    assert [block.lang for block in message.blocks] == ["en", "de", "de", None]


def test_german_has_no_notice(small: Small) -> None:
    talk = begin(small, "de")
    assert notes(talk) == []
    talk.press("Ja")
    assert notes(talk) == []


ENGLISH = {
    "walk__intro": ("Zuerst das.", "First this."),
    "walk__again": ("Noch etwas.", "Something else."),
    "walk__sure": ("Sicher?", "Sure?"),
    "walk__done": ("Fertig.", "Done."),
    "walk__done__more": ("Und mehr.", "And more."),
    "documents__passport__gloss": ("Ausweis für Reisen", "for travelling"),
    "places__town_hall__name": ("Rathaus", "Town hall"),
    "places__town_hall__note": (
        "Nur mit Termin. Gebühr: {fact:fee}.",
        "By appointment. Fee: {fact:fee}.",
    ),
}


def test_fresh_translations_have_no_notice(small: Small) -> None:
    po(small, "en", **ENGLISH)
    talk = begin(small)
    assert notes(talk) == []
    words = said(talk.press("Ja"))
    assert words.split("\n")[:3] == ["Done.", "Bringen Sie mit:", "Reisepass (for travelling)"]
    assert notes(talk) == []
    assert labels(talk) == ["Other", "Mehr dazu", "Zurück", "Menü"]


@pytest.mark.parametrize("key", ["documents__passport__gloss", "places__town_hall__note"])
def test_what_papers_and_places_say_counts_too(small: Small, key: str) -> None:
    po(small, "en", **{name: pair for name, pair in ENGLISH.items() if name != key})
    talk = begin(small)
    assert notes(talk) == []
    talk.press("Ja")
    assert notes(talk) == [MISSING.format("English", "Deutsch")]


def test_a_stale_question_can_be_read_in_german_and_answered(small: Small) -> None:
    po(small, "en", **{**ENGLISH, "walk__intro": ("Zuerst dies.", "First this.")})
    talk = begin(small)
    assert notes(talk) == [STALE]
    assert labels(talk) == ["Ja", "Nein", GERMAN, "Zurück", "Menü"]
    outputs = talk.press(GERMAN)
    assert said(outputs) == "Zuerst das.\nNoch etwas.\nSicher?"
    message = shown(outputs)[0]
    assert (message.lang, {block.lang for block in message.blocks}) == ("en", {"de"})
    assert labels(talk) == ["Ja", "Nein", "Zurück", "Menü"]
    assert said(talk.press("Ja")).startswith("Done.")


def test_a_stale_answer_can_be_read_in_german_with_its_offers(small: Small) -> None:
    po(small, "en", **{**ENGLISH, "walk__done": ("Fast fertig.", "Done.")})
    talk = begin(small)
    talk.press("Ja")
    assert notes(talk) == [STALE]
    assert labels(talk) == ["Other", "Mehr dazu", GERMAN, "Zurück", "Menü"]
    words = said(talk.press(GERMAN))
    assert words.startswith("Fertig.\nBringen Sie mit:\nReisepass (Ausweis für Reisen)\nRathaus")
    assert labels(talk) == ["Other", "Mehr dazu", "Zurück", "Menü"]
    talk.press("Mehr dazu")
    assert said(talk.press("Zurück")) == "Sure?"


def test_the_german_of_a_text_that_is_gone(small: Small) -> None:
    po(small, "en", **{**ENGLISH, "walk__sure": ("Wirklich?", "Sure?")})
    talk = begin(small)
    small.remove("walk")
    talk.catalogue = small.load()
    assert said(talk.press(GERMAN)).startswith("Diese Seite gibt es nicht mehr.")


def test_an_old_button_for_the_german_text_is_old(small: Small) -> None:
    po(small, "en", **{**ENGLISH, "walk__sure": ("Wirklich?", "Sure?")})
    talk = begin(small)
    first = talk.state.prompt
    assert first is not None
    talk.press("Ja")
    assert said(press(talk, "g", seq=first.seq)).startswith("Dieser Knopf ist nicht mehr aktuell.")


def test_pages_say_it_too(small: Small) -> None:
    talk = begin(small)
    talk.write("/about")
    assert notes(talk) == [MISSING.format("English", "Deutsch")]
    talk.write("/help")
    assert notes(talk) == []
    po(small, "en", site__imprint=("Ein altes Impressum.", "An imprint."))
    talk.catalogue = small.load()
    assert "An imprint." in said(talk.write("/about"))
    assert notes(talk) == [STALE]
