"""The account against a real server: nothing is overwritten, and every trouble has its name."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.calendars.caldav_account import CalDavAccount
from bot.service.calendars import CalendarError, Trouble
from tests.emulators.radicale import PASSWORD, USER, Person, Radicale

BEGIN, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


def event(summary: str = "Zahnarzt", uid: str = "1", more: str = "") -> str:
    lines = (
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:person", "BEGIN:VEVENT", f"UID:{uid}",
        "DTSTAMP:20261101T000000Z", "DTSTART:20261207T120000Z", "DTEND:20261207T123000Z",
        f"SUMMARY:{summary}", *more.split(), "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    return "\r\n".join(lines)


@pytest.mark.parametrize("called", ["name", "address"])
def test_what_is_written_is_read(jana: Person, account: CalDavAccount, called: str) -> None:
    calendar = "Jana" if called == "name" else jana.address
    assert account.create(calendar, "new", event())
    (found,) = account.read(calendar, BEGIN, END)
    assert found.version
    assert "SUMMARY:Zahnarzt" in found.content
    assert account.replace(found, event("Anders"))
    assert "SUMMARY:Anders" in jana.files()["new.ics"]
    assert account.read(calendar, END, END.replace(year=2028)) == []


def test_nothing_is_overwritten(jana: Person, account: CalDavAccount) -> None:
    jana.put("new.ics", event())
    (found,) = account.read("Jana", BEGIN, END)
    jana.put("new.ics", event("Von Jana"))
    assert not account.create("Jana", "new", event("Von uns"))
    assert not account.replace(found, event("Von uns"))
    assert not account.remove(found)
    assert "SUMMARY:Von Jana" in jana.files()["new.ics"]
    (newest,) = account.read("Jana", BEGIN, END)
    assert account.remove(newest)
    assert jana.files() == {}
    assert not account.remove(newest)


def test_a_calendar_that_is_not_there(jana: Person, account: CalDavAccount) -> None:
    other = "https://elsewhere.example/jana/"
    gone = jana.address.replace("jana", "petra")
    assert account.missing(["Jana", jana.address, "Petra", gone, other]) == {"Petra", gone, other}
    for calendar in ("Petra", gone, other):
        with pytest.raises(CalendarError) as caught:
            account.read(calendar, BEGIN, END)
        assert caught.value.trouble is Trouble.MISSING


@pytest.mark.parametrize(
    "call",
    [
        lambda account: account.read("Jana", BEGIN, END),
        lambda account: account.create("Jana", "new", event()),
        lambda account: account.missing(["Jana"]),
    ],
)
def test_a_wrong_password(server: Radicale, call: Callable[[CalDavAccount], object]) -> None:
    with pytest.raises(CalendarError) as caught:
        call(CalDavAccount(server.url, USER, "wrong", seconds=5))
    assert caught.value.trouble is Trouble.REFUSED


def test_a_server_that_never_answers() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        begun = time.monotonic()
        with pytest.raises(CalendarError) as caught:
            CalDavAccount(address, USER, PASSWORD, seconds=0.3).read("Jana", BEGIN, END)
    assert caught.value.trouble is Trouble.DOWN
    assert time.monotonic() - begun < 5


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(CalendarError) as caught:
            CalDavAccount(address, USER, PASSWORD, seconds=1).read("Jana", BEGIN, END)
    assert caught.value.trouble is Trouble.DOWN
