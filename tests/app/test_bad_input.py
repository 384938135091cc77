"""What no honest page sends, over the real server: each gets a clear answer, none a 500, and the
next honest message is answered.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any

import aiohttp
import httpx
import pytest

from tests.app.conftest import HOOK, Site
from tests.app.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")
Visit = Callable[..., Awaitable[Visitor]]
MEGABYTES_10 = b"x" * 10_000_000


async def talk(site: Site, request: bytes, *, rest: bytes = b"") -> tuple[int, bytes]:
    """Send bytes as they are; return status and the whole answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    try:
        writer.write(request)
        with suppress(ConnectionError):
            await writer.drain()
            writer.write(rest)
            await writer.drain()
        async with asyncio.timeout(10):
            head = await reader.readline()
            answer = await reader.read(100_000) if head else b""
    finally:
        writer.close()
    return (int(head.split()[1]) if head else 0), head + answer


# ------------------------------------------------------------------ bodies


@pytest.mark.parametrize("path", ["/chat/messages", "/chat/device", "/telegram/webhook"])
async def test_bodies_of_10_mb(site: Site, visit: Visit, path: str) -> None:
    visitor = await visit()
    headers = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Cookie: lotse={visitor.client.cookies['lotse']}\r\n"
        f"X-Telegram-Bot-Api-Secret-Token: {HOOK}\r\n"
    ).encode()
    declared = headers + b"Content-Length: %d\r\n\r\n" % len(MEGABYTES_10)
    chunked = headers + b"Transfer-Encoding: chunked\r\n\r\n989680\r\n"

    assert (await talk(site, declared, rest=MEGABYTES_10))[0] == 413
    assert (await talk(site, chunked, rest=MEGABYTES_10))[0] == 413
    # A client that waits for leave before it sends is told at once.
    asks = declared.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n")
    assert (await talk(site, asks))[0] == 413
    await visitor.is_answered()


async def test_a_body_for_a_page_is_not_read(site: Site, visit: Visit) -> None:
    visitor = await visit()
    for path, status in (("/", 405), ("/healthz", 405), ("/nowhere", 404), ("/chat/events", 405)):
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10000000\r\n\r\n"
        assert (await talk(site, head.encode(), rest=MEGABYTES_10))[0] == status
    await visitor.is_answered()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b"\xff\xfe{\x00}\x00",
        b'{"id": "1", "text": "\xff"}',
        b"[" * 60_000,
        b'{"id":"1","text":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        b'{"id":"1","text":1e999}',
        b'{"id":"1","text":NaN}',
        b'{"id":"1"}',
        b'{"text":"x"}',
        b'{"id":"1","text":null,"choice":null}',
        b'{"id":"1","text":"x","choice":"1~m"}',
        b'{"id":{"$ne":1},"text":"x"}',
        b'{"id":"\\u0000","text":"x"}',
        b'{"id":"\\ud800","text":"x"}',
        b'{"id":"1","choice":"' + b"x" * 65 + b'"}',
        b'{"id":"1","text":"\\u2028\\u2029\\n\\r\\n"}',
        b'{"id":"1","text":"\\u200b\\u200e\\ufeff"}',
        b'{"id":"1","text":"\\u0000\\u0007"}',
    ],
)
async def test_bodies_that_say_nothing(visit: Visit, body: bytes) -> None:
    visitor = await visit()
    response = await visitor.raw(body)

    assert response.status_code in {400, 202}
    assert (response.status_code == 202) == (b"u200b" in body or b"u0007" in body)
    await visitor.is_answered()


async def test_other_kinds_of_content(visit: Visit) -> None:
    visitor = await visit()
    body = json.dumps({"id": "1", "text": "x"})
    for kind in ("", "text/plain", "application/xml", "application/jsonx", "multipart/form-data"):
        assert (await visitor.raw(body.encode(), kind)).status_code == 415
    form = await visitor.client.post("/chat/messages", data={"id": "1", "text": "x"})
    assert form.status_code == 415
    await visitor.is_answered()


