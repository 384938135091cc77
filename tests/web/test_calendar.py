"""The calendar's pages without script: views, marks, booking, blocking, files, feeds, refusals."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator
from html import unescape
from urllib.parse import urlsplit

import httpx
import pytest
import vobject

from bot.domain.appointment import Appointment, AppointmentStatus
from bot.domain.staff import Role
from bot.service.desk.calendar_days import of_person
from bot.storage import appointments, audit, blocks
from bot.storage.transaction import Tx
from bot.web.desk.calendar_export import harmless
from tests.web.calendar_world import (
    EVIL,
    FIRST,
    GUBEN,
    PARK,
    CalendarWorld,
    local,
)
from tests.web.desk_world import DeskWorld

ROOT = "/desk/calendar"
PATHS = (
    ROOT,
    f"{ROOT}?view=day",
    f"{ROOT}?view=list",
    f"{ROOT}/new",
    f"{ROOT}/blocks",
    f"{ROOT}/capacity",
    f"{ROOT}/export",
    f"{ROOT}/feeds",
    f"{ROOT}/appointments/1",
    f"{ROOT}/appointments/1/move",
    f"{ROOT}/appointments/1/card",
)


@pytest.fixture
async def calendar(world: DeskWorld) -> CalendarWorld:
    """A week with people in it."""
    found = CalendarWorld(world.database, world.content)
    await found.week()
    return found


class Forms:
    """Sends forms as a browser without script does."""

    def __init__(self, client: httpx.AsyncClient, csrf: str) -> None:
        self.client = client
        self.csrf = csrf

    async def get(self, path: str = "", **query: str) -> httpx.Response:
        return await self.client.get(f"{ROOT}{path}", params=query or None)

    async def send(self, path: str, **fields: str) -> httpx.Response:
        return await self.client.post(f"{ROOT}{path}", data={"csrf": self.csrf, **fields})


@pytest.fixture
async def jana(calendar: CalendarWorld) -> AsyncIterator[Forms]:
    """Jana's browser and the word for her forms."""
    async with calendar.client() as client:
        yield Forms(client, await calendar.sign_in(client, "jana"))


def text_of(page: httpx.Response) -> str:
    """The words of a page, without the marks that isolate values."""
    words = unescape(re.sub(r"<[^>]+>", " ", page.text))
    return " ".join(words.replace("\u2068", "").replace("\u2069", "").split())


async def stored(world: CalendarWorld, appointment_id: int) -> Appointment:
    found = await world.database.read(lambda tx: appointments.get(tx, appointment_id))
    assert found is not None
    return found


async def actions(world: CalendarWorld) -> list[str]:
    rows = await world.database.read(lambda tx: audit.read(tx, limit=200))
    return [row.action for row in reversed(rows)]


# -- views


async def test_the_week_shows_times_languages_and_states_and_no_names(jana: Forms) -> None:
    page = await jana.get()
    assert page.status_code == 200
    said = text_of(page)
    assert "7. bis 11. Dezember 2026" in said
    assert "Di, 8. · heute" in said
    assert "10:00 Deutsch Angekommen" in said
    assert "16:00 Treffen für Neue (Gruppe) 3 von 12 Plätzen" in said
    assert "14:30 bis 15:00: Fortbildung" in said
    assert "10:30 2 frei" in said
    for name in ("Zofia", "Anna", "Olena", "كريم", "onerror"):
        assert name not in page.text


async def test_day_and_list_show_codes_and_services(calendar: CalendarWorld, jana: Forms) -> None:
    code = calendar.made["due"].code
    assert code is not None
    day = text_of(await jana.get(view="day"))
    assert "Dienstag, 8. Dezember 2026" in day
    assert code in day
    assert "Erste Beratung" in day
    listed = text_of(await jana.get(view="list", day="2026-12-07"))
    assert "7. bis 20. Dezember 2026" in listed
    assert code in listed
    assert "Zofia" not in listed


async def test_a_place_narrows_it_down(jana: Forms) -> None:
    said = text_of(await jana.get(place=PARK))
    assert "14:30 Polnisch" in said
    assert "10:00 Deutsch" not in said


async def test_an_address_that_makes_no_sense_shows_this_week(jana: Forms) -> None:
    page = await jana.get(view="month", day="2026-13-77", place="../etc", person="\x00")
    assert page.status_code == 200
    assert "7. bis 11. Dezember 2026" in text_of(page)
    assert (await jana.get(day="9999-12-31")).status_code == 200
    assert (await jana.get(day="0001-01-01")).status_code == 200


