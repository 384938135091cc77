"""Posts to a staff room on both databases: what is shown, what is joined, what is sent once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from types import SimpleNamespace

import pytest
from sqlalchemy import delete

from bot.content.catalogue import Catalogue
from bot.content.model_desk import TopicsShow
from bot.domain.case import Case, Outcome, Priority
from bot.domain.delivery import Moved, Refused, Retry, Scope, Unknown
from bot.domain.delivery import Outcome as DeliveryOutcome
from bot.domain.inbound import StaffMessage
from bot.domain.staff import Role
from bot.domain.staffroom import PostKind
from bot.service.cases import Acting
from bot.service.delivery import Deliverer
from bot.service.office import Office
from bot.service.outputs import Account
from bot.service.ports import NO_THREAD, Delivery, Via
from bot.service.staffroom.acting import Acts
from bot.service.staffroom.composing import PostComposer, Untranslated
from bot.service.staffroom.delivery import PostDelivery
from bot.service.staffroom.posts import load_post
from bot.service.staffroom.receiving import StaffDoor
from bot.service.staffroom.rooms import Rooms, StaffRoom
from bot.service.staffroom.sections import shows_words
from bot.storage import case_threads, cases, conversations, outbox, staff_links, tables
from bot.storage.conversations import Conversation
from bot.storage.database import Database
from bot.storage.errors import Unavailable
from bot.storage.transaction import Tx
from tests.service.world import NAME, PostChannel, World

TEAM = "team:1"
ROOM = "the room"


class TeamChannel(PostChannel):
    """A platform with a staff room, in a test's hand."""

    def __init__(self, *, end_to_end: bool, idempotent: bool) -> None:
        super().__init__(idempotent=idempotent)
        self.account = TEAM
        self.capabilities = replace(self.capabilities, end_to_end=end_to_end)

    def words(self) -> list[str]:
        """What was sent below the cards."""
        return [
            piece.text
            for delivery in self.sent
            if delivery.thread is not None and delivery.edit_of is None
            for piece in delivery.parts.pieces
        ]


