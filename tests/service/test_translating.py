"""Her words and the counsellors', through a server built from LibreTranslate's published API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from structlog.testing import capture_logs

from bot.content.catalogue import Catalogue
from bot.domain.case import Origin, Priority
from bot.domain.conversation import State
from bot.service.codec import dump_state, dump_words
from bot.service.jobs import Args, Jobs
from bot.service.notifier import Notifier
from bot.service.translating import (
    DESK,
    PREVIEW_KEPT,
    TRANSLATE,
    Known,
    Preview,
    Translating,
    speakers,
)
from bot.service.translation import Failed, NoTranslator, Translator, Why
from bot.service.translation_guard import GuardedTranslator
from bot.storage import cases, conversations, messages, staff, translations
from bot.storage import jobs as queue
from bot.storage.database import Database
from bot.storage.transaction import Tx
from bot.translation.libretranslate import LibreTranslate
from tests.emulators.translate import TranslationServer, serving

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SAID = "Шеф не платить мені вже три місяці"


class SwitchedOn:
    """A catalogue whose site lets words go to a service."""

    def __init__(self, catalogue: Catalogue, on: bool) -> None:
        self._catalogue = catalogue
        self.site = replace(catalogue.site, translation=on)

    def __getattr__(self, name: str) -> object:
        return getattr(self._catalogue, name)


@dataclass
class House:
    """One conversation with an open case, and what translates."""

    database: Database
    catalogue: Catalogue
    server: TranslationServer
    translator: Translator
    on: bool = True
    now: datetime = NOW
    jobs: Jobs = field(default_factory=Jobs)
    notifier: Notifier = field(default_factory=Notifier)
    heard: int = 0

    def __post_init__(self) -> None:
        self.guarded = GuardedTranslator(self.translator, clock=lambda: self.now, seconds=0.5)
        self.translating = Translating(
            database=self.database,
            catalogue=self.site,
            translator=self.guarded,
            notifier=self.notifier,
            clock=lambda: self.now,
            jobs=self.jobs,
        )

    def site(self) -> Catalogue:
        return cast("Catalogue", SwitchedOn(self.catalogue, self.on))

    async def says(self, *texts: str, lang: str = "uk") -> int:
        """Write these in an open case; return the conversation's id."""

        def write(tx: Tx) -> int:
            conversation = conversations.lock(tx, "web", "s", self.now)
            seq = messages.last_seq(tx, conversation)
            case = cases.open_of(tx, conversation.id) or cases.open(
                tx,
                conversation,
                origin=Origin.REQUEST,
                priority=Priority.NORMAL,
                topic=None,
                language=lang,
                from_seq=seq + 1,
                now=self.now,
            )
            assert case is not None
            for number, text in enumerate(texts, seq + 1):
                messages.record_inbound(
                    tx,
                    conversation,
                    external_id=f"e{number}",
                    seq=number,
                    at=self.now,
                    body=dump_words(text),
                )
            state = dump_state(State(seq=seq + len(texts), language=lang))
            conversations.save(tx, conversation, state, self.now)
            self.translating.want(tx, self.site(), conversation.id, self.now)
            return conversation.id

        return await self.database.write(write)

    async def due(self) -> list[Args]:
        """Take the jobs that are due."""

        def claim(tx: Tx) -> list[Args]:
            found = queue.claim_due(tx, self.now, 10, "me")
            for job in found:
                queue.finish(tx, job)
            return [job.args for job in found]

        return await self.database.write(claim)

    async def work(self) -> int:
        """Do the jobs that are due; return how many."""
        done = await self.due()
        for args in done:
            handler = self.jobs.handler(TRANSLATE)
            assert handler is not None
            await handler(args)
        return len(done)

    async def known(self, conversation_id: int, *texts: str) -> list[Known]:
        def read(tx: Tx) -> list[Known]:
            conversation = conversations.by_id(tx, conversation_id)
            assert conversation is not None
            return self.translating.known(tx, conversation, list(enumerate(texts)))

        return await self.database.read(read)


@pytest.fixture
async def server() -> AsyncIterator[TranslationServer]:
    async with serving() as running:
        yield running