async def test_an_empty_week_says_so(jana: Forms) -> None:
    assert "Diese Woche keine Termine." in text_of(await jana.get(day="2026-11-02"))


async def test_days_when_the_clock_changes_say_so(jana: Forms) -> None:
    assert "Die Uhr wird eine Stunde vorgestellt." in text_of(
        await jana.get(view="day", day="2027-03-28")
    )
    assert "Die Uhr wird eine Stunde zurückgestellt." in text_of(
        await jana.get(view="day", day="2027-10-31")
    )


async def test_nothing_on_the_pages_needs_inline_code(calendar: CalendarWorld, jana: Forms) -> None:
    for path in PATHS:
        page = await jana.client.get(path)
        assert page.status_code == 200, path
        assert " style=" not in page.text, path
        assert "<style" not in page.text, path
        assert not re.search(r"\son[a-z]+=", re.sub(r"&lt;.*?&gt;", "", page.text)), path
        assert not re.search(r"<script(?![^>]*\ssrc=)", page.text), path


# -- one appointment


async def test_details_show_name_and_notes_and_each_look_is_logged(
    calendar: CalendarWorld, jana: Forms
) -> None:
    found = calendar.made["arrived"]
    before = (await actions(calendar)).count("booking.read")
    page = await jana.get(f"/appointments/{found.id}")
    assert page.status_code == 200
    assert EVIL not in page.text
    assert EVIL in text_of(page)
    assert (await actions(calendar)).count("booking.read") == before + 1


async def test_an_appointment_that_is_not_there_is_a_page_that_says_so(jana: Forms) -> None:
    for number in ("999999", "0", "x", "99999999999999999999"):
        page = await jana.get(f"/appointments/{number}")
        assert page.status_code == 404, number
        assert "Diesen Termin gibt es nicht (mehr)." in text_of(page)
    for act in ("move", "call-off", "remove"):
        gone = await jana.send(f"/appointments/999999/{act}", slot="1")
        assert gone.status_code == 404, act
    assert (await jana.send("/mark", appointment="999999", action="serve")).status_code == 409


async def test_a_mark_takes_one_tap_and_can_be_undone(calendar: CalendarWorld, jana: Forms) -> None:
    due = calendar.made["due"]
    done = await jana.send("/mark", appointment=str(due.id), action="serve", view="day")
    assert done.status_code == 303
    assert urlsplit(done.headers["location"]).path == ROOT
    assert "War da." in text_of(await jana.client.get(done.headers["location"]))
    assert (await stored(calendar, due.id)).status is AppointmentStatus.SERVED
    await jana.send("/mark", appointment=str(due.id), action="undo")
    assert (await stored(calendar, due.id)).status is AppointmentStatus.BOOKED
    assert {"booking.serve", "booking.undo"} <= set(await actions(calendar))


async def test_nobody_has_missed_what_has_not_begun(calendar: CalendarWorld, jana: Forms) -> None:
    later = calendar.made["later"]
    refused = await jana.send("/mark", appointment=str(later.id), action="miss")
    assert refused.status_code == 409
    assert "Das geht im jetzigen Stand des Termins nicht." in text_of(refused)
    assert (await stored(calendar, later.id)).status is AppointmentStatus.BOOKED
    for action in ("cancel", "", "hold"):
        assert (await jana.send("/mark", appointment="1", action=action)).status_code == 400


async def test_a_page_that_is_open_gets_the_part_that_changed(
    calendar: CalendarWorld, jana: Forms
) -> None:
    jana.client.headers["HX-Request"] = "true"
    due = calendar.made["due"]
    part = await jana.send("/mark", appointment=str(due.id), action="arrive")
    assert part.status_code == 200
    assert part.text.lstrip().startswith('<div class="cal" id="calendar"')
    assert "<html" not in part.text
    assert 'hx-swap-oob="true"' in part.text


async def test_calling_off_shows_her_words_first(calendar: CalendarWorld, jana: Forms) -> None:
    hers = calendar.made["hers"]
    asked = await jana.send(f"/appointments/{hers.id}/call-off")
    assert asked.status_code == 200
    assert f"Termin {hers.code} absagen" in text_of(asked)
    assert '<blockquote class="told words" lang="uk"' in asked.text
    assert (await stored(calendar, hers.id)).status is AppointmentStatus.BOOKED
    done = await jana.send(f"/appointments/{hers.id}/call-off", step="save")
    assert done.status_code == 303
    assert f"{hers.code} ist abgesagt." in text_of(await jana.client.get(done.headers["location"]))
    assert (await stored(calendar, hers.id)).status is AppointmentStatus.CALLED_OFF