class Team:
    """A world with a staff room. `known` is what translation knows, None while it may come."""

    def __init__(self, database: Database, catalogue: Catalogue, *, matrix: bool = False) -> None:
        room = StaffRoom(account=TEAM, address=ROOM, card_apart=not matrix)
        self.rooms = Rooms([room])
        self.channel = TeamChannel(end_to_end=matrix, idempotent=matrix)
        self.world = World(
            database=database,
            catalogue=catalogue,
            channel=PostChannel(),
            office=Office(rooms=self.rooms),
        )
        self.known: dict[str, str | None] = {}
        world = self.world
        composer = PostComposer(
            capabilities=self.channel.capabilities,
            catalogue=lambda: world.catalogue,
            known=self._known,
            public_url="https://lotse.example",
            owner="me",
        )
        self.posts = PostDelivery(
            database=database,
            channel=self.channel,
            rooms=self.rooms,
            composer=composer,
            notifier=world.notifier,
            clock=lambda: world.now,
        )
        self.deliverer = Deliverer(
            database=database,
            channel=self.channel,
            owner="me",
            catalogue=lambda: world.catalogue,
            clock=lambda: world.now,
            posts=self.posts,
        )
        account = Account(
            name=TEAM,
            capabilities=self.channel.capabilities,
            owner="me",
            busy=self.deliverer.busy,
        )
        world.door.add_account(account, self.deliverer.accept)
        acts = Acts(database=database, cases=world.cases, catalogue=lambda: world.catalogue)
        world.door.add_staff(
            StaffDoor(database=database, rooms=self.rooms, acts=acts, deliver=world.door.deliver)
        )

    def _known(
        self, _tx: Tx, _conversation: Conversation, _seq: int, text: str
    ) -> tuple[str | None, bool]:
        if text not in self.known:
            return None, False
        return self.known[text], self.known[text] is None

    async def asks(self, who: str = "anna", language: str = "Deutsch") -> Case:
        for words in ("/start", language, "/human"):
            await self.world.write(words, who=who)
            await self.world.settle()
        return await self.case(who)

    async def case(self, who: str = "anna") -> Case:
        def read(tx: Tx) -> Case | None:
            found = conversations.find(tx, NAME, who)
            return cases.history(tx, found.id)[-1] if found is not None else None

        case = await self.world.database.read(read)
        assert case is not None
        return case

    async def write(self, *texts: str, who: str = "anna") -> None:
        for text in texts:
            await self.world.write(text, who=who)
            await self.world.settle()

    async def delivered(self) -> None:
        """Let the staff room's queue run dry."""
        async with asyncio.timeout(20):
            while await self._open_rows():
                self.deliverer.accept(())
                await asyncio.sleep(0.01)
                await self.deliverer.settle()

    async def _open_rows(self) -> int:
        depth = await self.world.database.read(outbox.depth)
        return sum(number for (account, _), number in depth.items() if account == TEAM)

    async def linked(self, name: str) -> Acting:
        acting = await self.world.counsellor(name)
        await self.world.database.write(
            lambda tx: staff_links.link(tx, TEAM, f"@{name}", acting.staff_id)
        )
        return acting

    async def thread(self, case: Case) -> str:
        def read(tx: Tx) -> str | None:
            thread = case_threads.get(tx, case.id, TEAM)
            assert thread is not None
            room = conversations.by_id(tx, thread.conversation_id)
            assert room is not None
            return outbox.reference(tx, room, thread.root_seq)

        found = await self.world.database.read(read)
        assert found is not None
        return found

    async def says(self, name: str, thread: str | None, text: str, message: str) -> None:
        inbound = self.world.inbound(
            StaffMessage(thread=thread, person=f"@{name}", message=message, text=text),
            who=ROOM,
            event=message,
        )
        await self.world.door.receive(replace(inbound, account=TEAM))


@pytest.fixture
async def team(database: Database, catalogue: Catalogue) -> AsyncIterator[Team]:
    found = Team(database, catalogue)
    running = asyncio.create_task(found.deliverer.run())
    yield found
    running.cancel()
    await asyncio.wait({running})


@pytest.fixture
async def matrix(database: Database, catalogue: Catalogue) -> AsyncIterator[Team]:
    found = Team(database, catalogue, matrix=True)
    running = asyncio.create_task(found.deliverer.run())
    yield found
    running.cancel()
    await asyncio.wait({running})


def setting(team: Team, shows: TopicsShow) -> None:
    contents = team.world.catalogue
    team.world.catalogue = _with_desk(contents, shows)


def _with_desk(catalogue: Catalogue, shows: TopicsShow) -> Catalogue:
    contents = replace(catalogue._contents, desk=replace(catalogue.desk, topics_show=shows))
    return Catalogue(contents)


async def test_a_topic_is_opened_by_its_number_and_then_has_its_card(team: Team) -> None:
    case = await team.asks()
    await team.delivered()
    opening, card = team.channel.sent[:2]
    assert opening.opens == f"Fall {case.id}"
    assert (card.thread, card.edit_of) == ("1001", None)
    assert "Wartet" in card.parts.pieces[0].text
    link = f"https://lotse.example/desk/cases/{case.id}"
    assert link in str(card.parts.pieces[0].entities)


async def test_a_thread_hangs_on_the_card_where_that_is_possible(matrix: Team) -> None:
    case = await matrix.asks()
    await matrix.delivered()
    (card, *_) = matrix.channel.sent
    assert card.opens == f"Fall {case.id}"
    assert "Wartet" in card.parts.pieces[0].text
    assert not [one for one in matrix.channel.sent if one.edit_of not in {None, "1001"}]


