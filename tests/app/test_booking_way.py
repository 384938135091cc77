"""An appointment from the menu to the end, through the whole program, in Ukrainian on Telegram:
somebody is faster, the calendar file, the reminder, moving in three taps, cancelling with a word.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import icalendar

from bot.app import App
from bot.domain import texts_booking as said
from bot.domain.appointment import Appointment, AppointmentStatus, BookingOrigin
from bot.domain.booking import Wish
from bot.domain.outgoing import parse_token
from bot.domain.reminders import reminders
from bot.domain.staff import Role
from bot.domain.texts import Text
from bot.service.cases import Acting
from bot.storage import appointments, staff
from tests.app.booking_site import running
from tests.emulators.telegram import TelegramEmulator, User
from tests.emulators.telegram.state import Message
from tests.web.desk_client import sign_in

MOST_TAPS = 7
CODE = re.compile(r"\b[A-Z2-9]{4}\b")
ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")


def polling(telegram: TelegramEmulator) -> dict[str, object]:
    """The settings of a program that asks an emulated Telegram for news."""
    return {"telegram_token": telegram.token, "telegram_api_url": telegram.url}


def beginning(app: App, text: Text) -> str:
    """What a text begins with in Ukrainian, up to its first value."""
    return app.catalogue().words(text, "uk").partition("{")[0].strip()


def action(message: Message, index: int = 0) -> str:
    """What a button of a message says to the program."""
    found = parse_token(message.buttons[index]["callback_data"])
    assert found is not None
    return found[1]


async def pressed(user: User, label: str, message: Message, wanted: str = "") -> Message:
    """Press a button and wait for what comes."""
    user.press(label, message=message)
    return await user.wait_for(
        lambda each: bool(each.labels) and wanted in each.text.translate(ISOLATES)
    )


async def of_code(app: App, code: str) -> Appointment:
    found = await app.database.read(lambda tx: appointments.by_code(tx, code))
    assert found is not None
    return found


async def test_from_the_menu_to_the_end_in_ukrainian(tmp_path: Path) -> None:
    async with TelegramEmulator() as telegram:
        user = telegram.user("Olena", language_code="uk")
        async with running(tmp_path, **polling(telegram)) as (app, _):
            code = await books_although_somebody_is_faster(app, user)
            booked = await of_code(app, code)
            await her_file_names_time_and_code_alone(app, telegram, user, booked)
        first = reminders(booked.starts, booked.zone, datetime.now(UTC))[0]
        later = first.at - datetime.now(UTC) + timedelta(minutes=1)
        async with running(tmp_path, **polling(telegram), clock_offset=later) as (app, url):
            moved = await moves_by_the_reminder(app, user, booked)
            await the_desk_shows_it(app, url, moved)
            await cancels_with_a_word(app, user, moved)


async def books_although_somebody_is_faster(app: App, user: User) -> str:
    """Seven taps from the menu; the time that she presses first has just been given by phone."""
    user.say("/start")
    languages = await user.wait_for(lambda message: "Українська" in message.labels)
    book = app.catalogue().words(said.BOOK, "uk")
    user.press("Українська", message=languages)
    menu = await user.wait_for(lambda message: book in message.labels)
    shown, taps = await pressed(user, book, menu), 1
    while not action(shown).startswith("p:t:"):
        shown = await pressed(user, shown.labels[0], shown)
        taps += 1
    assert taps == MOST_TAPS - 2
    await somebody_calls_and_gets(app, int(action(shown).removeprefix("p:t:")))
    refused = await pressed(user, shown.labels[0], shown, beginning(app, said.TAKEN))
    assert len([n for n in range(3) if action(refused, n).startswith("p:t:")]) == 3
    check = await pressed(user, refused.labels[0], refused, beginning(app, said.CHECK))
    user.press(app.catalogue().words(said.CONFIRM, "uk"), message=check)
    done = await user.wait_for(beginning(app, said.DONE))
    found = CODE.findall(done.text)
    asked = await user.wait_for(
        lambda message: app.catalogue().words(said.REMIND_YES, "uk") in message.labels
    )
    assert len(asked.labels) == 2
    user.say("так")
    await user.wait_for(beginning(app, said.REMINDED))
    return found[-1]


async def somebody_calls_and_gets(app: App, slot: int) -> None:
    """Jana books a time by phone."""
    now = app.clock()
    person = await app.database.write(
        lambda tx: staff.add(
            tx,
            name="jana",
            shown_name="Jana",
            roles=frozenset({Role.COUNSELLOR}),
            languages=("de",),
            now=now,
        )
    )
    wish = Wish(service="first-consultation", language="de")
    done = await app.appointments.bookings.book_for(
        Acting.of(person), slot, wish, origin=BookingOrigin.PHONE
    )
    assert isinstance(done, Appointment)


async def her_file_names_time_and_code_alone(
    app: App, telegram: TelegramEmulator, user: User, booked: Appointment
) -> None:
    user.press(app.catalogue().words(said.FILE, "uk"))
    document = await user.wait_for(lambda message: "document" in message.content)
    raw = telegram.state.files[document.content["document"]["file_id"]].content.decode()
    (event,) = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    assert event.start == booked.starts
    assert booked.code is not None
    assert booked.code in raw
    for telling in ("Welcome", "Guben", "Forst", "Spremberg", "Pumpe", "LOCATION"):
        assert telling not in raw


async def moves_by_the_reminder(app: App, user: User, booked: Appointment) -> Appointment:
    """Three taps: move, another time, yes. The code stays."""
    code = booked.code or ""
    reminder = await user.wait_for(
        lambda message: app.catalogue().words(said.COMING, "uk") in message.labels, timeout=20
    )
    assert code in reminder.text
    assert "Welcome" not in reminder.text
    move = app.catalogue().words(said.MOVE, "uk")
    times = await pressed(user, move, reminder, beginning(app, said.BETTER))
    check = await pressed(user, times.labels[0], times, beginning(app, said.CHECK))
    user.press(app.catalogue().words(said.MOVE_CONFIRM, "uk"), message=check)
    await user.wait_for(beginning(app, said.MOVED))
    moved = await of_code(app, code)
    assert moved.id != booked.id
    assert moved.starts != booked.starts
    assert moved.reminders
    return moved


async def the_desk_shows_it(app: App, url: str, moved: Appointment) -> None:
    async with httpx.AsyncClient(base_url=url) as client:
        await sign_in(client, app.database, "jana", now=app.clock())
        day = moved.local.date().isoformat()
        page = await client.get(f"/desk/calendar?view=day&day={day}")
        assert page.status_code == 200
        assert moved.code is not None
        assert moved.code in page.text


async def cancels_with_a_word(app: App, user: User, moved: Appointment) -> None:
    user.press(app.catalogue().words(said.CANCEL, "uk"))
    await user.wait_for(lambda message: len(message.labels) == 2)
    user.say("так")
    await user.wait_for(beginning(app, said.CANCELLED))
    found = await app.database.read(lambda tx: appointments.get(tx, moved.id))
    assert found is not None
    assert found.status is AppointmentStatus.CANCELLED
