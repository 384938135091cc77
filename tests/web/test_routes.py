"""The routes at HTTP level: sessions, messages, the stream, headers, hosts, bad input."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest

from bot.content.catalogue import Catalogue
from bot.domain.outgoing import File
from bot.domain.texts_web import SEND
from bot.service.ports import ChannelStatus, Health
from bot.settings import Settings
from bot.web import events
from bot.web.languages import preferred
from bot.web.security import host_name
from tests.web.conftest import LiveServer, Site
from tests.web.scripted import ScriptedChat, too_many, unavailable

ID = "0d0f7b6e-1111-4222-8333-444455556666"


def settings(**values: object) -> Settings:
    return Settings(_env_file=None, **values)


@asynccontextmanager
async def visit(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """A client that has opened the page and holds its session."""
    async with site.client() as client:
        assert (await client.get("/")).status_code == 200
        yield client


async def say(client: httpx.AsyncClient, **fields: object) -> httpx.Response:
    return await client.post("/chat/messages", json={"id": ID, "text": "Hallo"} | fields)


# ------------------------------------------------------------------ the session


async def test_opening_the_page_sets_a_random_session_cookie(site: Site) -> None:
    async with site.client() as client:
        first = (await client.get("/")).headers["set-cookie"]
    async with site.client() as client:
        second = (await client.get("/")).headers["set-cookie"]

    assert re.fullmatch(
        r"lotse=[A-Za-z0-9_-]{43}; HttpOnly; Max-Age=2592000; Path=/; SameSite=lax", first
    )
    assert first.split(";")[0] != second.split(";")[0]


async def test_over_https_the_cookie_is_bound_to_the_host(catalogue: Catalogue) -> None:
    site = Site(catalogue, settings(public_url="https://lotse.example"))
    async with site.client("https://lotse.example") as client:
        response = await client.get("/")

        assert response.headers["set-cookie"].startswith("__Host-lotse=")
        assert "Secure" in response.headers["set-cookie"]
        assert response.headers["strict-transport-security"] == "max-age=31536000"
        assert (await say(client)).status_code == 202


async def test_coming_back_keeps_the_session(site: Site) -> None:
    async with visit(site) as client:
        before = client.cookies["lotse"]
        await client.get("/")

        assert client.cookies["lotse"] == before


@pytest.mark.parametrize("cookie", [None, "", "short", "x" * 43 + "!", "x" * 44, "x" * 4000])
async def test_without_a_session_nothing_is_taken(site: Site, cookie: str | None) -> None:
    headers = {} if cookie is None else {"Cookie": f"lotse={cookie}"}
    async with site.client() as client:
        posted = await client.post("/chat/messages", json={"id": ID, "text": "x"}, headers=headers)
        streamed = await client.get("/chat/events", headers=headers)

    assert (posted.status_code, streamed.status_code) == (401, 401)
    assert site.chat.conversations == {}


async def test_a_shared_device_has_a_cookie_that_ends_with_the_browser(site: Site) -> None:
    async with visit(site) as client:
        token = client.cookies["lotse"]
        response = await client.post("/chat/device", json={"shared": True})
        cookie = response.headers["set-cookie"]

        assert response.status_code == 204
        assert cookie.startswith(f"lotse={token}.s;")
        assert "Max-Age" not in cookie
        assert "expires" not in cookie.lower()

        page = await client.get("/")
        assert 'data-shared="yes"' in page.text
        assert "Max-Age" not in page.headers["set-cookie"]
        assert (await say(client)).status_code == 202
        assert site.chat.only == token

        await client.post("/chat/device", json={"shared": False})
        assert client.cookies["lotse"] == token


@pytest.mark.parametrize("body", [{}, {"shared": "yes"}, {"shared": 1}, []])
async def test_the_device_question_has_two_answers(site: Site, body: object) -> None:
    async with visit(site) as client:
        assert (await client.post("/chat/device", json=body)).status_code == 400


async def test_leaving_takes_cookie_and_storage_away(site: Site) -> None:
    async with visit(site) as client:
        response = await client.post("/chat/leave")

        assert response.status_code == 204
        assert "Max-Age=0" in response.headers["set-cookie"]
        assert response.headers["clear-site-data"] == '"cache", "storage"'
        assert "lotse" not in client.cookies
        assert (await client.post("/chat/leave")).status_code == 204


# ------------------------------------------------------------------ messages in


async def test_a_message_is_accepted_after_the_commit(site: Site) -> None:
    async with visit(site) as client:
        response = await say(client)

    assert (response.status_code, response.json()) == (202, {"id": ID})
    assert site.chat.posts == ["Hallo"]


async def test_a_repeated_message_counts_once(site: Site) -> None:
    async with visit(site) as client:
        answers = [(await say(client)).status_code for _ in range(3)]

    assert answers == [202, 202, 202]
    assert site.chat.posts == ["Hallo"]


async def test_the_same_id_with_other_words_is_a_conflict(site: Site) -> None:
    async with visit(site) as client:
        await say(client)

        assert (await say(client, text="Tschüss")).status_code == 409
        assert (
            await client.post("/chat/messages", json={"id": ID, "choice": "1~a"})
        ).status_code == 409
    assert site.chat.posts == ["Hallo"]


@pytest.mark.parametrize("own", ["1", "a b", "<script>", "x" * 128])
async def test_other_clients_make_ids_of_their_own(site: Site, own: str) -> None:
    async with visit(site) as client:
        response = await say(client, id=own)

    assert (response.status_code, response.json()) == (202, {"id": own})


async def test_two_sessions_may_use_the_same_id(site: Site) -> None:
    for _ in range(2):
        async with visit(site) as client:
            assert (await say(client)).status_code == 202
    assert len(site.chat.conversations) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"\xff\xfe",
        b"[" * 60_000,
        b'{"id": ' + b"9" * 50_000 + b"}",
        json.dumps({"text": "x"}).encode(),
        json.dumps({"id": 12345678, "text": "x"}).encode(),
        json.dumps({"id": "", "text": "x"}).encode(),
        json.dumps({"id": "x" * 129, "text": "x"}).encode(),
        json.dumps({"id": "ä", "text": "x"}).encode(),
        json.dumps({"id": "a\n", "text": "x"}).encode(),
        json.dumps({"id": ID}).encode(),
        json.dumps({"id": ID, "text": "x", "choice": "1~a"}).encode(),
        json.dumps({"id": ID, "text": ""}).encode(),
        json.dumps({"id": ID, "text": " \n\t "}).encode(),
        json.dumps({"id": ID, "text": ["x"]}).encode(),
        json.dumps({"id": ID, "choice": ""}).encode(),
        json.dumps({"id": ID, "choice": 3}).encode(),
        json.dumps({"id": ID, "choice": "1~" + "x" * 63}).encode(),
    ],
)
async def test_nonsense_is_refused(site: Site, body: bytes) -> None:
    async with visit(site) as client:
        response = await client.post(
            "/chat/messages", content=body, headers={"Content-Type": "application/json"}
        )

    assert response.status_code == 400
    assert set(response.json()) == {"error"}
    assert site.chat.posts == []


@pytest.mark.parametrize("text", ["\u202edlrow", "\x00\x07\x1b[31m", "👩‍👩‍👧", "\u2066" * 500])
async def test_strange_words_pass_as_they_are(site: Site, text: str) -> None:
    async with visit(site) as client:
        assert (await say(client, text=text)).status_code == 202
    assert site.chat.posts == [text]


async def test_half_characters_are_replaced(site: Site) -> None:
    async with visit(site) as client:
        response = await client.post(
            "/chat/messages",
            content=f'{{"id": "{ID}", "text": "a\\ud800b"}}',
            headers={"Content-Type": "application/json"},
        )

    assert response.status_code == 202
    assert site.chat.posts == ["a\ufffdb"]


async def test_bodies_over_64_kb_are_refused(site: Site) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 10_000

    async with visit(site) as client:
        declared = await say(client, text="x" * 10_000_000)
        streamed = await client.post(
            "/chat/messages", content=pieces(), headers={"Content-Type": "application/json"}
        )
        fits = await say(client, text="ж" * 10_000)

    assert (declared.status_code, streamed.status_code, fits.status_code) == (413, 413, 202)


async def test_only_json_is_read(site: Site) -> None:
    body = json.dumps({"id": ID, "text": "x"})
    async with visit(site) as client:
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
            response = await client.post(
                "/chat/messages", content=body, headers={"Content-Type": kind}
            )
            assert response.status_code == 415
        response = await client.post(
            "/chat/messages",
            content=body,
            headers={"Content-Type": "application/json; charset=utf-8"},
        )
        assert response.status_code == 202


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/chat/messages", "/chat/device", "/chat/leave"])
async def test_other_pages_cannot_write(site: Site, headers: dict[str, str], path: str) -> None:
    async with visit(site) as client:
        response = await client.post(path, json={"id": ID, "text": "x"}, headers=headers)

    assert response.status_code == 403
    assert site.chat.posts == []


async def test_our_own_page_can_write_behind_a_proxy(catalogue: Catalogue) -> None:
    site = Site(catalogue, settings(public_url="https://lotse.example"))
    async with site.client("https://127.0.0.1:8080") as client:
        await client.get("/")
        response = await client.post(
            "/chat/messages",
            json={"id": ID, "text": "x"},
            headers={"Origin": "https://lotse.example", "Sec-Fetch-Site": "same-origin"},
        )
    assert response.status_code == 202


async def test_a_database_that_is_down_is_503_and_takes_nothing(site: Site) -> None:
    async with visit(site) as client:
        site.chat.failures += [unavailable(), unavailable()]
        posted, streamed = await say(client), await client.get("/chat/events")

    assert (posted.status_code, posted.headers["retry-after"]) == (503, "5")
    assert streamed.status_code == 503
    assert site.chat.posts == []


async def test_the_page_opens_while_the_database_is_down(site: Site) -> None:
    async with visit(site) as client:
        site.chat.failures.append(unavailable())

        assert (await client.get("/")).status_code == 200


async def test_too_many_messages_are_429_with_a_time(site: Site) -> None:
    async with visit(site) as client:
        site.chat.failures.append(too_many(17))
        response = await say(client)

    assert (response.status_code, response.headers["retry-after"]) == (429, "17")


async def test_a_crash_tells_nothing(site: Site) -> None:
    async with visit(site) as client:
        site.chat.failures.append(RuntimeError("the words of a person"))
        response = await say(client)

    assert response.status_code == 500
    assert response.json() == {"error": "web.failed"}
    assert "default-src 'self'" in response.headers["content-security-policy"]


# ------------------------------------------------------------------ the stream


async def read_events(lines: AsyncIterator[str], until: str) -> list[dict[str, str]]:
    """Read events up to the first one named `until`."""
    found: list[dict[str, str]] = []
    current: dict[str, str] = {}
    async with asyncio.timeout(10):
        async for line in lines:
            name, _, value = line.partition(": ")
            if line:
                current[name or "comment"] = value
                continue
            if current:
                found.append({"event": "message"} | current)
                current = {}
            if found and found[-1]["event"] == until:
                return found
    raise AssertionError(found)


Serve = Callable[[Site], Awaitable[LiveServer]]


@asynccontextmanager
async def listen(
    server: LiveServer, client: httpx.AsyncClient, after: str = "0", lang: str = "de"
) -> AsyncIterator[AsyncIterator[str]]:
    url = f"{server.url}/chat/events?lang={lang}"
    async with client.stream("GET", url, headers={b"Last-Event-ID": after.encode()}) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        yield response.aiter_lines()


def greet(chat: ScriptedChat, session: str, said: str) -> None:
    chat.say(session, "<p>Guten Tag.</p>" if not said else f"<p>{said}?</p>", "Ja", "Nein")


async def test_the_stream_greets_replays_and_goes_on(site: Site, serve: Serve) -> None:
    site.chat.answer = greet
    server = await serve(site)
    async with httpx.AsyncClient() as client:
        await client.get(server.url)
        async with listen(server, client) as lines:
            history = await read_events(lines, "ready")
            greeting = json.loads(next(one for one in history if one.get("id") == "1")["data"])
            assert greeting["text"] == "<p>Guten Tag.</p>"

            posted = await client.post(f"{server.url}/chat/messages", json={"id": ID, "text": "Wo"})
            assert posted.status_code == 202
            echo = (await read_events(lines, "message"))[-1]
            answer = (await read_events(lines, "message"))[-1]

    assert (echo["id"], json.loads(echo["data"])["id"]) == ("2", ID)
    assert (answer["id"], json.loads(answer["data"])["text"]) == ("3", "<p>Wo?</p>")
    assert len(site.chat.opened) == 1


async def test_the_stream_goes_on_after_the_last_event_seen(site: Site, serve: Serve) -> None:
    site.chat.answer = greet
    server = await serve(site)
    async with httpx.AsyncClient() as client:
        await client.get(server.url)
        async with listen(server, client) as lines:
            await read_events(lines, "ready")
        await client.post(f"{server.url}/chat/messages", json={"id": ID, "text": "Wo"})

        async with listen(server, client, after="2") as lines:
            missed = await read_events(lines, "ready")
    assert [one["id"] for one in missed if one["event"] == "message" and "id" in one] == ["3"]


@pytest.mark.parametrize("after", ["", "x", "-1", "1e9", "٣", "7", "9" * 18, "9" * 30])
async def test_a_senseless_last_event_id_gives_the_whole_history(
    site: Site, serve: Serve, after: str
) -> None:
    site.chat.answer = greet
    server = await serve(site)
    async with httpx.AsyncClient() as client:
        await client.get(server.url)
        async with listen(server, client, after=after) as lines:
            history = await read_events(lines, "ready")
    assert any(one.get("id") == "1" for one in history)


async def test_more_than_one_batch_arrives_in_order(site: Site, serve: Serve) -> None:
    def many(chat: ScriptedChat, session: str, said: str) -> None:
        for number in range(450):
            chat.say(session, f"<p>{number}</p>")

    site.chat.answer = many
    server = await serve(site)
    async with httpx.AsyncClient() as client:
        await client.get(server.url)
        async with listen(server, client) as lines:
            history = await read_events(lines, "ready")
    assert [int(one["id"]) for one in history if "id" in one] == list(range(1, 451))


async def test_the_page_learns_the_conversations_language(site: Site, serve: Serve) -> None:
    site.chat.answer = lambda chat, session, said: chat.say(session, "<p>مرحبا</p>", lang="ar")
    server = await serve(site)
    async with httpx.AsyncClient() as client:
        await client.get(server.url)
        async with listen(server, client, lang="de") as lines:
            german = await read_events(lines, "ready")
        async with listen(server, client, lang="ar") as lines:
            arabic = await read_events(lines, "ready")

    page = json.loads(next(one for one in german if one["event"] == "page")["data"])
    assert (page["lang"], page["dir"]) == ("ar", "rtl")
    assert page["words"]["send"] == site.catalogue.words(SEND, "ar")
    assert not any(one["event"] == "page" for one in arabic)


async def test_a_humans_german_does_not_turn_the_page(site: Site, serve: Serve) -> None:
    def turn(chat: ScriptedChat, session: str, said: str) -> None:
        chat.say(session, "<p>مرحبا</p>", lang="ar")
        chat.say(session, "<p>Guten Tag.</p>", speaker="human")

    site.chat.answer = turn
    server = await serve(site)
    async with httpx.AsyncClient() as client:
        await client.get(server.url)
        async with listen(server, client, lang="ar") as lines:
            assert not any(one["event"] == "page" for one in await read_events(lines, "ready"))


async def test_an_edit_of_an_older_message_does_not_turn_the_page(site: Site, serve: Serve) -> None:
    def turn(chat: ScriptedChat, session: str, said: str) -> None:
        first = chat.say(session, "<p>Sprache?</p>")
        chat.say(session, "<p>مرحبا</p>", lang="ar")
        chat.say(session, "<p>Sprache?</p>", replaces=first)

    site.chat.answer = turn
    server = await serve(site)
    async with httpx.AsyncClient() as client:
        await client.get(server.url)
        async with listen(server, client, lang="ar") as lines:
            assert not any(one["event"] == "page" for one in await read_events(lines, "ready"))


async def test_a_quiet_stream_sends_heartbeats(
    site: Site, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "HEARTBEAT", 0.05)
    server = await serve(site)
    async with httpx.AsyncClient() as client:
        await client.get(server.url)
        async with listen(server, client) as lines:
            await read_events(lines, "ready")
            async with asyncio.timeout(5):
                assert [await anext(lines) for _ in range(4)] == [": ", "", ": ", ""]


async def test_stopping_the_server_ends_open_streams(site: Site, serve: Serve) -> None:
    server = await serve(site)
    async with httpx.AsyncClient() as client:
        await client.get(server.url)
        async with listen(server, client) as lines:
            await read_events(lines, "ready")
            async with asyncio.timeout(2):
                await server.stop()
                assert [line async for line in lines] == []


async def test_a_visitor_who_goes_leaves_no_stream_behind(site: Site, serve: Serve) -> None:
    before = events.STREAMS._value.get()
    server = await serve(site)
    async with httpx.AsyncClient() as client:
        await client.get(server.url)
        async with listen(server, client) as lines:
            await read_events(lines, "ready")
            assert events.STREAMS._value.get() == before + 1
    async with asyncio.timeout(5):
        while events.STREAMS._value.get() != before:
            await asyncio.sleep(0.01)  # the server has no event for it


# ------------------------------------------------------------------ pages, headers, hosts


async def test_the_page_speaks_the_browsers_language(site: Site) -> None:
    async with site.client() as client:
        page = await client.get("/", headers={"Accept-Language": "fr, ar-SY;q=0.9, en;q=0.8"})

    assert '<html lang="ar" dir="rtl">' in page.text
    assert site.catalogue.words(SEND, "ar") in page.text


async def test_the_conversations_language_comes_before_the_browsers(site: Site) -> None:
    async with visit(site) as client:
        site.chat.say(client.cookies["lotse"], "<p>مرحبا</p>", lang="ar")
        page = await client.get("/", headers={"Accept-Language": "en"})

    assert '<html lang="ar" dir="rtl">' in page.text


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ("", []),
        ("uk", ["uk"]),
        ("de;q=0.5, uk-UA, en;q=0.7", ["uk-UA", "en", "de"]),
        ("*, de;q=0, pl", ["pl"]),
        ("de;q=abc, <x>, pl;q=0.1", ["pl"]),
        (",,;;=", []),
    ],
)
def test_accept_language(header: str, tags: list[str]) -> None:
    assert preferred(header) == tags


@pytest.mark.parametrize("page", ["imprint", "privacy", "accessibility", "feedback"])
async def test_the_pages_of_the_footer(site: Site, page: str) -> None:
    async with site.client() as client:
        german = await client.get(f"/about/{page}?lang=de")
        arabic = await client.get(f"/about/{page}?lang=ar")

    assert german.status_code == arabic.status_code == 200
    assert '<html lang="de" dir="ltr">' in german.text
    assert '<html lang="ar" dir="rtl">' in arabic.text
    assert "set-cookie" not in german.headers


class WithoutLegal:
    """A catalogue whose site has neither legal texts nor an address for feedback."""

    def __init__(self, whole: Catalogue) -> None:
        self._whole = whole
        self.site = replace(whole.site, legal=frozenset(), feedback=None)

    def __getattr__(self, name: str) -> object:
        return getattr(self._whole, name)


async def test_a_missing_imprint_is_named_as_missing(site: Site) -> None:
    site.catalogue = WithoutLegal(site.catalogue)  # type: ignore[assignment]
    async with site.client() as client:
        for page in ("imprint", "privacy", "accessibility", "feedback"):
            assert "Diese Angabe fehlt noch." in (await client.get(f"/about/{page}?lang=de")).text


async def test_unknown_pages_have_a_way_back(site: Site) -> None:
    async with site.client() as client:
        for path in ("/nothing", "/about/nothing", "/about/..%2f..%2fetc"):
            response = await client.get(path, headers={"Accept-Language": "de"})
            assert response.status_code == 404
            assert 'href="/"' in response.text
        assert (await client.get("/static/../server.py")).status_code == 404
        assert (await client.get("/static/nothing.css")).status_code == 404
        assert (await client.get("/chat/messages")).status_code == 405


async def test_every_answer_carries_the_security_headers(site: Site) -> None:
    async with visit(site) as client:
        answers = [
            await client.get("/"),
            await client.get("/about/imprint"),
            await client.get("/nothing"),
            await client.get("/healthz"),
            await client.get("/static/chat.css"),
            await say(client),
            await client.get("/", headers={"Host": "evil.example"}),
        ]

    for answer in answers:
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
    assert answers[0].headers["cache-control"] == "no-store"
    assert "immutable" in answers[4].headers["cache-control"]


async def test_the_page_holds_no_inline_script_or_style(site: Site) -> None:
    async with visit(site) as client:
        html = (await client.get("/")).text

    scripts = re.findall(r"<script[^>]*>", html)
    assert len(scripts) == 2
    assert all('src="/static/' in tag or 'type="application/json"' in tag for tag in scripts)
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)


@pytest.mark.parametrize(
    ("values", "host", "status"),
    [
        ({}, "127.0.0.1:8080", 200),
        ({}, "localhost", 200),
        ({}, "[::1]:8080", 200),
        ({}, "LOCALHOST:1", 200),
        ({}, "evil.example", 400),
        ({}, "127.0.0.1.evil.example", 400),
        ({}, "localhost@evil.example", 400),
        ({}, "localhost:x", 400),
        ({}, "", 400),
        ({"public_url": "https://lotse.example"}, "lotse.example", 200),
        ({"public_url": "https://lotse.example"}, "127.0.0.1:8080", 200),
        ({"public_url": "https://lotse.example"}, "other.example", 400),
        ({"web_host": "0.0.0.0"}, "lotse.example", 200),
    ],
)
async def test_which_hosts_are_answered_for(
    catalogue: Catalogue, values: dict[str, str], host: str, status: int
) -> None:
    async with Site(catalogue, settings(**values)).client() as client:
        assert (await client.get("/healthz", headers={"Host": host})).status_code == status


def test_host_names() -> None:
    assert host_name("[::1]:80") == "::1"
    assert host_name("a/b") is None
    assert host_name("a b") is None


async def test_too_many_headers_are_refused(site: Site) -> None:
    async with site.client() as client:
        response = await client.get("/healthz", headers={"X-Long": "x" * 17_000})
    assert response.status_code == 431


# ------------------------------------------------------------------ health


async def test_health(site: Site) -> None:
    async with site.client() as client:
        assert (await client.get("/healthz")).text == "ok"
        assert (await client.get("/readyz")).json() == {
            "ready": True,
            "parts": {"database": {"health": "good", "message": "", "hint": ""}},
        }
        site.health["matrix"] = ChannelStatus(health=Health.DEGRADED, message="slow", hint="wait")
        assert (await client.get("/readyz")).status_code == 200
        site.health["database"] = ChannelStatus(health=Health.DOWN)
        assert (await client.get("/readyz")).status_code == 503
        figures = await client.get("/metrics")
    assert "lotse_web_streams" in figures.text
    assert figures.headers["content-type"].startswith("text/plain")


# ------------------------------------------------------------------ files


CALENDAR = File(name="K7F3.ics", media_type="text/calendar", text="BEGIN:VCALENDAR\r\nZ:ü\r\n")


async def test_a_file_is_handed_over_to_be_kept(site: Site) -> None:
    async with visit(site) as client:
        await client.post("/chat/messages", json={"id": ID, "text": "Hallo"})
        site.chat.files[site.chat.only, 7] = CALENDAR
        answer = await client.get("/chat/files/7")
    assert answer.status_code == 200
    assert answer.content == CALENDAR.text.encode()
    headers = answer.headers
    assert headers["content-type"] == "text/calendar; charset=utf-8"
    assert headers["content-disposition"] == 'attachment; filename="K7F3.ics"'
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["cross-origin-resource-policy"] == "same-origin"


async def test_a_file_belongs_to_the_session_that_got_it(site: Site) -> None:
    async with visit(site) as client:
        await client.post("/chat/messages", json={"id": ID, "text": "Hallo"})
        site.chat.files[site.chat.only, 7] = CALENDAR
        for seq in ("8", "0", "9" * 30, "x", "-7"):
            assert (await client.get(f"/chat/files/{seq}")).status_code == 404
    async with visit(site) as stranger:
        assert (await stranger.get("/chat/files/7")).status_code == 404
    async with site.client() as nobody:
        assert (await nobody.get("/chat/files/7")).status_code == 404


async def test_a_strange_file_cannot_speak_in_the_headers(site: Site) -> None:
    strange = File(name='a"\r\nX: 1ü.html', media_type="text/html", text="<script>")
    async with visit(site) as client:
        await client.post("/chat/messages", json={"id": ID, "text": "Hallo"})
        site.chat.files[site.chat.only, 7] = strange
        answer = await client.get("/chat/files/7")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == 'attachment; filename="a___X__1_.html"'