async def test_by_default_only_words_of_the_same_platform_are_shown(team: Team) -> None:
    await team.asks()
    await team.write("GEHEIM eins", "GEHEIM zwei")
    await team.delivered()
    assert "Neue Nachricht. Bitte am Schreibtisch lesen." in team.channel.words()
    assert "GEHEIM" not in "".join(team.channel.texts)


async def test_an_encrypted_room_shows_the_words_of_all(matrix: Team) -> None:
    await matrix.asks()
    await matrix.write("Mein Chef zahlt nicht.")
    await matrix.delivered()
    assert any("Mein Chef zahlt nicht." in text for text in matrix.channel.words())


async def test_the_site_may_show_nothing_but_the_card(matrix: Team) -> None:
    setting(matrix, TopicsShow.CARD)
    case = await matrix.asks()
    await matrix.write("GEHEIM")
    jana = await matrix.world.counsellor("jana")
    await matrix.world.cases.claim(jana, case.id)
    await matrix.world.cases.reply(jana, case.id, "GEHEIM auch")
    await matrix.world.cases.note(jana, case.id, "GEHEIM erst recht")
    await matrix.delivered()
    assert "GEHEIM" not in "".join(matrix.channel.texts)
    assert any("Jana hat geantwortet." in text for text in matrix.channel.words())


@pytest.mark.parametrize("shows", list(TopicsShow))
@pytest.mark.parametrize("end_to_end", [True, False])
async def test_a_crisis_is_shown_nowhere(team: Team, shows: TopicsShow, end_to_end: bool) -> None:
    case = replace(await team.asks(), priority=Priority.CRISIS)
    assert not shows_words(case, hers="a", room="a", end_to_end=end_to_end, setting=shows)
    normal = replace(case, priority=Priority.NORMAL)
    shown = shows_words(normal, hers="a", room="a", end_to_end=end_to_end, setting=shows)
    assert shown is (shows is not TopicsShow.CARD)


async def test_what_waits_for_a_topic_travels_in_one_message(team: Team) -> None:
    setting(team, TopicsShow.ALL)
    case = await team.asks()
    await team.delivered()
    team.channel.sent.clear()
    team.channel.outcomes = [
        Retry(after=timedelta(seconds=30), scope=Scope.CHAT, reason="rate-limited")
    ]
    await team.write("Erstens.")
    await team.channel.wait_for(1)
    await team.deliverer.settle()
    await team.write("Zweitens.", "Drittens.")
    jana = await team.world.counsellor("jana")
    await team.world.cases.claim(jana, case.id)
    team.world.later(seconds=31)
    await team.delivered()
    words = team.channel.words()
    joined = next(text for text in words if "Drittens." in text)
    assert joined.index("Erstens.") < joined.index("Zweitens.") < joined.index("Drittens.")
    assert "Jana hat den Fall genommen." in joined
    cards = [one for one in team.channel.sent if one.edit_of is not None]
    assert len(cards) == 1
    assert "Bei Jana" in cards[0].parts.pieces[0].text


async def test_a_lost_answer_repeats_the_joined_words_once(team: Team) -> None:
    setting(team, TopicsShow.ALL)
    await team.asks()
    await team.delivered()
    team.channel.sent.clear()
    team.channel.outcomes = [
        Retry(after=timedelta(seconds=30), scope=Scope.CHAT, reason="rate-limited")
    ]
    await team.write("Erstens.")
    await team.channel.wait_for(1)
    await team.deliverer.settle()
    await team.write("Zweitens.")
    team.channel.sent.clear()
    team.channel.outcomes = [Unknown(reason="cut")]
    team.world.later(seconds=31)
    team.deliverer.accept(())
    await team.channel.wait_for(1)
    await team.deliverer.settle()
    team.world.later(seconds=31)
    await team.delivered()
    for word in ("Erstens.", "Zweitens."):
        shown = [one for one in team.channel.sent if word in one.parts.pieces[0].text]
        assert len(shown) <= 2
        assert shown[-1].repeated or len(shown) == 1