@pytest.fixture
async def house(
    database: Database, catalogue: Catalogue, server: TranslationServer
) -> AsyncIterator[House]:
    made = House(database, catalogue, server, LibreTranslate(server.url))
    yield made
    await made.guarded.close()


async def test_her_words_are_translated_after_the_commit_and_the_desk_hears(
    house: House,
) -> None:
    conversation = await house.says(SAID, "Так", "ich und der Chef sprechen jetzt Deutsch")
    assert (await house.known(conversation, SAID))[0].state == "pending"
    wakes = house.notifier.subscribe(*DESK)
    await anext(wakes)
    assert await house.work() == 1
    async with asyncio.timeout(1):
        await anext(wakes)
    await wakes.aclose()  # type: ignore[attr-defined]
    long, short, german = await house.known(
        conversation, SAID, "Так", "ich und der Chef sprechen jetzt Deutsch"
    )
    assert long.state == short.state == "translated"
    assert long.text is not None
    assert long.text.startswith("[de] феШ")
    assert (long.source, long.provider) == ("uk", "LibreTranslate")
    assert german.state == "same"


async def test_a_second_job_finds_nothing_left(house: House) -> None:
    await house.says(SAID)
    await house.says("Дякую вам дуже за вашу швидку допомогу")
    assert await house.work() >= 1
    asked = len(house.server.requests)
    while await house.work():
        pass
    assert asked == len(house.server.requests) == 2


async def test_switched_off_nothing_leaves(house: House) -> None:
    house.on = False
    conversation = await house.says(SAID)
    assert await house.work() == 0
    await house.translating.translate_case({"conversation": conversation, "attempt": 0})
    assert await house.translating.reply(conversation, "Guten Tag", to="uk") == Failed(Why.OFF)
    assert house.server.requests == []
    assert (await house.known(conversation, SAID))[0].state == "off"
    assert not house.translating.status().on
    assert await house.translating.can("uk") is False


async def test_without_a_service_it_is_off(
    database: Database, catalogue: Catalogue, server: TranslationServer
) -> None:
    house = House(database, catalogue, server, NoTranslator())
    conversation = await house.says(SAID)
    assert await house.work() == 0
    assert (await house.known(conversation, SAID))[0].state == "off"


async def test_nothing_private_leaves_and_nothing_is_logged(house: House) -> None:
    with capture_logs() as logs:
        await house.says("Мене звати Оксана Петренко, мій номер +380 50 123 45 67, дякую")
        await house.work()
    assert "Оксана" not in house.server.sent
    assert "123" not in house.server.sent
    assert logs == []


async def test_a_service_that_is_down_is_asked_again_later(house: House) -> None:
    await house.guarded.can("uk", "de")
    house.server.statuses = [503]
    conversation = await house.says(SAID)
    await house.work()
    assert (await house.known(conversation, SAID))[0] == Known(state="failed", why=Why.DOWN)
    assert await house.work() == 0
    house.now += timedelta(seconds=20)
    assert await house.work() == 1
    assert (await house.known(conversation, SAID))[0].state == "translated"


async def test_it_is_given_up_after_a_while(house: House) -> None:
    await house.guarded.can("uk", "de")
    house.server.statuses = [503] * 50
    await house.says(SAID)
    tries = 0
    for _ in range(20):
        tries += await house.work()
        house.now += timedelta(hours=1)
    assert tries == 5


async def test_a_language_that_the_service_cannot_do_is_not_sent(house: House) -> None:
    conversation = await house.says("Serbska rěc", lang="dsb")
    await house.work()
    assert await house.translating.reply(conversation, "Guten Tag", to="dsb") == Failed(
        Why.LANGUAGE
    )
    assert (await house.known(conversation, "Serbska rěc"))[0].state == "failed"
    assert await house.translating.can("dsb") is False
    assert await house.translating.can("uk") is True


async def test_kept_translations_are_sealed_and_go_with_the_conversation(house: House) -> None:
    conversation = await house.says(SAID)
    await house.work()

    def raw(tx: Tx) -> list[tuple[bytes, bytes]]:
        from bot.storage.tables_cases import translations as table

        return [(row.digest_index, row.body) for row in tx.core(table.select())]

    rows = await house.database.read(raw)
    assert len(rows) == 1
    assert "платить".encode() not in rows[0][1]
    assert b"[de]" not in rows[0][1]

    def erase(tx: Tx) -> None:
        from bot.storage.tables import conversations as table

        tx.core(table.delete().where(table.c.id == conversation))

    await house.database.write(erase)
    assert await house.database.read(raw) == []
    await house.translating.translate_case({"conversation": conversation, "attempt": 0})