# ------------------------------------------------------------------ texts


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (r"\u0000\u0007\u001b[31mrot\u0085", None),
        (r"a\ud800b", "a\ufffdb"),
        (r"\udfff", "\ufffd"),
        (r"\ud83d\ude00", "😀"),
        (r"\u202egnihton\u202c", None),
        (r"\u2066\u2066\u2066offen", None),
        (r"eins\u2028zwei\u2029drei\u0085vier\n\r\nfünf", None),
        (r"<script>alert(1)</script>&amp;", None),
        (r"{fact:x} %s {0} $(id) `id` ' OR 1=1 --", None),
        (r"/start ../../etc/passwd\u0000", None),
        (r"!!!! /menu@nobody /", None),
        ("é" * 4000, None),
        ("👩‍👩‍👧" * 1000, None),
        ("ﷺ" * 2000, None),
        ("9" * 5000, None),
        ("á̶̡" * 3000, None),
    ],
)
async def test_strange_words_are_taken_kept_and_answered(
    visit: Visit, sent: str, shown: str | None
) -> None:
    visitor = await visit()
    before = len(await visitor.history())
    response = await visitor.raw(f'{{"id": "one", "text": "{sent}"}}'.encode())
    assert response.status_code == 202

    mine, *answers = (await visitor.history())[before:]
    assert mine["from"] == "me"
    assert mine["text"] == (shown or json.loads(f'"{sent}"'))
    assert "<script" not in mine["html"]
    assert answers
    assert not any("<script" in one["html"] for one in answers)
    await visitor.is_answered()


async def test_100_000_characters_are_refused_and_15_000_taken(visit: Visit) -> None:
    visitor = await visit()
    assert (await visitor.post(text="x" * 100_000)).status_code == 413
    assert (await visitor.post(text="ж" * 15_000)).status_code == 202
    await visitor.is_answered()


@pytest.mark.parametrize(
    "choice",
    [
        "?",
        "~",
        "1~",
        "~m",
        "-1~m",
        "0~m",
        "99999999999999999999~m",
        "1~l:de",
        "1~l:xx",
        "2~e:nowhere",
        "2~t:" + "x" * 50,
        "1~c:../../x",
        "2~\u202e",
        "١~m",
        "1~1~1",
    ],
)
async def test_buttons_that_were_never_there(visit: Visit, choice: str) -> None:
    visitor = await visit()
    assert (await visitor.post(choice=choice)).status_code == 202
    await visitor.is_answered()


async def test_a_button_of_half_a_character(visit: Visit) -> None:
    visitor = await visit()
    assert (await visitor.raw(rb'{"id": "1", "choice": "1~\ud800"}')).status_code == 202
    await visitor.is_answered()


async def test_thousands_of_presses_on_old_buttons(site: Site, visit: Visit) -> None:
    visitor = await visit()
    old = next(event for event in await visitor.history() if event["choices"])["choices"][-1]["id"]
    seen: Counter[tuple[int, str | None]] = Counter()
    cookies = {"lotse": visitor.client.cookies["lotse"]}
    async with aiohttp.ClientSession(site.url, cookies=cookies) as client:

        async def press(numbers: Iterable[int]) -> None:
            for number in numbers:
                body = {"id": f"{number}", "choice": old if number % 2 else f"{number}~zz"}
                async with client.post("/chat/messages", json=body) as response:
                    seen[response.status, response.headers.get("Retry-After")] += 1

        await asyncio.gather(*(press(range(start, 2000, 10)) for start in range(10)))

    assert set(seen) == {(202, None), (429, "1")}
    assert 25 <= seen[202, None] < 500
    await asyncio.sleep(1)
    await visitor.is_answered()


async def test_hundreds_of_presses_that_mean_nothing_hide_no_answer(site: Site) -> None:
    """Rows that show nothing fill whole batches of the history: what comes behind them is seen."""
    chat = site.app.web_chat
    session = "s" * 43
    limits, chat._limits = chat._limits, None
    try:
        for number in range(420):
            await chat.post(session, f"{number}", text=None, choice="0~zz", language="de")
        await chat.post(session, "last", text="/menu", choice=None, language="de")
    finally:
        chat._limits = limits
    events, after = [], 0
    while batch := await chat.events(session, after):
        events += batch
        after = batch[-1].seq
    mine = [event.data["text"] for event in events if event.data["from"] == "me"]
    assert mine == ["/menu"]
    assert events[-1].data["from"] == "program"


# ------------------------------------------------------------------ ids, sessions, devices


