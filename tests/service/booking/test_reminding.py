"""Reminders, the waitlist and the question whether it helped, on both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.appointment import Appointment, AppointmentAction
from bot.domain.booking import Held, NotBooked, Reason
from bot.domain.outgoing import Message
from bot.service.around import ASK, OFFER, REMIND
from bot.service.booking_world import ConversationBooking
from bot.storage import appointments, conversations, jobs, waitlist
from bot.storage.database import Database
from bot.storage.transaction import Tx
from tests.content.booking_pack import booking_pack
from tests.service.booking.around import FIRST, Around
from tests.service.booking.conftest import HOURS
from tests.service.world import PostChannel


@pytest.fixture
async def around(database: Database, tmp_path: Path) -> Around:
    catalogue = booking_pack(tmp_path / "office", HOURS).load()
    made = Around(database=database, catalogue=catalogue, channel=PostChannel())
    await made.sync()
    await made.come("anna")
    return made


def at(text: str) -> datetime:
    """Return a time in winter in Brandenburg as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) - timedelta(hours=1)


DAY_BEFORE, TWO_HOURS = at("2026-12-02T10:00"), at("2026-12-03T08:00")


async def booked(around: Around, **options: bool) -> Appointment:
    """Book Thursday, 3 December, 10:00."""
    wanted = at("2026-12-03T10:00")
    time = next(each for each in await around.free() if each.starts == wanted)
    return await around.book("anna", time, **options)


# -- reminders


async def test_the_day_before_and_two_hours_before(around: Around) -> None:
    code = (await booked(around)).code
    assert await around.until(DAY_BEFORE - timedelta(minutes=1)) == []
    assert await around.until(DAY_BEFORE) == [f"Termin morgen um 10:00 Uhr. Code {code}."]
    assert await around.until(TWO_HOURS) == [f"Termin heute um 10:00 Uhr. Code {code}."]
    assert await around.until(at("2026-12-03T12:00")) == []
    assert [choice.label for choice in (await around.said())[-1].choices] == [
        "Ich komme",
        "Verschieben",
        "Absagen",
    ]


async def test_nobody_is_reminded_unasked(around: Around) -> None:
    await booked(around, remind=False)
    assert await around.until(DAY_BEFORE) == []
    assert await around.until(TWO_HOURS) == []


async def test_switched_off_and_on_again_reminds_once(around: Around) -> None:
    made = await booked(around)
    await around.booking("anna", lambda hers: hers.remind(made.id, False))
    await around.booking("anna", lambda hers: hers.remind(made.id, True))
    assert len(await around.until(DAY_BEFORE)) == 1
    await around.booking("anna", lambda hers: hers.remind(made.id, False))
    assert await around.until(TWO_HOURS) == []


async def test_a_cancelled_one_is_not_reminded_of(around: Around) -> None:
    made = await booked(around)
    await around.booking("anna", lambda hers: hers.cancel(made.id))
    assert await around.until(DAY_BEFORE) == []


async def test_a_moved_one_takes_its_reminders_along(around: Around) -> None:
    made = await booked(around)
    later = next(each for each in await around.free() if each.starts == at("2026-12-08T09:30"))
    moved = await around.move("anna", made, later)
    assert moved.code == made.code
    assert await around.until(DAY_BEFORE) == []
    assert await around.until(at("2026-12-07T09:30")) == [
        f"Termin morgen um 09:30 Uhr. Code {made.code}."
    ]


async def test_after_stop_nothing_comes(around: Around) -> None:
    await booked(around)
    await around.write("/stop")
    assert await around.until(DAY_BEFORE) == []
    assert await around.until(at("2026-12-04T10:00")) == []


async def test_whoever_cannot_be_reached_is_left_alone(around: Around) -> None:
    await booked(around)

    def block(tx: Tx) -> None:
        conversations.set_reachable(tx, around.conversation(tx, "anna"), False)

    await around.database.write(block)
    assert await around.until(DAY_BEFORE) == []