async def test_where_a_key_makes_a_repetition_harmless_nothing_is_joined(matrix: Team) -> None:
    await matrix.asks()
    await matrix.delivered()
    matrix.channel.sent.clear()
    matrix.channel.outcomes = [
        Retry(after=timedelta(seconds=30), scope=Scope.ACCOUNT, reason="down")
    ]
    await matrix.write("Erstens.")
    await matrix.channel.wait_for(1)
    await matrix.deliverer.settle()
    await matrix.write("Zweitens.", "Drittens.")
    matrix.world.later(seconds=31)
    await matrix.delivered()
    shown = [text for text in matrix.channel.words() if "Schreibt:" in text]
    # the first attempt was refused: its words were tried twice, under the same key
    keys = {one.key for one in matrix.channel.sent if "Erstens." in one.parts.pieces[0].text}
    assert len(keys) == 1
    assert [text.count("Schreibt:") for text in shown] == [1] * len(shown)
    assert [text for text in shown if "Zweitens." in text and "Drittens." in text] == []


async def test_one_that_is_refused_does_not_take_the_others_with_it(team: Team) -> None:
    setting(team, TopicsShow.ALL)
    await team.asks()
    await team.delivered()
    team.channel.sent.clear()
    team.channel.outcomes = [
        Retry(after=timedelta(seconds=30), scope=Scope.CHAT, reason="rate-limited"),
        Refused(reason="bad-entities"),  # the three together
        Refused(reason="bad-entities"),  # the first by itself
    ]
    await team.write("Erstens.")
    await team.channel.wait_for(1)
    await team.deliverer.settle()
    await team.write("Zweitens.", "Drittens.")
    team.world.later(seconds=31)
    await team.delivered()
    alone = [text for text in team.channel.words() if text.count("Schreibt:") == 1]
    assert any("Zweitens." in text for text in alone)
    assert any("Drittens." in text for text in alone)


async def test_a_lost_thread_is_opened_anew_and_nothing_is_lost(team: Team) -> None:
    setting(team, TopicsShow.ALL)
    case = await team.asks()
    await team.delivered()
    before = await team.thread(case)
    team.channel.outcomes = [Refused(reason=NO_THREAD)]
    await team.write("Sind Sie noch da?")
    await team.delivered()
    after = await team.thread(case)
    assert after != before
    delivery = next(
        one
        for one in team.channel.sent
        if one.thread == after and "Sind Sie noch da?" in one.parts.pieces[0].text
    )
    assert delivery.edit_of is None


async def test_a_room_that_lets_nobody_in_is_waited_for(team: Team) -> None:
    setting(team, TopicsShow.ALL)
    await team.asks()
    await team.delivered()
    team.channel.outcomes = [Refused(reason="bot-was-kicked", unreachable=True)]
    await team.write("Da bin ich.")
    await team.channel.wait_for(len(team.channel.sent) + 1)
    team.world.later(days=2)
    await team.delivered()
    assert any("Da bin ich." in text for text in team.channel.words())


async def test_a_card_that_is_gone_is_sent_anew(team: Team) -> None:
    case = await team.asks()
    await team.delivered()
    jana = await team.world.counsellor("jana")
    before = len(team.channel.sent)
    team.channel.outcomes = [Refused(reason="gone")]
    await team.world.cases.claim(jana, case.id)
    await team.delivered()
    await team.world.cases.close(jana, (case.id,), Outcome.ANSWERED)
    await team.delivered()
    sent = team.channel.sent[before:]
    cards = [one for one in sent if one.parts.pieces[0].text.startswith("Fall ")]
    fresh = next(one for one in cards if one.edit_of is None)
    assert "Bei Jana" in fresh.parts.pieces[0].text
    assert cards[-1].edit_of not in {None, "1002"}
    assert "Geschlossen" in cards[-1].parts.pieces[0].text