async def test_without_a_chat_nobody_can_be_told(calendar: CalendarWorld, jana: Forms) -> None:
    later = calendar.made["later"]
    asked = text_of(await jana.send(f"/appointments/{later.id}/call-off"))
    assert "Dieser Termin gehört zu keinem Chat." in asked


async def test_a_conflict_is_decided_by_moving_it(calendar: CalendarWorld, jana: Forms) -> None:
    clash = calendar.made["clash"]
    week = await jana.get()
    assert f'href="{ROOT}/appointments/{clash.id}/move"' in week.text
    times = await jana.get(f"/appointments/{clash.id}/move")
    assert "Mi, 9. Dezember, 15:30, Spremberg" in text_of(times)
    slot = re.search(r'name="slot" value="(\d+)"', times.text)
    assert slot is not None
    asked = await jana.send(f"/appointments/{clash.id}/move", slot=slot[1])
    assert asked.status_code == 200
    assert "Verschieben und Nachricht senden" in text_of(asked)
    assert (await stored(calendar, clash.id)).status is AppointmentStatus.BOOKED
    done = await jana.send(f"/appointments/{clash.id}/move", slot=slot[1], step="save")
    assert done.status_code == 303
    assert (await stored(calendar, clash.id)).status is AppointmentStatus.MOVED
    assert "Nichts zu entscheiden." in text_of(await jana.get())


async def test_a_time_that_was_taken_meanwhile_shows_others(
    calendar: CalendarWorld, jana: Forms
) -> None:
    clash = calendar.made["clash"]
    taken = calendar.made["later"].slot
    page = await jana.send(f"/appointments/{clash.id}/move", slot=str(taken))
    assert page.status_code == 409
    assert "Neue Zeit wählen" in text_of(page)


# -- booking


async def test_booking_for_somebody_on_the_phone(calendar: CalendarWorld, jana: Forms) -> None:
    form = await jana.get(
        "/new", service=FIRST, place=GUBEN, language="pl", **{"from": "2026-12-10"}
    )
    slot = re.search(r'type="radio" name="slot" value="(\d+)"', form.text)
    assert slot is not None
    booked = await jana.send(
        "/new",
        slot=slot[1],
        service=FIRST,
        place=GUBEN,
        language="pl",
        name="  Оксана\n<b>",
        note="=cmd()",
        origin="phone",
    )
    assert booked.status_code == 303
    card = await jana.client.get(booked.headers["location"])
    number = int(urlsplit(booked.headers["location"]).path.split("/")[-2])
    made = await stored(calendar, number)
    assert (made.name, made.notes, made.language) == ("Оксана <b>", "=cmd()", "pl")
    assert made.code is not None
    assert made.code in text_of(card)
    assert "Оксана" not in card.text
    assert "&lt;b&gt;" in (await jana.get(f"/appointments/{number}")).text


async def test_a_free_time_of_the_calendar_is_booked_at_once(
    calendar: CalendarWorld, jana: Forms
) -> None:
    week = await jana.get(view="day", place=PARK)
    link = re.search(rf'href="{ROOT}/new\?slot=(\d+)"', week.text)
    assert link is not None
    form = await jana.get("/new", slot=link[1])
    assert "Industriepark Schwarze Pumpe" in text_of(form)
    missing = await jana.send("/new", slot=link[1], service=FIRST, origin="desk")
    assert missing.status_code == 409
    assert "Bitte füllen Sie alle Felder aus." in text_of(missing)
    booked = await jana.send("/new", slot=link[1], service=FIRST, language="pl", origin="desk")
    assert booked.status_code == 303
    again = await jana.send("/new", slot=link[1], service=FIRST, language="pl", origin="desk")
    assert again.status_code == 409
    assert "Diese Zeit ist gerade vergeben." in text_of(again)


async def test_bad_fields_are_refused(jana: Forms) -> None:
    for fields in (
        {"slot": "1", "service": "nothing", "language": "pl", "origin": "phone"},
        {"slot": "1", "service": FIRST, "language": "xx", "origin": "phone"},
        {"slot": "1", "service": FIRST, "language": "pl", "origin": "chat"},
        {"slot": "1", "service": FIRST, "language": "pl", "origin": "desk", "name": "x" * 201},
    ):
        assert (await jana.send("/new", **fields)).status_code == 400, fields