async def test_the_same_id_again(visit: Visit) -> None:
    visitor = await visit()
    before = len(await visitor.history())
    first = [(await visitor.post(id="7", text="Hallo")).status_code for _ in range(3)]
    other = await visitor.post(id="7", text="Tschüss")
    press = await visitor.post(id="7", choice="1~m")
    mine = [one for one in (await visitor.history())[before:] if one["from"] == "me"]

    assert first == [202, 202, 202]
    assert (other.status_code, press.status_code) == (409, 409)
    assert [(one["id"], one["text"]) for one in mine] == [("7", "Hallo")]
    await visitor.is_answered()


async def test_the_same_id_at_the_same_moment(visit: Visit) -> None:
    visitor = await visit()
    before = len(await visitor.history())
    answers = await asyncio.gather(*(visitor.post(id="7", text=f"{n % 2}") for n in range(20)))
    mine = [one for one in (await visitor.history())[before:] if one["from"] == "me"]

    assert sorted(answer.status_code for answer in answers) == [202] * 10 + [409] * 10
    assert len(mine) == 1
    await visitor.is_answered()


async def test_many_at_once_lose_nothing_and_keep_one_order(visit: Visit) -> None:
    visitor = await visit()
    before = len(await visitor.history())
    answers = await asyncio.gather(*(visitor.post(id=f"{n}", text=f"n{n}") for n in range(25)))
    said = (await visitor.history())[before:]
    mine = [one["text"] for one in said if one["from"] == "me"]

    assert {answer.status_code for answer in answers} == {202}
    assert sorted(mine) == sorted(f"n{n}" for n in range(25))
    assert [one["seq"] for one in said] == sorted({one["seq"] for one in said})
    assert sum(one["from"] == "program" for one in said) >= 25


@pytest.mark.parametrize("cookie", ["", "lotse=", "lotse=x", "lotse=" + "x" * 42, "other=1", ";;;"])
async def test_without_a_session_nothing_is_taken(site: Site, cookie: str) -> None:
    async with httpx.AsyncClient(base_url=site.url, headers={"Cookie": cookie}) as client:
        posted = await client.post("/chat/messages", json={"id": "1", "text": "x"})
        streamed = await client.get("/chat/events")
    assert (posted.status_code, streamed.status_code) == (401, 401)


async def test_a_session_comes_by_cookie_alone(site: Site, visit: Visit) -> None:
    """Nobody can be led into a conversation that another one reads: no address, no header and no
    body names a session, and a page that is opened without a cookie begins a new one.
    """
    visitor = await visit()
    token = visitor.client.cookies["lotse"]
    everywhere = {"lotse": token, "session": token, "token": token, "sid": token}
    async with httpx.AsyncClient(base_url=site.url) as client:
        headers = {"X-Session": token, "Authorization": f"Bearer {token}", "lotse": token}
        body = {"id": "1", "text": "x"} | everywhere
        posted = await client.post("/chat/messages", json=body, params=everywhere, headers=headers)
        opened = await client.get("/", params=everywhere, headers=headers)

    assert posted.status_code == 401
    assert token not in opened.headers["set-cookie"]
    assert token not in opened.text


async def test_sessions_do_not_see_each_other(visit: Visit) -> None:
    one, other = await visit(), await visit()
    await one.post(id="same", text="von der einen")
    assert (await other.post(id="same", text="von der anderen")).status_code == 202
    assert "von der einen" not in json.dumps(await other.history(), ensure_ascii=False)


async def test_two_devices_see_the_same(site: Site, visit: Visit) -> None:
    phone = await visit()
    async with httpx.AsyncClient(base_url=site.url, cookies=phone.client.cookies) as client:
        tablet = Visitor(client)
        async with phone.listening() as here, tablet.listening() as there:
            seen: list[list[dict[str, Any]]] = [[], []]

            async def watch(events: Any, into: list[dict[str, Any]]) -> None:
                async for event in events:
                    into.append(event)
                    if event.get("text") == "Zweite" or (
                        event and len(into) > 1 and into[-2].get("text") == "Zweite"
                    ):
                        return

            watching = [
                asyncio.create_task(watch(here, seen[0])),
                asyncio.create_task(watch(there, seen[1])),
            ]
            await phone.post(id="a", text="Erste")
            await tablet.post(id="b", text="Zweite")
            async with asyncio.timeout(10):
                await asyncio.gather(*watching)
        assert await phone.history() == await tablet.history()
    texts = [[one["text"] for one in each if one and one["from"] == "me"] for each in seen]
    assert texts[0] == texts[1]
    assert texts[0][-2:] == ["Erste", "Zweite"]


