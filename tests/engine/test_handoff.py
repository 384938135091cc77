"""The way to a human and back: what is said, what goes to the case, when the program is silent."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.content.catalogue import Catalogue
from bot.domain.case import CaseStatus, Face, Human, Origin, Priority, Promise
from bot.domain.case_news import (
    CaseNews,
    Corrected,
    Done,
    Joined,
    Overdue,
    Recalled,
    Replied,
    Snoozed,
    Transferred,
    Waits,
    Woken,
)
from bot.domain.conversation import Answer, Command, FreeText, Late, Media, Press, PromptKind
from bot.domain.inbound import AttachmentKind
from bot.domain.outgoing import Close, Edit, Note, Output, Say
from bot.service.rehearsal_world import RehearsalWorld
from tests.engine.site import Small, labels, press
from tests.talk import START, Talk, said

DUE = START + timedelta(hours=2)
DAY = Promise(staffed=True, by=DUE)
NIGHT = Promise(staffed=False, by=DUE)
NO_TIME = Promise(staffed=False, by=None)
WAITING = ["Doch nicht warten", "Zurück", "Menü"]
CHOOSE = "Sie schreiben hier mit einem Menschen. Wie geht es weiter?"


@dataclass
class Book:
    """What the engine has asked the world for, each once, and what the world answers."""

    promise: Promise = DAY
    rated: bool = True
    asked: dict[tuple[datetime, str], None] = field(default_factory=dict)

    @property
    def calls(self) -> list[str]:
        return [call for _, call in self.asked]

    def world(self, catalogue: Catalogue, at: datetime) -> _Kept:
        return _Kept(catalogue, at, self)


@dataclass(frozen=True)
class _Kept(RehearsalWorld):
    """A world that writes down what it is asked for; asked twice at one time, it counts once."""

    book: Book

    def _note(self, call: str) -> None:
        self.book.asked[self.at, call] = None

    def promise(self) -> Promise:
        return self.book.promise

    def open_case(self, *, origin: Origin, priority: Priority, topic: str | None) -> int:
        self._note(f"open {origin} {priority} {topic}")
        return 7

    def add_to_case(self) -> None:
        self._note("add")

    def raise_priority(self) -> None:
        self._note("raise")

    def leave_case(self) -> None:
        self._note("leave")

    def end_case(self) -> None:
        self._note("end")

    def rate(self, case: int, face: Face) -> bool:
        self._note(f"rate {case} {face}")
        return self.book.rated


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def talk(small: Small, book: Book) -> Talk:
    small.entry(
        "walk",
        """
        - {id: first, ask: yes_no, text: Erstens?}
        - {id: words, say: Gut.}
        - {id: next, offer: [{handoff: arrival}]}
    """,
    )
    small.entry("give", "- {id: words, say: Das weiß ein Mensch.}\n- {id: who, handoff: walk}")
    small.entry("bare", "- {id: who, handoff: arrival}")
    small.entry("plain", "- {id: words, say: Das ist alles.}")
    talk = Talk(small.load(), world=book.world, end_to_end=True)
    talk.feed(Command(name="language", argument="de"))
    return talk


@pytest.fixture
def waiting(talk: Talk) -> Talk:
    talk.write("/human")
    return talk


@pytest.fixture
def together(waiting: Talk) -> Talk:
    """Jana has the case."""
    waiting.feed(Joined(case=7, name="Jana"))
    return waiting


def human(talk: Talk) -> Human:
    assert talk.state.human is not None
    return talk.state.human


def messages(outputs: tuple[Output, ...]) -> list[str]:
    return [said((each,)) for each in outputs if not isinstance(each, Close)]


# -- asking


def test_by_day_a_time_is_promised_and_she_may_begin(talk: Talk, book: Book) -> None:
    assert said(talk.write("/human")) == (
        "Ein Mensch antwortet Ihnen hier bis heute, 12:00 Uhr.\nSchreiben Sie schon, worum es geht."
    )
    assert labels(talk) == WAITING
    assert talk.state.human == Human(case=7, status=CaseStatus.WAITING)
    assert book.calls == ["open request normal None"]


def test_by_night_a_message_may_be_left(talk: Talk, book: Book) -> None:
    book.promise = NIGHT
    assert said(talk.write("/human")) == (
        "Jetzt ist niemand im Dienst. Ein Mensch antwortet Ihnen hier bis heute, 12:00 Uhr.\n"
        "Ihre Nachricht geht nicht verloren."
    )
    assert labels(talk) == ["Nachricht hinterlassen", *WAITING]
    assert said(talk.press("Nachricht hinterlassen")) == (
        "Schreiben Sie jetzt Ihre Nachricht. Ein Mensch liest sie und antwortet."
    )


def test_without_an_honest_time_none_is_named(talk: Talk, book: Book) -> None:
    book.promise = NO_TIME
    words = said(talk.write("/human"))
    assert words.startswith(
        "Ich kann keine Zeit nennen. Ihre Nachricht ist gespeichert.\n"
        "Ein Mensch antwortet Ihnen hier.\nHier erreichen Sie einen Menschen: Welcome Center"
    )
    assert "Uhr" not in words
    assert labels(talk) == WAITING


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (START + timedelta(hours=13), "heute, 23:00 Uhr"),
        (START + timedelta(hours=14), "morgen, Mittwoch, 25. November, 00:00 Uhr"),
        (START + timedelta(days=2), "Do, 26. November, 10:00 Uhr"),
        (START + timedelta(days=60), "Sa, 23. Januar 2027, 10:00 Uhr"),
    ],
)
def test_a_promise_names_day_and_time_at_the_site(
    talk: Talk, book: Book, by: datetime, words: str
) -> None:
    book.promise = Promise(staffed=True, by=by)
    assert words in said(talk.write("/human"))


def test_asking_again_shows_the_promise_and_opens_nothing(waiting: Talk, book: Book) -> None:
    assert "bis heute, 12:00 Uhr." in said(waiting.write("/human"))
    assert "bis heute, 12:00 Uhr." in said(press(waiting, "h"))
    assert book.calls == ["open request normal None"]


@pytest.mark.parametrize(
    ("lines", "topic"),
    [
        (["[Ankommen]", "/human"], "arrival"),
        (["/start walk", "/human"], "walk"),
        (["/start walk", "Ja", "/human"], "walk"),
        (["/start walk", "Ja", "[Mit einem Menschen sprechen]"], "arrival"),
        (["/start give"], "walk"),
        (["/start bare"], "arrival"),
        (["/menu", "(press hf)"], None),
        (["/start plain", "/human"], "plain"),
    ],
)
def test_the_case_knows_what_she_was_reading(
    talk: Talk, book: Book, lines: list[str], topic: str | None
) -> None:
    for line in lines:
        talk.perform(line)
    origin = "failure" if lines[-1] == "(press hf)" else "request"
    assert book.calls == [f"open {origin} normal {topic}"]
    assert labels(talk) == WAITING


def test_a_hand_off_ends_the_answer(talk: Talk) -> None:
    answer, promise = messages(talk.write("/start give"))
    assert answer == "Das weiß ein Mensch."
    assert promise.startswith("Ein Mensch antwortet Ihnen hier")
    assert said(talk.press("Zurück")) == "Das weiß ein Mensch."
    [promise] = messages(talk.write("/start bare"))
    assert promise.startswith("Ein Mensch antwortet Ihnen hier")


def test_who_has_read_nothing_yet_is_greeted_first(talk: Talk, book: Book) -> None:
    talk = Talk(talk.catalogue, world=book.world)
    hello, promise = messages(talk.write("/human"))
    assert hello.startswith("Guten Tag. Ich bin Lotse")
    assert "Telegram ist nicht Ende-zu-Ende verschlüsselt." in hello
    assert promise.startswith("Ein Mensch antwortet Ihnen hier")
    assert said(talk.write("Mein Chef zahlt nicht")) == (
        "Ihre Nachricht ist gespeichert. Ein Mensch liest sie."
    )
    assert said(talk.write("Deutsch")) == ""
    assert "In welcher Sprache" in said(talk.write("/start"))
    assert book.calls == ["open request normal None", "add", "add"]


# -- waiting


def test_words_go_to_the_case_and_are_acknowledged_once(waiting: Talk, book: Book) -> None:
    assert said(waiting.write("Mein Chef zahlt nicht.")) == (
        "Ihre Nachricht ist gespeichert. Ein Mensch liest sie."
    )
    for event in (FreeText(), Late(), Answer(value=3), FreeText(entries=("walk",), sure=True)):
        assert waiting.feed(event) == ()
    assert labels(waiting) == WAITING
    assert book.calls[1:] == ["add"] * 5


def test_what_is_no_text_goes_to_the_case_and_she_knows_it_is_not_kept(
    waiting: Talk, book: Book
) -> None:
    assert said(waiting.feed(Media(kind=AttachmentKind.PHOTO))) == (
        "Ein Mensch sieht, dass Sie etwas geschickt haben. Den Inhalt speichere ich nicht. Bitte "
        "schreiben Sie es mit Worten."
    )
    assert waiting.feed(Media(kind=AttachmentKind.VOICE)) == ()
    assert said(waiting.write("Ein Brief")) == (
        "Ihre Nachricht ist gespeichert. Ein Mensch liest sie."
    )
    assert book.calls[1:] == ["add"] * 3


def test_everything_else_works_while_she_waits(waiting: Talk, book: Book) -> None:
    assert said(waiting.write("Menü")).startswith("Womit können wir helfen?")
    assert said(waiting.write("/start walk")) == "Erstens?"
    assert "Gut." in said(waiting.write("Ja"))
    waiting.write("/start walk")
    assert said(waiting.write("weiß nicht")).startswith("Ihre Nachricht ist gespeichert.")
    assert waiting.state.prompt is not None
    assert waiting.state.prompt.kind is PromptKind.YES_NO
    assert waiting.write("wirklich nicht") == ()
    assert "Gut." in said(waiting.write("Nein"))
    assert book.calls[1:] == ["add", "add"]


def test_after_a_long_silence_words_still_go_to_the_case(waiting: Talk, book: Book) -> None:
    waiting.write("/start walk")
    waiting.wait("P30D")
    assert said(waiting.write("Noch da?")).startswith("Ihre Nachricht ist gespeichert.")


def test_she_leaves_the_queue(waiting: Talk, book: Book) -> None:
    outputs = waiting.press("Doch nicht warten")
    assert said(outputs) == "Sie warten nicht mehr. Ab jetzt antworte ich wieder."
    assert waiting.state.human is None
    assert any(isinstance(output, Close) for output in outputs)
    assert book.calls[-1] == "leave"
    assert said(press(waiting, "w", seq=1)).startswith("Dieser Knopf ist nicht mehr aktuell.")
    assert said(press(waiting, "v", seq=1)).startswith("Dieser Knopf ist nicht mehr aktuell.")
    assert "Darauf habe ich noch keine Antwort." in said(waiting.write("hallo"))


def test_she_leaves_the_queue_from_a_promise_above(waiting: Talk, book: Book) -> None:
    waiting.write("/menu")
    assert said(waiting.press("Doch nicht warten")).startswith("Sie warten nicht mehr.")
    assert waiting.state.human is None


@pytest.mark.parametrize("action", ["o", "z"])
def test_who_only_waits_has_nothing_to_end(waiting: Talk, book: Book, action: str) -> None:
    assert said(press(waiting, action)).startswith("Dieser Knopf ist nicht mehr aktuell.")
    assert human(waiting).status is CaseStatus.WAITING


def test_urgent_opens_a_case_at_the_top(talk: Talk, book: Book) -> None:
    talk.write("Notfall")
    words = said(talk.press("Dringend an einen Menschen"))
    assert words.startswith("Ihre Nachricht steht jetzt ganz oben.")
    assert book.calls == ["open crisis crisis None"]


def test_urgent_raises_an_open_case(waiting: Talk, book: Book) -> None:
    waiting.write("Notfall")
    assert "bis heute, 12:00 Uhr." in said(waiting.press("Dringend an einen Menschen"))
    assert book.calls[-1] == "raise"


# -- with a human


def test_a_human_is_there_by_name_and_nothing_else_is_open(waiting: Talk) -> None:
    outputs = waiting.feed(Joined(case=7, name="Jana"))
    assert said(outputs) == (
        "Jana aus der Beratung ist jetzt da. Ab hier schreibt ein Mensch, ich bin still."
    )
    assert waiting.state.prompt is None
    assert human(waiting) == Human(case=7, status=CaseStatus.WITH_COUNSELLOR, name="Jana")
    before = waiting.state
    assert before.last_at != waiting.at - timedelta(seconds=30), "she has done nothing"


def test_the_program_is_silent(together: Talk, book: Book) -> None:
    for event in (
        FreeText(entries=("walk",), sure=True),
        Answer(value="x"),
        Late(),
        Media(kind=AttachmentKind.VOICE),
    ):
        assert together.feed(event) == ()
    assert together.open() == ()
    assert book.calls[1:] == ["add"] * 4


def test_words_that_name_a_command_are_for_the_human(together: Talk, book: Book) -> None:
    for words in ("Menü", "Zurück", "Termin", "mehr", "1"):
        assert together.write(words) == ()
    assert book.calls[1:] == ["add"] * 5
    assert said(together.write("!menu")) == CHOOSE


@pytest.mark.parametrize("command", ["/menu", "/start", "/about", "/appointment", "/more", "/back"])
def test_other_commands_ask_how_to_go_on(together: Talk, command: str) -> None:
    outputs = together.write(command)
    assert said(outputs) == CHOOSE
    assert labels(together) == ["Mit dem Menschen weitermachen", "Gespräch beenden"]
    assert all(message.automatic for message in _shown(outputs))


def _shown(outputs: tuple[Output, ...]) -> list:  # type: ignore[type-arg]
    return [each.message for each in outputs if isinstance(each, Say | Edit)]


def test_stop_is_heeded_and_asks_how_to_go_on(together: Talk) -> None:
    assert CHOOSE in said(together.write("/stop"))
    assert not together.state.notices


@pytest.mark.parametrize("action", ["m", "t:arrival", "e:walk", "w", "b", "a:yes", "zz", "o", "z"])
def test_old_buttons_ask_how_to_go_on(together: Talk, book: Book, action: str) -> None:
    assert said(together.feed(Press(seq=1, action=action), pressed=True)) == CHOOSE
    assert human(together).present
    assert "end" not in book.calls


def test_going_on_takes_the_question_away(together: Talk, book: Book) -> None:
    together.write("/menu")
    [closed] = together.press("Mit dem Menschen weitermachen")
    assert isinstance(closed, Close)
    assert together.state.prompt is None
    together.write("/menu")
    [closed] = together.write("Ich meine das so.")
    assert isinstance(closed, Close)
    assert book.calls[-1] == "add"
    together.write("/menu")
    outputs = together.feed(_reply("2"))
    assert any(isinstance(output, Close) for output in outputs)
    assert together.write("2") == (), "it answers the counsellor, not the program"
    assert human(together).present


def test_she_ends_the_conversation_and_rates_it(together: Talk, book: Book) -> None:
    together.write("/menu")
    outputs = together.press("Gespräch beenden")
    assert said(outputs) == (
        "Das Gespräch ist beendet. Ab jetzt antworte ich wieder.\nWie war das Gespräch?"
    )
    assert not any(message.automatic for message in _shown(outputs))
    assert labels(together) == ["🙂 Gut", "😐 Mittel", "🙁 Schlecht", "Zurück", "Menü"]
    assert together.state.human is None
    outputs = together.press("🙁 Schlecht")
    assert said(outputs).startswith("Ihre Antwort ist gespeichert.")
    assert any(isinstance(output, Close) for output in outputs)
    assert book.calls[-2:] == ["end", "rate 7 bad"]
    assert said(together.press("Menü")).startswith("Womit können wir helfen?")


def test_words_instead_of_a_rating_are_ordinary(together: Talk, book: Book) -> None:
    together.feed(Done(case=7, name="Jana"))
    assert "Darauf habe ich noch keine Antwort." in said(together.write("danke"))
    assert said(together.press("🙂 Gut")).startswith("Ihre Antwort ist gespeichert.")
    book.rated = False
    together.wait("P1D")
    assert said(together.press("🙂 Gut")) == "Ihre Antwort ist schon gespeichert."


@pytest.mark.parametrize("action", ["f:7:angry", "f:x:good", "f", "f:7", "f:" + "9" * 30 + ":good"])
def test_a_rating_that_is_none(talk: Talk, book: Book, action: str) -> None:
    assert said(press(talk, action)) == "Ihre Antwort ist schon gespeichert."
    assert book.calls == []


def test_an_earlier_conversation_can_be_rated_beside_a_human(together: Talk, book: Book) -> None:
    outputs = together.feed(Press(seq=1, action="f:3:good"), pressed=True)
    assert said(outputs).startswith("Ihre Antwort ist gespeichert.")
    assert book.calls[-1] == "rate 3 good"
    assert human(together).present


@pytest.mark.parametrize("command", ["/help", "/privacy", "/mydata", "/delete"])
def test_what_she_asks_of_the_program_is_answered_as_automatic(
    together: Talk, command: str
) -> None:
    outputs = together.write(command)
    assert said(outputs)
    assert said(outputs) != CHOOSE
    assert all(message.automatic for message in _shown(outputs))
    assert human(together).present


def test_who_has_her_conversation(together: Talk, book: Book) -> None:
    assert said(together.write("/human")).startswith("Jana aus der Beratung hat Ihr Gespräch")
    together.feed(Snoozed(case=7, name=None))
    assert said(together.write("/human")).startswith("Ein Mensch antwortet Ihnen hier bis")
    assert book.calls == ["open request normal None"]


def test_the_language_changes_without_another_word(together: Talk) -> None:
    outputs = together.write("/language en")
    assert [said((each,)) for each in outputs] == ["Ab jetzt lesen Sie meine Texte auf English."]
    assert together.state.language == "en"
    together.write("/language")
    assert together.state.prompt is not None
    assert together.state.prompt.kind is PromptKind.LANGUAGE
    assert "b" not in {choice.action for choice in together.state.prompt.choices}
    assert said(together.press("Deutsch")).startswith("Ab jetzt lesen Sie meine Texte auf Deutsch.")
    together.write("/language")
    press(together, "l:2")
    assert together.state.language == "de"
    assert said(together.feed(Press(seq=1, action="l:en"), pressed=True)) == CHOOSE


def test_the_emergency_card_comes_in_every_state(together: Talk, book: Book) -> None:
    outputs = together.write("Notfall")
    assert "112" in said(outputs)
    assert all(message.automatic for message in _shown(outputs))
    assert labels(together) == ["Dringend an einen Menschen"]
    words = said(together.press("Dringend an einen Menschen"))
    assert words.startswith("Ihre Nachricht steht jetzt ganz oben.")
    assert "Jana aus der Beratung hat Ihr Gespräch" in words
    assert book.calls[-1] == "raise"


def test_when_nobody_is_on_duty_she_is_told_once(together: Talk, book: Book) -> None:
    book.promise = NIGHT
    outputs = together.write("Noch da?")
    assert said(outputs).startswith("Jetzt ist niemand im Dienst.")
    assert all(message.automatic for message in _shown(outputs))
    assert together.write("Hallo?") == ()
    together.feed(_reply("Guten Morgen."))
    assert said(together.write("Guten Morgen")).startswith("Jetzt ist niemand im Dienst.")
    together.feed(_reply("Ja?"))
    book.promise = NO_TIME
    assert together.write("Gut.") == (), "where no time can be named there is nothing to say"


def _reply(text: str, **given: object) -> Replied:
    values = {"case": 7, "name": "Jana", "lang": "de", "status": CaseStatus.WITH_COUNSELLOR}
    return Replied(text=text, **{**values, **given})  # type: ignore[arg-type]


def test_the_words_of_a_human_are_shown_as_theirs(together: Talk) -> None:
    [message] = _shown(together.feed(_reply("Guten Tag.\n\nSeit wann?\n\n\n")))
    assert (message.human, message.automatic, message.lang) == ("Jana", False, "de")
    assert len(message.blocks) == 2
    [message] = _shown(together.feed(_reply("Добрий день.", lang="uk", translated=True)))
    assert message.lang == "uk"
    assert isinstance(message.blocks[-1], Note)
    assert message.blocks[-1].lang == "de"


def test_words_can_be_corrected_and_taken_back(together: Talk) -> None:
    together.feed(_reply("Um 9."))
    target = max(together.messages)
    news = Corrected(case=7, target=target, name="Jana", text="Um 10.", lang="de")
    [edit] = together.feed(news)
    assert isinstance(edit, Edit)
    assert edit.message.human == "Jana"
    assert said((edit,)) == "Um 10."
    [edit] = together.feed(Recalled(case=7, target=target, name="Jana"))
    assert said((edit,)) == "Jana hat diese Nachricht zurückgenommen."
    assert edit.message.human is None


def test_a_colleague_takes_over(together: Talk) -> None:
    words = said(together.feed(Transferred(case=7, name="Mirek")))
    assert words == "Ab jetzt schreibt Mirek aus der Beratung mit Ihnen. Ich bin weiter still."
    assert human(together).name == "Mirek"
    assert said(together.feed(Waits(case=7, promise=DAY))).startswith("Sie warten wieder")
    words = said(together.feed(Transferred(case=7, name="Ali")))
    assert words.startswith("Ali aus der Beratung ist jetzt da."), "nobody was there before"


def test_back_in_the_queue_words_are_acknowledged_anew(together: Talk) -> None:
    together.feed(Waits(case=7, promise=DAY))
    assert labels(together) == WAITING
    assert human(together) == Human(case=7, status=CaseStatus.WAITING)
    assert said(together.write("Hallo?")).startswith("Ihre Nachricht ist gespeichert.")
    assert together.write("Hallo?") == ()


def test_a_case_that_nobody_answered_comes_with_a_new_time(together: Talk) -> None:
    words = said(together.feed(Waits(case=7, promise=NIGHT, late=True)))
    assert words == "Es dauert länger, als wir gesagt haben. Neue Zeit: bis heute, 12:00 Uhr."
    assert labels(together) == WAITING
    assert human(together).status is CaseStatus.WAITING


def test_a_promise_that_was_not_kept(waiting: Talk) -> None:
    outputs = waiting.feed(Overdue(case=7, promise=DAY))
    assert said(outputs).startswith("Es dauert länger, als wir gesagt haben. Neue Zeit: bis heute")
    assert not any(message.automatic for message in _shown(outputs))
    outputs = waiting.feed(Overdue(case=7, promise=NO_TIME))
    assert "Eine neue Zeit kann ich nicht nennen." in said(outputs)
    waiting.feed(Joined(case=7, name="Jana"))
    waiting.feed(Snoozed(case=7, name="Jana"))
    outputs = waiting.feed(Overdue(case=7, promise=DAY))
    assert all(message.automatic for message in _shown(outputs))


def test_a_case_put_aside_wakes_when_she_writes(together: Talk, book: Book) -> None:
    assert together.feed(Snoozed(case=7, name="Jana")) == ()
    assert human(together).status is CaseStatus.SNOOZED
    assert together.write("Noch etwas") == ()
    assert human(together).status is CaseStatus.WITH_COUNSELLOR
    together.feed(Waits(case=7, promise=DAY))
    together.feed(Snoozed(case=7, name=None))
    assert said(together.write("Noch etwas")).startswith("Ihre Nachricht ist gespeichert.")
    assert human(together).status is CaseStatus.WAITING


def test_a_case_put_aside_wakes_at_its_time(together: Talk) -> None:
    together.feed(Snoozed(case=7, name="Jana"))
    assert together.feed(Woken(case=7, name="Jana")) == ()
    assert human(together).status is CaseStatus.WITH_COUNSELLOR
    together.feed(Snoozed(case=7, name=None))
    assert together.feed(Woken(case=7, name=None)) == ()
    assert human(together).status is CaseStatus.WAITING


def test_the_office_ends_it(together: Talk) -> None:
    assert said(together.feed(Done(case=7, name="Jana"))) == (
        "Jana hat das Gespräch beendet. Ab jetzt antworte ich wieder.\nWie war das Gespräch?"
    )
    assert together.state.human is None


def test_the_office_ends_what_nobody_had_begun(waiting: Talk) -> None:
    assert said(waiting.feed(_reply("Alles Gute.", status=CaseStatus.WAITING))) == "Alles Gute."
    assert human(waiting).name is None
    words = said(waiting.feed(Done(case=7, name=None)))
    assert words == "Das Gespräch ist beendet. Ab jetzt antworte ich wieder."
    assert labels(waiting) == ["Zurück", "Menü"]


def test_a_case_is_opened_again(together: Talk) -> None:
    together.feed(Done(case=7, name="Jana"))
    words = said(together.feed(Waits(case=7, promise=DAY, reopened=True)))
    assert words.startswith("Wir haben das Gespräch wieder geöffnet.\nEin Mensch antwortet")
    assert human(together).case == 7


@pytest.mark.parametrize(
    "news",
    [
        Joined(case=9, name="Jana"),
        Transferred(case=9, name="Jana"),
        Waits(case=9, promise=DAY),
        Snoozed(case=9, name="Jana"),
        Woken(case=9, name="Jana"),
        _reply("Hallo.", case=9),
    ],
    ids=lambda news: type(news).__name__,
)
def test_a_state_that_has_lost_its_case_finds_it_again(talk: Talk, news: CaseNews) -> None:
    talk.feed(news)
    assert human(talk).case == 9
    talk.state = replace(talk.state, human=Human(case=2, status=CaseStatus.WAITING, told=True))
    talk.feed(news)
    assert human(talk).case == 9
    assert not human(talk).told
