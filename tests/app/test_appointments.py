"""Appointments in the whole program: times stand after the start, she books on Telegram and on the
web, gets her calendar file, and hears what the office does.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import icalendar
import pytest
import pytest_asyncio

from bot.app import build
from bot.app.serve import listen
from bot.domain.appointment import Appointment, AppointmentStatus
from bot.service.around import REMIND
from bot.service.cases import Acting
from bot.service.slots import NIGHTLY
from bot.settings import Settings
from bot.storage import appointments, backlog, slots, staff
from bot.storage.transaction import Tx
from tests.app.conftest import Site
from tests.app.visitor import Event, Visitor
from tests.emulators.telegram import TelegramEmulator, User
from tests.program import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="module")
Visit = Callable[..., Awaitable[Visitor]]
CHECK = "Bitte prüfen Sie Ihren Termin."
MOST_TAPS = 7
CODE = re.compile(r"Code: \W?([A-Z0-9]{4})")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """The whole program, which asks Telegram for news."""
    async with TelegramEmulator() as telegram:
        settings = Settings(
            _env_file=None,
            content_dir=ROOT / "content",
            locales_dir=ROOT / "locales",
            data_dir=tmp_path_factory.mktemp("var"),
            telegram_token=telegram.token,
            telegram_api_url=telegram.url,
        )
        app = await asyncio.to_thread(build, settings)
        listener = listen("127.0.0.1", 0)
        up = asyncio.Event()
        running = asyncio.create_task(app.run(listener, started=up.set))
        async with asyncio.timeout(20):
            await up.wait()
        yield Site(app, f"http://127.0.0.1:{listener.getsockname()[1]}", telegram)
        app.stop()
        async with asyncio.timeout(10):
            await running


async def times_stand(site: Site) -> None:
    """Wait until the job has made the times that can be booked."""
    now = site.app.clock()
    async with asyncio.timeout(20):
        while not await site.app.database.read(
            lambda tx: slots.between(tx, now, now + timedelta(days=40))
        ):
            await asyncio.sleep(0.05)


async def counsellor(site: Site, name: str) -> Acting:
    now = site.app.clock()

    def employ(tx: Tx) -> Acting:
        return Acting.of(
            staff.add(
                tx,
                name=name,
                shown_name=name.title(),
                roles=frozenset({"counsellor"}),
                languages=("de",),
                now=now,
            )
        )

    return await site.app.database.write(employ)


async def appointment(site: Site, code: str) -> Appointment:
    found = await site.app.database.read(lambda tx: appointments.by_code(tx, code))
    assert found is not None
    return found


async def books(user: User) -> str:
    """Book from the menu: the first thing each time; return the code."""
    user.say("/start")
    await user.wait_for(lambda message: "Deutsch" in message.labels)
    user.press("Deutsch")
    await user.wait_for(lambda message: "Termin buchen" in message.labels)
    taps = 1
    user.press("Termin buchen")
    while True:
        shown = await user.wait_for(lambda message: bool(message.labels))
        taps += 1
        if CHECK in shown.text:
            user.press("Termin buchen", message=shown)
            break
        user.press(shown.labels[0], message=shown)
    done = await user.wait_for("Ihr Termin ist gebucht")
    assert taps <= MOST_TAPS
    code = CODE.search(done.text)
    assert code is not None
    return code[1]


async def test_on_telegram_with_file_and_reminders(site: Site) -> None:
    await times_stand(site)
    user = site.telegram.user("Olena", language_code="de")
    code = await books(user)
    asked = await user.wait_for(lambda message: "Ja, bitte erinnern" in message.labels)
    user.press("Ja, bitte erinnern", message=asked)
    await user.wait_for("Wir erinnern Sie")
    user.press("Kalenderdatei")
    document = await user.wait_for(lambda message: "document" in message.content)
    assert document.content["document"]["file_name"] == f"{code}.ics"
    raw = site.telegram.state.files[document.content["document"]["file_id"]].content
    (event,) = icalendar.Calendar.from_ical(raw.decode()).walk("VEVENT")
    booked = await appointment(site, code)
    assert event.start == booked.starts
    assert booked.reminders
    waiting = {REMIND, NIGHTLY}
    for name in waiting:
        assert await site.app.database.read(lambda tx, name=name: backlog.is_waiting(tx, name))


async def test_what_the_office_does_reaches_her(site: Site) -> None:
    await times_stand(site)
    user = site.telegram.user("Karim", language_code="de")
    code = await books(user)
    booked = await appointment(site, code)
    jana = await counsellor(site, "jana")
    user.mark = site.telegram.state.changes
    off = await site.app.appointments.bookings.call_off(jana, booked.id)
    assert isinstance(off, Appointment)
    assert off.status is AppointmentStatus.CALLED_OFF
    told = await user.wait_for("fällt aus")
    assert code in told.text
    user.press(told.labels[0], message=told)
    check = await user.wait_for(CHECK)
    user.press("Termin buchen", message=check)
    await user.wait_for("Ihr Termin ist gebucht")


def choice_of(events: list[Event], label: str) -> str:
    return next(
        choice["id"]
        for event in reversed(events)
        for choice in event["choices"]
        if choice["label"] == label
    )


async def test_on_the_web_the_file_is_a_link_of_her_own(site: Site, visit: Visit) -> None:
    await times_stand(site)
    visitor = await visit()
    shown = await visitor.asked(text="/appointment")
    while CHECK not in shown["text"]:
        shown = await visitor.asked(choice=shown["choices"][0]["id"])
    said = await visitor.answer(choice=choice_of([shown], "Termin buchen"))
    said = await visitor.answer(choice=choice_of(said, "Kalenderdatei"))
    (file,) = [event["file"] for event in said if event["file"]]
    answer = await visitor.client.get(file["url"])
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert icalendar.Calendar.from_ical(answer.text).walk("VEVENT")
    other = await visit()
    assert (await other.client.get(file["url"])).status_code == 404
