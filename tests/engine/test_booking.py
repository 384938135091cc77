"""The way to an appointment: what is asked, what is skipped, and when somebody is faster."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.appointment import AppointmentStatus
from bot.domain.booking import Reason, Wish
from bot.domain.booking_news import Asked, CalledOff, MovedByOffice, Offered, Reminded
from bot.domain.case_news import Joined
from bot.domain.conversation import Command, Press, PromptKind
from bot.domain.outgoing import Bullets, Link, Message, Output, Span
from bot.service.rehearsal_world import CASE
from tests.engine.booking_desk import Office, free
from tests.engine.site import Small, labels, press, shown
from tests.talk import START, Talk

SERVICES = """\
advice:
  name: |
    Erste Beratung
  length: PT30M
  notice: PT1H
  horizon: P60D
  documents: [passport]
  preparation: |
    Schreiben Sie Fragen auf.
  interpreter: true
letters:
  name: |
    Briefe
  length: PT30M
  notice: PT1H
  horizon: P60D
  questions:
    - id: topic
      ask: choice
      text: |
        Von wem ist der Brief?
      choices:
        office: |
          Vom Amt
        firm: |
          Von einer Firma
    - id: urgent
      ask: yes_no
      text: |
        Ist es eilig?
    - id: pages
      ask: number
      text: |
        Wie viele Seiten?
    - id: about
      ask: text
      text: |
        Worum geht es?
"""
PLACES = """\
guben:
  name: |
    Guben
forst:
  name: |
    Forst