@pytest.mark.parametrize(
    "after", ["", "x", "-1", "0x10", "1e3", "٣", "5.0", "+5", "9" * 18, "9" * 400, "'; --"]
)
async def test_a_senseless_last_event_id(visit: Visit, after: str) -> None:
    visitor = await visit()
    assert await visitor.history(after) == await visitor.history()


async def test_the_stream_goes_on_where_it_ended(visit: Visit) -> None:
    visitor = await visit()
    everything = await visitor.history()
    assert await visitor.history(str(everything[0]["seq"])) == everything[1:]
    assert await visitor.history(str(everything[-1]["seq"])) == []


# ------------------------------------------------------------------ HTTP itself


@pytest.mark.parametrize(
    "path",
    [
        "/../../../../etc/passwd",
        "/static/../bot/settings.py",
        "/static/..%2f..%2fsettings.py",
        "/static/%2e%2e/%2e%2e/settings.py",
        "/static/....//settings.py",
        "/static/%00",
        "/static/",
        "/static//etc/passwd",
        "/about/../settings",
        "/about/%2e%2e",
        "/about/imprint%00",
        "/.env",
        "/var/lotse.db",
        "/%ff%fe",
        "/chat/../metrics/..",
        "//evil.example/",
        "/nowhere?lang=%00%ff",
        "/" + "x" * 8000,
    ],
)
async def test_paths_that_lead_nowhere(site: Site, path: str) -> None:
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    status, answer = await talk(site, head.encode())
    assert status == 404
    assert b"root:" not in answer
    assert b"SecretStr" not in answer


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "BREW"])
async def test_methods_that_nobody_offers(site: Site, method: str) -> None:
    head = f"{method} /chat/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    assert (await talk(site, head.encode()))[0] in {400, 405}


@pytest.mark.parametrize(
    ("request_", "statuses"),
    [
        (b"nonsense\r\n\r\n", {400}),
        (b"\x16\x03\x01\x02\x00\x01\x00", {0, 400}),
        (b"GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n", {400, 505}),
        (b"GET / HTTP/1.1\r\n\r\n", {400}),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", {400}),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n", {400}),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: \x00\x01\r\n\r\n", {400}),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X-Many: 1\r\n" * 2500 + b"\r\n", {431}),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 20_000 + b"\r\n\r\n", {431}),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 200_000 + b"\r\n\r\n", {400, 431}),
        (
            b"POST /chat/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            {400, 401},
        ),
        (
            b"POST /chat/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n",
            {400},
        ),
    ],
)
async def test_requests_that_are_none(
    site: Site, visit: Visit, request_: bytes, statuses: set[int]
) -> None:
    visitor = await visit()
    reader_status, _ = await talk(
        site, request_.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)
    )
    assert reader_status in statuses
    await visitor.is_answered()


async def test_headers_full_of_nonsense(visit: Visit) -> None:
    visitor = await visit()
    headers = {
        "Accept-Language": ";q=nan,*;q=1e309,de;q=x" + ",x" * 900,
        "User-Agent": "() { :; }; id",
        "X-Forwarded-For": "127.0.0.1, evil",
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "host=evil.example",
        "Range": "bytes=-1",
        "If-None-Match": "*",
    }
    for path in ("/", "/about/imprint", "/healthz", "/metrics"):
        response = await visitor.client.get(path, headers=headers)
        assert response.status_code == 200
        assert "evil" not in response.text
    await visitor.is_answered()


async def test_slow_clients_hold_up_nobody(site: Site, visit: Visit) -> None:
    visitor = await visit()
    writers = []
    for number in range(200):
        _, writer = await asyncio.open_connection("127.0.0.1", site.port)
        writers.append(writer)
        head = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
        body = (
            b"POST /chat/messages HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Content-Type: application/json\r\nContent-Length: 50\r\n"
            + f"Cookie: lotse={visitor.client.cookies['lotse']}\r\n\r\n".encode()
            + b'{"id'
        )
        writer.write(body if number % 2 else head)
    await visitor.is_answered()
    for writer in writers:
        writer.close()
    await visitor.is_answered()


