"""The e-mail that says that an answer is there, over a mail server that speaks SMTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from structlog.testing import capture_logs

from bot.channels.mail import SmtpMailer
from bot.content.catalogue import Catalogue
from bot.domain.case import CaseStatus, Human
from bot.domain.conversation import State
from bot.service.codec import dump_state, load_state
from bot.service.jobs import Jobs
from bot.service.mailing import MAIL, PATIENCE, Mailing, MailNotSentError, Wish
from bot.service.notifier import Notifier
from bot.storage import conversations
from bot.storage import jobs as queue
from bot.storage.database import Database
from bot.storage.transaction import Tx
from tests.emulators.smtp import MailServer, serving

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HER = "oksana@post.example"


@dataclass
class House:
    database: Database
    catalogue: Catalogue
    server: MailServer
    now: datetime = NOW
    notifier: Notifier = field(default_factory=Notifier)
    jobs: Jobs = field(default_factory=Jobs)

    def __post_init__(self) -> None:
        self.mailing = Mailing(
            database=self.database,
            catalogue=lambda: self.catalogue,
            mailer=SmtpMailer(self.server.url, lambda: self.now),
            notifier=self.notifier,
            clock=lambda: self.now,
            jobs=self.jobs,
            address="https://lotse.example",
        )

    async def state(self, **changes: object) -> State:
        """Change her state, and return it."""

        def write(tx: Tx) -> State:
            conversation = conversations.lock(tx, "web", "s", self.now)
            state = load_state(conversation.state) if conversation.state else State(language="uk")
            changed = replace(state, **changes)  # type: ignore[arg-type]
            if changes:
                conversations.save(tx, conversation, dump_state(changed), self.now)
            return changed

        return await self.database.write(write)

    async def waits(self) -> None:
        await self.state(human=Human(case=1, status=CaseStatus.WITH_COUNSELLOR, name="Jana"))

    async def answered(self) -> None:
        """A counsellor has replied; her patience is over."""

        def write(tx: Tx) -> None:
            conversation = conversations.lock(tx, "web", "s", self.now)
            assert conversation.state is not None
            self.mailing.want(tx, conversation, load_state(conversation.state), self.now)

        await self.database.write(write)
        self.now += PATIENCE

    async def work(self) -> int:
        def claim(tx: Tx) -> list[queue.Job]:
            return queue.claim_due(tx, self.now, 10, "me")

        found = await self.database.write(claim)
        handler = self.jobs.handler(MAIL)
        assert handler is not None
        for job in found:
            try:
                await handler(job.args)
            except MailNotSentError:
                again = self.now + timedelta(seconds=10)
                await self.database.write(partial(queue.retry, job=job, at=again))
            else:
                await self.database.write(partial(queue.finish, job=job))
        return len(found)


@pytest.fixture
async def house(database: Database, catalogue: Catalogue) -> AsyncIterator[House]:
    async with serving() as server:
        yield House(database, catalogue, server)


async def test_one_neutral_mail_in_her_language(house: House) -> None:
    await house.waits()
    assert await house.mailing.ask("s", HER, f" {HER.upper()} ") is Wish.KEPT
    await house.answered()
    with capture_logs() as logs:
        assert await house.work() == 1
    (mail,) = house.server.mails
    assert house.server.recipients == [HER]
    assert mail["From"] == "chat@lotse.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    body = mail.get_content()
    assert "https://lotse.example/" in body
    assert mail["List-Unsubscribe"].strip() == f"<{body.split()[-1]}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    whole = mail.as_string()
    for telling in ("Jana", "Lotse ", "Welcome", "Beratung"):
        assert telling not in whole
    assert HER not in str(logs)


async def test_at_most_one_until_she_has_looked(house: House) -> None:
    await house.waits()
    await house.mailing.ask("s", HER, HER)
    for _ in range(3):
        await house.answered()
        await house.work()
    assert len(house.server.mails) == 1
    await house.mailing.seen("s")
    await house.answered()
    await house.work()
    assert len(house.server.mails) == 2


async def test_two_answers_in_one_moment_are_one_mail(house: House) -> None:
    await house.waits()
    await house.mailing.ask("s", HER, HER)
    await house.answered()
    house.now -= PATIENCE
    await house.answered()
    assert await house.work() == 2
    assert len(house.server.mails) == 1


async def test_who_looks_at_the_page_gets_none(house: House) -> None:
    await house.waits()
    await house.mailing.ask("s", HER, HER)
    watching = house.notifier.subscribe("web", "s")
    await anext(watching)
    await house.answered()
    await house.work()
    await watching.aclose()  # type: ignore[attr-defined]
    assert house.server.mails == []
    assert not house.notifier.listens("web", "s")


async def test_without_an_address_nothing_is_deferred(house: House) -> None:
    await house.waits()
    await house.answered()
    assert await house.work() == 0


@pytest.mark.parametrize(
    ("address", "again", "wish"),
    [
        ("oksana", "oksana", Wish.BAD),
        ("oksana@post", "oksana@post", Wish.BAD),
        ("a@b.de\r\nBcc: x@y.de", "a@b.de", Wish.BAD),
        ("a b@c.de", "a b@c.de", Wish.BAD),
        ("<a@b.de>", "<a@b.de>", Wish.BAD),
        ("", "", Wish.BAD),
        ("a" * 300 + "@b.de", "", Wish.BAD),
        (HER, "oksana@pots.example", Wish.DIFFERENT),
        (HER, HER, Wish.KEPT),
    ],
)
async def test_an_address_is_looked_at(house: House, address: str, again: str, wish: Wish) -> None:
    await house.waits()
    assert await house.mailing.ask("s", address, again) is wish


async def test_without_an_open_case_no_address_is_kept(house: House) -> None:
    assert await house.mailing.ask("s", HER, HER) is Wish.NO_CASE
    await house.state(language="uk")
    assert await house.mailing.ask("s", HER, HER) is Wish.NO_CASE
    assert await house.mailing.kept("s") is None


async def test_she_stops_it_herself_and_by_the_link(house: House) -> None:
    await house.waits()
    await house.mailing.ask("s", HER, HER)
    assert await house.mailing.kept("s") == HER
    await house.answered()
    await house.work()
    link = house.server.mails[0]["List-Unsubscribe"].strip(" <>")
    token = link.partition("?c=")[2]
    assert not await house.mailing.stop(token[:-1] + ("0" if token[-1] != "0" else "1"))
    assert not await house.mailing.stop("1")
    assert not await house.mailing.stop("999999." + "0" * 32)
    assert await house.mailing.kept("s") == HER
    assert await house.mailing.stop(token)
    assert await house.mailing.stop(token)  # a second click is no error
    assert await house.mailing.kept("s") is None
    await house.mailing.ask("s", HER, HER)
    await house.mailing.forget("s")
    assert await house.mailing.kept("s") is None


async def test_a_server_that_takes_nothing_now_is_asked_again(house: House) -> None:
    await house.waits()
    await house.mailing.ask("s", HER, HER)
    house.server.answers[""] = 450
    await house.answered()
    await house.work()
    assert house.server.mails == []
    house.server.answers.clear()
    house.now += timedelta(seconds=10)
    await house.work()
    assert len(house.server.mails) == 1


async def test_a_server_that_is_away_is_asked_again(
    database: Database, catalogue: Catalogue
) -> None:
    house = House(database, catalogue, MailServer(port=9))
    await house.waits()
    await house.mailing.ask("s", HER, HER)
    await house.answered()
    await house.work()
    state = await house.state()
    assert state.mail is not None
    assert not state.mail.told


async def test_an_address_that_does_not_exist_is_forgotten(house: House) -> None:
    await house.waits()
    await house.mailing.ask("s", HER, HER)
    house.server.answers[HER] = 550
    await house.answered()
    await house.work()
    assert await house.mailing.kept("s") is None


async def test_who_has_moved_to_another_channel_gets_none(house: House) -> None:
    from bot.storage import moves

    await house.waits()
    await house.mailing.ask("s", HER, HER)
    await house.answered()

    def move(tx: Tx) -> None:
        conversation = conversations.lock(tx, "web", "s", house.now)
        moves.take_over(tx, conversation, "telegram:1", "42", house.now)

    await house.database.write(move)
    await house.work()
    assert house.server.mails == []


async def test_an_erased_conversation_gets_none(house: House) -> None:
    from bot.storage.tables import conversations as table

    await house.waits()
    await house.mailing.ask("s", HER, HER)
    await house.answered()
    await house.database.write(lambda tx: tx.core(table.delete()))
    await house.work()
    assert house.server.mails == []


async def test_the_address_is_sealed(house: House) -> None:
    await house.waits()
    await house.mailing.ask("s", HER, HER)

    def raw(tx: Tx) -> bytes:
        from bot.storage.tables import conversations as table

        return b"".join(str(tuple(row)).encode() for row in tx.core(table.select()))

    assert b"oksana" not in await house.database.read(raw)