"""
NEXT = datetime.fromisoformat("2026-11-26T14:30")
MONDAY = datetime.fromisoformat("2026-11-30T09:30")
"""Times on the spot; START is a Tuesday, 24 November."""


def site(small: Small, services: str = SERVICES) -> Small:
    small.pack.write("services.yaml", services)
    small.pack.write("places.yaml", PLACES)
    small.pack.write("documents.yaml", "passport:\n  name: |\n    Pass\n")
    small.entry("here", "- id: intro\n  say: |\n    Hier sind Sie richtig.")
    return small


def one_service(small: Small) -> Small:
    return site(small, SERVICES[: SERVICES.index("letters:")])


def talk_to(small: Small, office: Office, **options: bool) -> Talk:
    talk = small.talk(**options)
    talk.world = office
    return talk


def words(outputs: tuple[Output, ...]) -> str:
    return "\n".join(text_of(message) for message in shown(outputs))


def text_of(message: Message) -> str:
    lines: list[str] = []
    for block in message.blocks:
        if isinstance(block, Bullets):
            lines.extend(spans_of(item) for item in block.items)
        else:
            lines.append(spans_of(block.spans))
    return "\n".join(lines).replace("\u2068", "").replace("\u2069", "").replace("\u00a0", " ")


def spans_of(spans: tuple[Span, ...]) -> str:
    return "".join(span.label if isinstance(span, Link) else span.text for span in spans)


def book(talk: Talk) -> tuple[Output, ...]:
    """Book the first time there is, wherever everything else has one answer."""
    talk.write("/appointment")
    for _ in range(2):  # the day, the time
        assert talk.state.prompt is not None
        press(talk, talk.state.prompt.choices[0].action)
    return press(talk, "p:ok")


# -- the way


def test_what_has_one_answer_is_not_asked(small: Small) -> None:
    talk = talk_to(one_service(small), Office(free(1, NEXT)))
    assert "Welcher Tag passt?" in words(talk.write("/appointment"))
    assert labels(talk)[0] == "Do,\u00a026.\u00a0November"


def test_the_whole_way_with_every_question(small: Small) -> None:
    office = Office(
        free(1, NEXT, languages=("de", "uk")), free(2, MONDAY, place="forst"), free(3, MONDAY)
    )
    talk = talk_to(site(small), office)
    assert "Worum geht es?" in words(talk.write("/appointment"))
    assert labels(talk)[:2] == ["Erste Beratung", "Briefe"]
    assert "Wo möchten Sie sprechen?" in words(talk.press("Erste Beratung"))
    assert labels(talk)[:3] == ["Wo geht es am schnellsten?", "Guben", "Forst"]
    assert "In welcher Sprache" in words(talk.press("Wo geht es am schnellsten?"))
    assert labels(talk)[:2] == ["Deutsch", "Ukrainisch"]
    assert "Welcher Tag passt?" in words(talk.press("Deutsch"))
    assert "Anderer Ort" in labels(talk)
    said = words(press(talk, "p:d:2026-11-30"))
    assert "Welche Uhrzeit passt?" in said
    assert set(labels(talk)[:2]) == {"09:30, Guben", "09:30, Forst"}
    assert labels(talk)[2] == "Anderer Tag"
    checked = words(press(talk, "p:t:2"))
    assert "Bitte prüfen Sie Ihren Termin. Wir halten ihn 5 Minuten frei" in checked
    assert "Montag, 30. November 2026, 09:30 bis 10:00 Uhr" in checked
    assert "Forst" in checked
    assert "Pass" in checked
    assert "Schreiben Sie Fragen auf." in checked
    assert talk.state.prompt is not None
    assert talk.state.prompt.kind is PromptKind.BOOKING_CHECK
    done = talk.press("Termin buchen")
    assert "Ihr Termin ist gebucht: Montag, 30. November 2026, 09:30 Uhr." in words(done)
    assert talk.state.booking is None
    assert [each.status for each in office.store.appointments.values()] == ["booked"]
    assert "Wir erinnern Sie" in words(talk.press("Ja, bitte erinnern"))
    assert office.store.appointments[1].reminders


def test_seven_taps_from_the_menu(small: Small) -> None:
    office = Office(free(1, NEXT, languages=("de", "uk")), free(2, MONDAY, place="forst"))
    talk = talk_to(site(small), office)
    talk.write("/menu")
    way = (
        "Termin buchen", "Erste Beratung", "Wo geht es am schnellsten?", "Ukrainisch",
    )  # fmt: skip
    for label in way:
        talk.press(label)
    press(talk, "p:d:2026-11-26")
    press(talk, "p:t:1")
    talk.press("Termin buchen")
    assert len(office.store.appointments) == 1


def test_a_service_asks_its_questions_first(small: Small) -> None:
    office = Office(free(1, NEXT))
    talk = talk_to(site(small), office)
    talk.write("/appointment")
    talk.press("Briefe")
    talk.press("Vom Amt")
    assert "Ist es eilig?" in words(press(talk, "p:q:urgent:maybe"))  # no answer: asked again
    talk.press("Ja")
    assert "Bitte schreiben Sie eine Zahl." in words(talk.write("viele"))
    talk.write("3")
    assert talk.state.booking is not None
    assert talk.state.booking.answers == {"topic": "office", "urgent": True, "pages": 3}


def test_words_to_a_question_are_kept(small: Small) -> None:
    office = Office(free(1, NEXT))
    talk = talk_to(site(small), office)
    talk.write("/appointment")
    for label in ("Briefe", "Von einer Firma", "Nein"):
        talk.press(label)
    talk.write("2")
    assert "Welcher Tag passt?" in words(talk.write("Eine Rechnung"))
    press(talk, "p:d:2026-11-26")
    press(talk, "p:t:1")
    press(talk, "p:ok")
    kept = office.store.appointments[1].notes or ""
    assert "'topic': 'firm'" in kept
    assert "'urgent': False" in kept
    assert "'pages': 2" in kept
    assert "Eine Rechnung" in kept


def test_a_name_in_any_script(small: Small) -> None:
    office = Office(free(1, NEXT))
    talk = talk_to(one_service(small), office)
    talk.write("/appointment")
    press(talk, "p:d:2026-11-26")
    press(talk, "p:t:1")
    assert "Wie dürfen wir Sie nennen?" in words(talk.press("Namen angeben"))
    assert "höchstens 80 Zeichen" in words(talk.write("x" * 81))
    assert "Name: Оксана" in words(talk.write(" Оксана  "))
    talk.press("Namen angeben")
    assert "Name:" not in words(talk.press("Ohne Namen"))
    talk.press("Namen angeben")
    talk.write("Оксана")
    press(talk, "p:ok")
    assert office.store.appointments[1].name == "Оксана"


def test_an_interpreter_helps_where_nobody_speaks_it(small: Small) -> None:
    office = Office(free(1, NEXT, languages=("de", "uk")), interpreters=("ar", "uk"))
    talk = talk_to(one_service(small), office)
    talk.write("/appointment")
    assert labels(talk)[:3] == ["Deutsch", "Ukrainisch", "Arabisch, mit Dolmetschen"]
    talk.press("Arabisch, mit Dolmetschen")
    press(talk, "p:d:2026-11-26")
    assert "Arabisch, mit Dolmetschen" in words(press(talk, "p:t:1"))
    press(talk, "p:ok")
    assert office.store.appointments[1].interpreter


def test_back_forgets_the_newest_answer_of_her_own(small: Small) -> None:
    office = Office(free(1, NEXT, languages=("de", "uk")), free(2, MONDAY, place="forst"))
    talk = talk_to(site(small), office)
    talk.write("/appointment")
    talk.press("Briefe")
    talk.press("Vom Amt")
    assert "Von wem ist der Brief?" in words(talk.press("Zurück"))
    assert "Worum geht es?" in words(talk.press("Zurück"))
    talk.press("Erste Beratung")
    talk.press("Guben")
    talk.press("Deutsch")
    press(talk, "p:d:2026-11-26")
    press(talk, "p:t:1")
    assert "Welche Uhrzeit passt?" in words(talk.press("Zurück"))
    assert not office.store.holds
    assert "Welcher Tag passt?" in words(talk.press("Zurück"))
    assert "In welcher Sprache" in words(talk.press("Zurück"))
    assert "Wo möchten Sie sprechen?" in words(talk.press("Zurück"))
    assert "Worum geht es?" in words(talk.press("Zurück"))
    assert "Womit können wir helfen?" in words(talk.press("Zurück"))
    assert talk.state.booking is None


def test_back_skips_what_was_not_asked(small: Small) -> None:
    talk = talk_to(one_service(small), Office(free(1, NEXT)))
    talk.write("/appointment")
    assert "Womit können wir helfen?" in words(talk.press("Zurück"))


def test_other_time_other_day_other_place_later(small: Small) -> None:
    times = [free(n, NEXT + timedelta(days=n)) for n in range(6)]
    day = [free(20 + n, NEXT + timedelta(minutes=30 * n)) for n in range(1, 10)]
    talk = talk_to(one_service(small), Office(*times, *day, free(50, MONDAY, place="forst")))
    talk.write("/appointment")
    talk.press("Guben")
    first = labels(talk)[0]
    assert "Später" in labels(talk)
    talk.press("Später")
    assert labels(talk)[0] != first
    talk.press("Anderer Ort")
    talk.press("Guben")
    talk.press(first)
    assert labels(talk)[8] == "Später"
    talk.press("Später")
    assert labels(talk)[-3:-2] == ["Anderer Tag"]
    talk.press("Anderer Tag")
    talk.press(first)
    press(talk, "p:f:xx")  # no time of day
    press(talk, "p:t:0")
    assert "Welche Uhrzeit passt?" in words(talk.press("Andere Zeit"))


def test_a_day_that_is_gone_is_asked_again(small: Small) -> None:
    office = Office(free(1, NEXT), free(2, MONDAY))
    talk = talk_to(one_service(small), office)
    talk.write("/appointment")
    office.store.taken.add(1)
    said = words(press(talk, "p:d:2026-11-26"))
    assert "Diese Zeit gibt es nicht mehr." in said
    assert "Welcher Tag passt?" in said
    assert "Welcher Tag passt?" in words(press(talk, "p:d:nonsense"))
    assert "Welcher Tag passt?" in words(press(talk, "p:e:2030-01-01"))  # nothing so late


def test_samples_are_called_samples(small: Small) -> None:
    talk = talk_to(one_service(small), Office(free(1, NEXT, sample=True)))
    assert "Muster" in words(talk.write("/appointment"))


# -- somebody is faster


def test_a_time_taken_meanwhile_gives_three_others_and_keeps_the_answers(small: Small) -> None:
    office = Office(*(free(n, NEXT + timedelta(days=n)) for n in range(1, 7)))
    talk = talk_to(one_service(small), office)
    talk.write("/appointment")
    press(talk, "p:d:2026-11-27")
    office.store.taken.add(1)
    said = words(press(talk, "p:t:1"))
    assert "Diese Zeit ist gerade vergeben." in said
    assert "Ihre Antworten sind gespeichert." in said
    assert len([c for c in talk.state.prompt.choices if c.action.startswith("p:t:")]) == 3  # type: ignore[union-attr]
    press(talk, "p:t:2")
    press(talk, "p:ok")
    assert office.store.appointments[1].slot == 2


def test_an_expired_hold(small: Small) -> None:
    office = Office(free(1, NEXT), free(2, MONDAY))
    talk = talk_to(one_service(small), office)
    talk.write("/appointment")
    press(talk, "p:d:2026-11-26")
    press(talk, "p:t:1")
    talk.at += timedelta(minutes=6)
    assert "Die 5 Minuten sind vorbei." in words(press(talk, "p:ok"))
    assert not office.store.appointments


def test_a_check_after_its_hold_asks_for_a_time(small: Small) -> None:
    talk = talk_to(one_service(small), Office(free(1, NEXT)))
    talk.write("/appointment")
    press(talk, "p:d:2026-11-26")
    press(talk, "p:t:1")
    talk.press("Namen angeben")
    talk.at += timedelta(minutes=6)
    assert "Welche Uhrzeit passt?" in words(talk.write("Ana"))


def test_nothing_else_is_free(small: Small) -> None:
    office = Office(free(1, NEXT))
    talk = talk_to(one_service(small), office)
    talk.write("/appointment")
    press(talk, "p:d:2026-11-26")
    office.store.taken.add(1)
    said = words(press(talk, "p:t:1"))
    assert "Im Moment ist keine Zeit frei." in said


@pytest.mark.parametrize("reason", list(Reason))
def test_every_refusal_has_words_and_a_way_on(small: Small, reason: Reason) -> None:
    office = Office(free(1, NEXT), free(2, MONDAY))
    talk = talk_to(one_service(small), office)
    talk.write("/appointment")
    press(talk, "p:d:2026-11-26")
    office.store.refuse = reason
    said = press(talk, "p:t:1")
    assert words(said).strip()
    assert talk.state.prompt is not None
    assert talk.state.prompt.choices


def test_nothing_free_leads_to_the_waitlist(small: Small) -> None:
    office = Office()
    talk = talk_to(one_service(small), office)
    assert "Im Moment ist keine Zeit frei." in words(talk.write("/appointment"))
    assert "Sie stehen auf der Warteliste." in words(talk.press("Bescheid bekommen"))
    talk.write("/appointment")
    assert "Sie stehen schon auf der Warteliste." in words(talk.press("Bescheid bekommen"))
    assert office.store.waits
    talk.write("/stop")
    assert not office.store.waits


def test_far_away_times_offer_the_waitlist(small: Small) -> None:
    talk = talk_to(one_service(small), Office(free(1, NEXT + timedelta(days=14))))
    talk.write("/appointment")
    assert "Bescheid bekommen" in labels(talk)


def test_without_services_a_human_is_offered(small: Small) -> None:
    small.entry("here", "- id: intro\n  say: |\n    Hier sind Sie richtig.")
    talk = talk_to(small, Office())
    assert "Termine kann man hier noch nicht buchen." in words(talk.write("/appointment"))


# -- words, detours, old buttons


def test_words_that_fit_no_button(small: Small) -> None:
    talk = talk_to(one_service(small), Office(free(1, NEXT)))
    talk.write("/appointment")
    assert "Das passt nicht zu meiner Frage." in words(talk.write("hm"))
    talk.write("hm hm")
    assert "Mit einem Menschen sprechen" in labels(talk)


def test_numbers_do_as_well_as_buttons(small: Small) -> None:
    office = Office(free(1, NEXT))
    talk = talk_to(one_service(small), office)
    talk.write("/appointment")
    talk.write("1")
    talk.write("1")
    talk.write("1")
    assert len(office.store.appointments) == 1


def test_the_menu_says_that_a_booking_is_half_made(small: Small) -> None:
    talk = talk_to(one_service(small), Office(free(1, NEXT)))
    talk.write("/appointment")
    press(talk, "p:d:2026-11-26")
    assert "Ihr Termin ist noch nicht gebucht." in words(talk.write("/menu"))
    assert "Welche Uhrzeit passt?" in words(talk.press("Weiter zum Termin"))
    talk.write("/menu")
    talk.at += timedelta(hours=2)
    assert "noch nicht gebucht" not in words(talk.write("/menu"))


def test_the_emergency_card_is_beside_the_way(small: Small) -> None:
    talk = talk_to(one_service(small), Office(free(1, NEXT)))
    talk.write("/appointment")
    talk.write("Notfall")
    assert "Welcher Tag passt?" in words(talk.press("Zurück"))


def test_another_language_goes_on_with_the_same_question(small: Small) -> None:
    talk = talk_to(one_service(small), Office(free(1, NEXT)))
    talk.write("/appointment")
    talk.write("/language en")
    assert talk.state.prompt is not None
    assert talk.state.prompt.kind is PromptKind.BOOKING


def test_a_button_of_an_older_question_shows_where_the_booking_stands(small: Small) -> None:
    talk = talk_to(one_service(small), Office(free(1, NEXT), free(2, MONDAY)), in_place=False)
    talk.write("/appointment")
    old = talk.state.prompt
    assert old is not None
    press(talk, "p:d:2026-11-26")
    said = words(talk.feed(Press(seq=old.seq, action="p:d:2026-11-30"), pressed=True))
    assert "nicht mehr aktuell" in said
    assert "Welche Uhrzeit passt?" in said


def test_a_button_without_a_booking_is_old(small: Small) -> None:
    talk = talk_to(one_service(small), Office(free(1, NEXT)))
    assert "nicht mehr aktuell" in words(press(talk, "p:d:2026-11-26"))
    assert "nicht mehr aktuell" in words(press(talk, "p:n:9.1"))


def test_free_words_beside_a_question_on_the_way(small: Small) -> None:
    talk = talk_to(site(small), Office(free(1, NEXT)))
    talk.write("/appointment")
    talk.press("Briefe")
    talk.press("Vom Amt")
    talk.press("Ja")
    assert talk.state.prompt is not None
    assert talk.state.prompt.kind is PromptKind.BOOKING_WORDS
    press(talk, "m")
    assert talk.state.booking is not None
    assert talk.state.booking.parked


# -- her appointments


def test_the_command_shows_what_she_has(small: Small) -> None:
    office = Office(free(1, NEXT), free(2, MONDAY))
    talk = talk_to(one_service(small), office)
    book(talk)
    code = office.store.appointments[1].code
    assert f"Ihr Code: {code}." in words(talk.write("/appointment"))
    assert labels(talk)[:4] == ["Kalenderdatei", "Karte fürs Amt", "Verschieben", "Absagen"]
    assert f"Ihr Code: {code}." in words(talk.write(f"/appointment {str(code).lower()}"))
    assert "Diesen Termin gibt es nicht mehr." in words(talk.write("/appointment CCCC"))
    assert "Diesen Termin gibt es nicht mehr." in words(talk.write("/appointment nonsense"))
    talk.press("Neuer Termin")
    press(talk, "p:d:2026-11-30")
    press(talk, "p:t:2")
    press(talk, "p:ok")
    assert "Welchen möchten Sie sehen?" in words(talk.write("/appointment"))
    assert f"Ihr Code: {code}." in words(press(talk, "p:a:1"))


def test_file_card_and_no_reminder(small: Small) -> None:
    office = Office(free(1, NEXT))
    talk = talk_to(one_service(small), office)
    talk.feed(Command(name="language", argument="en"))
    book(talk)
    assert words(press(talk, "p:u:1"))
    assert not office.store.appointments[1].reminders
    sent = shown(press(talk, "p:file:1"))
    assert sent[0].file is not None
    assert "Erste Beratung" not in text_of(sent[0])
    card = shown(press(talk, "p:k:1"))[0]
    assert card.card
    assert {block.lang for block in card.blocks[1:]} == {"de"}
    office.store.files = False
    press(talk, "p:file:1")
    assert words(press(talk, "p:a:99"))


def test_moving_keeps_the_old_time_until_the_new_one_is_booked(small: Small) -> None:
    office = Office(*(free(n, NEXT + timedelta(days=n)) for n in range(5)))
    talk = talk_to(one_service(small), office)
    book(talk)
    talk.write("/appointment")
    assert "Welche Zeit passt besser?" in words(talk.press("Verschieben"))
    assert "Andere Zeiten" in labels(talk)
    press(talk, "p:t:2")
    assert office.store.appointments[1].status is AppointmentStatus.BOOKED
    assert "Termin verschieben" in labels(talk)
    assert "Namen angeben" not in labels(talk)
    said = words(talk.press("Termin verschieben"))
    assert f"Ihr Code bleibt {office.store.appointments[1].code}." in said
    assert office.store.appointments[1].status is AppointmentStatus.MOVED
    assert "Diesen Termin gibt es nicht mehr." in words(press(talk, "p:v:1"))


def test_moving_can_be_left(small: Small) -> None:
    office = Office(*(free(n, NEXT + timedelta(days=n)) for n in range(5)))
    talk = talk_to(one_service(small), office)
    book(talk)
    press(talk, "p:v:1")
    talk.press("Andere Zeiten")
    talk.press("Zurück")
    assert talk.state.booking is None
    press(talk, "p:v:1")
    assert "Es bleibt bei Ihrem Termin." in words(talk.press("Nichts ändern"))
    press(talk, "p:v:1")
    press(talk, "p:t:2")
    assert "Es bleibt" in words(press(talk, "p:keep:1"))
    assert not office.store.holds


def test_moving_where_nothing_is_free(small: Small) -> None:
    office = Office(free(1, NEXT))
    talk = talk_to(one_service(small), office)
    book(talk)
    assert "Im Moment ist keine Zeit frei." in words(press(talk, "p:v:1"))
    assert "Nichts ändern" in labels(talk)


def test_cancelling_asks_again(small: Small) -> None:
    office = Office(*(free(n, NEXT + timedelta(days=n)) for n in range(5)))
    talk = talk_to(one_service(small), office)
    book(talk)
    talk.write("/appointment")
    assert "wirklich absagen?" in words(talk.press("Absagen"))
    talk.press("Nein, ich komme")
    talk.press("Absagen")
    press(talk, "p:v:1")
    said = words(press(talk, "p:cc:1"))
    assert f"Der Termin mit dem Code {office.store.appointments[1].code} ist abgesagt." in said
    assert talk.state.booking is None
    assert office.store.appointments[1].status is AppointmentStatus.CANCELLED
    assert "Diesen Termin gibt es nicht mehr." in words(press(talk, "p:cc:1"))


def test_cancelling_that_is_refused(small: Small) -> None:
    office = Office(free(1, NEXT))
    talk = talk_to(one_service(small), office)
    book(talk)
    office.store.refuse = Reason.NOT_POSSIBLE
    assert "Diesen Termin gibt es nicht mehr." in words(press(talk, "p:cc:1"))
    assert "Diesen Termin gibt es nicht mehr." in words(press(talk, "p:r:1"))


# -- what comes by itself


def booked(small: Small) -> tuple[Talk, Office]:
    office = Office(*(free(n, NEXT + timedelta(days=n)) for n in range(5)))
    talk = talk_to(one_service(small), office)
    book(talk)
    return talk, office


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime.fromisoformat("2026-11-25T18:00"), "Termin morgen um 14:30 Uhr."),
        (datetime.fromisoformat("2026-11-26T09:00"), "Termin heute um 14:30 Uhr."),
        (
            datetime.fromisoformat("2026-11-24T18:00"),
            "Termin am Donnerstag, 26. November 2026, 14:30 Uhr.",
        ),
    ],
)
def test_a_reminder_names_time_and_code_alone(small: Small, at: datetime, expected: str) -> None:
    talk, office = booked(small)
    talk.at = at.replace(tzinfo=START.tzinfo)
    said = words(talk.feed(Reminded(appointment=1)))
    assert said == f"{expected} Code {office.store.appointments[1].code}."
    assert "dass Sie kommen" in words(talk.press("Ich komme"))
    assert office.store.appointments[1].coming


def test_no_reminder_after_stop_after_cancelling_or_of_another(small: Small) -> None:
    talk, _ = booked(small)
    assert not talk.feed(Reminded(appointment=9))
    talk.write("/stop")
    assert not talk.feed(Reminded(appointment=1))
    assert not talk.feed(Asked(appointment=1))
    assert not talk.feed(Offered(offer=1, until=START))
    talk.write("/start")
    press(talk, "p:cc:1")
    assert not talk.feed(Reminded(appointment=1))


def test_a_reminder_leaves_an_open_question_open(small: Small) -> None:
    talk, _ = booked(small)
    press(talk, "p:start")
    before = talk.state.prompt
    talk.feed(Reminded(appointment=1))
    assert talk.state.prompt == before


def test_did_it_help(small: Small) -> None:
    talk, office = booked(small)
    said = words(talk.feed(Asked(appointment=1)))
    assert "geholfen" in said
    assert "Erste Beratung" not in said
    talk.press("Ja")
    assert office.store.helped == {1: True}
    talk.feed(Asked(appointment=1))
    assert "Ein Mensch kann weiterhelfen" in words(talk.press("Nein"))
    assert office.store.helped == {1: False}


def test_the_office_calls_off_and_offers_three(small: Small) -> None:
    talk, office = booked(small)
    times = tuple(office.store.times[1:])
    said = words(talk.feed(CalledOff(appointment=1, alternatives=times)))
    assert "fällt aus" in said
    offered = [c for c in talk.messages[max(talk.messages)].choices if c.action.startswith("p:n:")]
    assert len(offered) == 3
    press(talk, offered[0].action, seq=max(talk.messages))
    press(talk, "p:ok")
    assert len(office.store.appointments) == 2
    assert "fällt aus" in words(talk.feed(CalledOff(appointment=1)))


def test_the_office_moves(small: Small) -> None:
    talk, _ = booked(small)
    assert "Wir haben den Termin" in words(talk.feed(MovedByOffice(appointment=1)))


def test_the_waitlist_offers_a_time(small: Small) -> None:
    office = Office(free(1, NEXT), free(2, MONDAY))
    office.store.offers[5] = (1, Wish(service="advice", place="guben", language="de"))
    talk = talk_to(one_service(small), office)
    said = words(talk.feed(Offered(offer=5, until=START + timedelta(hours=3))))
    assert "Dienstag, 24. November 2026, 13:00 Uhr" in said
    assert "Bitte prüfen Sie Ihren Termin." in words(talk.press("Zeigen"))
    press(talk, "p:ok")
    assert len(office.store.appointments) == 1
    assert "Diesen Termin gibt es nicht mehr." in words(press(talk, "p:wl:6"))


def test_notices_beside_a_human_are_marked(small: Small) -> None:
    talk, office = booked(small)
    talk.feed(Joined(case=CASE, name="Jana"))
    (message,) = shown(talk.feed(Reminded(appointment=1)))
    assert message.automatic
    press(talk, "p:y:1", seq=max(talk.messages))
    assert office.store.appointments[1].coming


def test_the_promise_at_night_offers_an_appointment(small: Small) -> None:
    talk = talk_to(one_service(small), Office(free(1, NEXT)))
    talk.write("/human")
    assert "Termin buchen" in labels(talk)


def test_a_name_is_taken_while_she_waits_for_a_human(small: Small) -> None:
    office = Office(free(1, NEXT))
    talk = talk_to(one_service(small), office)
    talk.write("/human")
    talk.write("/appointment")
    press(talk, "p:d:2026-11-26")
    press(talk, "p:t:1")
    talk.press("Namen angeben")
    assert "Name: Ana" in words(talk.write("Ana"))


def test_an_entry_books(small: Small) -> None:
    site(small)
    small.entry(
        "visit",
        """
        - id: intro
          say: |
            Kommen Sie vorbei.
        - id: book
          book: advice
        """,
    )
    small.entry(
        "choose",
        """
        - id: intro
          say: |
            Sie können einen Termin buchen.
        - id: next
          offer: [{book: letters}]
        """,
    )
    talk = talk_to(small, Office(free(1, NEXT)))
    said = words(talk.write("/start visit"))
    assert "Kommen Sie vorbei." in said
    assert "Welcher Tag passt?" in said
    talk.write("/start choose")
    assert "Von wem ist der Brief?" in words(talk.press("Termin buchen"))


# -- what was found by reading as a stranger


def test_words_that_are_too_long_for_a_question_of_her_own_words(small: Small) -> None:
    talk = talk_to(site(small), Office(free(1, NEXT)))
    talk.write("/appointment")
    for label in ("Briefe", "Vom Amt", "Ja"):
        talk.press(label)
    talk.write("3")
    assert "höchstens 300 Zeichen" in words(talk.write("x" * 301))
    said = words(talk.write("x" * 900))
    assert "höchstens 300 Zeichen" in said
    assert "Worum geht es?" in said


def test_a_name_that_is_much_too_long_is_asked_for_again(small: Small) -> None:
    talk = talk_to(one_service(small), Office(free(1, NEXT)))
    talk.write("/appointment")
    press(talk, "p:d:2026-11-26")
    press(talk, "p:t:1")
    talk.press("Namen angeben")
    assert "höchstens 80 Zeichen" in words(talk.write("x" * 900))


def test_an_answer_in_words_is_no_failure(small: Small) -> None:
    talk = talk_to(site(small), Office(free(1, NEXT)))
    talk.write("/appointment")
    for answer in ("Briefe", "Vom Amt", "Ja", "3", "Rechnung"):
        talk.write(answer)
        assert talk.state.prompt is not None
        assert talk.state.prompt.tries == 0
    assert "Mit einem Menschen sprechen" not in labels(talk)


def test_yes_and_no_in_any_words_answer_two_choices(small: Small) -> None:
    office = Office(free(1, NEXT))
    one_service(small)
    small.pack.write("phrases/de/commands.yaml", "menu: [Menü]\nyes: [ja, ok]\nno: [nein, nee]\n")
    talk = talk_to(small, office)
    book(talk)
    assert "Wir erinnern Sie vor dem Termin." in words(talk.write("ok"))
    assert office.store.appointments[1].reminders
    talk.write("/appointment")
    talk.press("Absagen")
    assert "Es bleibt bei Ihrem Termin." in words(talk.write("Nee!"))
    talk.press("Absagen")
    assert "ist abgesagt" in words(talk.write("ok"))


def test_a_town_within_a_label_is_understood(small: Small) -> None:
    one_service(small)
    small.pack.write(
        "places.yaml",
        "guben:\n  name: |\n    Welcome Center in Guben\n"
        "forst:\n  name: |\n    Welcome Center in Forst (Lausitz)\n",
    )
    talk = talk_to(small, Office(free(1, NEXT), free(2, MONDAY, place="forst")))
    talk.write("/appointment")
    assert "Das passt nicht zu meiner Frage." in words(talk.write("Center"))  # both have it
    talk.write("forst")
    assert talk.state.booking is not None
    assert talk.state.booking.place == "forst"


def test_labels_with_times_fit_a_button(small: Small) -> None:
    one_service(small)
    name = "Industriepark Schwarze Pumpe, Gebäude an der Hauptstraße"
    small.pack.write(
        "places.yaml",
        f"guben:\n  name: |\n    {name}\n  short: |\n    Schwarze Pumpe\n"
        f"forst:\n  name: |\n    {name}\n",
    )
    days = [NEXT + timedelta(days=n) for n in range(3)]
    times = [free(1, days[0]), free(2, days[0], place="forst"), free(3, days[1], place="forst")]
    office = Office(*times, free(4, days[2]))
    talk = talk_to(small, office)
    talk.write("/appointment")
    assert labels(talk)[1] == "Schwarze Pumpe"
    talk.press("Wo geht es am schnellsten?")
    press(talk, "p:d:2026-11-26")
    assert labels(talk)[:2] == ["14:30, Schwarze Pumpe", "14:30, Industriepark Schwarze Pum…"]
    office.store.taken.add(1)
    press(talk, "p:t:1")
    nearest = [label.replace("\u00a0", " ") for label in labels(talk)[:3]]
    assert nearest == [
        "26. Nov., 14:30, Industriepark Sc…",
        "27. Nov., 14:30, Industriepark Sc…",
        "28. Nov., 14:30, Schwarze Pumpe",
    ]


def test_a_refusal_without_other_times_promises_none(small: Small) -> None:
    office = Office(free(1, NEXT))
    talk = talk_to(one_service(small), office)
    talk.write("/appointment")
    press(talk, "p:d:2026-11-26")
    office.store.taken.add(1)
    said = words(press(talk, "p:t:1"))
    assert "Im Moment ist keine Zeit frei." in said
    assert "Das sind die nächsten" not in said


def test_a_clash_is_said_even_if_nothing_else_is_free(small: Small) -> None:
    office = Office(free(1, NEXT))
    talk = talk_to(one_service(small), office)
    talk.write("/appointment")
    press(talk, "p:d:2026-11-26")
    office.store.times.clear()
    office.store.refuse = Reason.CLASH
    assert "Zu dieser Zeit haben Sie schon einen Termin." in words(press(talk, "p:t:1"))


def test_moving_what_was_cancelled_meanwhile_ends_there(small: Small) -> None:
    talk, office = booked(small)
    press(talk, "p:v:1")
    office.store.refuse = Reason.UNKNOWN
    assert "Diesen Termin gibt es nicht mehr." in words(press(talk, "p:t:1"))
    assert talk.state.booking is None


def test_an_appointment_that_has_begun_is_shown_without_what_cannot_be_done(small: Small) -> None:
    talk, office = booked(small)
    office.store.appointments[1] = replace(
        office.store.appointments[1], status=AppointmentStatus.ARRIVED
    )
    office.store.shows_arrived = True
    said = words(press(talk, "p:v:1", seq=max(talk.messages)))
    assert said.startswith("Ihr Termin:")
    assert labels(talk)[0] == "Neuer Termin"


def test_a_cancelled_appointment_is_not_shown_as_hers(small: Small) -> None:
    talk, _ = booked(small)
    press(talk, "p:cc:1", seq=max(talk.messages))
    for action in ("p:a:1", "p:keep:1", "p:k:1"):
        said = words(press(talk, action, seq=max(talk.messages)))
        assert "Diesen Termin gibt es nicht mehr." in said
        assert "Ihr Termin:" not in said


def test_its_date_stands_once(small: Small) -> None:
    talk, _ = booked(small)
    assert words(talk.write("/appointment")).count("26. November") == 1
    assert words(press(talk, "p:k:1")).count("26. November") == 1


def test_two_on_one_day_differ_by_their_times(small: Small) -> None:
    talk, office = booked(small)
    one = office.store.appointments[1]
    later = one.local + timedelta(hours=2)
    office.store.appointments[2] = replace(one, id=2, slot=99, local=later)
    talk.write("/appointment")
    shown = [label.replace("\u00a0", " ") for label in labels(talk)[:2]]
    assert shown == ["Do, 26. November, 14:30", "Do, 26. November, 16:30"]


def test_back_from_later_days_leads_to_the_first_ones(small: Small) -> None:
    office = Office(*(free(n, NEXT + timedelta(days=n)) for n in range(6)))
    talk = talk_to(one_service(small), office)
    talk.write("/appointment")
    first = labels(talk)[0]
    talk.press("Später")
    talk.press("Zurück")
    assert labels(talk)[0] == first


def test_beside_a_human_nothing_is_asked_in_words(small: Small) -> None:
    office = Office(free(1, NEXT), free(2, MONDAY))
    talk = talk_to(site(small), office)
    talk.write("/human")
    talk.feed(Joined(case=CASE, name="Jana"))
    press_anywhere(talk, "p:start:letters")
    talk.press("Vom Amt")
    assert "Welcher Tag passt?" in words(talk.press("Ja"))
    press(talk, "p:d:2026-11-26")
    press(talk, "p:t:1")
    assert labels(talk) == ["Termin buchen", "Andere Zeit"]


def test_a_service_that_is_gone_while_it_asks_is_chosen_anew(small: Small) -> None:
    talk = talk_to(site(small), Office(free(1, NEXT)))
    talk.write("/appointment")
    talk.press("Briefe")
    small.pack.write("services.yaml", SERVICES[: SERVICES.index("letters:")])
    talk.catalogue = small.load()
    assert "Welcher Tag passt?" in words(talk.press("Vom Amt"))


def press_anywhere(talk: Talk, action: str) -> tuple[Output, ...]:
    """Press a button of an older message."""
    return talk.feed(Press(seq=1, action=action), pressed=True)


def test_when_the_later_days_are_taken_all_are_shown(small: Small) -> None:
    office = Office(*(free(n, NEXT + timedelta(days=n)) for n in range(5)))
    talk = talk_to(one_service(small), office)
    talk.write("/appointment")
    talk.press("Später")
    day = labels(talk)[0]
    office.store.taken.add(4)
    talk.press(day)
    assert labels(talk)[0] == "Do,\u00a026.\u00a0November"


def test_where_nothing_is_free_another_place_may_be(small: Small) -> None:
    office = Office(free(1, NEXT), free(2, NEXT, place="forst", languages=("pl",)))
    office.store.times.append(free(3, MONDAY, place="forst", languages=("de",)))
    talk = talk_to(one_service(small), office)
    talk.write("/appointment")
    talk.press("Forst")
    talk.press("Polnisch")
    office.store.taken.add(2)
    assert "Im Moment ist keine Zeit frei." in words(press(talk, "p:d:2026-11-26"))
    assert "Wo möchten Sie sprechen?" in words(talk.press("Anderer Ort"))


def test_an_appointment_outlives_its_service_and_its_place(small: Small) -> None:
    talk, office = booked(small)
    one = office.store.appointments[1]
    office.store.appointments[1] = replace(one, service="gone", place="gone")
    said = words(talk.write("/appointment"))
    assert "Ihr Termin: Donnerstag, 26. November 2026" in said
    assert "Sprache: Deutsch" in said


def test_an_entry_that_only_books(small: Small) -> None:
    site(small)
    small.entry("visit", "- id: book\n  book: advice")
    talk = talk_to(small, Office(free(1, NEXT)))
    assert words(talk.write("/start visit")).endswith("Welcher Tag passt?")
