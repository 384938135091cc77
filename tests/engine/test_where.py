"""Back, menu, pages, emergency, language in the middle, commands while a question is open."""

from __future__ import annotations

import pytest

from bot.domain.conversation import Answer, Command, Greeting, Late, Media, PromptKind
from bot.domain.inbound import AttachmentKind
from bot.domain.outgoing import Close
from tests.engine.site import Small, labels, press, shown
from tests.talk import Talk, said

WALK = """
- id: intro
  say: |
    Zuerst das.
- id: first
  ask: yes_no
  text: |
    Erstens?
- id: between
  say: |
    Dazwischen.
- id: second
  ask: choice
  text: |
    Zweitens?
  choices: {red: Rot, blue: Blau}
- id: last
  say: |
    Zuletzt das.
  more: |
    Und noch mehr.
- id: office
  place: town-hall
- id: next
  offer: [{goto: other}, {link: page}]
"""
OTHER = """
- id: whole
  say: |
    Das ist alles.
"""
GONE = "Diese Seite gibt es nicht mehr. Im Menü finden Sie, was es jetzt gibt."
MENU = "Womit können wir helfen? Wählen Sie oder schreiben Sie Ihre Frage."
TOPIC = "Ankommen: Was möchten Sie wissen?"


@pytest.fixture
def talk(small: Small) -> Talk:
    small.entry("walk", WALK)
    small.entry("other", OTHER)
    talk = small.talk()
    talk.press("Ankommen")
    talk.press("Walk")
    return talk


@pytest.fixture
def answered(talk: Talk) -> Talk:
    talk.press("Ja")
    talk.press("Rot")
    return talk


def test_back_goes_question_by_question_to_topic_and_menu(answered: Talk) -> None:
    steps = [said(answered.press("Zurück")) for _ in range(4)]
    assert steps == ["Zweitens?", "Erstens?", TOPIC, MENU]
    assert said(answered.write("zurück")) == MENU


def test_back_keeps_earlier_answers(answered: Talk) -> None:
    answered.press("Zurück")
    assert answered.state.answers["walk"] == {"first": True, "second": "red"}
    assert "Zuletzt das." in said(answered.press("Blau"))
    assert answered.state.answers["walk"] == {"first": True, "second": "blue"}


NAMES = ("help", "about", "privacy", "human", "stop", "emergency", "delete", "appointment")
PAGES = [Command(name=name) for name in NAMES]


@pytest.mark.parametrize("page", PAGES, ids=lambda command: command.name)
def test_a_page_in_the_middle_of_a_question_leads_back_to_it(talk: Talk, page: Command) -> None:
    talk.press("Ja")
    talk.feed(page)
    assert talk.state.prompt is not None
    assert talk.state.prompt.kind in {PromptKind.PAGE, PromptKind.WAITING}
    assert said(talk.press("Zurück")) == "Zweitens?"
    assert "Zuletzt das." in said(talk.press("Rot"))


@pytest.mark.parametrize("page", PAGES, ids=lambda command: command.name)
def test_a_page_over_an_answer_leads_back_to_it_with_its_offers(
    answered: Talk, page: Command
) -> None:
    before = labels(answered)
    answered.feed(page)
    words = said(answered.press("Zurück"))
    assert words.startswith("Zuletzt das.\nRathaus\nAm Markt 1")
    assert words.endswith("example.org")
    assert labels(answered) == before == ["Other", "Mehr dazu", "Zurück", "Menü"]


def test_words_after_the_emergency_card_do_not_lose_the_question(talk: Talk) -> None:
    talk.write("Notfall")
    assert "Darauf habe ich noch keine Antwort." in said(talk.write("irgendwas"))
    assert labels(talk) == ["Mit einem Menschen sprechen", "Zurück", "Menü"]
    assert said(talk.press("Zurück")) == "Erstens?"


def test_the_emergency_card_has_numbers_that_can_be_called(talk: Talk) -> None:
    outputs = talk.write("/emergency")
    lines = ["Hier bekommen Sie sofort Hilfe.", "112  Lebensgefahr", "Ich bin ein Programm."]
    assert said(outputs).split("\n") == lines
    assert labels(talk) == ["Dringend an einen Menschen", "Zurück", "Menü"]


def test_the_language_in_the_middle_of_a_question_shows_all_of_it_again(talk: Talk) -> None:
    talk.press("Ja")
    talk.write("Sprache")
    outputs = talk.press("English")
    assert [message.lang for message in shown(outputs)] == ["en", "en"]
    assert said(outputs[1:2]).split("\n")[:2] == ["Dazwischen.", "Zweitens?"]
    assert "Zuletzt das." in said(talk.press("Rot"))


def test_the_language_question_can_be_left(talk: Talk) -> None:
    talk.write("/language")
    assert labels(talk)[-3:] == ["Notfall", "Zurück", "Menü"]
    assert said(talk.press("Zurück")) == "Erstens?"
    assert talk.state.language == "de"


def test_the_language_over_an_answer_shows_the_answer_again(answered: Talk) -> None:
    outputs = answered.write("/language en")
    assert "Zuletzt das.\nRathaus" in said(outputs)
    assert labels(answered)[0] == "Other"


def test_a_command_for_a_language_that_is_not_offered_asks(talk: Talk) -> None:
    assert said(talk.write("/language xx")).startswith("In welcher Sprache")


def test_start_leaves_the_question(talk: Talk) -> None:
    talk.press("Ja")
    assert said(talk.write("/start")) == MENU
    assert talk.state.frames == ()
    assert talk.state.answers == {}


def test_a_deep_link_opens_its_entry(talk: Talk) -> None:
    assert said(talk.write("/start other")) == "Das ist alles."
    assert said(talk.press("Zurück")) == MENU


