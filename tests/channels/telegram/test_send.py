"""Sending against the emulated Telegram: every outcome, and what people see afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.telegram.client import Client, Rejected
from bot.channels.telegram.send import Sender, reason_of
from bot.domain.delivery import Moved, Outcome, Refused, Retry, Scope, Sent, Unknown
from bot.domain.outgoing import Button, Entity, File, Part, Parts
from bot.service.ports import Delivery
from tests.emulators.telegram import RateLimits, TelegramEmulator, User


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def timestamp(self) -> float:
        return self.now.timestamp()

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sender(telegram: TelegramEmulator, clock: Clock) -> AsyncIterator[Sender]:
    client = Client(token=telegram.token, api_url=telegram.url)
    yield Sender(client, clock)
    await client.close()


@pytest.fixture
def user(telegram: TelegramEmulator) -> User:
    return newcomer(telegram)


def newcomer(telegram: TelegramEmulator, name: str = "Olena") -> User:
    person = telegram.user(name)
    person.say("/start")
    return person


def part(text: str, *labels: str, entities: tuple[Entity, ...] = ()) -> Part:
    rows = tuple((Button(token=f"1~{label}", label=label),) for label in labels)
    return Part(text=text, lang="de", direction="ltr", entities=entities, buttons=rows)


def delivery(user: User | int, *pieces: Part, edit_of: str | None = None) -> Delivery:
    address = str(user if isinstance(user, int) else user.id)
    return Delivery(key="k1", address=address, parts=Parts(pieces=pieces), edit_of=edit_of)


async def test_pieces_in_order_with_buttons_on_the_last(sender: Sender, user: User) -> None:
    bold = Entity(kind="bold", offset=3, length=5)
    link = Entity(kind="link", offset=9, length=4, url="https://example.org")
    first = part("🙂 Olena hier", entities=(bold, link))
    outcome = await sender.send(delivery(user, first, part("Wo wohnen Sie?", "Guben", "Forst")))
    one, two = user.answers
    assert outcome == Sent(reference=str(two.message_id))
    assert [(entity["type"], entity.get("url")) for entity in one.entities] == [
        ("bold", None),
        ("text_link", "https://example.org"),
    ]
    assert (one.labels, two.labels) == ([], ["Guben", "Forst"])
    assert one.content["link_preview_options"] == {"is_disabled": True}
    assert user.press("Guben").data == "1~Guben"


async def test_edit_replaces_text_and_buttons(sender: Sender, user: User) -> None:
    sent = await sender.send(delivery(user, part("Menü", "Arbeit")))
    assert isinstance(sent, Sent)
    edited = await sender.send(delivery(user, part("Arbeit", "Zurück"), edit_of=sent.reference))
    assert edited == sent
    (message,) = user.answers
    assert (message.text, message.labels) == ("Arbeit", ["Zurück"])
    same = await sender.send(delivery(user, part("Arbeit", "Zurück"), edit_of=sent.reference))
    assert same == sent
    closed = await sender.send(delivery(user, part("Arbeit"), edit_of=sent.reference))
    assert closed == sent
    assert message.labels == []


async def test_edit_that_grew_sends_the_rest(sender: Sender, user: User) -> None:
    sent = await sender.send(delivery(user, part("Menü", "Arbeit")))
    assert isinstance(sent, Sent)
    grown = delivery(user, part("Erstens"), part("Zweitens", "Menü"), edit_of=sent.reference)
    outcome = await sender.send(grown)
    assert [message.text for message in user.answers] == ["Erstens", "Zweitens"]
    assert outcome == Sent(reference=str(user.answers[-1].message_id))


async def test_edit_of_what_is_gone(sender: Sender, user: User, telegram: TelegramEmulator) -> None:
    outcome = await sender.send(delivery(user, part("x"), edit_of="999999"))
    assert outcome == Refused(reason="gone")
    telegram.fault("error", "editMessageText", description="Bad Request: message can't be edited")
    assert await sender.send(delivery(user, part("x"), edit_of="1")) == Refused(reason="gone")


async def test_blocked_and_unknown_people(sender: Sender, user: User) -> None:
    user.block()
    blocked = await sender.send(delivery(user, part("x")))
    assert blocked == Refused(reason="bot-was-blocked-by-the-user", unreachable=True)
    stranger = await sender.send(delivery(12345, part("x")))
    assert stranger == Refused(reason="chat-not-found", unreachable=True)
    nowhere = Delivery(key="k", address="kein Chat", parts=Parts(pieces=(part("x"),)))
    assert await sender.send(nowhere) == Refused(reason="bad-address")


async def test_a_group_that_moved(sender: Sender, user: User, telegram: TelegramEmulator) -> None:
    group = telegram.group("Team", user)
    moved = group.migrate()
    assert await sender.send(delivery(group.id, part("x"))) == Moved(address=str(moved.id))


async def test_a_lost_answer_is_unknown_for_a_send_and_harmless_for_an_edit(
    sender: Sender, user: User, telegram: TelegramEmulator
) -> None:
    telegram.fault("reset_after", "sendMessage")
    outcome = await sender.send(delivery(user, part("einmal")))
    assert isinstance(outcome, Unknown)
    (message,) = user.answers
    telegram.fault("reset_after", "editMessageText")
    edit = delivery(user, part("neu"), edit_of=str(message.message_id))
    assert isinstance(await sender.send(edit), Retry)
    assert await sender.send(edit) == Sent(reference=str(message.message_id))
    assert message.text == "neu"


async def test_a_cut_answer_still_says_that_it_was_sent(
    sender: Sender, user: User, telegram: TelegramEmulator
) -> None:
    telegram.fault("truncated", "sendMessage")
    outcome = await sender.send(delivery(user, part("ganz angekommen")))
    assert outcome == Sent(reference=str(user.answers[0].message_id))


async def test_the_next_attempt_sends_only_what_is_missing(
    sender: Sender, user: User, telegram: TelegramEmulator
) -> None:
    telegram.fault("too_many_requests", "sendMessage", skip=1, retry_after=3)
    pieces = delivery(user, part("eins"), part("zwei"), part("drei", "Menü"))
    first = await sender.send(pieces)
    assert first == Retry(after=timedelta(seconds=3), scope=Scope.CHAT, reason="rate-limited")
    telegram.fault("server_error", "sendMessage", skip=1)
    assert isinstance(await sender.send(pieces), Retry)
    assert isinstance(await sender.send(pieces), Sent)
    assert [message.text for message in user.answers] == ["eins", "zwei", "drei"]
    assert telegram.state.duplicates() == {}


async def test_server_errors_pass_with_growing_pauses(
    sender: Sender, user: User, telegram: TelegramEmulator
) -> None:
    telegram.fault("server_error", "sendMessage", times=9)
    pauses = []
    for _ in range(9):
        outcome = await sender.send(delivery(user, part("x")))
        assert isinstance(outcome, Retry)
        assert (outcome.scope, outcome.reason) == (Scope.CHAT, "http-500")
        pauses.append(outcome.after.total_seconds())
    assert pauses == [1, 2, 4, 8, 16, 32, 32, 32, 32]
    assert isinstance(await sender.send(delivery(user, part("x"))), Sent)


async def test_without_a_network_everything_waits(clock: Clock) -> None:
    client = Client(token="1:secret", api_url="http://127.0.0.1:9")
    outcome = await Sender(client, clock).send(delivery(7, part("x")))
    await client.close()
    assert isinstance(outcome, Retry)
    assert outcome.scope is Scope.ACCOUNT


async def test_a_wrong_token_stops_the_account(telegram: TelegramEmulator, clock: Clock) -> None:
    client = Client(token="1:wrong", api_url=telegram.url)
    outcome = await Sender(client, clock).send(delivery(7, part("x")))
    await client.close()
    assert outcome == Retry(after=timedelta(minutes=1), scope=Scope.ACCOUNT, reason="unauthorized")


async def test_what_a_429_stops(clock: Clock) -> None:
    rates = RateLimits(chat_per_second=1, chat_burst=3, overall_per_second=26)
    async with TelegramEmulator(rates=rates, clock=clock.timestamp) as telegram:
        client = Client(token=telegram.token, api_url=telegram.url)
        sender = Sender(client, clock)
        olena, farid = newcomer(telegram), newcomer(telegram, "Farid")
        for _ in range(3):
            assert isinstance(await sender.send(delivery(olena, part("x"))), Sent)
        limited = await sender.send(delivery(olena, part("x")))
        assert limited == Retry(after=timedelta(seconds=1), scope=Scope.CHAT, reason="rate-limited")
        clock.forward(0.1)
        assert isinstance(await sender.send(delivery(farid, part("x"))), Sent)

        clock.forward(60)
        crowd = [newcomer(telegram, f"P{number}") for number in range(27)]
        outcomes = [await sender.send(delivery(person, part("x"))) for person in crowd]
        await client.close()
    assert all(isinstance(outcome, Sent) for outcome in outcomes[:26])
    assert outcomes[26] == Retry(
        after=timedelta(seconds=1), scope=Scope.ACCOUNT, reason="rate-limited"
    )


async def test_two_chats_stopped_in_a_row_mean_the_account(
    sender: Sender, user: User, telegram: TelegramEmulator, clock: Clock
) -> None:
    telegram.fault("too_many_requests", "sendMessage", times=3)
    other = newcomer(telegram, "Farid")
    scopes = []
    for person, pause in ((user, 1), (other, 5), (user, 0)):
        outcome = await sender.send(delivery(person, part("x")))
        assert isinstance(outcome, Retry)
        scopes.append(outcome.scope)
        clock.forward(pause)
    assert scopes == [Scope.CHAT, Scope.ACCOUNT, Scope.CHAT]


@pytest.mark.parametrize(
    ("description", "code"),
    [
        (
            "Bad Request: inline keyboard button URL 'tel:1' is invalid",
            "inline-keyboard-button-url",
        ),
        ("Bad Request: BUTTON_DATA_INVALID", "button_data_invalid"),
        ("Forbidden: user is deactivated", "user-is-deactivated"),
        ("", "http-400"),
    ],
)
def test_reasons_quote_nothing(description: str, code: str) -> None:
    assert reason_of(Rejected(status=400, description=description)) == code


CALENDAR = File(name="K7F3.ics", media_type="text/calendar", text="BEGIN:VCALENDAR\r\nZ:ü\r\n")


def with_file(text: str, *labels: str) -> tuple[Part, Part]:
    file = Part(text=CALENDAR.name, lang="de", direction="ltr", file=CALENDAR)
    return file, part(text, *labels)


async def test_a_file_goes_before_the_words(
    sender: Sender, user: User, telegram: TelegramEmulator
) -> None:
    outcome = await sender.send(delivery(user, *with_file("Nur Zeit und Code.", "Absagen")))
    file, words = user.answers
    document = file.content["document"]
    assert (document["file_name"], document["mime_type"]) == (CALENDAR.name, CALENDAR.media_type)
    assert telegram.state.files[document["file_id"]].content == CALENDAR.text.encode()
    assert file.text == ""
    assert (words.text, words.labels) == ("Nur Zeit und Code.", ["Absagen"])
    assert outcome == Sent(reference=str(words.message_id))


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("too_many_requests", Retry), ("server_error", Retry), ("reset_after", Unknown)],
)
async def test_a_file_that_did_not_get_through_is_treated_as_any_send(
    sender: Sender, user: User, telegram: TelegramEmulator, fault: str, expected: type[Outcome]
) -> None:
    telegram.fault(fault, "sendDocument")
    assert isinstance(await sender.send(delivery(user, *with_file("x"))), expected)
    assert await sender.send(delivery(user, *with_file("x"))) == Sent(
        reference=str(user.answers[-1].message_id)
    )


async def test_words_behind_a_file_are_sent_without_the_file_again(
    sender: Sender, user: User, telegram: TelegramEmulator
) -> None:
    telegram.fault("server_error", "sendMessage")
    assert isinstance(await sender.send(delivery(user, *with_file("Wort"))), Retry)
    await sender.send(delivery(user, *with_file("Wort")))
    assert [("document" in one.content, one.text) for one in user.answers] == [
        (True, ""),
        (False, "Wort"),
    ]
