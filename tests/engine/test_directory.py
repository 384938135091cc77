"""Tables, partners, dated notices, the footer of an answer, and the card for the counter."""

from __future__ import annotations

import pytest

from bot.domain.outgoing import Link, Note, Paragraph, Pin
from tests.engine.site import Small, labels, press, shown
from tests.talk import Talk, said

HALL = (
    "Rathaus\nAm Markt 1, 03130 Spremberg\nKarte (openstreetmap.org)\nNur mit Termin. Gebühr: 73 €."
)
REACHED = "Telefon: 03561 6871-0\nE-Mail: rathaus@example.org\nexample.org"
OFFICE = "Hier erreichen Sie einen Menschen: Welcome Center in Forst und Guben."
LOOKUP = """
- id: where
  ask: choice
  text: Wo?
  choices: {guben: Guben, forst: Forst, other: Anderswo}
- id: mine
  ask: yes_no
  text: Ihre Wohnung?
- {id: office, lookup: {table: offices, by: [where, mine]}}
"""
ROWS = """
by: [where, mine]
rows:
  - {where: guben, mine: 'true', text: In Guben selbst.}
  - {where: guben, mine: 'false', place: town-hall, contact: town-hall}
  - {where: forst, mine: 'true', contact: town-hall}
"""


@pytest.mark.parametrize(
    ("where", "mine", "words"),
    [
        ("Guben", "Ja", "In Guben selbst."),
        ("Guben", "Nein", f"{HALL}\n{REACHED}"),
        ("Forst", "Ja", f"Rathaus\n{REACHED}"),
        ("Forst", "Nein", OFFICE),
        ("Anderswo", "Ja", OFFICE),
    ],
)
def test_a_table_answers_by_what_she_said(small: Small, where: str, mine: str, words: str) -> None:
    small.pack.write("tables/offices.yaml", ROWS)
    small.entry("walk", LOOKUP)
    talk = small.talk()
    talk.write("/start walk")
    talk.press(where)
    assert said(talk.press(mine)) == words


def test_a_table_with_numbers_and_a_row_for_all_other_cases(small: Small) -> None:
    table = "by: [age]\nrows: [{age: '3', text: Drei.}]\ndefault: {text: Sonst.}\n"
    small.pack.write("tables/ages.yaml", table)
    small.entry(
        "walk",
        """
        - {id: age, ask: number, text: Wie alt?}
        - {id: row, lookup: {table: ages, by: [age]}}
        """,
    )
    talk = small.talk()
    talk.write("/start walk")
    assert said(talk.write("3")) == "Drei."
    talk.press("Zurück")
    assert said(talk.write("4")) == "Sonst."


PARTNERS = """
near:
  place: town-hall
  needs: [advice]
  towns: [guben]
  languages: [de, ar]
  note: Montags.
wide:
  place: second
  needs: [advice]
"""
ASK_TOWN = """
- id: town
  ask: choice
  text: Wo?
  choices: {guben: Guben, forst: Forst}
- {id: who, partners: {need: advice, town: town}}
"""


def test_partners_who_are_near_stand_first_with_languages_and_note(small: Small) -> None:
    places = (small.pack.content / "places.yaml").read_text("utf-8")
    small.pack.write("places.yaml", f"{places}second:\n  name: Zweite Stelle\n")
    small.pack.write("partners.yaml", PARTNERS)
    small.entry("walk", ASK_TOWN)
    talk = small.talk()
    talk.write("/start walk")
    near = f"{HALL}\n{REACHED}\nSprachen: Deutsch und Arabisch\nMontags."
    assert said(talk.press("Guben")) == f"{near}\nZweite Stelle"


def test_notices_stand_where_they_belong_and_only_for_their_time(small: Small) -> None:
    small.pack.write(
        "notices.yaml",
        """
closed:
  text: Heute ist zu.
  until: 2026-11-25T00:00
town:
  text: Das Rathaus baut um.
  until: 2026-12-01T00:00
  places: [town-hall]
topic:
  text: Neu in diesem Thema.
  until: 2026-12-01T00:00
  topics: [arrival]
entry:
  text: Neu auf dieser Seite.
  until: 2026-12-01T00:00
  entries: [walk]
later:
  text: Noch nicht.
  from: 2026-12-01T00:00
  until: 2026-12-02T00:00
""",
    )
    small.entry("walk", "- {id: words, say: Das ist alles.}")
    small.entry("hall", "- {id: hall, place: town-hall}")
    talk = small.talk()
    assert said(talk.write("/menu")).startswith("Heute ist zu.\nWomit")
    assert said(talk.press("Ankommen")).startswith("Neu in diesem Thema.\nAnkommen")
    assert said(talk.press("Walk")) == "Neu auf dieser Seite.\nDas ist alles."
    assert said(talk.write("/start hall")).startswith("Das Rathaus baut um.\nRathaus")
    talk.wait("P2D")
    assert said(talk.write("/menu")).startswith("Womit")


