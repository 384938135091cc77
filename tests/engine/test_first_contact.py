"""Before a language is chosen: the question for it, deep links, and what cannot wait."""

from __future__ import annotations

import pytest

from bot.domain.conversation import Command, FreeText, Greeting, Media, Press, PromptKind
from bot.domain.inbound import AttachmentKind
from tests.engine.site import Small, labels, press, shown
from tests.talk import Talk, said

STEPS = """
- id: words
  say: |
    Das ist alles.
"""
ASK = "In welcher Sprache möchten Sie lesen?"


@pytest.fixture
def talk(small: Small) -> Talk:
    small.entry("other", STEPS)
    return Talk(small.load())


@pytest.mark.parametrize(
    "event",
    [
        Greeting(),
        FreeText(),
        Media(kind=AttachmentKind.VOICE),
        Command(name="start"),
        Command(name="menu"),
        Command(name="help"),
        Command(name="language"),
        Press(seq=7, action="m"),
        Press(seq=7, action="a:x"),
        Press(seq=7, action="l:xx"),
        Press(seq=7, action="l:" + "9" * 5000),
    ],
)
def test_the_language_comes_first(talk: Talk, event: Command | Press | Greeting) -> None:
    outputs = talk.feed(event)
    assert said(outputs) == ASK
    assert labels(talk) == [
        "Deutsch", "English", "Українська", "Русский", "العربية", "dolnoserbšćina", "Notfall",
    ]  # fmt: skip
    assert [c.lang for c in shown(outputs)[0].choices][:2] == ["de", "en"]


def test_the_language_of_the_device_stands_first(small: Small) -> None:
    small.entry("other", STEPS)
    talk = Talk(small.load(), hint="uk-UA")
    talk.open()
    assert labels(talk)[:3] == ["Українська", "Deutsch", "English"]


def test_the_question_for_the_language_is_asked_in_hers_and_in_german(small: Small) -> None:
    small.entry("other", STEPS)
    small.pack.po("ar", f'msgctxt "language.ask"\nmsgid "{ASK}"\nmsgstr "بأي لغة؟"\n', "messages")
    talk = Talk(small.load(), hint="ar")
    message = shown(talk.open())[0]
    assert message.lang == "ar"
    assert [block.lang for block in message.blocks] == [None, "de"]
    assert said(talk.open()) == f"بأي لغة؟\n{ASK}"
    talk.press("العربية")
    assert said(talk.write("/language")) == "بأي لغة؟", "German only where it may help"


def test_the_first_choice_greets_and_shows_the_menu(talk: Talk) -> None:
    talk.open()
    hello, menu = shown(talk.press("Deutsch"))
    assert hello.choices == ()
    assert [len(hello.blocks), talk.state.greeted] == [3, True]
    assert menu.choices[0].label == "Ankommen"
    assert len(shown(talk.feed(Command(name="start")))) == 1, "greeted once"


@pytest.mark.parametrize("end_to_end", [True, False])
def test_only_a_platform_that_reads_along_is_warned_about(small: Small, end_to_end: bool) -> None:
    small.entry("other", STEPS)
    talk = Talk(small.load(), end_to_end=end_to_end)
    talk.open()
    assert ("Telegram ist nicht" in said(talk.press("Deutsch"))) is not end_to_end


def test_a_language_that_nobody_has_read_says_so_at_every_choice(talk: Talk) -> None:
    talk.open()
    draft = "Diese Texte hat ein Programm übersetzt."
    assert draft in said(talk.press("English"))
    talk.write("/language")
    assert draft in said(talk.press("Українська"))
    talk.write("/language")
    assert draft not in said(talk.press("Deutsch"))


def test_a_language_without_answers_says_where_they_come_from(talk: Talk) -> None:
    talk.open()
    words = said(talk.press("dolnoserbšćina"))
    assert "Die Antworten gibt es in dieser Sprache noch nicht. Ich zeige sie auf Deutsch." in words


def test_a_deep_link_waits_for_the_language(talk: Talk) -> None:
    assert said(talk.write("/start other")) == ASK
    assert said(talk.write("hallo")) == ASK
    words = said(talk.write("English"))
    assert "Das ist alles." in words
    assert "Womit können wir helfen?" not in words
    assert talk.state.pending is None