async def test_words_that_are_erased_while_they_are_translated(house: House) -> None:
    conversation = await house.says(SAID)
    await house.guarded.can("uk", "de")
    house.server.stalls = True
    (args,) = await house.due()
    job = asyncio.create_task(house.translating.translate_case(args))
    while not house.server.requests:
        await asyncio.sleep(0.01)

    def erase(tx: Tx) -> None:
        from bot.storage.tables import conversations as table

        tx.core(table.delete().where(table.c.id == conversation))

    await house.database.write(erase)
    house.server.stalled.set()
    await job


async def test_a_reply_arrives_as_it_was_shown_with_its_way_back(house: House) -> None:
    conversation = await house.says(SAID)
    text = "Bitte kommen Sie zur Anmeldung am 26.11.2026."
    preview = await house.translating.reply(conversation, text, to="uk")
    assert isinstance(preview, Preview)
    assert preview.text.startswith("[uk] ettiB")
    assert "26.11.2026" in preview.text
    assert preview.back is not None
    assert "Bitte kommen Sie" in preview.back
    assert preview.provider == "LibreTranslate"
    asked = len(house.server.requests)
    assert await house.translating.reply(conversation, text, to="uk") == preview
    assert len(house.server.requests) == asked  # the page asks again when it is opened again
    house.now += PREVIEW_KEPT + timedelta(seconds=1)
    await house.translating.reply(conversation, text, to="uk")
    assert len(house.server.requests) == asked + 2


async def test_two_who_ask_at_once_ask_the_service_once(house: House) -> None:
    conversation = await house.says(SAID)
    await asyncio.gather(
        *(house.translating.reply(conversation, "Guten Tag", to="uk") for _ in range(5))
    )
    assert len(house.server.requests) == 2


async def test_a_reply_whose_way_back_fails_still_goes(house: House) -> None:
    conversation = await house.says(SAID)
    await house.guarded.can("uk", "de")

    class Once(list[int]):
        """No fault at first, then one."""

        def __init__(self) -> None:
            super().__init__()
            self.calls = 0

        def __bool__(self) -> bool:
            self.calls += 1
            return self.calls == 2

        def pop(self, _at: object = -1) -> int:
            return 503

    house.server.statuses = Once()
    preview = await house.translating.reply(conversation, "Guten Tag", to="uk")
    assert isinstance(preview, Preview)
    assert preview.back is None


async def test_a_reply_in_her_own_language_needs_none(house: House) -> None:
    conversation = await house.says("Guten Tag", lang="de")
    assert await house.translating.reply(conversation, "Hallo", to="de") == Failed(Why.SAME)


async def test_who_speaks_a_language(house: House) -> None:
    def write(tx: Tx) -> None:
        for name, roles, languages in (
            ("jana", {"counsellor"}, ("de", "pl")),
            ("mirek", {"counsellor"}, ("de", "uk-UA")),
            ("olena", {"editor"}, ("uk",)),
        ):
            staff.add(
                tx,
                name=name,
                shown_name=name.title(),
                roles=frozenset(roles),
                languages=languages,
                now=NOW,
            )

    await house.database.write(write)
    site = house.site()
    assert await house.database.read(lambda tx: speakers(tx, site, "uk")) == ("mirek",)
    assert await house.database.read(lambda tx: speakers(tx, site, "pl")) == ("jana",)
    assert await house.database.read(lambda tx: speakers(tx, site, "ar")) == ()


async def test_what_is_kept_is_found_by_words_and_language(house: House) -> None:
    conversation = await house.says(SAID)
    await house.work()

    def read(tx: Tx) -> list[Known]:
        found = conversations.by_id(tx, conversation)
        assert found is not None
        assert translations.some(tx, found, []) == {}
        return house.translating.known(tx, found, [(1, SAID)], to="en")

    assert (await house.database.read(read))[0].state == "pending"