async def test_a_translation_stands_first_and_is_waited_for_a_moment(matrix: Team) -> None:
    await matrix.asks(language="Українська")
    await matrix.delivered()
    words = "Мій шеф не платить."
    matrix.known[words] = None
    await matrix.write(words)
    await asyncio.sleep(0.05)
    assert not any(words in text for text in matrix.channel.words())
    matrix.known[words] = "Mein Chef zahlt nicht."
    matrix.world.notifier.changed("desk", "")
    await matrix.delivered()
    (shown,) = [text for text in matrix.channel.words() if words in text]
    assert shown.index("Mein Chef zahlt nicht.") < shown.index(words)


async def test_a_translation_that_does_not_come_stops_nothing(
    matrix: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.service.staffroom.delivery.PATIENCE", timedelta(seconds=0.05))
    await matrix.asks(language="Українська")
    words = "Мій шеф не платить."
    matrix.known[words] = None
    await matrix.write(words)
    await matrix.delivered()
    assert any(words in text for text in matrix.channel.words())


async def test_erasing_her_erases_what_waits(team: Team) -> None:
    setting(team, TopicsShow.ALL)
    case = await team.asks()
    await team.delivered()
    team.channel.outcomes = [Retry(after=timedelta(seconds=30), scope=Scope.CHAT, reason="later")]
    await team.write("GEHEIM eins")
    await team.channel.wait_for(len(team.channel.sent) + 1)
    await team.deliverer.settle()
    await team.write("GEHEIM zwei")
    await team.world.database.write(lambda tx: _erase(tx, case.conversation_id))
    team.channel.sent.clear()
    team.world.later(seconds=31)
    await team.delivered()
    assert team.channel.sent == []


async def test_the_queue_of_a_room_holds_no_words(team: Team) -> None:
    await team.asks()
    await team.write("GEHEIM eins")

    def bodies(tx: Tx) -> bytes:
        room = conversations.find(tx, TEAM, ROOM)
        assert room is not None
        found = (outbox.body(tx, room, seq) for seq in range(1, 20))
        return b"".join(body for body in found if body is not None)

    kept = await team.world.database.read(bodies)
    assert kept
    assert b"GEHEIM" not in kept


async def test_a_message_that_comes_twice_acts_once(team: Team) -> None:
    case = await team.asks()
    await team.delivered()
    await team.linked("jana")
    thread = await team.thread(case)
    for _ in range(2):
        await team.says("jana", thread, "Guten Tag, einmal.", "m1")
    await team.says("jana", thread, "/claim", "m2")
    await team.says("jana", thread, "/claim", "m2")
    await team.world.settle()
    assert sum("Guten Tag, einmal." in text for text in team.world.channel.texts) == 1


async def test_a_turn_that_raises_is_answered_and_stops_nobody(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await team.asks()
    await team.delivered()
    await team.linked("jana")
    thread = await team.thread(case)

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(team.world.cases, "note", broken)
        await team.says("jana", thread, "!note x", "m1")
    await team.says("jana", thread, "!note y", "m2")
    await team.delivered()
    words = "\n".join(team.channel.words())
    assert "Bei uns ist etwas schiefgegangen." in words
    assert "Notiert, nur für das Team." in words


async def test_a_staff_member_without_the_role_is_told_so(team: Team) -> None:
    case = await team.asks()
    await team.delivered()
    acting = await team.world.counsellor("otto", Role.EDITOR)
    await team.world.database.write(lambda tx: staff_links.link(tx, TEAM, "@otto", acting.staff_id))
    await team.says("otto", await team.thread(case), "Guten Tag", "m1")
    await team.delivered()
    assert any("Ihr Konto darf das nicht." in text for text in team.channel.words())
    assert (await team.case()).assignee is None


async def test_words_in_her_own_script_go_out_as_they_are(team: Team) -> None:
    case = await team.asks(language="Українська")
    await team.delivered()
    await team.linked("jana")
    await team.says("jana", await team.thread(case), "Добрий день", "m1")
    await team.world.settle()
    message = next(text for text in team.world.channel.texts if "Добрий день" in text)
    assert message


def _erase(tx: Tx, conversation_id: int) -> None:
    tx.core(delete(tables.conversations).where(tables.conversations.c.id == conversation_id))


async def test_a_reply_is_not_echoed_into_its_own_room(team: Team) -> None:
    case = await team.asks()
    rooms = Rooms(
        [
            StaffRoom(account=TEAM, address=ROOM, card_apart=True),
            StaffRoom(account="team:2", address="another", card_apart=False),
        ]
    )
    via = Via(account=TEAM, address=ROOM, external_id="staff:1")

    def posted(tx: Tx, what: PostKind) -> list[str]:
        rows = rooms.post(tx, case, what, now=team.world.now, entry=1, via=via)
        return [row.account for row in rows if load_post(row.body).what is what]

    for what in (PostKind.REPLY, PostKind.NOTE):
        assert await team.world.database.write(partial(posted, what=what)) == ["team:2"]
    both = await team.world.database.write(partial(posted, what=PostKind.EVENT))
    assert both == [TEAM, "team:2"]


async def waiting_together(team: Team) -> None:
    """Let three messages of hers wait for the staff room."""
    setting(team, TopicsShow.ALL)
    await team.asks()
    await team.delivered()
    team.channel.sent.clear()
    team.channel.outcomes = [
        Retry(after=timedelta(seconds=30), scope=Scope.CHAT, reason="rate-limited")
    ]
    await team.write("Erstens.")
    await team.channel.wait_for(1)
    await team.deliverer.settle()
    await team.write("Zweitens.", "Drittens.")
    team.channel.sent.clear()


@pytest.mark.parametrize("error", [Unavailable("away"), RuntimeError("broken")])
async def test_what_raises_leaves_nothing_of_its_company_behind(
    team: Team, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    await waiting_together(team)
    errors, send = [error], team.channel.send

    async def raising(delivery: Delivery) -> DeliveryOutcome:
        if errors:
            raise errors.pop()
        return await send(delivery)

    monkeypatch.setattr(team.channel, "send", raising)
    team.world.later(seconds=31)
    await team.delivered()
    shown = " ".join(team.channel.words())
    assert [shown.count(word) for word in ("Erstens.", "Zweitens.", "Drittens.")] == [1, 1, 1]


async def test_what_was_claimed_as_patience_ended_is_sent(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.service.staffroom.delivery.PATIENCE", timedelta(seconds=1))
    setting(team, TopicsShow.ALL)
    await team.asks(language="Українська")
    await team.delivered()
    words = "Мій шеф не платить."
    team.known[words] = None
    composing, write = asyncio.Event(), team.world.database.write

    async def slow(function: Callable[[Tx], object]) -> object:
        found = await write(function)
        if isinstance(found, Untranslated):
            composing.set()
        if team.known[words] is not None:
            await asyncio.sleep(1.2)  # the answer comes after the time-out
        return found

    posts = team.posts
    monkeypatch.setattr(posts, "_database", SimpleNamespace(write=slow))
    await team.write(words)
    await composing.wait()
    await team.write("Допоможіть.")
    team.known[words] = "Mein Chef zahlt nicht."
    team.world.notifier.changed("desk", "")
    await team.delivered()
    shown = " ".join(team.channel.words())
    assert (shown.count(words), shown.count("Допоможіть.")) == (1, 1)


async def test_a_group_that_has_moved_is_waited_for(team: Team) -> None:
    setting(team, TopicsShow.ALL)
    await team.asks()
    await team.delivered()
    team.channel.outcomes = [Moved(address="-100")]
    await team.write("Da bin ich.")
    await team.channel.wait_for(len(team.channel.sent) + 1)
    await team.deliverer.settle()
    team.world.later(days=2)
    await team.delivered()
    (shown,) = [one for one in team.channel.sent[-1:] if one.thread is not None]
    assert shown.address == ROOM
    assert "Da bin ich." in shown.parts.pieces[0].text
