"""The web chat as the design describes it to other programs: routes, codes, fields; over the whole
running program.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

import httpx
import pytest

from bot.storage import conversations, messages
from bot.storage.transaction import Tx
from tests.app.conftest import Site
from tests.app.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")
Visit = Callable[..., Awaitable[Visitor]]
FIELDS = {"id", "from", "lang", "dir", "text", "html", "choices", "replaces"}


async def test_opening_the_page_sets_the_session_cookie_and_keeps_it(site: Site) -> None:
    async with httpx.AsyncClient(base_url=site.url) as client:
        first = await client.get("/")
        token = client.cookies["lotse"]
        await client.get("/")

        assert first.status_code == 200
        assert first.headers["content-type"] == "text/html; charset=utf-8"
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
        assert client.cookies["lotse"] == token


async def test_a_program_without_a_page_can_talk(site: Site, visit: Visit) -> None:
    """No Origin, no Sec-Fetch headers, short ids, ids of 128 characters."""
    visitor = await visit()
    for own in ("1", "a b", "x" * 128):
        response = await visitor.post(id=own, text="/menu")
        assert (response.status_code, response.json()) == (202, {"id": own})
    mine = [event["id"] for event in await visitor.history() if event["from"] == "me"]
    assert mine[-3:] == ["1", "a b", "x" * 128]


async def test_202_means_committed(site: Site, visit: Visit) -> None:
    visitor = await visit()
    token = visitor.client.cookies["lotse"]

    def newest(tx: Tx) -> tuple[str | None, bool]:
        found = conversations.find(tx, "web", token)
        assert found is not None
        rows = messages.history(tx, found, 0, 100)
        mine = [row.client_id for row in rows if row.direction == "in"]
        return mine[-1], rows[-1].direction == "out"

    for number in range(10):
        assert (await visitor.post(id=f"{number}", text="/menu")).status_code == 202
        assert await site.app.database.read(newest) == (f"{number}", True)


async def test_events_have_the_fields_of_the_design(visit: Visit) -> None:
    visitor = await visit()
    await visitor.post(id="words", text="<b>Hallo</b>")
    menu = await visitor.asked(text="/menu")
    await visitor.post(choice=menu["choices"][0]["id"])
    events = await visitor.history()

    numbers = [event["seq"] for event in events]
    assert numbers == sorted(set(numbers))
    ids = {event["id"] for event in events}
    for event in events:
        assert set(event) >= FIELDS
        assert event["from"] in {"program", "me"}
        assert isinstance(event["id"], str)
        assert isinstance(event["text"], str)
        assert event["text"]
        assert event["html"].startswith("<")
        assert event["replaces"] is None or event["replaces"] in ids
        for choice in event["choices"]:
            assert isinstance(choice["id"], str)
            assert choice["label"]
        if event["from"] == "program":
            assert event["lang"] == "de"
            assert event["dir"] == "ltr"
    mine = next(event for event in events if event["id"] == "words")
    assert (mine["text"], mine["html"]) == ("<b>Hallo</b>", "<p>&lt;b&gt;Hallo&lt;/b&gt;</p>")
    assert any(event["replaces"] for event in events)


async def test_a_choice_may_be_pressed_or_said(visit: Visit) -> None:
    visitor = await visit()
    said: list[str] = []
    for pick in ("id", "label", "number"):
        menu = await visitor.asked(text="/menu")
        first = menu["choices"][0]
        body = {"choice": first["id"]} if pick == "id" else {"text": first["label"]}
        if pick == "number":
            body = {"text": "1"}
        said.append((await visitor.asked(**body))["text"])
    assert len(set(said)) == 1


async def test_arabic_is_right_to_left(visit: Visit) -> None:
    visitor = await visit()
    language = await visitor.asked(text="/language")
    arabic = next(one for one in language["choices"] if one["label"] == "العربية")
    newest = await visitor.asked(choice=arabic["id"])
    assert (arabic["lang"], arabic["dir"]) == ("ar", "rtl")
    assert (newest["lang"], newest["dir"]) == ("ar", "rtl")


async def test_the_stream_brings_what_is_said_later(visit: Visit) -> None:
    visitor = await visit()
    async with asyncio.timeout(10), visitor.listening() as events:
        async for event in events:
            if not event:
                break
        await visitor.post(id="later", text="/menu")
        echo = await anext(events)
        answer = await anext(events)
    assert (echo["id"], echo["from"]) == ("later", "me")
    assert answer["from"] == "program"
    assert answer["seq"] > echo["seq"]


async def test_while_the_program_ends_nothing_is_taken(site: Site, visit: Visit) -> None:
    visitor = await visit()
    site.app.door._closed = True
    refused = await visitor.post(id="1", text="/menu")
    site.app.door._closed = False

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert (await visitor.post(id="1", text="/menu")).status_code == 202
    assert [event["id"] for event in await visitor.history()].count("1") == 1


async def test_over_the_limit_it_says_when_to_come_again(visit: Visit) -> None:
    visitor = await visit()
    answers = [await visitor.post(text="/menu") for _ in range(60)]
    refused = next(answer for answer in answers if answer.status_code == 429)
    other = await visit()

    assert refused.headers["Retry-After"] == "1"
    assert {answer.status_code for answer in answers} == {202, 429}
    assert (await other.post(text="/menu")).status_code == 202


async def test_answers_of_a_connection_come_at_once(site: Site) -> None:
    """Nagle's algorithm would hold each one back for 40 ms."""
    async with httpx.AsyncClient(base_url=site.url) as client:
        await client.get("/healthz")
        async with asyncio.timeout(50 * 0.04):
            for _ in range(50):
                await client.get("/healthz")


@pytest.mark.parametrize("path", ["/about/imprint", "/about/privacy", "/about/accessibility"])
async def test_the_legal_pages_are_there(site: Site, path: str) -> None:
    async with httpx.AsyncClient(base_url=site.url) as client:
        assert (await client.get(path)).status_code == 200
