"""A snapshot: texts in a language, fallback and freshness, facts by the day."""

from __future__ import annotations

from datetime import date

import pytest

from bot.content.catalogue import Found
from bot.content.model import (
    AnswerIs,
    AskStep,
    CallStep,
    Compare,
    DocumentStep,
    OfferGoto,
    OfferLink,
    OfferStep,
    PlaceStep,
    SayStep,
    WhenStep,
)
from bot.domain.outgoing import FSI, PDI, Bullets, Link, Paragraph, Plain
from bot.domain.texts import FACT_ASK_OFFICE, MENU_TITLE, OFFICE_ASK, PluralText
from tests.content.conftest import Pack

DAY = date(2026, 11, 22)
NB = "\u00a0"


def words(found: Found) -> str:
    parts: list[str] = []
    for block in found.blocks:
        for line in block.items if isinstance(block, Bullets) else (block.spans,):
            parts += [span.label if isinstance(span, Link) else span.text for span in line]
    return "".join(parts)


def test_the_model_of_an_entry(pack: Pack) -> None:
    catalogue = pack.load()
    entry = catalogue.entries["address"]
    assert [topic.entries for topic in catalogue.topics] == [("address", "course")]
    assert (entry.topic, entry.review_by) == ("arrival", date(2027, 11, 1))
    intro, where, fork, hall, since, late, papers, visit, offer = entry.steps
    assert isinstance(intro, SayStep)
    assert intro.more
    assert isinstance(where, AskStep)
    assert where.choices == ("guben", "other")
    assert isinstance(fork, WhenStep)
    assert fork.condition == AnswerIs(step="where", values=("guben",))
    assert (fork.then, fork.otherwise) == ("hall", "since")
    assert isinstance(hall, PlaceStep)
    assert isinstance(since, AskStep)
    assert (since.least, since.most) == ("-P1Y", "P0D")
    assert late.guard == Compare(step="since", relation="before", bound="-P14D")
    assert isinstance(papers, DocumentStep)
    assert papers.documents == ("passport",)
    assert isinstance(visit, CallStep)
    assert isinstance(offer, OfferStep)
    assert offer.offers == (OfferGoto(entry="course"), OfferLink(fact="page"))
    assert entry.position["since"] == 4


def test_a_fingerprint_follows_the_form_of_a_question_and_not_its_words(pack: Pack) -> None:
    def fingerprint() -> str:
        step = pack.load().entries["address"].steps[1]
        assert isinstance(step, AskStep)
        return step.fingerprint

    before = fingerprint()
    pack.change("topics/arrival/address.yaml", "Wo wohnen Sie?", "Wo ist Ihre Wohnung?")
    assert fingerprint() == before
    pack.change("topics/arrival/address.yaml", "      other: |", "      elsewhere: |")
    assert fingerprint() != before


def test_places_and_the_office(pack: Pack) -> None:
    catalogue = pack.load()
    place = catalogue.place("town-hall", DAY)
    assert place.address is not None
    assert place.address.postcode == "03130"
    assert place.lat == pytest.approx(51.5694)
    overdue = catalogue.place("town-hall", date(2027, 1, 2))
    assert (overdue.address, overdue.mail, overdue.lat) == (None, None, None)
    assert catalogue.site.office.phone == "office-phone"
    assert catalogue.site.legal == {"imprint"}
    assert catalogue.site.resume_after == 14 * 86_400
    assert catalogue.site.retention_days == {"conversations": 180}


def test_a_place_without_confidence_has_no_address(pack: Pack) -> None:
    pack.change("places.yaml", "confidence: high", "confidence: low")
    assert pack.load().places["town-hall"].address is None


def test_german_is_the_source(pack: Pack) -> None:
    catalogue = pack.load()
    found = catalogue.blocks("address/intro", "de", DAY)
    assert (found.lang, found.freshness, found.stale) == ("de", "fresh", False)
    assert found.blocks == (
        Paragraph(spans=(Plain(text=f"Melden Sie sich an. Das kostet {FSI}73{NB}€{PDI}."),)),
        Paragraph(spans=(Plain(text="Bringen Sie mit:"),)),
        Bullets(items=((Plain(text="Ausweis"),), (Plain(text="Geld"),))),
    )
    assert catalogue.plain("address/where/other", "de") == "Anderer Ort"
    assert catalogue.has("address/intro/more")
    assert not catalogue.has("address/where/more")
    with pytest.raises(KeyError):
        catalogue.plain("address/none", "de")


