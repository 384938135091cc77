"""Places, contacts, papers, the office and the site's own pages."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.outgoing import FSI, PDI, Link, Paragraph, Plain
from tests.engine.site import Small, labels, shown
from tests.talk import Talk, said

LATER = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)  # after the review day of the town hall
PLACE = "- {id: hall, place: town-hall}"
CONTACT = "- {id: hall, contact: town-hall}"
REACHED = "Telefon: 03561 6871-0\nE-Mail: rathaus@example.org\nexample.org"


def words(small: Small, steps: str, **options: datetime) -> str:
    small.entry("walk", steps)
    return said(small.talk(**options).write("/start walk"))


def test_a_place_has_name_address_and_note(small: Small) -> None:
    assert words(small, PLACE) == (
        "Rathaus\nAm Markt 1, 03130 Spremberg\nKarte (openstreetmap.org)\n"
        "Nur mit Termin. Gebühr: 73 €."
    )


def test_after_its_review_day_only_the_name_and_the_note_are_left(small: Small) -> None:
    assert words(small, PLACE, at=LATER) == "Rathaus\nNur mit Termin. Gebühr: 73 €."


def test_a_contact_has_name_telephone_mail_and_page(small: Small) -> None:
    assert words(small, CONTACT) == f"Rathaus\n{REACHED}"


def test_a_contact_right_under_its_place_does_not_repeat_the_name(small: Small) -> None:
    steps = f"{PLACE}\n- {{id: reach, contact: town-hall}}"
    assert words(small, steps).endswith(f"Gebühr: 73 €.\n{REACHED}")


def test_what_is_not_verified_is_left_out(small: Small) -> None:
    assert words(small, CONTACT, at=LATER) == "Rathaus\nexample.org"


def test_a_contact_of_which_nothing_is_known(small: Small) -> None:
    small.pack.write("places.yaml", "town-hall:\n  name: Rathaus\n")
    assert words(small, CONTACT) == "Rathaus"
    assert words(small, f"{PLACE}\n- {{id: reach, contact: town-hall}}") == "Rathaus"


def test_numbers_and_mail_can_be_pressed_and_stand_isolated(small: Small) -> None:
    small.entry("walk", CONTACT)
    [message] = shown(small.talk().write("/start walk"))
    block = message.blocks[0]
    assert isinstance(block, Paragraph)
    assert block.spans == (
        Plain(text=f"{FSI}Rathaus{PDI}"),
        Plain(text="\n"),
        Plain(text="Telefon: "),
        Link(label=f"{FSI}03561\xa06871-0{PDI}", url="tel:+49356168710"),
        Plain(text="\n"),
        Plain(text="E-Mail: "),
        Link(label=f"{FSI}rathaus@example.org{PDI}", url="mailto:rathaus@example.org"),
        Plain(text="\n"),
        Link(label=f"{FSI}example.org{PDI}", url="https://www.example.org/a"),
    )


def test_a_translation_may_put_words_behind_the_number(small: Small) -> None:
    message = 'msgctxt "contact.phone"\nmsgid "Telefon: {phone}"\nmsgstr "Call {phone} now"\n'
    small.pack.po("en", message, "messages")
    small.entry("walk", CONTACT)
    assert "Call 03561 6871-0 now\n" in said(small.talk("en").write("/start walk"))


def test_papers_say_what_they_are_and_where_to_get_them(small: Small) -> None:
    small.pack.write(
        "documents.yaml",
        "passport:\n  name: Reisepass\n  gloss: Ausweis für Reisen\n  where: im Konsulat\n"
        "letter:\n  name: Brief\n",
    )
    assert words(small, "- {id: papers, document: [passport, letter]}") == (
        "Bringen Sie mit:\nReisepass (Ausweis für Reisen). Wo: im Konsulat\nBrief"
    )


def test_an_offered_link_that_may_not_be_shown_is_left_out(small: Small) -> None:
    facts = (small.pack.content / "facts.yaml").read_text("utf-8")
    small.pack.write(
        "facts.yaml",
        facts.replace(
            'values: [{value: "https://www.example.org/a"}]',
            'values: [{value: "https://www.example.org/a", valid_until: 2026-12-31}]',
        ),
    )
    steps = "- {id: words, say: Hier.}\n- {id: on, offer: [{link: page}]}"
    assert words(small, steps) == "Hier.\nexample.org"
    assert words(small, steps, at=LATER) == "Hier."


OFFICE = "Hier erreichen Sie einen Menschen: Welcome Center in Forst und Guben."


def office(small: Small, details: str) -> str:
    small.site("  confirmed: true\n  phone: office-phone\n", details)
    small.entry("walk", PLACE)
    return said(small.talk().write("/appointment")).partition("\n")[2]


def test_the_office_is_named_with_what_is_confirmed(small: Small) -> None:
    details = (
        "  confirmed: true\n  phone: office-phone\n  mail: hallo@example.org\n  url: page\n"
        "  address: {street: Markt 2, postcode: 03149, town: Forst}\n"
    )
    assert office(small, details) == (
        f"{OFFICE}\nMarkt 2, 03149 Forst\n"
        "Telefon: 03561 6871-0\nE-Mail: hallo@example.org\nexample.org"
    )


def test_the_office_with_a_telephone_only(small: Small) -> None:
    assert office(small, "  confirmed: true\n  phone: office-phone\n") == (
        f"{OFFICE}\nTelefon: 03561 6871-0"
    )


def test_an_office_that_is_confirmed_but_has_nothing_to_show(small: Small) -> None:
    assert office(small, "  confirmed: true\n") == OFFICE


def test_an_office_that_is_not_confirmed_says_so(small: Small) -> None:
    assert office(small, "  confirmed: false\n  phone: office-phone\n") == (
        f"{OFFICE}\nAdresse, Telefon und Zeiten sind noch nicht bestätigt. "
        "Darum nenne ich sie nicht."
    )


def test_a_number_of_the_emergency_card_that_may_not_be_shown_is_left_out(small: Small) -> None:
    card = (small.pack.content / "emergency.yaml").read_text("utf-8")
    line = "  - id: other\n    number: office-phone\n    text: |\n      Rat\ntail:"
    small.pack.write("emergency.yaml", card.replace("tail:", line))
    small.entry("walk", PLACE)
    assert "03561 6871-0  Rat" in said(small.talk().write("/emergency"))
    words = said(small.talk(at=LATER).write("/emergency"))
    assert "Rat" not in words
    assert "112  Lebensgefahr" in words, "an overdue check never takes an emergency number away"


def test_about_names_what_is_missing_and_where_to_complain(small: Small) -> None:
    small.entry("walk", PLACE)
    missing = "Diese Angabe fehlt noch."
    about = f"Impressum\nEin Impressum.\nFörderung\n{missing}\nBarrierefreiheit\n{missing}"
    assert said(small.talk().write("/about")) == about
    small.site("leave_url:", "feedback: hallo@example.org\nleave_url:")
    assert said(small.talk().write("/about")) == f"{about}\nRückmeldung: hallo@example.org"


def test_many_entries_come_in_pages(small: Small) -> None:
    for letter in "abcdefghij":
        small.entry(letter, PLACE, title=f"Entry {letter}")
    talk: Talk = small.talk()
    talk.press("Ankommen")
    first = labels(talk)
    assert len(first) == 8 + 2
    assert first[-3:] == ["Mehr", "Zurück", "Menü"]
    talk.press("Mehr")
    second = labels(talk)
    assert second == ["Entry h", "Entry i", "Entry j", "Mehr", "Zurück", "Menü"]
    talk.press("Mehr")
    assert labels(talk) == first
    talk.press("Entry c")
    assert said(talk.press("Zurück")).startswith("Ankommen:")