async def test_a_job_that_runs_again_says_nothing_twice(around: Around) -> None:
    made = await booked(around)
    handler = around.jobs.handler(REMIND)
    assert handler is not None
    around.now = DAY_BEFORE
    for _ in range(3):
        await handler({"appointment": made.id, "kind": "day_before"})
    assert sum("morgen" in words for words in await around.words()) == 1


async def test_what_comes_too_late_waits_for_the_morning(around: Around) -> None:
    """The program was away when the evening's reminder was due."""
    wanted = at("2026-12-03T09:00")
    time = next(each for each in await around.free() if each.starts == wanted)
    code = (await around.book("anna", time)).code
    assert await around.until(at("2026-12-02T23:00")) == []
    assert await around.until(at("2026-12-03T07:59")) == []
    # both were due: the later one is enough
    assert await around.until(at("2026-12-03T08:00")) == [
        f"Termin heute um 09:00 Uhr. Code {code}."
    ]


async def test_past_is_past(around: Around) -> None:
    await booked(around)
    assert await around.until(at("2026-12-03T10:00")) == []


async def test_a_question_that_is_open_stays_open(around: Around) -> None:
    await booked(around)
    await around.write("/appointment")
    await around.settle()
    await presses(around, "Verschieben")  # her appointment is shown
    assert len(await around.until(DAY_BEFORE)) == 1
    await around.press(await presses(around, "Ich komme"))
    assert "Wir wissen jetzt, dass Sie kommen." in (await around.words())[-1]


async def presses(around: Around, label: str) -> str:
    """Return the token of the newest button with a label."""
    for delivery in reversed(around.channel.sent):
        for piece in delivery.parts.pieces:
            for row in piece.buttons:
                for button in row:
                    if button.label == label:
                        return button.token
    raise AssertionError(label)


# -- did it help?


async def test_the_day_after_she_is_asked_once(around: Around) -> None:
    made = await booked(around, remind=False)
    assert await around.until(at("2026-12-04T09:59")) == []
    assert await around.until(at("2026-12-04T10:00")) == [
        f"Hat der Termin mit dem Code {made.code} geholfen?"
    ]
    await around.press(await presses(around, "Nein"))
    assert (await around.look(made.id)).helped is False
    handler = around.jobs.handler(ASK)
    assert handler is not None
    await handler({"appointment": made.id})
    assert sum("geholfen" in words for words in await around.words()) == 1


@pytest.mark.parametrize("action", [AppointmentAction.CANCEL, AppointmentAction.MISS])
async def test_nobody_is_asked_who_was_not_there(around: Around, action: AppointmentAction) -> None:
    made = await booked(around, remind=False)
    around.now = at("2026-12-03T10:05")
    await around.database.write(lambda tx: appointments.act(tx, made.id, action, around.now))
    assert await around.until(at("2026-12-04T10:00")) == []


async def test_after_days_nobody_is_asked_any_more(around: Around) -> None:
    await booked(around, remind=False)
    assert await around.until(at("2026-12-07T10:00")) == []


# -- the waitlist


async def waiting(around: Around, *people: str) -> None:
    await around.come(*people)
    for who in people:
        assert await around.booking(who, lambda hers: hers.wait(FIRST))
        around.later(seconds=1)  # the longest waiting first


async def freed(around: Around) -> Appointment:
    made = await booked(around, remind=False)
    await around.booking("anna", lambda hers: hers.cancel(made.id))
    return made


async def offers(around: Around, who: str) -> list[Message]:
    return [
        message
        for message in await around.said(who)
        if any(choice.action.startswith("p:wl:") for choice in message.choices)
    ]


async def offered(around: Around, *people: str) -> list[str]:
    """Return who has been told of a time."""
    await around.run_due()
    await around.settle()
    return [who for who in people if await offers(around, who)]


