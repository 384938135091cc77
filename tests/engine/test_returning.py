"""The return code beside a promise, the ways to other channels, and arriving with a code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from bot.content.catalogue import Catalogue
from bot.domain.conversation import Command
from bot.domain.outgoing import Close, Output
from bot.domain.returning import BadCode, Mail, Returned, Way
from bot.service.rehearsal_world import RehearsalWorld
from tests.talk import Talk, said

CODE = "biene hafen sonne acker 472"
NEXT = "wolke insel garten brief 815"
TELEGRAM = Way(kind="telegram", name="lotse_bot", link="https://t.me/lotse_bot?start=c_x")
MATRIX = Way(kind="matrix", name="@lotse:example.org")


@dataclass
class Web:
    """What the world of the web answers."""

    code: str | None = CODE
    ways: tuple[Way, ...] = (TELEGRAM, MATRIX)

    def world(self, catalogue: Catalogue, at: datetime) -> _World:
        return _World(catalogue, at, self)


@dataclass(frozen=True)
class _World(RehearsalWorld):
    web: Web

    def return_code(self, known: str | None) -> str | None:
        return known or self.web.code

    def ways(self, code: str) -> tuple[Way, ...]:
        assert code in {CODE, NEXT}
        return self.web.ways


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
def talk(catalogue: Catalogue, web: Web) -> Talk:
    talk = Talk(catalogue, world=web.world)
    talk.feed(Command(name="language", argument="de"))
    return talk


def codes(outputs: tuple[Output, ...]) -> list[str | None]:
    return [output.message.code for output in outputs if not isinstance(output, Close)]


def labels(outputs: tuple[Output, ...]) -> list[str]:
    return [
        choice.label
        for output in outputs
        if not isinstance(output, Close)
        for choice in output.message.choices
    ]


def test_a_promise_brings_the_code_in_words_and_as_a_value(talk: Talk) -> None:
    outputs = talk.write("/human")
    assert CODE in codes(outputs)
    assert f"Ihr Rückkehr-Code:\n{CODE}\n" in said(outputs)
    assert "Antwort auf Telegram oder Matrix" in labels(outputs)
    assert talk.state.return_code == CODE


def test_the_same_code_is_shown_again_and_only_beside_a_promise(talk: Talk, web: Web) -> None:
    talk.write("/human")
    web.code = NEXT
    assert CODE in codes(talk.write("/human"))
    assert codes(talk.write("/about")) == [None]


def test_where_the_platform_keeps_the_conversation_there_is_none(talk: Talk, web: Web) -> None:
    web.code = None
    outputs = talk.write("/human")
    assert set(codes(outputs)) == {None}
    assert "Rückkehr" not in said(outputs)
    assert not any("Telegram" in label for label in labels(outputs))


@pytest.mark.parametrize(
    ("ways", "label"),
    [
        ((TELEGRAM,), "Antwort auf Telegram"),
        ((MATRIX,), "Antwort auf Matrix"),
        ((TELEGRAM, MATRIX), "Antwort auf Telegram oder Matrix"),
    ],
)
def test_the_button_names_the_ways_there_are(
    talk: Talk, web: Web, ways: tuple[Way, ...], label: str
) -> None:
    web.ways = ways
    outputs = talk.write("/human")
    assert label in labels(outputs)
    assert len(label) <= 34
    told = said(talk.press(label))
    assert ("@lotse_bot" in told) is (TELEGRAM in ways)
    assert ("@lotse:example.org" in told) is (MATRIX in ways)
    assert (CODE in told) is (MATRIX in ways)


def test_without_other_ways_there_is_no_button(talk: Talk, web: Web) -> None:
    web.ways = ()
    outputs = talk.write("/human")
    assert CODE in codes(outputs)
    assert not any("Antwort auf" in label for label in labels(outputs))


def test_a_telegram_bot_without_a_link_is_only_named_by_its_sentence(talk: Talk, web: Web) -> None:
    web.ways = (Way(kind="telegram", name="lotse_bot"),)
    talk.write("/human")
    assert "Telegram" in said(talk.press("Antwort auf Telegram"))


def test_an_old_button_where_there_is_no_code_any_more(talk: Talk, web: Web) -> None:
    talk.write("/human")
    talk.state = replace(talk.state, return_code=None)
    web.code = None
    assert "Rückkehr" not in said(talk.press("Antwort auf Telegram oder Matrix"))


def test_arriving_while_she_waits_says_so_and_promises_again(talk: Talk, web: Web) -> None:
    talk.write("/human")
    web.code = NEXT
    outputs = talk.feed(Returned(before="web"))
    told = said(outputs)
    assert told.startswith("Ihr Gespräch geht hier weiter.")
    assert NEXT in codes(outputs)
    assert talk.state.return_code == NEXT
    assert talk.state.human is not None


def test_arriving_on_telegram_warns_that_it_can_be_read(catalogue: Catalogue, web: Web) -> None:
    open_to_all = Talk(catalogue, world=web.world, end_to_end=False)
    open_to_all.feed(Command(name="language", argument="de"))
    assert "nicht Ende-zu-Ende" in said(open_to_all.feed(Returned(before="web")))
    assert "nicht Ende-zu-Ende" not in said(open_to_all.feed(Returned(before="telegram")))
    closed = Talk(catalogue, world=web.world, end_to_end=True)
    closed.feed(Command(name="language", argument="de"))
    assert "nicht Ende-zu-Ende" not in said(closed.feed(Returned(before="web")))


def test_arriving_while_a_human_is_there_names_her_and_is_marked(talk: Talk, web: Web) -> None:
    talk.write("/human")
    talk.office("(joins Jana)")
    web.code = NEXT
    outputs = talk.feed(Returned(before="web"))
    assert "Jana" in said(outputs)
    assert NEXT in codes(outputs)
    assert all(output.message.automatic for output in outputs if not isinstance(output, Close))


def test_arriving_without_a_case_shows_where_she_is(talk: Talk) -> None:
    talk.write("/menu")
    outputs = talk.feed(Returned(before="web"))
    told = said(outputs)
    assert "Ihr Gespräch geht hier weiter." in told
    assert CODE in told
    assert "Womit können wir helfen?" in told


def test_arriving_before_a_language_was_chosen(catalogue: Catalogue, web: Web) -> None:
    talk = Talk(catalogue, world=web.world)
    assert "In welcher Sprache" in said(talk.feed(Returned(before="web")))


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("unknown", "Diesen Code kenne ich nicht"),
        ("many", "viele Versuche"),
        ("busy", "läuft schon ein Gespräch"),
        ("appointment", "schon einen Termin"),
    ],
)
def test_a_code_that_opens_nothing(talk: Talk, reason: str, words: str) -> None:
    prompt = talk.state.prompt
    assert words in said(talk.feed(BadCode(reason=reason)))  # type: ignore[arg-type]
    assert talk.state.prompt == prompt


def test_a_code_that_opens_nothing_before_a_language_was_chosen(
    catalogue: Catalogue, web: Web
) -> None:
    talk = Talk(catalogue, world=web.world)
    told = said(talk.feed(BadCode(reason="unknown")))
    assert "Diesen Code kenne ich nicht" in told
    assert "In welcher Sprache" in told


def test_beside_a_human_it_is_marked(talk: Talk) -> None:
    talk.write("/human")
    talk.office("(joins Jana)")
    (output,) = talk.feed(BadCode(reason="unknown"))
    assert not isinstance(output, Close)
    assert output.message.automatic


def test_an_address_for_mails_lives_as_long_as_the_case(talk: Talk) -> None:
    talk.write("/human")
    talk.state = replace(talk.state, mail=Mail(address="a@b.example"))
    talk.write("Noch etwas")
    assert talk.state.mail is not None
    talk.office("(closes)")
    assert talk.state.mail is None