def test_fresh_stale_and_missing(pack: Pack) -> None:
    pack.po(
        "uk",
        """
        msgctxt "address/title"
        msgid "Wohnsitz anmelden"
        msgstr "Реєстрація житла"

        msgctxt "address/where"
        msgid "Wo leben Sie?"
        msgstr "Де ви живете?"

        #, fuzzy
        msgctxt "address/since"
        msgid "Seit wann?"
        msgstr "Відколи?"

        msgctxt "address/intro"
        msgid "Melden Sie sich an."
        msgstr "Зареєструйтеся."
        """,
    )
    pack.po("en", 'msgctxt "address/late"\nmsgid "Das ist spät."\nmsgstr "That is late."\n')
    catalogue = pack.load()

    def shown(key: str) -> tuple[str, str, str, bool]:
        found = catalogue.blocks(key, "uk", DAY)
        return words(found), found.lang, found.freshness, found.stale

    assert catalogue.plain("address/title", "uk") == "Реєстрація житла"
    assert shown("address/where") == ("Де ви живете?", "uk", "stale", True)
    assert shown("address/since") == ("Відколи?", "uk", "stale", True)
    assert shown("address/late") == ("That is late.", "en", "missing", False)
    lost = catalogue.blocks("address/intro", "uk", DAY)
    assert (lost.lang, lost.freshness) == ("de", "missing"), (
        "its fact is lost: it counts as missing"
    )
    assert catalogue.plain("address/title", "dsb") == "Wohnsitz anmelden"


def test_a_stale_translation_does_not_stand_in_for_another_language(pack: Pack) -> None:
    pack.po("en", 'msgctxt "address/late"\nmsgid "Alt"\nmsgstr "Old"\n')
    catalogue = pack.load()
    assert catalogue.blocks("address/late", "uk", DAY).lang == "de"
    assert catalogue.blocks("address/late", "en", DAY).stale


def test_ukrainian_and_russian_never_stand_in_for_each_other(pack: Pack) -> None:
    pack.change("site.yaml", "default: [en]", "default: [en, ru, uk]")
    catalogue = pack.load()
    assert catalogue.fallback_of("uk") == ("en", "de")
    assert catalogue.fallback_of("ru") == ("en", "de")
    assert catalogue.fallback_of("ar") == ("en", "ru", "uk", "de")
    assert catalogue.fallback_of("dsb") == ("de",)
    assert catalogue.fallback_of("de") == ()
    assert catalogue.fallback_of("xx") == ("de",)


def test_languages_are_found_by_tag(pack: Pack) -> None:
    catalogue = pack.load()
    for tag, code in [("uk", "uk"), ("uk-UA", "uk"), ("EN_us", "en"), ("dsb", "dsb")]:
        language = catalogue.match_language(tag)
        assert language is not None
        assert language.code == code
    for tag in (None, "", "fr", "u", "-"):
        assert catalogue.match_language(tag) is None
    assert catalogue.source.code == "de"
    arabic = catalogue.language("ar")
    assert arabic is not None
    assert arabic.direction == "rtl"
    assert catalogue.language("fr") is None


def test_facts_follow_the_calendar(pack: Pack) -> None:
    catalogue = pack.load()
    assert catalogue.fact("wage", "de", date(2025, 12, 31)) == f"{FSI}12,82{NB}€{PDI}"
    assert catalogue.fact("wage", "de", date(2026, 1, 1)) == f"{FSI}13,90{NB}€{PDI}"
    assert catalogue.fact("wage", "de", date(2024, 12, 31)) is None
    assert catalogue.fact("wage", "en", DAY) == f"{FSI}€13.90{PDI}"
    assert catalogue.fact("fee", "de", date(2027, 11, 1)) is not None
    assert catalogue.fact("fee", "de", date(2027, 11, 2)) is None, "its review is overdue"
    assert catalogue.fact("rumour", "de", DAY) is None, "low confidence"
    assert catalogue.fact("none", "de", DAY) is None


def test_an_emergency_number_is_always_shown(pack: Pack) -> None:
    link = pack.load().link("sos", "de", date(2099, 1, 1))
    assert link == Link(label=f"{FSI}112{PDI}", url="tel:112")