async def test_who_comes_without_an_appointment_is_counted(
    calendar: CalendarWorld, jana: Forms
) -> None:
    done = await jana.send("/walk-in", service=FIRST, place=GUBEN, language="pl", name="Ewa")
    assert done.status_code == 303
    page = await jana.client.get(done.headers["location"])
    assert "ohne Termin gekommen" in text_of(page)
    found = max(map(int, re.findall(r'id="a-(\d+)"', page.text)))
    assert "War ein Versehen: löschen" in text_of(await jana.get(f"/appointments/{found}"))
    assert (await jana.send(f"/appointments/{found}/remove")).status_code == 303
    assert (await jana.get(f"/appointments/{found}")).status_code == 404


# -- blocked times


async def test_a_time_is_blocked_after_it_was_seen_what_lies_in_it(
    calendar: CalendarWorld, jana: Forms
) -> None:
    fields = {
        "first": "2026-12-10",
        "from": "13:00",
        "last": "",
        "to": "14:00",
        "place": GUBEN,
        "reason": "Übung <i>",
    }
    asked = await jana.send("/blocks", **fields)
    assert "1 Termin liegt in dieser Zeit." in text_of(asked)
    assert len(await calendar.database.read(_blocks)) == 1
    saved = await jana.send("/blocks", **fields, step="save")
    assert saved.status_code == 303
    page = await jana.client.get(saved.headers["location"])
    assert "Übung <i>" in text_of(page)
    assert "Übung <i>" not in page.text
    assert text_of(await jana.get()).count("Muss umziehen") > 2
    (made,) = [each for each in await calendar.database.read(_blocks) if each.place == GUBEN]
    freed = await jana.send("/blocks/remove", block=str(made.id))
    assert freed.status_code == 303
    assert (await jana.send("/blocks/remove", block=str(made.id))).status_code == 404


def _blocks(tx: Tx) -> list[blocks.Block]:
    return blocks.between(tx, local(1, "00:00"), local(31, "00:00"))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"first": "2026-12-10", "from": "14:00", "to": "13:00"}, "Das Ende liegt vor dem Anfang."),
        ({"first": "2026-12-01", "from": "13:00", "to": "14:00"}, "Diese Zeit ist schon vorbei."),
        ({"first": "2026-12-10", "from": "", "to": "14:00"}, "Bitte füllen Sie alle Felder aus."),
    ],
)
async def test_a_time_that_cannot_be_blocked(
    jana: Forms, fields: dict[str, str], said: str
) -> None:
    page = await jana.send("/blocks", **fields)
    assert page.status_code == 409
    assert said in text_of(page)


async def test_an_absence_says_which_appointments_it_meets(
    calendar: CalendarWorld, jana: Forms
) -> None:
    await calendar.own_time("jana", local(10, "13:00"), 2, PARK)
    made = await calendar.book(local(10, "13:00"), PARK, "pl", resource=of_person("jana"))
    page = await jana.client.post(
        "/desk/absence",
        data={"csrf": jana.csrf, "first": "2026-12-10", "last": "2026-12-10", "step": "check"},
    )
    said = text_of(page)
    assert "1 Termin bei Ihnen." in said
    assert str(made.code) in said


# -- figures, files, feeds


async def test_capacity_is_a_picture_with_its_numbers(jana: Forms) -> None:
    page = await jana.get("/capacity")
    assert page.text.count("<rect") >= 8
    assert "Säulen für jede Woche und jeden Ort." in text_of(page)
    assert re.search(r"Guben \d+ von \d+", text_of(page))


async def test_a_file_has_no_names_unless_they_are_asked_for(
    calendar: CalendarWorld, jana: Forms
) -> None:
    span = {"first": "2026-12-07", "last": "2026-12-11"}
    plain = await jana.send("/export", **span)
    assert plain.headers["content-type"] == "text/csv; charset=utf-8"
    assert plain.headers["content-disposition"].startswith("attachment;")
    rows = _rows(plain)
    assert rows[0][:4] == ["Tag", "Beginn", "Ende", "Ort"]
    assert len(rows) > 10
    assert "Zofia" not in plain.text
    named = _rows(await jana.send("/export", **span, names="on"))
    assert named[0][-1] == "Name"
    assert {"Zofia", EVIL, "'=1+1"} <= {row[-1] for row in named}
    details = await calendar.database.read(lambda tx: audit.read(tx, limit=10))
    assert [row.detail for row in details if row.action == "booking.export"] == [
        "2026-12-07/2026-12-11:names",
        "2026-12-07/2026-12-11",
    ]