def footer(talk: Talk) -> list[str]:
    """Return the lines of the small print under the newest answer."""
    assert talk.state.prompt is not None
    blocks = talk.messages[talk.state.prompt.message].blocks
    notes = [block for block in blocks if isinstance(block, Note)]
    words = "".join(getattr(span, "text", "") for note in notes for span in note.spans)
    return words.translate({0x2068: None, 0x2069: None, 0xA0: " "}).split("\n")


def test_an_answer_says_who_is_responsible_and_that_nobody_has_checked_it(small: Small) -> None:
    keys = "responsible: town-hall\ncase: true\n"
    small.entry("walk", "- {id: words, say: Das ist alles.}", keys=keys)
    talk = small.talk()
    talk.write("/start walk")
    assert footer(talk) == [
        "Das ist allgemeine Information. Im Einzelfall entscheidet die Behörde.",
        "Zuständig: Rathaus",
        "Noch von keinem Menschen geprüft",
    ]


def test_an_answer_that_was_checked_says_when_and_can_be_heard(small: Small) -> None:
    keys = (
        "reviewed_by: Beratung\nreviewed_on: 2026-11-03\naudio: {de: 'https://example.org/a.mp3'}\n"
    )
    small.entry("walk", "- {id: words, say: Das ist alles.}", keys=keys)
    talk = small.talk()
    outputs = talk.write("/start walk")
    assert footer(talk) == ["Von einem Menschen geprüft am Di, 3. November"]
    heard = shown(outputs)[0].blocks[1]
    assert heard == Paragraph(spans=(Link(label="Anhören", url="https://example.org/a.mp3"),))
    assert "Anhören" not in said(talk.write("/language en")), "only in its own language"


def test_a_place_on_the_map_comes_with_its_pin_once_it_is_shown(small: Small) -> None:
    small.entry("walk", "- {id: hall, place: town-hall}")
    talk = small.talk()
    message = shown(talk.write("/start walk"))[0]
    address = "Am Markt 1, 03130 Spremberg"
    assert message.pins == (Pin(lat=51.5694, lon=14.3789, name="Rathaus", address=address),)
    assert shown(talk.write("/menu"))[0].pins == ()


def test_the_card_is_german_and_leads_back_to_the_answer(small: Small) -> None:
    small.pack.po("en", 'msgctxt "walk/words"\nmsgid "Das ist alles."\nmsgstr "That is all."\n')
    small.entry("walk", "- {id: words, say: Das ist alles.}\n- {id: hall, place: town-hall}")
    talk = small.talk("en")
    talk.write("/start walk")
    outputs = press(talk, "k")
    lines = said(outputs).split("\n")
    assert lines[:3] == [
        "Karte fürs Amt: Walk",
        "Guten Tag. Ich spreche Englisch. Es geht um: Walk.",
        "Das ist alles.",
    ]
    message = shown(outputs)[0]
    assert message.card
    assert [block.lang for block in message.blocks if not isinstance(block, Note)] == ["de"] * 5
    assert labels(talk) == ["Zurück", "Menü"]
    assert said(talk.press("Zurück")).startswith("That is all.")


def test_the_card_of_an_answer_that_is_gone(small: Small) -> None:
    small.entry("walk", "- {id: words, say: Das ist alles.}")
    small.entry("other", "- {id: words, say: Anderes.}")
    talk = small.talk("en")
    talk.write("/start walk")
    small.remove("walk")
    talk.catalogue = small.load()
    assert said(press(talk, "k")).startswith("Diese Seite gibt es nicht mehr.")


def test_an_old_button_for_the_card_shows_where_she_is(small: Small) -> None:
    small.entry("walk", "- {id: words, say: Das ist alles.}")
    talk = small.talk("en")
    talk.write("/start walk")
    old = talk.state.prompt
    assert old is not None
    talk.write("/menu")
    assert said(press(talk, "k", seq=old.seq)).startswith("Dieser Knopf ist nicht mehr aktuell.")
