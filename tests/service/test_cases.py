"""Cases on both databases: what counsellors do, what she gets, and what is written down."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.channels import terminal
from bot.content.catalogue import Catalogue
from bot.domain.case import Case, CaseStatus, Face, Origin, Outcome, Priority, Voice
from bot.domain.conversation import State
from bot.domain.delivery import DeliveryStatus, Refused
from bot.domain.inbound import Attachment, AttachmentKind, TextMessage
from bot.domain.staff import Role
from bot.service import staff as team
from bot.service.cases import Acting, Cases, Reason, Refusal, SentWords
from bot.service.cases.entries import Event, Note, Reply, load
from bot.service.codec import load_media, load_message, load_state
from bot.service.door import FrontDoor
from bot.service.ports import UnavailableError
from bot.service.webchat import HistoryChat
from bot.storage import (
    absences,
    audit,
    case_entries,
    cases,
    conversations,
    drafts,
    messages,
    outbox,
)
from bot.storage.conversations import Conversation
from bot.storage.database import Database
from bot.storage.transaction import Tx
from tests.service.world import NAME, PostChannel, World


@pytest.fixture
async def world(database: Database, catalogue: Catalogue) -> World:
    return World(database=database, catalogue=catalogue, channel=PostChannel())


async def asked(world: World, who: str = "anna") -> int:
    """She has chosen German and asked for a human; return her case."""
    for words in ("/start", "Deutsch", "/human"):
        await world.write(words, who=who)
        await world.settle()  # else they wait in the database for the claim loop
    return (await open_case(world, who)).id


async def conversation(world: World, who: str = "anna") -> Conversation:
    found = await world.database.read(lambda tx: conversations.find(tx, NAME, who))
    assert found is not None
    return found


async def state(world: World, who: str = "anna") -> State:
    found = (await conversation(world, who)).state
    assert found is not None
    return load_state(found)


async def open_case(world: World, who: str = "anna") -> Case:
    person = await conversation(world, who)
    found = await world.database.read(lambda tx: cases.open_of(tx, person.id))
    assert found is not None
    return found


async def case(world: World, case_id: int) -> Case:
    found = await world.database.read(lambda tx: cases.get(tx, case_id))
    assert found is not None
    return found


async def entries(world: World, case_id: int) -> list[Note | Reply | Event]:
    def read(tx: Tx) -> list[Note | Reply | Event]:
        found = cases.get(tx, case_id)
        assert found is not None
        person = conversations.by_id(tx, found.conversation_id)
        assert person is not None
        return [load(each) for each in case_entries.of_case(tx, person, case_id)]

    return await world.database.read(read)


async def events(world: World, case_id: int) -> list[str]:
    return [each.event for each in await entries(world, case_id) if isinstance(each, Event)]


async def said(world: World, who: str = "anna", last: int = 1) -> list[str]:
    """Return the words of the newest messages to her."""
    await world.settle()
    person = await conversation(world, who)
    rows = await world.database.read(lambda tx: messages.history(tx, person, 0, 500))
    texts = [
        "\n".join(
            "".join(getattr(span, "text", "") for span in getattr(block, "spans", ()))
            for block in load_message(row.body).blocks
        )
        for row in rows
        if row.direction == "out" and row.kind != "close"
    ]
    plain = {0x2068: None, 0x2069: None, 0xA0: " "}
    return [text.translate(plain) for text in texts[-last:]]


async def test_asking_for_a_human_opens_a_case_with_an_honest_promise(world: World) -> None:
    number = await asked(world)
    found = await case(world, number)
    assert found.status is CaseStatus.WAITING
    assert (found.origin, found.priority) == (Origin.REQUEST, Priority.NORMAL)
    assert found.language == "de"
    assert found.opened_at == found.unanswered_since == world.now
    # Tuesday 10:00 in Guben, staffed 9 to 12: two staffed hours end at 12.
    assert found.promised_by == datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
    [words] = await said(world)
    assert "Ein Mensch antwortet Ihnen hier bis heute, 12:00 Uhr." in words
    assert await events(world, number) == ["open"]


async def test_asking_again_opens_no_second_case_and_keeps_the_promise(world: World) -> None:
    number = await asked(world)
    world.later(minutes=30)
    await world.write("/human")
    assert (await open_case(world)).id == number
    assert "bis heute, 12:00 Uhr." in (await said(world))[0]


async def test_words_are_acknowledged_once_and_stand_in_the_case(world: World) -> None:
    number = await asked(world)
    before = len(world.channel.sent)
    for words in ("Mein Chef zahlt nicht.", "Seit September.", "Was soll ich tun?"):
        world.later(minutes=1)
        await world.write(words)
    await world.settle()
    assert world.channel.texts[before:] == ["Ihre Nachricht ist gespeichert. Ein Mensch liest sie."]
    found = await case(world, number)
    assert found.last_at == world.now
    assert found.unanswered_since == world.now - timedelta(minutes=3)
    assert found.from_seq < (await state(world)).seq


async def test_what_is_no_text_is_kept_as_what_it_was(world: World) -> None:
    await asked(world)
    await world.door.receive(world.inbound(Attachment(kind=AttachmentKind.PHOTO)))
    person = await conversation(world)
    rows = await world.database.read(lambda tx: messages.history(tx, person, 0, 500))
    kinds = [load_media(row.body) for row in rows if row.direction == "in"]
    assert kinds[-1] is AttachmentKind.PHOTO
    assert kinds[:-1] == [None] * (len(kinds) - 1)
    assert "Den Inhalt speichere ich nicht." in (await said(world))[0]


async def test_a_conversation_with_a_human(world: World) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    await world.write("Mein Chef zahlt nicht.")
    claimed = await world.cases.claim(jana, number)
    assert claimed is not None
    assert (claimed.status, claimed.assignee) == (CaseStatus.WITH_COUNSELLOR, jana.staff_id)
    assert (await said(world))[0].startswith("Jana aus der Beratung ist jetzt da.")
    world.later(minutes=5)
    entry = await world.cases.reply(jana, number, "Seit wann fehlt der Lohn?")
    assert entry is not None
    await world.settle()
    assert world.channel.texts[-1] == "Jana\n\nSeit wann fehlt der Lohn?"
    found = await case(world, number)
    assert found.first_answer_at == found.last_at == world.now
    assert found.last_from is Voice.COUNSELLOR
    assert found.unanswered_since is None
    heard = len(world.channel.sent)
    world.later(minutes=5)
    for words in ("Seit September", "1", "Termin", "Menü", "Hilfe"):
        await world.write(words)
    await world.settle()
    assert len(world.channel.sent) == heard, "the program is silent"
    found = await case(world, number)
    assert (found.last_from, found.unanswered_since) == (Voice.NEWCOMER, world.now)
    [closed] = await world.cases.close(jana, [number], Outcome.ANSWERED)
    assert closed.refusal is None
    assert await said(world) == [
        "Jana hat das Gespräch beendet. Ab jetzt antworte ich wieder.\nWie war das Gespräch?"
    ]
    await world.press(f"{(await state(world)).prompt.seq}~f:{number}:good")  # type: ignore[union-attr]
    found = await case(world, number)
    assert (found.status, found.outcome, found.rating) == (
        CaseStatus.CLOSED,
        Outcome.ANSWERED,
        Face.GOOD,
    )
    assert (await state(world)).human is None
    await world.write("Wo melde ich mich an?")
    assert "Darauf habe ich noch keine Antwort." in (await said(world))[0]
    assert await events(world, number) == ["open", "claim", "close"]


async def test_a_rating_counts_once_and_only_for_her_own_case(world: World) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    await world.cases.claim(jana, number)
    await asked(world, "boris")
    await world.press(f"1~f:{number}:bad", who="boris")
    await world.press(f"1~f:{number}:bad")  # not closed yet
    assert (await case(world, number)).rating is None
    await world.cases.close(jana, [number], Outcome.REFERRED)
    world.later(minutes=1)
    await world.press(f"1~f:{number}:fair")
    world.later(minutes=1)
    await world.press(f"1~f:{number}:good")
    assert (await case(world, number)).rating is Face.FAIR
    assert (await said(world))[0] == "Ihre Antwort ist schon gespeichert."


async def test_of_two_who_claim_at_once_exactly_one_has_it(world: World) -> None:
    number = await asked(world)
    team = [await world.counsellor(name) for name in ("jana", "mirek", "olga", "ali")]
    done = await asyncio.gather(
        *(world.cases.claim(each, number) for each in team), return_exceptions=True
    )
    refused = [each for each in done if isinstance(each, Refusal)]
    assert len(refused) == 3
    winner = next(each for each in done if isinstance(each, Case))
    name = next(each.name for each in team if each.staff_id == winner.assignee)
    assert {(each.reason, each.by) for each in refused} == {(Reason.TAKEN, name)}
    assert name in str(refused[0])
    assert await events(world, number) == ["open", "claim"]
    texts = await said(world, last=2)
    assert sum("ist jetzt da" in text for text in texts) == 1


async def test_taking_a_case_twice_says_nothing_twice(world: World) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    await world.cases.claim(jana, number)
    await world.settle()
    heard = len(world.channel.sent)
    again = await world.cases.claim(jana, number)
    assert again is not None
    await world.settle()
    assert len(world.channel.sent) == heard


async def test_the_same_form_twice_is_one_reply(world: World) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    await world.cases.claim(jana, number)
    first, second = await asyncio.gather(
        world.cases.reply(jana, number, "Guten Tag.", key="f1"),
        world.cases.reply(jana, number, "Guten Tag.", key="f1"),
    )
    assert first == second
    await world.settle()
    assert world.channel.texts.count("Jana\n\nGuten Tag.") == 1
    assert await world.cases.reply(jana, number, "Guten Tag.", key="f2") != first


async def test_other_words_in_a_form_whose_answer_was_lost_are_sent_too(world: World) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    await world.cases.claim(jana, number)
    first = await world.cases.reply(jana, number, "Guten Tag.", key="f1")
    second = await world.cases.reply(jana, number, "Guten Tag. Kommen Sie vorbei.", key="f1")
    assert first != second
    assert await world.cases.reply(jana, number, "Guten Tag.", key="f1") == first
    await world.settle()
    assert world.channel.texts.count("Jana\n\nGuten Tag. Kommen Sie vorbei.") == 1
    assert world.channel.texts.count("Jana\n\nGuten Tag.") == 1


async def test_the_same_form_twice_is_one_note(world: World) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    first, second = await asyncio.gather(
        world.cases.note(jana, number, "Ruft morgen an.", key="f1"),
        world.cases.note(jana, number, "Ruft morgen an.", key="f1"),
    )
    assert first == second
    other = await world.cases.note(jana, number, "Ruft heute an.", key="f1")
    again = await world.cases.note(jana, number, "Ruft morgen an.", key="f2")
    assert len({first, other, again}) == 3


async def test_words_for_her_are_those_that_were_shown(world: World) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    await world.cases.claim(jana, number)
    sent = SentWords(text="Добрий день.", lang="uk", provider="libretranslate")
    await world.cases.reply(jana, number, "Guten Tag.", sent=sent)
    await world.settle()
    assert world.channel.texts[-1] == (
        "Jana\n\nДобрий день.\n\nEin Programm hat diese Nachricht übersetzt."
    )
    reply = (await entries(world, number))[-1]
    assert reply == Reply(
        text="Guten Tag.", lang="uk", sent="Добрий день.", provider="libretranslate"
    )


async def test_only_who_has_the_case_answers(world: World) -> None:
    number = await asked(world)
    jana, mirek = await world.counsellor("jana"), await world.counsellor("mirek")
    with pytest.raises(Refusal) as refused:
        await world.cases.reply(jana, number, "Hallo.")
    assert (refused.value.reason, refused.value.by) == (Reason.NOT_YOURS, None)
    await world.cases.claim(jana, number)
    for act in (
        world.cases.reply(mirek, number, "Hallo."),
        world.cases.release(mirek, number),
    ):
        with pytest.raises(Refusal) as refused:
            await act
        assert (refused.value.reason, refused.value.by) == (Reason.NOT_YOURS, "Jana")
    with pytest.raises(Refusal) as refused:
        await world.cases.snooze(mirek, number, world.now + timedelta(days=1))
    assert (refused.value.reason, refused.value.by) == (Reason.TAKEN, "Jana")
    [closed] = await world.cases.close(mirek, [number], Outcome.ANSWERED)
    assert closed.refusal is not None
    assert closed.refusal.reason is Reason.NOT_YOURS
    await world.cases.close(jana, [number], Outcome.ANSWERED)
    with pytest.raises(Refusal) as refused:
        await world.cases.reply(jana, number, "Noch etwas.")
    assert refused.value.reason is Reason.CLOSED


@pytest.mark.parametrize("role", [Role.ADMIN, Role.EDITOR, Role.AUDITOR])
async def test_without_the_role_nothing_is_done(world: World, role: Role) -> None:
    number = await asked(world)
    other = await world.counsellor("kim", role)
    for act in (
        world.cases.claim(other, number),
        world.cases.note(other, number, "Notiz"),
        world.cases.save_draft(other, number, "Entwurf"),
    ):
        with pytest.raises(Refusal) as refused:
            await act
        assert refused.value.reason is Reason.ROLE
    assert await events(world, number) == ["open"]


async def test_a_case_that_there_is_not(world: World) -> None:
    jana = await world.counsellor("jana")
    for act in (
        world.cases.claim(jana, 99),
        world.cases.draft(jana, 99),
        world.cases.save_draft(jana, 99, "Text"),
    ):
        with pytest.raises(Refusal) as refused:
            await act
        assert refused.value.reason is Reason.NO_CASE
    with pytest.raises(Refusal) as refused:
        await world.cases.recall(jana, 99)
    assert refused.value.reason is Reason.NO_ENTRY


@pytest.mark.parametrize(
    ("text", "reason"), [(" \n", Reason.EMPTY), ("x" * 10_001, Reason.TOO_LONG)]
)
async def test_words_that_cannot_be_kept(world: World, text: str, reason: Reason) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    await world.cases.claim(jana, number)
    for act in (world.cases.note(jana, number, text), world.cases.reply(jana, number, text)):
        with pytest.raises(Refusal) as refused:
            await act
        assert refused.value.reason is reason


async def test_notes_are_for_the_team_alone(world: World) -> None:
    number = await asked(world)
    jana, mirek = await world.counsellor("jana"), await world.counsellor("mirek")
    await world.cases.claim(jana, number)
    await world.settle()
    heard = len(world.channel.sent)
    for who in (jana, mirek):
        await world.cases.note(who, number, "Vorsicht: der Chef liest mit.")
    await world.settle()
    assert len(world.channel.sent) == heard
    assert (await entries(world, number)).count(Note(text="Vorsicht: der Chef liest mit.")) == 2


async def test_giving_a_case_back_and_on(world: World) -> None:
    number = await asked(world)
    jana, mirek = await world.counsellor("jana"), await world.counsellor("mirek")
    await world.cases.claim(jana, number)
    await world.cases.release(jana, number)
    found = await case(world, number)
    assert (found.status, found.assignee) == (CaseStatus.WAITING, None)
    [words] = await said(world)
    assert words.startswith("Sie warten wieder auf einen Menschen.")
    assert "bis heute, 12:00 Uhr." in words
    await world.cases.transfer(jana, number, mirek.staff_id)
    assert (await said(world))[0].startswith("Mirek aus der Beratung ist jetzt da.")
    await world.cases.transfer(jana, number, jana.staff_id)
    assert (await said(world))[0].startswith("Ab jetzt schreibt Jana aus der Beratung")
    assert (await case(world, number)).assignee == jana.staff_id
    assert await events(world, number) == ["open", "claim", "release", "transfer", "transfer"]
    with pytest.raises(Refusal) as refused:
        await world.cases.transfer(mirek, number, jana.staff_id)
    assert refused.value.reason is Reason.TAKEN
    admin = await world.counsellor("kim", Role.ADMIN)
    for nobody in (admin.staff_id, 999):
        with pytest.raises(Refusal) as refused:
            await world.cases.transfer(jana, number, nobody)
        assert refused.value.reason is Reason.NO_STAFF


async def test_a_snoozed_case_wakes_when_she_writes(world: World) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    await world.cases.claim(jana, number)
    await world.settle()
    heard = len(world.channel.sent)
    await world.cases.snooze(jana, number, world.now + timedelta(days=2))
    assert (await state(world)).human.status is CaseStatus.SNOOZED  # type: ignore[union-attr]
    await world.write("Noch etwas.")
    found = await case(world, number)
    assert (found.status, found.assignee) == (CaseStatus.WITH_COUNSELLOR, jana.staff_id)
    assert found.snoozed_until is None
    await world.settle()
    assert len(world.channel.sent) == heard
    with pytest.raises(Refusal) as refused:
        await world.cases.snooze(jana, number, world.now)
    assert refused.value.reason is Reason.PAST


async def test_a_snoozed_case_wakes_at_its_time(world: World) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    until = world.now + timedelta(days=2)
    await world.cases.snooze(jana, number, until)
    assert (await case(world, number)).assignee is None
    world.now = until
    assert await world.run_due()
    found = await case(world, number)
    assert (found.status, found.waiting_since) == (CaseStatus.WAITING, until)
    assert found.promised_by is not None
    assert found.promised_by > until
    assert await world.run_due() == 0
    await world.cases.claim(jana, number)
    await world.cases.reply(jana, number, "Bis morgen.")
    await world.cases.snooze(jana, number, until + timedelta(days=1))
    world.now = until + timedelta(days=1)
    await world.run_due()
    found = await case(world, number)
    assert (found.status, found.assignee) == (CaseStatus.WITH_COUNSELLOR, jana.staff_id)
    assert (await state(world)).human.present  # type: ignore[union-attr]


async def test_a_case_that_was_taken_out_of_a_snooze_by_its_own_counsellor(world: World) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    await world.cases.claim(jana, number)
    await world.cases.snooze(jana, number, world.now + timedelta(days=2))
    await world.settle()
    heard = len(world.channel.sent)
    await world.cases.claim(jana, number)
    assert (await case(world, number)).status is CaseStatus.WITH_COUNSELLOR
    await world.settle()
    assert len(world.channel.sent) == heard, "she knows Jana"
    world.later(days=2)
    await world.run_due()
    assert (await case(world, number)).status is CaseStatus.WITH_COUNSELLOR


async def test_a_promise_that_was_not_kept_is_said_and_renewed(world: World) -> None:
    number = await asked(world)
    world.now = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
    await world.run_due()
    # Next staffed on Thursday from 9 to 12 in Guben: two hours end at 11:00.
    assert await said(world) == [
        "Es dauert länger, als wir gesagt haben. Neue Zeit: bis Do, 26. November, 11:00 Uhr."
    ]
    found = await case(world, number)
    assert found.promised_by == datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
    await world.settle()
    heard = len(world.channel.sent)
    await world.run_due()
    await world.settle()
    assert len(world.channel.sent) == heard


async def test_a_promise_that_was_kept_needs_no_word(world: World) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    await world.cases.claim(jana, number)
    await world.cases.reply(jana, number, "Guten Tag.")
    await world.settle()
    heard = len(world.channel.sent)
    world.later(days=1)
    await world.run_due()
    await world.settle()
    assert len(world.channel.sent) == heard


async def test_a_case_that_nobody_answers_returns_to_the_queue(world: World) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    await world.cases.claim(jana, number)
    asked_at = (await case(world, number)).unanswered_since
    # The limit of four staffed hours: 10 to 12 on Tuesday, 9 to 11 on Thursday.
    world.now = datetime(2026, 11, 26, 9, 59, tzinfo=UTC)
    await world.run_due()
    assert (await case(world, number)).status is CaseStatus.WITH_COUNSELLOR
    world.now = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
    await world.run_due()
    found = await case(world, number)
    assert (found.status, found.assignee) == (CaseStatus.WAITING, None)
    assert found.waiting_since == asked_at
    [words] = await said(world)
    assert words.startswith("Es dauert länger, als wir gesagt haben. Neue Zeit: bis heute, ")
    assert "return" in await events(world, number)


async def test_an_answer_in_time_keeps_the_case(world: World) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    await world.cases.claim(jana, number)
    await world.cases.reply(jana, number, "Guten Tag.")
    world.now = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    await world.write("Danke.")
    world.now = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
    await world.run_due()  # the job of the first words finds newer ones
    assert (await case(world, number)).assignee == jana.staff_id
    world.now = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
    await world.run_due()  # 10 to 12 and 13 to 14 are three hours
    assert (await case(world, number)).assignee == jana.staff_id
    world.now = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)
    await world.run_due()
    assert (await case(world, number)).assignee is None


async def test_in_the_night_she_is_told_once_that_nobody_is_on_duty(world: World) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    await world.cases.claim(jana, number)
    world.now = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
    await world.settle()
    heard = len(world.channel.sent)
    for words in ("Sind Sie noch da?", "Hallo?"):
        world.later(minutes=1)
        await world.write(words)
    await world.settle()
    [words] = world.channel.texts[heard:]
    assert words.startswith("Automatisch\n\nJetzt ist niemand im Dienst. Ein Mensch antwortet")
    await world.cases.reply(jana, number, "Ja.")
    await world.write("Gut")
    assert (await said(world))[0].startswith("Jetzt ist niemand im Dienst.")


async def test_urgent_goes_to_the_top_for_all(world: World) -> None:
    for words in ("/start", "Deutsch", "Notfall"):
        await world.write(words)
    prompt = (await state(world)).prompt
    assert prompt is not None
    await world.press(f"{prompt.seq}~u")
    found = await open_case(world)
    assert (found.priority, found.origin) == (Priority.CRISIS, Origin.CRISIS)
    assert await events(world, found.id) == ["crisis"]
    await world.write("Bitte schnell")
    number = await asked(world, "boris")
    jana = await world.counsellor("jana")
    await world.cases.claim(jana, number)
    await world.settle()
    await world.write("Notfall", who="boris")
    await world.settle()
    assert world.channel.texts[-1].startswith("Automatisch\n\n")
    prompt = (await state(world, "boris")).prompt
    assert prompt is not None
    await world.press(f"{prompt.seq}~u", who="boris")
    found = await case(world, number)
    assert (found.priority, found.status) == (Priority.CRISIS, CaseStatus.WITH_COUNSELLOR)


async def test_the_case_follows_her_language(world: World) -> None:
    number = await asked(world)
    await world.write("/language uk")
    assert (await case(world, number)).language == "uk"
    jana = await world.counsellor("jana")
    await world.cases.claim(jana, number)
    await world.write("/language pl")
    await world.write("/language pl")
    assert (await case(world, number)).language == "pl"


async def test_a_human_after_a_failure(world: World) -> None:
    await world.write("/start")
    await world.press("1~hf")
    assert (await open_case(world)).origin is Origin.FAILURE


async def test_leaving_the_queue(world: World) -> None:
    number = await asked(world)
    prompt = (await state(world)).prompt
    assert prompt is not None
    await world.press(f"{prompt.seq}~w")
    found = await case(world, number)
    assert (found.status, found.outcome) == (CaseStatus.CLOSED, Outcome.LEFT)
    assert (await said(world))[0] == "Sie warten nicht mehr. Ab jetzt antworte ich wieder."
    world.later(days=1)
    assert await world.run_due()  # the promise is nobody's any more
    assert await events(world, number) == ["open", "leave"]


async def test_she_ends_the_conversation(world: World) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    await world.cases.claim(jana, number)
    await world.write("/menu")
    assert (await said(world))[0].startswith("Sie schreiben hier mit einem Menschen.")
    prompt = (await state(world)).prompt
    assert prompt is not None
    await world.press(f"{prompt.seq}~z")
    found = await case(world, number)
    assert (found.status, found.outcome) == (CaseStatus.CLOSED, Outcome.ENDED)
    [words] = await said(world)
    assert words == "Das Gespräch ist beendet. Ab jetzt antworte ich wieder.\nWie war das Gespräch?"


async def test_correcting_and_taking_back(world: World) -> None:
    number = await asked(world)
    jana, mirek = await world.counsellor("jana"), await world.counsellor("mirek")
    await world.cases.claim(jana, number)
    entry = await world.cases.reply(jana, number, "Kommen Sie um 9.")
    assert entry is not None
    await world.settle()
    reference = str(1000 + len(world.channel.sent))
    await world.cases.correct(jana, entry, "Kommen Sie um 10.")
    await world.settle()
    assert world.channel.texts[-1] == "Jana\n\nKommen Sie um 10.\n\nGeändert"
    assert world.channel.sent[-1].edit_of == reference
    with pytest.raises(Refusal) as refused:
        await world.cases.recall(mirek, entry)
    assert (refused.value.reason, refused.value.by) == (Reason.NOT_YOURS, "Jana")
    await world.cases.recall(jana, entry)
    await world.settle()
    assert world.channel.sent[-1].edit_of == reference
    assert (await said(world))[0] == "Jana hat diese Nachricht zurückgenommen."
    for act in (world.cases.recall(jana, entry), world.cases.correct(jana, entry, "Nein.")):
        with pytest.raises(Refusal) as refused:
            await act
        assert refused.value.reason is Reason.NO_ENTRY
    assert Reply(text="Kommen Sie um 10.", lang="de", recalled=True) in await entries(world, number)
    assert await events(world, number) == ["open", "claim", "correct", "recall"]
    note = await world.cases.note(jana, number, "Nur für uns.")
    assert note is not None
    with pytest.raises(Refusal) as refused:
        await world.cases.recall(jana, note)
    assert refused.value.reason is Reason.NO_ENTRY


async def test_closing_several_at_once_with_a_word(world: World) -> None:
    numbers = [await asked(world, who) for who in ("anna", "boris", "chen")]
    jana, mirek = await world.counsellor("jana"), await world.counsellor("mirek")
    await world.cases.claim(jana, numbers[0])
    await world.cases.claim(mirek, numbers[1])
    sent = {numbers[2]: SentWords(text="All the best.", lang="en", provider="deepl")}
    done = await world.cases.close(
        jana, [*numbers, 99], Outcome.NO_CONTACT, text="Alles Gute.", sent=sent
    )
    assert [(each.case_id, each.refusal and each.refusal.reason) for each in done] == [
        (numbers[0], None),
        (numbers[1], Reason.NOT_YOURS),
        (numbers[2], None),
        (99, Reason.NO_CASE),
    ]
    assert (await said(world, "anna", last=2))[0] == "Alles Gute."
    assert (await said(world, "chen", last=2))[0].startswith("All the best.")
    assert "Wie war das Gespräch?" in (await said(world, "chen"))[0]
    assert (await case(world, numbers[1])).status is CaseStatus.WITH_COUNSELLOR
    [refused] = await world.cases.close(mirek, [numbers[1]], Outcome.LEFT)
    assert refused.refusal is not None
    assert refused.refusal.reason is Reason.NOT_POSSIBLE
    [silent] = await world.cases.close(mirek, [await asked(world, "dora")], Outcome.ANSWERED)
    assert silent.refusal is None
    assert await said(world, "dora") == ["Das Gespräch ist beendet. Ab jetzt antworte ich wieder."]


async def test_a_closed_case_can_be_opened_again(world: World) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    with pytest.raises(Refusal) as refused:
        await world.cases.reopen(jana, number)
    assert refused.value.reason is Reason.NOT_POSSIBLE
    await world.cases.close(jana, [number], Outcome.ANSWERED, follow_up=date(2026, 12, 1))
    assert (await case(world, number)).follow_up == date(2026, 12, 1)
    await world.cases.follow_up(jana, number, None)
    assert (await case(world, number)).follow_up is None
    await world.cases.reopen(jana, number)
    found = await case(world, number)
    assert (found.status, found.outcome, found.closed_at) == (CaseStatus.WAITING, None, None)
    assert (await said(world))[0].startswith("Wir haben das Gespräch wieder geöffnet.")
    await world.cases.close(jana, [number], Outcome.ANSWERED)
    other = await asked(world)
    assert other != number
    with pytest.raises(Refusal) as refused:
        await world.cases.reopen(jana, number)
    assert refused.value.reason is Reason.OPEN


async def test_drafts_are_hers_and_go_with_the_answer(world: World) -> None:
    number = await asked(world)
    jana, mirek = await world.counsellor("jana"), await world.counsellor("mirek")
    await world.cases.claim(jana, number)
    await world.cases.save_draft(jana, number, "Guten T")
    await world.cases.save_draft(jana, number, "Guten Tag")
    assert await world.cases.draft(jana, number) == "Guten Tag"
    assert await world.cases.draft(mirek, number) is None
    await world.cases.save_draft(mirek, number, "Ich wollte")
    await world.cases.reply(jana, number, "Guten Tag.")
    assert await world.cases.draft(jana, number) is None
    assert await world.cases.draft(mirek, number) == "Ich wollte"
    await world.cases.save_draft(mirek, number, "")
    assert await world.database.read(lambda tx: drafts.of_case(tx, number)) == {}
    with pytest.raises(Refusal) as refused:
        await world.cases.save_draft(jana, number, "x" * 10_001)
    assert refused.value.reason is Reason.TOO_LONG


async def test_a_reply_that_failed_can_be_sent_again(world: World) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    await world.cases.claim(jana, number)
    await world.settle()
    world.channel.outcomes = [Refused(reason="blocked", unreachable=True)]
    await world.cases.reply(jana, number, "Guten Tag.")
    await world.settle()
    person = await conversation(world)
    assert not person.reachable
    [failed] = await world.database.read(lambda tx: outbox.failed_for(tx, person.id))
    with pytest.raises(Refusal) as refused:
        await world.cases.resend(jana, number, failed.row + 1)
    assert refused.value.reason is Reason.NO_ENTRY
    before = len(world.channel.sent)
    async with world.delivering():
        await world.cases.resend(jana, number, failed.row)
        await world.channel.wait_for(before + 1)
        await world.settle()
    assert world.channel.texts[-1] == "Jana\n\nGuten Tag."
    assert (await conversation(world)).reachable
    assert await world.database.read(lambda tx: outbox.failed_for(tx, person.id)) == []


async def test_handing_over_a_day(world: World) -> None:
    numbers = [await asked(world, who) for who in ("anna", "boris")]
    jana, mirek = await world.counsellor("jana"), await world.counsellor("mirek")
    for number in numbers:
        await world.cases.claim(jana, number)
    other = await asked(world, "chen")
    assert set(await world.cases.hand_over(jana, mirek.staff_id)) == set(numbers)
    for number in numbers:
        assert (await case(world, number)).assignee == mirek.staff_id
    assert (await case(world, other)).assignee is None
    assert (await said(world))[0].startswith("Ab jetzt schreibt Mirek")
    for nobody in (jana.staff_id, 999):
        with pytest.raises(Refusal) as refused:
            await world.cases.hand_over(jana, nobody)
        assert refused.value.reason is Reason.NO_STAFF


async def test_an_absence_moves_cases_when_it_begins(world: World) -> None:
    number = await asked(world)
    jana, mirek = await world.counsellor("jana"), await world.counsellor("mirek")
    await world.cases.claim(jana, number)
    begins = world.now + timedelta(days=1)
    span = {"begins": begins, "until": begins + timedelta(days=7)}
    [(moves, words)] = await world.cases.absence_preview(jana, substitute=mirek.staff_id)
    assert moves == number
    assert "Mirek" in words
    assert await world.cases.set_absence(jana, **span, substitute=mirek.staff_id) == 0
    assert (await case(world, number)).assignee == jana.staff_id
    world.now = begins
    await world.run_due()
    assert (await case(world, number)).assignee == mirek.staff_id
    [(_, words)] = await world.cases.absence_preview(mirek, substitute=None)
    assert words == "Sie warten wieder auf einen Menschen."
    gone = {"begins": world.now, "until": world.now + timedelta(days=1)}
    assert await world.cases.set_absence(mirek, **gone, substitute=None) == 1
    assert (await case(world, number)).status is CaseStatus.WAITING


async def test_an_absence_that_was_cut_off_is_finished(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await asked(world)
    jana, mirek = await world.counsellor("jana"), await world.counsellor("mirek")
    await world.cases.claim(jana, number)
    until = world.now + timedelta(days=2)

    async def killed(*_args: object) -> tuple[int, ...]:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(world.cases, "_move", killed)
        with pytest.raises(RuntimeError):
            await world.cases.set_absence(
                jana, begins=world.now, until=until, substitute=mirek.staff_id
            )
    assert (await case(world, number)).assignee == jana.staff_id
    world.later(minutes=2)
    await world.run_due()
    assert (await case(world, number)).assignee == mirek.staff_id


async def test_nobody_is_left_behind_where_the_substitute_has_left_too(world: World) -> None:
    number = await asked(world)
    jana, mirek = await world.counsellor("jana"), await world.counsellor("mirek")
    await world.cases.claim(jana, number)
    begins = world.now + timedelta(hours=1)
    await world.cases.set_absence(
        jana, begins=begins, until=begins + timedelta(days=2), substitute=mirek.staff_id
    )
    now = world.now
    await world.database.write(lambda tx: team.disable(tx, mirek.staff_id, now))
    world.later(hours=2)
    await world.run_due()
    found = await case(world, number)
    assert (found.status, found.assignee) == (CaseStatus.WAITING, None)


async def test_an_absence_that_was_taken_back_moves_nothing(world: World) -> None:
    number = await asked(world)
    jana, mirek = await world.counsellor("jana"), await world.counsellor("mirek")
    await world.cases.claim(jana, number)
    begins = world.now + timedelta(hours=1)
    until = begins + timedelta(days=1)
    await world.cases.set_absence(jana, begins=begins, until=until, substitute=mirek.staff_id)
    [absence] = await world.database.read(absences.all)
    with pytest.raises(Refusal) as refused:
        await world.cases.end_absence(mirek, absence.id)
    assert refused.value.reason is Reason.ROLE
    await world.cases.end_absence(jana, absence.id)
    with pytest.raises(Refusal) as refused:
        await world.cases.end_absence(jana, absence.id)
    assert refused.value.reason is Reason.NO_ENTRY
    world.now = begins
    await world.run_due()
    assert (await case(world, number)).assignee == jana.staff_id


async def test_who_may_note_an_absence(world: World) -> None:
    number = await asked(world)
    jana, mirek = await world.counsellor("jana"), await world.counsellor("mirek")
    kim = await world.counsellor("kim", Role.ADMIN)
    await world.cases.claim(jana, number)
    span = {"begins": world.now, "until": world.now + timedelta(days=1)}
    with pytest.raises(Refusal) as refused:
        await world.cases.set_absence(mirek, **span, substitute=None, staff_id=jana.staff_id)
    assert refused.value.reason is Reason.ROLE
    with pytest.raises(Refusal) as refused:
        await world.cases.set_absence(jana, **span, substitute=jana.staff_id)
    assert refused.value.reason is Reason.NO_STAFF
    with pytest.raises(Refusal) as refused:
        await world.cases.set_absence(kim, **span, substitute=None, staff_id=999)
    assert refused.value.reason is Reason.NO_STAFF
    past = {"begins": world.now - timedelta(days=2), "until": world.now - timedelta(days=1)}
    with pytest.raises(Refusal) as refused:
        await world.cases.set_absence(jana, **past, substitute=None)
    assert refused.value.reason is Reason.PAST
    moved = await world.cases.set_absence(
        kim, **span, substitute=mirek.staff_id, staff_id=jana.staff_id
    )
    assert moved == 1
    assert (await case(world, number)).assignee == mirek.staff_id


async def test_the_audit_log_says_who_did_what_without_words(world: World) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    await world.cases.claim(jana, number)
    await world.cases.note(jana, number, "Geheim")
    await world.cases.reply(jana, number, "Guten Tag.")
    await world.cases.close(jana, [number], Outcome.ANSWERED)
    rows = await world.database.read(lambda tx: audit.read(tx, case_id=number))
    assert [row.action for row in reversed(rows)] == [
        "case.claim",
        "case.note",
        "case.reply",
        "case.close",
    ]
    assert {row.staff_id for row in rows} == {jana.staff_id}


async def test_an_account_that_is_switched_off_may_nothing(world: World) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    off = Acting(staff_id=jana.staff_id, name=jana.name, roles=frozenset())
    with pytest.raises(Refusal) as refused:
        await world.cases.claim(off, number)
    assert refused.value.reason is Reason.ROLE


async def test_everybody_who_watches_is_woken(world: World) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    desk = world.notifier.subscribe("desk", "")
    hers = world.notifier.subscribe(NAME, "anna")
    await anext(desk)
    await anext(hers)
    async with asyncio.timeout(5):
        await world.cases.claim(jana, number)
        await anext(desk)
        await anext(hers)
        await world.write("Hallo")
        await anext(desk)
    await desk.aclose()  # type: ignore[attr-defined]
    await hers.aclose()  # type: ignore[attr-defined]


async def test_what_a_service_asks_for_is_asked_inside_the_transaction(world: World) -> None:
    from dataclasses import replace

    heard: list[str] = []
    world.office = replace(
        world.office,
        wants_words=lambda _tx, _catalogue, _id, _now: heard.append("words"),
        wants_answer=lambda _tx, _conversation, _state, _now: heard.append("answer"),
    )
    world.__post_init__()
    number = await asked(world)
    await world.write("Mein Chef zahlt nicht.")
    jana = await world.counsellor("jana")
    await world.cases.claim(jana, number)
    await world.cases.reply(jana, number, "Guten Tag.")
    assert heard == ["words", "words", "answer"]


async def test_the_page_shows_who_speaks(world: World) -> None:
    web = HistoryChat(
        "web",
        door=world.door,
        database=world.database,
        notifier=world.notifier,
        catalogue=lambda: world.catalogue,
        clock=lambda: world.now,
    )
    for number, text in enumerate(("/start", "Deutsch", "/human")):
        await web.post("s1", f"m{number}", text=text, choice=None, language=None)

    def of_the_page(tx: Tx) -> int:
        found = conversations.find(tx, "web", "s1")
        opened = cases.open_of(tx, found.id) if found is not None else None
        assert opened is not None
        return opened.id

    number = await world.database.read(of_the_page)
    jana = await world.counsellor("jana", shown="Jana <b>")
    await world.cases.claim(jana, number)
    await world.cases.reply(jana, number, "Guten Tag.\n\n<script>")
    await web.post("s1", "m9", text="/help", choice=None, language=None)
    reply, _, helping = [event.data for event in await web.events("s1", 0)][-3:]
    assert (reply["from"], reply["name"], reply["automatic"]) == ("human", "Jana <b>", False)
    assert reply["text"] == "Guten Tag.\n\n<script>"
    assert "<script>" not in str(reply["html"])
    assert terminal.Conversation.shown(reply) == "Jana <b>:\nGuten Tag.\n\n<script>"
    assert (helping["from"], helping["name"], helping["automatic"]) == ("program", None, True)
    assert str(helping["text"]).startswith("Automatisch\n")


async def test_an_account_that_is_not_served_now_keeps_its_rows(world: World) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    quiet = FrontDoor(
        database=world.database, catalogue=lambda: world.catalogue, notifier=world.notifier
    )
    desk = Cases(
        database=world.database,
        catalogue=lambda: world.catalogue,
        door=quiet,
        office=world.office,
        clock=lambda: world.now,
    )
    await desk.claim(jana, number)
    quiet.look(NAME)
    depth = await world.database.read(outbox.depth)
    assert depth == {(NAME, DeliveryStatus.PENDING): 2}  # the promise loses its button too
    before = len(world.channel.sent)
    async with world.delivering():
        await world.channel.wait_for(before + 2)
        await world.settle()
    assert "ist jetzt da" in "".join(world.channel.texts[before:])


async def test_while_the_program_ends_no_act_is_taken(world: World) -> None:
    number = await asked(world)
    jana = await world.counsellor("jana")
    await world.door.close(1)
    with pytest.raises(UnavailableError):
        await world.cases.claim(jana, number)
    assert (await case(world, number)).assignee is None


async def test_who_has_chosen_no_language_goes_on_in_that_of_the_platform(world: World) -> None:
    first = world.inbound(TextMessage(text="/human"))
    english = replace(first, sender=replace(first.sender, language="en"))
    await world.door.receive(english)
    await world.settle()
    number = (await open_case(world)).id
    assert (await case(world, number)).language == "en"
    await world.cases.claim(await world.counsellor("jana"), number)
    await world.settle()
    person = await conversation(world)
    rows = await world.database.read(lambda tx: messages.history(tx, person, 0, 500))
    spoken = [load_message(row.body).lang for row in rows if row.direction == "out"]
    assert set(spoken) == {"en"}