def _rows(response: httpx.Response) -> list[list[str]]:
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+49", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u2068=1", "＝1", "\n\n=1"],
)
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell).startswith("'")


def test_a_harmless_cell_stays() -> None:
    assert harmless("Nguyễn-Müller = 3") == "Nguyễn-Müller = 3"


async def test_a_file_that_is_too_long_or_backwards_is_refused(jana: Forms) -> None:
    assert (await jana.send("/export", first="2026-12-11", last="2026-12-07")).status_code == 409
    assert (await jana.send("/export", first="2020-01-01", last="2026-12-07")).status_code == 409
    assert (await jana.send("/export", first="x", last="2026-12-07")).status_code == 400


async def test_a_feed_says_code_place_and_language_and_no_more(
    calendar: CalendarWorld, jana: Forms
) -> None:
    made = await jana.send("/feeds", step="make", scope="")
    address = re.search(r'value="(http[^"]+\.ics)"', made.text)
    assert address is not None
    assert address[1] not in (await jana.get("/feeds")).text
    async with calendar.client() as stranger:
        feed = await stranger.get(address[1])
        assert feed.status_code == 200
        assert feed.headers["content-type"] == "text/calendar; charset=utf-8"
        assert feed.headers["x-robots-tag"] == "noindex, nofollow"
        assert feed.headers["cache-control"] == "private, no-cache"
        tag = {"If-None-Match": feed.headers["etag"]}
        assert (await stranger.get(address[1], headers=tag)).status_code == 304
        await jana.send("/feeds", step="revoke")
        assert (await stranger.get(address[1], headers=tag)).status_code == 404
        assert (await stranger.get("/calendar/guess.ics")).status_code == 404
    for word in ("Zofia", "كريم", "Erste", "Beratung", "Jana", "VALARM", "onerror"):
        assert word not in feed.text
    events = {event.summary.value: event for event in vobject.readOne(feed.text).vevent_list}
    later = calendar.made["later"]
    event = events[f"{later.code}, Industriepark Schwarze Pumpe, Polnisch"]
    assert event.dtstart.value == later.starts
    assert event.dtend.value == later.ends
    assert len({each.uid.value for each in events.values()}) == len(events)


async def test_a_feed_of_a_place_that_is_none_is_refused(jana: Forms) -> None:
    assert (await jana.send("/feeds", step="make", scope="../x")).status_code == 400


# -- who may


async def test_without_the_role_there_is_no_calendar(calendar: CalendarWorld) -> None:
    await calendar.employ("edda", Role.EDITOR, Role.ADMIN, Role.AUDITOR)
    async with calendar.client() as client:
        csrf = await calendar.sign_in(client, "edda")
        for path in PATHS:
            assert (await client.get(path)).status_code == 403, path
        for path in ("mark", "new", "walk-in", "blocks", "blocks/remove", "export", "feeds"):
            sent = await client.post(f"{ROOT}/{path}", data={"csrf": csrf})
            assert sent.status_code == 403, path
        for act in ("move", "call-off", "remove"):
            sent = await client.post(f"{ROOT}/appointments/1/{act}", data={"csrf": csrf})
            assert sent.status_code == 403, act


async def test_without_signing_in_there_is_no_calendar(calendar: CalendarWorld) -> None:
    async with calendar.client() as client:
        for path in PATHS:
            assert (await client.get(path)).status_code == 303, path


async def test_a_form_of_another_site_changes_nothing(calendar: CalendarWorld, jana: Forms) -> None:
    due = str(calendar.made["due"].id)
    forged = await jana.client.post(f"{ROOT}/mark", data={"appointment": due, "action": "serve"})
    assert forged.status_code == 403
    foreign = await jana.client.post(
        f"{ROOT}/mark",
        data={"csrf": jana.csrf, "appointment": due, "action": "serve"},
        headers={"Origin": "https://evil.example"},
    )
    assert foreign.status_code == 403
    assert (await stored(calendar, int(due))).status is AppointmentStatus.BOOKED