async def test_a_listener_who_does_not_read_holds_up_nobody(site: Site, visit: Visit) -> None:
    deaf, visitor = await visit(), await visit()
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port, limit=1024)
    cookie = f"Cookie: lotse={deaf.client.cookies['lotse']}\r\n"
    writer.write(f"GET /chat/events HTTP/1.1\r\nHost: 127.0.0.1\r\n{cookie}\r\n".encode())
    await reader.readline()
    for number in range(20):
        assert (await deaf.post(id=f"{number}", text="x" * 15_000)).status_code == 202
    await visitor.is_answered()
    writer.transport.abort()
    await visitor.is_answered()


# ------------------------------------------------------------------ the webhook


def update(number: int, person: Any, **content: object) -> dict[str, Any]:
    sender = {"id": person.id, "is_bot": False, "first_name": "Olena", "language_code": "de"}
    chat = {"id": person.id, "type": "private", "first_name": "Olena"}
    message = {"message_id": number, "date": 1, "chat": chat, "from": sender}
    return {"update_id": 10_000 + number, "message": message | content}


async def test_the_webhook_knows_who_calls(site: Site) -> None:
    body = update(1, site.telegram.user(), text="/start")
    async with httpx.AsyncClient(base_url=site.url) as client:
        for secret in ("", "falsch", HOOK + "x", HOOK[:-1], HOOK.upper(), "\xff\xfe"):
            headers = {b"X-Telegram-Bot-Api-Secret-Token": secret.encode("latin-1")}
            assert (
                await client.post("/telegram/webhook", json=body, headers=headers)
            ).status_code == 401
        assert (await client.post("/telegram/webhook", json=body)).status_code == 401
        assert (await client.get("/telegram/webhook")).status_code == 405
    assert not site.telegram.called("sendMessage")


async def test_updates_that_nobody_can_read_stop_nothing(site: Site) -> None:
    person = site.telegram.user("Olena", language_code="de")
    headers = {"X-Telegram-Bot-Api-Secret-Token": HOOK, "Content-Type": "application/json"}
    bodies: list[tuple[object, int]] = [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'{"update_id": "1"}', 400),
        (b'{"update_id": true}', 400),
        (b'{"update_id": 1e400}', 400),
        (b"[" * 100_000, 400),
        ({"update_id": 20_001}, 200),
        ({"update_id": 20_002, "unknown_kind": {"x": 1}}, 200),
        ({"update_id": 20_003, "message": None}, 200),
        ({"update_id": 20_004, "message": []}, 200),
        ({"update_id": 20_005, "message": {"chat": {"id": "x"}}}, 200),
        ({"update_id": 20_006, "callback_query": {"id": 5}}, 200),
        ({"update_id": 20_007, "callback_query": {"id": "5", "from": {"id": 1.5}}}, 200),
        (update(2, person, text=["x"]), 200),
        (update(3, person, text=""), 200),
        (update(4, person, text="\x00\x07\u202e"), 200),
        (update(5, person, text="x" * 100_000), 200),
        (update(6, person, text="/" * 4000), 200),
        (update(7, person, dice={"emoji": "🎲", "value": 9**30}), 200),
        (update(-(2**70), person, text="x"), 400),
        (b'{"update_id": 20008, "message": {"message_id": 8, "date": 1, "text": "a\\ud800", "chat":'
         b' {"id": %d, "type": "private"}, "from": {"id": %d}}}' % (person.id, person.id), 200),
    ]  # fmt: skip
    async with httpx.AsyncClient(base_url=site.url, headers=headers) as client:
        for body, status in bodies:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            response = await client.post("/telegram/webhook", content=content)
            assert response.status_code == status, (body, response.status_code)
        honest = json.dumps(update(9, person, text="/menu")).encode()
        assert (await client.post("/telegram/webhook", content=honest)).status_code == 200
        await person.wait_for(lambda message: "Notfall" in message.labels)


async def test_nothing_of_all_this_was_a_fault(site: Site) -> None:
    """No turn has been set aside but those that no channel could read; no answer was a 500."""
    async with httpx.AsyncClient(base_url=site.url) as client:
        figures = (await client.get("/metrics")).text
        ready = await client.get("/readyz")
    assert 'lotse_quarantined_total{channel="web"}' not in figures
    assert ready.json()["parts"]["database"]["health"] == "good"
