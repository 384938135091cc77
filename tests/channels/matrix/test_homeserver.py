from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web

from bot.channels.matrix.backoff import Backoff
from bot.channels.matrix.homeserver import Homeserver, MatrixError, path

ANSWERS = {
    "/good": web.json_response,
    "/limited": lambda: web.json_response(
        {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1500}, status=429
    ),
    "/limited-header": lambda: web.Response(status=429, headers={"Retry-After": "7"}),
    "/forbidden": lambda: web.json_response({"errcode": "M_FORBIDDEN"}, status=403),
    "/out": lambda: web.json_response(
        {"errcode": "M_UNKNOWN_TOKEN", "soft_logout": True}, status=401
    ),
    "/broken": lambda: web.Response(text="<html>bad gateway</html>", status=502),
    "/text": lambda: web.Response(text="hello"),
    "/list": lambda: web.json_response([1]),
}


@pytest.fixture
async def homeserver() -> AsyncIterator[Homeserver]:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/good":
            return web.json_response({"auth": request.headers.get("Authorization")})
        return ANSWERS[request.path]()

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    async with aiohttp.ClientSession() as session:
        yield Homeserver(f"http://127.0.0.1:{port}/", session)
    await runner.cleanup()


async def failure(homeserver: Homeserver, where: str) -> MatrixError:
    with pytest.raises(MatrixError) as caught:
        await homeserver.call("GET", where)
    return caught.value


async def test_an_answer(homeserver: Homeserver) -> None:
    homeserver.token = "secret"
    assert await homeserver.call("POST", "/good", {}) == {"auth": "Bearer secret"}


async def test_limits(homeserver: Homeserver) -> None:
    error = await failure(homeserver, "/limited")
    assert (error.limited, error.final, error.certain) == (True, False, True)
    assert error.retry_after == timedelta(milliseconds=1500)
    assert (await failure(homeserver, "/limited-header")).retry_after == timedelta(seconds=7)


async def test_refusals(homeserver: Homeserver) -> None:
    error = await failure(homeserver, "/forbidden")
    assert (error.code, error.final, error.certain) == ("M_FORBIDDEN", True, True)
    error = await failure(homeserver, "/out")
    assert (error.code, error.final, error.soft) == ("M_UNKNOWN_TOKEN", False, True)


@pytest.mark.parametrize("where", ["/broken", "/text", "/list"])
async def test_what_is_no_answer_leaves_it_open(homeserver: Homeserver, where: str) -> None:
    error = await failure(homeserver, where)
    assert (error.final, error.certain) == (False, False)


async def test_nobody_there() -> None:
    async with aiohttp.ClientSession() as session:
        error = await failure(Homeserver("http://127.0.0.1:9", session), "/good")
    assert (error.code, error.certain, error.status) == ("unreachable", True, None)


def test_path_quotes() -> None:
    assert path("rooms", "!a/b:c", "send") == "/_matrix/client/v3/rooms/%21a%2Fb%3Ac/send"


def test_backoff() -> None:
    backoff = Backoff(first=1.0, ceiling=5.0)
    assert [backoff.after() for _ in range(4)] == [1.0, 2.0, 4.0, 5.0]
    assert backoff.after(timedelta(seconds=9)) == 9.0
    assert backoff.after(timedelta(seconds=1)) == 5.0
    backoff.reset()
    assert backoff.after() == 1.0