EVERYBODY = ("bea", "chi", "dina", "eva", "fatma")


async def test_a_cancelled_time_is_offered_to_the_three_who_wait_longest(around: Around) -> None:
    await waiting(around, *EVERYBODY)
    await freed(around)
    assert await offered(around, *EVERYBODY) == ["bea", "chi", "dina"]
    (message,) = await offers(around, "bea")
    assert [choice.label for choice in message.choices] == ["Zeigen"]


async def test_the_first_answer_wins(around: Around) -> None:
    await waiting(around, "bea", "chi")
    made = await freed(around)
    assert await offered(around, "bea", "chi") == ["bea", "chi"]
    number = int((await offers(around, "bea"))[0].choices[0].action.removeprefix("p:wl:"))
    assert made.slot not in {each.slot for each in await around.free() if each.seats == 2}

    def take(hers: ConversationBooking) -> object:
        return hers.take(number)

    first = await around.booking("chi", take)
    assert isinstance(first, Held)
    assert first.time.slot == made.slot
    second = await around.booking("bea", take)
    assert isinstance(second, Held | NotBooked)
    if isinstance(second, NotBooked):
        assert second.reason is Reason.TAKEN
        assert second.alternatives
    booked_now = await around.booking(
        "chi", lambda hers: hers.confirm(first.id, name=None, answers={})
    )
    assert isinstance(booked_now, Appointment)
    assert await around.booking("chi", lambda hers: hers.offered(number)) is None  # no more waiting


async def test_a_single_seat_goes_to_one(around: Around) -> None:
    """In the park there is one seat."""
    wish = type(FIRST)(service="first", place="park")
    await around.come("bea", "chi")
    for who in ("bea", "chi"):
        assert await around.booking(who, lambda hers: hers.wait(wish))
    time = (await around.free(wish))[0]
    made = await around.book("anna", time, wish=wish, remind=False)
    await around.booking("anna", lambda hers: hers.cancel(made.id))
    assert await offered(around, "bea", "chi") == ["bea", "chi"]
    assert time.slot not in {each.slot for each in await around.free(wish)}  # kept for the waitlist
    number = int((await offers(around, "bea"))[0].choices[0].action.removeprefix("p:wl:"))
    first = await around.booking("bea", lambda hers: hers.take(number))
    second = await around.booking("chi", lambda hers: hers.take(number))
    assert isinstance(first, Held)
    assert isinstance(second, NotBooked)
    assert second.reason is Reason.TAKEN
    await around.booking("bea", lambda hers: hers.release(first.id))
    assert time.slot in {each.slot for each in await around.free(wish)}  # it is everybody's now


async def test_the_button_holds_the_time_and_shows_it(around: Around) -> None:
    await waiting(around, "bea")
    made = await freed(around)
    assert await offered(around, "bea") == ["bea"]
    await around.press(await presses(around, "Zeigen"), who="bea")
    held = await around.booking("bea", lambda hers: hers.mine())
    assert held == ()
    text = (await around.words("bea"))[-1]
    assert text.startswith("Bitte prüfen Sie Ihren Termin.")
    assert made.slot is not None


async def test_nobody_answers_and_the_time_is_everybodys(around: Around) -> None:
    await waiting(around, "bea")
    made = await freed(around)
    await offered(around, "bea")
    kept = next(each for each in await around.free() if each.slot == made.slot).seats
    around.later(hours=2, seconds=1)
    after = next(each for each in await around.free() if each.slot == made.slot).seats
    assert (kept, after) == (1, 2)


async def test_one_notice_a_day_and_three_at_most(around: Around) -> None:
    await waiting(around, "bea")
    told = []
    for _ in range(10):
        made = await around.book("anna", (await around.free())[0], remind=False)
        await around.booking("anna", lambda hers, made=made: hers.cancel(made.id))
        await offered(around, "bea")
        told.append(len(await offers(around, "bea")))
        around.later(hours=12)  # at ten in the morning and at ten in the evening
    assert told[0] == 1
    assert told[-1] == 3
    assert all(after - before <= 1 for before, after in zip(told, told[2:], strict=False))