def test_more_keeps_offers_and_place(answered: Talk) -> None:
    assert said(answered.press("Mehr dazu")).startswith("Und noch mehr.")
    assert labels(answered) == ["Other", "Zurück", "Menü"]
    assert said(answered.press("Zurück")) == "Zweitens?"


def test_more_by_word(answered: Talk) -> None:
    assert said(answered.write("mehr")).startswith("Und noch mehr.")
    assert said(answered.write("mehr")).startswith("Und noch mehr."), "nothing more: the same again"


def test_more_where_there_is_none_asks_the_question_again(talk: Talk) -> None:
    assert said(talk.write("mehr")) == "Erstens?"
    talk.write("/menu")
    assert said(talk.write("mehr")) == MENU


def test_more_of_an_old_answer_while_a_question_is_open(answered: Talk) -> None:
    old = answered.state.prompt
    assert old is not None
    answered.write("/start walk")
    assert said(press(answered, "d:walk:last", seq=old.seq)) == "Und noch mehr.\nErstens?"
    assert "Dazwischen." in said(answered.press("Ja"))


def test_more_of_an_old_answer_over_the_menu(answered: Talk) -> None:
    old = answered.state.prompt
    assert old is not None
    answered.press("Menü")
    assert said(press(answered, "d:walk:last", seq=old.seq)) == "Und noch mehr."
    assert said(answered.press("Zurück")) == MENU


@pytest.mark.parametrize("action", ["d:walk:first", "d:gone:gone", "d:", "e:gone", "c:gone"])
def test_what_is_gone_shows_the_menu_and_says_so(talk: Talk, action: str) -> None:
    words = said(press(talk, action))
    assert words == f"{GONE}\n{MENU}"


@pytest.mark.parametrize(
    ("event", "notice"),
    [
        (Media(kind=AttachmentKind.VOICE), "Ich kann keine Sprachnachrichten hören"),
        (Media(kind=AttachmentKind.PHOTO), "Ich kann nur Text lesen."),
        (Late(), "Ihre Nachricht kam, bevor Sie meine Frage sehen konnten."),
        (Greeting(), "Erstens?"),
    ],
)
def test_what_cannot_be_read_shows_the_open_question_again(
    talk: Talk, event: Media | Late | Greeting, notice: str
) -> None:
    words = said(talk.feed(event))
    assert words.startswith(notice)
    assert words.endswith("Erstens?")
    assert "Dazwischen." in said(talk.press("Ja"))


def test_a_picture_at_an_answer_shows_the_answer_again(answered: Talk) -> None:
    words = said(answered.feed(Media(kind=AttachmentKind.PHOTO)))
    assert words.startswith("Ich kann nur Text lesen.")
    assert "Zuletzt das." in words
    assert labels(answered)[0] == "Other"


def test_a_picture_at_the_language_question_asks_for_the_language_again(talk: Talk) -> None:
    talk.write("/language")
    words = said(talk.feed(Media(kind=AttachmentKind.STICKER)))
    assert words.endswith("In welcher Sprache möchten Sie lesen?")
    assert "English" in labels(talk)


def test_an_answered_question_shows_what_was_chosen_and_loses_its_buttons(talk: Talk) -> None:
    seq = talk.state.prompt.seq if talk.state.prompt else 0
    *_, close = talk.press("Nein")
    assert close == Close(
        seq=talk.state.seq, target=seq, shown=seq, note="Gewählt: \u2068Nein\u2069"
    )
    assert talk.messages[seq].choices == ()


def test_navigation_is_edited_in_place_and_closed_with_the_words_it_shows(small: Small) -> None:
    small.entry("walk", WALK)
    small.entry("other", OTHER)
    talk = small.talk()
    menu = max(talk.messages)
    talk.press("Ankommen")
    topic = talk.state.prompt
    assert topic is not None
    assert (topic.message, max(talk.messages)) == (menu, menu)
    *_, close = talk.press("Other")
    assert isinstance(close, Close)
    assert (close.target, close.shown) == (menu, topic.seq)


def test_stop_ends_notices_and_start_brings_them_back(talk: Talk) -> None:
    talk.write("/stop")
    assert talk.state.notices is False
    talk.write("/start")
    assert talk.state.notices is True


def test_the_way_back_is_kept_short(small: Small) -> None:
    steps = "\n".join(f"- {{id: q{n}, ask: yes_no, text: Frage {n}?}}" for n in range(30))
    small.entry("walk", f"{steps}\n- {{id: done, say: Fertig.}}")
    talk = small.talk()
    talk.write("/start walk")
    for _ in range(29):
        talk.press("Ja")
    assert len(talk.state.trail) == 20
    words = [said(talk.press("Zurück")) for _ in range(20)]
    assert words[0] == "Frage 28?"
    assert words[-2:] == ["Frage 10?", MENU]


def test_an_answer_keeps_its_buttons(answered: Talk) -> None:
    number = max(seq for seq, message in answered.messages.items() if message.choices)
    assert not any(isinstance(output, Close) for output in answered.write("/help"))
    assert answered.messages[number].choices


def test_a_topic_is_where_she_is_whatever_she_read_before(answered: Talk) -> None:
    assert said(press(answered, "t:arrival", seq=1)) == TOPIC
    assert said(answered.feed(Greeting())) == TOPIC


def test_free_words_at_the_menu_offer_a_human(small: Small) -> None:
    small.entry("other", OTHER)
    talk = small.talk()
    talk.write("Wo bekomme ich eine Katze?")
    assert labels(talk) == ["Mit einem Menschen sprechen", "Menü"]
    talk.feed(Answer(value=3))
    assert labels(talk) == ["Mit einem Menschen sprechen", "Menü"]