def test_phones_and_pages_are_links(pack: Pack) -> None:
    catalogue = pack.load()
    assert catalogue.link("office-phone", "uk", DAY) == Link(
        label=f"{FSI}03561{NB}6871-0{PDI}", url="tel:+49356168710"
    )
    assert catalogue.link("page", "uk", DAY) == Link(
        label=f"{FSI}example.org{PDI}", url="https://www.example.org/a"
    )
    assert catalogue.link("fee", "uk", DAY) is None
    assert catalogue.link("office-phone", "uk", date(2027, 1, 2)) is None
    assert catalogue.fact("office-phone", "de", DAY) == f"{FSI}03561{NB}6871-0{PDI}"


def test_an_expired_fact_says_ask_the_office(pack: Pack) -> None:
    catalogue = pack.load()
    found = catalogue.blocks("address/intro", "de", date(2027, 12, 1))
    assert found.uncertain == ("fee",)
    assert FACT_ASK_OFFICE.german in words(found)
    assert "73" not in words(found)
    assert catalogue.blocks("address/intro", "de", DAY).uncertain == ()


def test_blocks_are_made_once_a_day(pack: Pack) -> None:
    catalogue = pack.load()
    first = catalogue.blocks("course/rule", "de", DAY)
    assert catalogue.blocks("course/rule", "de", DAY) is first
    assert "Der Kurs ist voll." in words(first)
    assert "Der Kurs ist voll." not in words(
        catalogue.blocks("course/rule", "de", date(2027, 1, 1))
    )
    assert words(catalogue.blocks("course/rule", "de", DAY)) == words(first)


def test_a_fact_of_words_is_translated(pack: Pack) -> None:
    pack.po(
        "en",
        """
        msgctxt "facts/rule"
        msgid "Der Kurs ist voll."
        msgstr "The course is full."

        msgctxt "course/rule"
        msgid "{fact:rule}"
        msgstr "Note: {fact:rule}"
        """,
    )
    found = pack.load().blocks("course/rule", "en", DAY)
    assert words(found) == f"Note: {FSI}The course is full.{PDI}"


def test_interface_texts(pack: Pack) -> None:
    pack.po(
        "en",
        f"""
        msgctxt "menu.title"
        msgid "{MENU_TITLE.german}"
        msgstr "How can we help?"

        msgctxt "office.ask"
        msgid "{OFFICE_ASK.german}"
        msgstr "A human: {{office}} in {{towns}}."
        """,
        "messages",
    )
    catalogue = pack.load()
    assert catalogue.words(MENU_TITLE, "en") == "How can we help?"
    assert catalogue.words(MENU_TITLE, "uk") == MENU_TITLE.german
    assert catalogue.words(OFFICE_ASK, "en", office="WC", towns=f"{FSI}Forst{PDI}") == (
        f"A human: {FSI}WC{PDI} in {FSI}Forst{PDI}."
    )
    assert "{towns}" in catalogue.words(OFFICE_ASK, "de", office="WC")
    slots = PluralText("slots", "{n} Termin in {town}", "{n} Termine in {town}")
    assert (
        catalogue.counted(slots, 1, "de", town="Forst") == f"{FSI}1{PDI} Termin in {FSI}Forst{PDI}"
    )
    assert catalogue.counted(slots, 3, "en", town="Forst").startswith(f"{FSI}3{PDI} Termine")


def test_dates_and_isolation(pack: Pack) -> None:
    catalogue = pack.load()
    assert catalogue.date(date(2026, 11, 26), "de", DAY) == f"{FSI}Do,{NB}26.{NB}November{PDI}"
    assert catalogue.isolated("a") == f"{FSI}a{PDI}"
    assert catalogue.isolated(catalogue.isolated("a")) == f"{FSI}a{PDI}"


def test_commands(pack: Pack) -> None:
    catalogue = pack.load()
    assert catalogue.commands("de")["menu"] == ("menü", "übersicht")
    assert catalogue.commands("en") == {}


def test_the_version_changes_with_every_byte(pack: Pack) -> None:
    before = pack.load().version
    assert pack.load().version == before
    pack.change("topics/arrival/course.yaml", "Deutsch lernen", "Deutsch lernen ")
    changed = pack.load().version
    assert changed != before
    pack.po("en", "")
    assert pack.load().version != changed
