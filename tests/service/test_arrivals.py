"""Return codes with the real engine, the real door and both databases: made, guessed, redeemed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.content.catalogue import Catalogue
from bot.domain.case import Case, CaseStatus
from bot.domain.inbound import Content, Inbound, Sender, TextMessage
from bot.domain.returning import BadCode, Way
from bot.service.arrivals import ALL_BURST, BURST, PURPOSE, VALID, Arrivals
from bot.service.cases.entries import Event, load
from bot.service.codes import canonical, start_argument
from bot.service.door import FrontDoor
from bot.service.jobs import Jobs
from bot.service.notifier import Notifier
from bot.service.office import Office
from bot.service.ports import WebEvent
from bot.service.turn import Account, Taken
from bot.service.webchat import HistoryChat
from bot.storage import (
    case_entries,
    cases,
    conversations,
    messages,
    one_time_codes,
    outbox,
)
from bot.storage.database import Database
from bot.storage.outbox import Outgoing
from bot.storage.tables import conversations as table
from bot.storage.transaction import Tx
from tests.service.world import PostChannel

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TELEGRAM = "telegram:1"


def ways(code: str) -> tuple[Way, ...]:
    link = f"https://t.me/lotse_bot?start={start_argument(code)}"
    return (
        Way(kind="telegram", name="lotse_bot", link=link),
        Way(kind="matrix", name="@lotse:example.org"),
    )


@dataclass
class House:
    """The web and a Telegram bot before one door."""

    database: Database
    catalogue: Catalogue
    now: datetime = NOW
    notifier: Notifier = field(default_factory=Notifier)
    rows: list[Outgoing] = field(default_factory=list)
    numbers: int = 0

    def __post_init__(self) -> None:
        self.arrivals = Arrivals(catalogue=lambda: self.catalogue, ways=ways)
        self.door = FrontDoor(
            database=self.database,
            catalogue=lambda: self.catalogue,
            notifier=self.notifier,
            office=Office(returns=self.arrivals),
            jobs=Jobs(),
            arrivals=self.arrivals,
        )
        self.web = HistoryChat(
            "web",
            door=self.door,
            database=self.database,
            notifier=self.notifier,
            catalogue=lambda: self.catalogue,
            clock=lambda: self.now,
            arrivals=self.arrivals,
        )
        telegram = Account(
            name=TELEGRAM,
            capabilities=replace(PostChannel().capabilities, end_to_end=False),
            owner="me",
            busy=lambda _id: False,
        )
        self.door.add_account(telegram, self.rows.extend)

    async def send(
        self, text: str, *, who: str = "anna", account: str = TELEGRAM, event: str | None = None
    ) -> Taken:
        self.numbers += 1
        content: Content = TextMessage(text=text)
        inbound = Inbound(
            account=account,
            external_id=event or f"e{self.numbers}",
            sender=Sender(address=who, language="de"),
            at=self.now,
            content=content,
        )
        return await self.door.admit(inbound)

    async def post(self, session: str, text: str) -> None:
        self.numbers += 1
        await self.web.post(session, f"m{self.numbers}", text=text, choice=None, language="de")

    async def waits(self, session: str = "tab") -> str:
        """Ask for a human on the web; return the code that is shown."""
        await self.web.open(session, "de")
        await self.post(session, "/language de")
        await self.post(session, "/human")
        return await self.code(session)

    async def code(self, session: str) -> str:
        codes = [one.data["code"] for one in await self.events(session) if one.data.get("code")]
        assert isinstance(codes[-1], str)
        return codes[-1]

    async def events(self, session: str, after: int = 0) -> list[WebEvent]:
        return await self.web.events(session, after)

    async def texts(self, session: str) -> list[str]:
        return [str(one.data["text"]) for one in await self.events(session)]

    async def case(self, account: str, address: str) -> Case | None:
        def read(tx: Tx) -> Case | None:
            found = conversations.find(tx, account, address)
            return None if found is None else cases.open_of(tx, found.id)

        return await self.database.read(read)

    async def said(self, who: str = "anna") -> str:
        """All that the conversation on Telegram has been told since it exists."""

        def read(tx: Tx) -> str:
            found = conversations.find(tx, TELEGRAM, who)
            assert found is not None
            rows = messages.history(tx, found, 0, 500)
            return b"\n".join(row.body for row in rows if row.direction == "out").decode()

        return await self.database.read(read)


@pytest.fixture
def house(database: Database, catalogue: Catalogue) -> House:
    return House(database, catalogue)


async def test_a_promise_on_the_web_brings_a_code_and_the_same_one_again(house: House) -> None:
    code = await house.waits()
    assert len(code.split()) == 5
    last = [one for one in await house.events("tab") if one.data.get("code")][-1]
    assert code in str(last.data["text"])
    labels = [choice["label"] for choice in last.data["choices"]]  # type: ignore[attr-defined]
    assert "Antwort auf Telegram oder Matrix" in labels
    await house.post("tab", "/human")
    assert await house.code("tab") == code


async def test_on_telegram_there_is_none(house: House) -> None:
    await house.send("/language de")
    await house.send("/human")
    assert "Rückkehr-Code" not in await house.said()


async def test_a_code_is_new_when_the_old_one_is_too_old(house: House) -> None:
    code = await house.waits()
    house.now += VALID
    await house.post("tab", "/human")
    assert await house.code("tab") != code


async def test_the_code_is_not_kept_in_the_clear(house: House) -> None:
    code = await house.waits()

    def raw(tx: Tx) -> bytes:
        from bot.storage.schema import metadata

        return b"".join(
            str(tuple(row)).encode()
            for each in metadata.sorted_tables
            for row in tx.core(each.select())
        )

    stored = await house.database.read(raw)
    assert canonical(code).encode() not in stored
    assert code.split()[0].encode() not in stored


async def test_a_lost_cookie_loses_nothing(house: House) -> None:
    code = await house.waits()
    await house.post("tab", "Mein Chef zahlt nicht")
    before = await house.texts("tab")
    case = await house.case("web", "tab")
    assert case is not None
    assert (
        await house.web.redeem(code.upper(), old=None, new="new", peer="ip", language="de") is None
    )
    after = await house.texts("new")
    assert after[: len(before)] == before
    assert "Ihr Gespräch geht hier weiter." in after[-1]
    moved = await house.case("web", "new")
    assert moved is not None
    assert moved.id == case.id
    assert moved.status is CaseStatus.WAITING
    # the page opens its stream: nothing is said twice
    await house.web.open("new", "de")
    assert await house.texts("new") == after
    # and goes on: the words go to the same case
    await house.post("new", "Was kann ich tun?")
    assert await house.case("web", "new") is not None


async def test_a_code_works_once_and_the_next_one_is_shown(house: House) -> None:
    code = await house.waits()
    await house.web.redeem(code, old=None, new="new", peer="ip", language="de")
    again = await house.web.redeem(code, old=None, new="third", peer="ip", language="de")
    assert again == BadCode(reason="unknown")
    following = await house.code("new")
    assert following != code
    assert (
        await house.web.redeem(following, old=None, new="third", peer="ip", language="de") is None
    )


async def test_a_bad_code_makes_no_conversation(house: House) -> None:
    await house.waits()
    count = await house.database.read(conversations.count)
    bad = await house.web.redeem(
        "biene hafen sonne acker 472", old=None, new="new", peer="ip", language="de"
    )
    assert bad == BadCode(reason="unknown")
    assert await house.database.read(conversations.count) == count


async def test_the_old_tab_is_told_at_once(house: House) -> None:
    code = await house.waits()
    seen = (await house.events("tab"))[-1].seq
    wakes = house.web.subscribe("tab")
    await anext(wakes)
    await house.web.redeem(code, old=None, new="new", peer="ip", language="de")
    async with asyncio.timeout(1):
        await anext(wakes)
    await wakes.aclose()  # type: ignore[attr-defined]
    (farewell,) = await house.events("tab", seen)
    assert "auf einem anderen Gerät" in str(farewell.data["text"])
    assert len(await house.events("tab")) == 1  # nothing of hers is left there


@pytest.mark.parametrize("form", ["start", "words", "shouted"])
async def test_it_goes_on_on_telegram(house: House, form: str) -> None:
    code = await house.waits()
    await house.post("tab", "Mein Chef zahlt nicht")
    case = await house.case("web", "tab")
    assert case is not None
    text = {
        "start": f"/start {start_argument(code)}",
        "words": code,
        "shouted": code.upper().replace(" ", "-"),
    }[form]
    taken = await house.send(text)
    assert taken.left == ("web", "tab")
    moved = await house.case(TELEGRAM, "anna")
    assert moved is not None
    assert moved.id == case.id
    told = await house.said()
    assert "Ihr Gespräch geht hier weiter." in told
    assert "Telegram ist nicht Ende-zu-Ende verschlüsselt" in told
    assert [row.account for row in house.rows] == [TELEGRAM] * len(house.rows)
    assert house.rows
    assert "auf Telegram weiter" in (await house.texts("tab"))[-1]
    # what she writes there goes to the case, and the history of the web has come along
    await house.send("Ich bin jetzt hier")

    def read(tx: Tx) -> list[str]:
        found = conversations.find(tx, TELEGRAM, "anna")
        assert found is not None
        rows = messages.history(tx, found, 0, 500)
        return [row.body.decode() for row in rows if row.direction == "in"]

    hers = await house.database.read(read)
    assert any("Mein Chef" in text for text in hers)
    assert any("Ich bin jetzt hier" in text for text in hers)
    assert not any(code.split()[0] in text for text in hers)


async def test_the_case_knows_that_she_moved(house: House) -> None:
    code = await house.waits()
    await house.send(f"/start {start_argument(code)}")

    def read(tx: Tx) -> list[object]:
        found = conversations.find(tx, TELEGRAM, "anna")
        assert found is not None
        case = cases.open_of(tx, found.id)
        assert case is not None
        return [load(entry) for entry in case_entries.of_case(tx, found, case.id)]

    assert Event(event="moved") in await house.database.read(read)


async def test_a_place_with_a_past_keeps_it_and_goes_with_her(house: House) -> None:
    await house.send("/language de")
    await house.send("/menu")
    code = await house.waits()
    await house.send(code)

    def read(tx: Tx) -> tuple[int, list[tuple[int, int | None, bool]]]:
        found = conversations.find(tx, TELEGRAM, "anna")
        assert found is not None
        rows = tx.core(table.select().where(table.c.account == TELEGRAM))
        return found.id, [(row.id, row.moved_into, row.reachable) for row in rows]

    here, rows = await house.database.read(read)
    assert (here, None, True) in rows
    past = [row for row in rows if row[1] == here]
    assert len(past) == 1
    assert not past[0][2]
    # old buttons of the place are old, not answers to something else
    taken = await house.send("/menu")
    assert taken.fresh

    def erase(tx: Tx) -> int:
        tx.core(table.delete().where(table.c.id == here))
        return len(tx.core(table.select().where(table.c.account == TELEGRAM)).all())

    assert await house.database.write(erase) == 0


async def test_a_place_where_a_human_is_waited_for_is_left_as_it_is(house: House) -> None:
    await house.send("/language de")
    await house.send("/human")
    code = await house.waits()
    taken = await house.send(f"/start {start_argument(code)}")
    assert taken.arrived == BadCode(reason="busy")
    assert await house.case(TELEGRAM, "anna") is not None
    assert await house.case("web", "tab") is not None
    assert await house.web.redeem(code, old=None, new="new", peer="ip", language="de") is None


async def test_a_browser_with_a_case_of_its_own_is_left_as_it_is(house: House) -> None:
    code = await house.waits()
    await house.waits("other")
    bad = await house.web.redeem(code, old="other", new="new", peer="ip", language="de")
    assert bad == BadCode(reason="busy")
    assert await house.web.redeem(code, old="tab", new="new", peer="ip", language="de") is None


async def test_the_code_of_this_very_conversation_changes_nothing(house: House) -> None:
    code = await house.waits()
    await house.post("tab", f"/start {start_argument(code)}")
    assert await house.case("web", "tab") is not None
    assert "Ihr Gespräch geht hier weiter." in (await house.texts("tab"))[-1]


async def test_a_wrong_code_says_so(house: House) -> None:
    await house.send("/language de")
    taken = await house.send("/start c_biene-hafen-sonne-acker-472")
    assert taken.arrived == BadCode(reason="unknown")
    assert "Diesen Code kenne ich nicht" in await house.said()
    taken = await house.send("biene hafen sonne acker 472", who="new")
    assert "Diesen Code kenne ich nicht" in await house.said("new")


async def test_words_that_look_like_a_code_reach_the_human(house: House) -> None:
    await house.send("/language de")
    await house.send("/human")
    await house.send("biene hafen sonne acker 472")
    assert "Diesen Code kenne ich nicht" not in await house.said()


async def test_a_code_that_is_still_good_never_reaches_the_human(house: House) -> None:
    await house.send("/language de")
    await house.send("/human")
    code = await house.waits()
    taken = await house.send(code)
    assert taken.arrived == BadCode(reason="busy")
    here = await house.case(TELEGRAM, "anna")
    assert here is not None

    def words(tx: Tx) -> list[bytes]:
        conversation = conversations.by_id(tx, here.conversation_id)
        assert conversation is not None
        rows = messages.of_case(tx, conversation, here.from_seq)
        return [row.body for row in rows if row.direction == "in"]

    number = code.split()[-1].encode()
    assert all(number not in body for body in await house.database.read(words))


async def test_guessing_is_throttled_and_hurts_nobody_else(house: House) -> None:
    code = await house.waits()
    for _ in range(BURST):
        taken = await house.send("/start c_biene-hafen-sonne-acker-472")
        assert taken.arrived == BadCode(reason="unknown")
    taken = await house.send(f"/start {start_argument(code)}")
    assert taken.arrived == BadCode(reason="many")  # also the right one
    taken = await house.send(f"/start {start_argument(code)}", who="other")
    assert taken.left == ("web", "tab")


async def test_many_guessers_together_are_throttled_too(house: House) -> None:
    code = await house.waits()
    for number in range(ALL_BURST):
        assert house.arrivals.allows(f"bot {number}", house.now)
    bad = await house.web.redeem(code, old=None, new="new", peer="ip", language="de")
    assert bad == BadCode(reason="many")
    house.now += timedelta(seconds=3)
    assert await house.web.redeem(code, old=None, new="new", peer="ip", language="de") is None


async def test_an_event_that_comes_twice_counts_once(house: House) -> None:
    code = await house.waits()
    first = await house.send(code, event="same")
    second = await house.send(code, event="same")
    assert first.fresh
    assert not second.fresh
    assert second.left is None


async def test_two_who_redeem_at_once(house: House) -> None:
    code = await house.waits()
    done = await asyncio.gather(
        *(house.send(f"/start {start_argument(code)}", who=f"p{n}") for n in range(4))
    )
    assert [taken.left for taken in done].count(("web", "tab")) == 1
    assert [taken.arrived for taken in done].count(BadCode(reason="unknown")) == 3


async def test_an_erased_conversation_takes_its_code_along(house: House) -> None:
    code = await house.waits()

    def erase(tx: Tx) -> int | None:
        tx.core(table.delete().where(table.c.account == "web"))
        return one_time_codes.look(tx, PURPOSE, canonical(code), house.now)

    assert await house.database.write(erase) is None


async def test_messages_that_wait_go_out_at_the_new_place(house: House) -> None:
    """A later step moves conversations from other channels as well."""
    from bot.storage import moves

    await house.send("/language de")

    def move(tx: Tx) -> list[str]:
        found = conversations.find(tx, TELEGRAM, "anna")
        assert found is not None
        outbox.add(tx, found, seq=99, kind="say", body=b"x", now=NOW)
        moves.take_over(tx, found, "matrix:@lotse:example.org", "!room", NOW)
        again = conversations.find(tx, "matrix:@lotse:example.org", "!room")
        assert again is not None
        assert again.id == found.id
        assert conversations.find(tx, TELEGRAM, "anna") is None
        later = NOW + timedelta(minutes=5)
        return [row.address for row in outbox.claim(tx, again.account, later, 10, "me")]

    assert "!room" in await house.database.write(move)