async def test_at_night_it_is_kept_until_the_morning(around: Around) -> None:
    await waiting(around, "bea")
    around.now = at("2026-11-30T22:00")
    await freed(around)
    assert await offered(around, "bea") == []
    around.now = at("2026-12-01T08:00")
    assert await offered(around, "bea") == ["bea"]
    (message,) = await offers(around, "bea")
    assert "10:00" in str(message.blocks)  # two hours from the morning on


async def test_after_stop_somebody_else_is_told(around: Around) -> None:
    await waiting(around, "bea", "chi")
    await around.write("/stop", who="bea")
    await freed(around)
    assert await offered(around, "bea", "chi") == ["chi"]


async def test_an_offer_that_is_made_again_reaches_nobody_twice(around: Around) -> None:
    await waiting(around, *EVERYBODY)
    await freed(around)
    due = await around.database.write(lambda tx: jobs.claim_due(tx, around.now, 10, "x"))
    (job,) = [each for each in due if each.name == OFFER]
    handler = around.jobs.handler(OFFER)
    assert handler is not None
    for _ in range(3):
        await handler(job.args)
    assert [who for who in EVERYBODY if await offers(around, who)] == ["bea", "chi", "dina"]
    assert [len(await offers(around, who)) for who in EVERYBODY] == [1, 1, 1, 0, 0]


async def test_an_earlier_time_takes_the_place_of_hers(around: Around) -> None:
    await around.come("bea")
    late = next(each for each in await around.free() if each.starts == at("2026-12-08T10:00"))
    hers = await around.book("bea", late)
    assert await around.booking("bea", lambda mine: mine.wait(FIRST))
    made = await freed(around)
    assert await offered(around, "bea") == ["bea"]
    number = int((await offers(around, "bea"))[0].choices[0].action.removeprefix("p:wl:"))

    def take(mine: ConversationBooking) -> object:
        held = mine.take(number)
        assert isinstance(held, Held), held
        return mine.confirm(held.id, name=None, answers={})

    new = await around.booking("bea", take)
    assert isinstance(new, Appointment)
    assert (new.code, new.starts) == (hers.code, made.starts)
    assert (await around.look(hers.id)).status == "moved"
    rows = await around.database.write(
        lambda tx: waitlist.of_conversation(tx, around.conversation(tx, "bea").id)
    )
    assert rows == []


async def test_two_processes_at_the_same_job_say_it_once(around: Around) -> None:
    """After a crash a job may run while its first run still does."""
    made = await booked(around)
    await waiting(around, *EVERYBODY)
    other = Around(
        database=around.database,
        catalogue=around.catalogue,
        channel=PostChannel(),
        owner="other",
        now=DAY_BEFORE,
    )
    around.now = DAY_BEFORE
    time = (await around.free())[0]
    gone = await around.book("eva", time, remind=False)
    await around.booking("eva", lambda hers: hers.wait(FIRST))
    await around.booking("eva", lambda hers: hers.cancel(gone.id))
    due = await around.database.write(lambda tx: jobs.claim_due(tx, around.now, 20, "x"))
    found = [each for each in due if each.name in {REMIND, OFFER}]
    assert {each.name for each in found} == {REMIND, OFFER}
    runs = []
    for job in found:
        for program in (around, other, around, other):
            handler = program.jobs.handler(job.name)
            assert handler is not None
            runs.append(handler(job.args))
    await asyncio.gather(*runs)
    code = made.code
    words = [each.replace("\u2068", "").replace("\u2069", "") for each in await around.words()]
    assert words.count(f"Termin morgen um 10:00 Uhr. Code {code}.") == 1
    told = [len(await offers(around, who)) for who in EVERYBODY]
    assert sum(told) == 3
    assert max(told) == 1