@pytest.mark.parametrize("payload", ["gone", "c_abc", "../etc", ""])
def test_a_link_that_leads_nowhere_shows_the_menu(talk: Talk, payload: str) -> None:
    talk.write(f"/start {payload}")
    words = said(talk.press("Deutsch"))
    assert words.endswith("Wählen Sie oder schreiben Sie Ihre Frage.")
    assert "Diese Seite gibt es nicht mehr." not in words
    assert talk.state.prompt is not None
    assert talk.state.prompt.kind is PromptKind.NAVIGATION


def test_a_later_start_without_a_link_forgets_the_first(talk: Talk) -> None:
    talk.write("/start other")
    talk.write("/start")
    assert "Das ist alles." not in said(talk.press("Deutsch"))


def test_an_entry_that_is_gone_when_the_language_comes(small: Small) -> None:
    small.entry("other", STEPS)
    small.entry("third", STEPS)
    talk = Talk(small.load())
    talk.write("/start other")
    small.remove("other")
    talk.catalogue = small.load()
    words = said(talk.press("Deutsch"))
    assert "Diese Seite gibt es nicht mehr." in words
    assert labels(talk)[0] == "Ankommen"


def test_a_command_with_a_language_chooses_it(talk: Talk) -> None:
    talk.write("/start other")
    assert "Das ist alles." in said(talk.write("/language en"))
    assert talk.state.language == "en"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/emergency", "112  Lebensgefahr"),
        ("/human", "Ein Mensch antwortet Ihnen hier."),
        ("/about", "Ein Impressum."),
        ("/privacy", "Diese Angabe fehlt noch."),
        ("/stop", "Ich schicke Ihnen nichts mehr von selbst."),
    ],
)
def test_what_cannot_wait_needs_no_language(talk: Talk, text: str, words: str) -> None:
    assert words in said(talk.write(text))
    for label in ("Zurück", "Menü"):
        assert said(talk.press(label)) == ASK
        talk.write(text)
    assert talk.state.language is None


def test_from_the_emergency_card_to_a_human(talk: Talk) -> None:
    talk.open()
    talk.press("Notfall")
    words = said(talk.press("Dringend an einen Menschen"))
    assert words.startswith("Ihre Nachricht steht jetzt ganz oben.")
    assert "Ein Mensch antwortet Ihnen hier." in words


def test_a_language_that_the_site_gives_up_is_asked_for_again(small: Small) -> None:
    small.entry("other", STEPS)
    talk = small.talk("en")
    small.site("  en: {name: English, dir: ltr, status: draft}\n", "")
    site = (small.pack.content / "site.yaml").read_text("utf-8")
    small.pack.write("site.yaml", site.replace("[en]", "[]"))
    talk.catalogue = small.load()
    assert said(talk.write("hallo")) == ASK
    assert "Ich bin Lotse" not in said(talk.press("Deutsch")), "greeted once"


def test_many_languages_come_in_pages(small: Small) -> None:
    more = "".join(f"  x{c}: {{name: Sprache {c}, dir: ltr, status: draft}}\n" for c in "abcdefghi")
    small.site("fallback:\n", f"{more}fallback:\n")
    small.entry("other", STEPS)
    talk = Talk(small.load())
    talk.open()
    seen: list[str] = []
    for _ in range(3):
        seen += labels(talk)[:-2]
        assert labels(talk)[-2:] == ["Mehr", "Notfall"]
        talk.press("Mehr")
    assert len(set(seen)) == len(seen) == 15
    assert labels(talk)[0] == "Deutsch", "the last page leads to the first"
    assert max(talk.messages) == 2, "turning pages edits one message"
    press(talk, "l:2")
    assert "Ich bin Lotse" in said(press(talk, "l:xa"))


def test_the_menu_takes_the_place_of_a_deep_link(talk: Talk) -> None:
    talk.write("/start walk")
    talk.write("/human")
    assert said(talk.press("Menü")) == ASK
    assert "Womit können wir helfen?" in said(talk.press("Deutsch"))
