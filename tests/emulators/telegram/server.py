"""The HTTP face of the Bot API: addresses, statuses, faults, downloads."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
from typing import Any

from aiohttp import web

from tests.emulators.telegram.api import METHODS, BotApi
from tests.emulators.telegram.errors import ApiError, too_many_requests
from tests.emulators.telegram.faults import Fault, FaultKind
from tests.emulators.telegram.limits import DOWNLOAD_BYTES, UPLOAD_BYTES
from tests.emulators.telegram.params import Params, read_params

SERVER_ERROR_PAGE = (
    "<html>\r\n<head><title>500 Internal Server Error</title></head>\r\n<body>\r\n"
    "<center><h1>500 Internal Server Error</h1></center>\r\n<hr><center>nginx</center>\r\n"
    "</body>\r\n</html>\r\n"
)


def bot_api_routes(api: BotApi) -> list[web.RouteDef]:
    """Routes of the Bot API for one bot."""

    async def call(request: web.Request) -> web.StreamResponse:
        return await _call(api, request)

    async def download(request: web.Request) -> web.StreamResponse:
        _check_token(api, request)
        path = request.match_info["path"]
        file = next((one for one in api.state.files.values() if one.path == path), None)
        if file is None or file.size > DOWNLOAD_BYTES:
            raise ApiError(404, "Not Found")
        return web.Response(body=file.content, content_type="application/octet-stream")

    return [
        web.get("/file/bot{token}/{path:.+}", _guarded(download)),
        web.route("*", "/bot{token}/{method}", _guarded(call)),
    ]


def application(routes: list[web.RouteDef]) -> web.Application:
    app = web.Application(client_max_size=UPLOAD_BYTES + 1024 * 1024)
    app.add_routes(routes)
    return app


async def _call(api: BotApi, request: web.Request) -> web.StreamResponse:
    _check_token(api, request)
    name = METHODS.get(request.match_info["method"].lower(), ("", None))[0]
    params = await read_params(request)
    fault = api.faults.take(name, params.values)
    if fault is not None:
        return await _faulty(api, request, name, params, fault)
    return await _answer(api, name, params)


async def _answer(api: BotApi, name: str, params: Params) -> web.Response:
    return _json_response({"ok": True, "result": await api.execute(name, params)})


async def _faulty(
    api: BotApi, request: web.Request, name: str, params: Params, fault: Fault
) -> web.StreamResponse:
    """What a struck call looks like from outside."""
    match fault.kind:
        case FaultKind.TOO_MANY_REQUESTS:
            raise too_many_requests(fault.retry_after)
        case FaultKind.SERVER_ERROR:
            return web.Response(status=500, text=SERVER_ERROR_PAGE, content_type="text/html")
        case FaultKind.ERROR:
            raise ApiError(fault.status, fault.description, **fault.parameters)
        case FaultKind.RESET_BEFORE:
            return _reset(request)
        case FaultKind.RESET_AFTER:
            with contextlib.suppress(ApiError):
                await api.execute(name, params)
            return _reset(request)
        case FaultKind.SLOW:
            response = await _answer(api, name, params)
            await asyncio.sleep(fault.seconds)
            return response
        case FaultKind.TRUNCATED:
            body = (await _answer(api, name, params)).body
            whole = body if isinstance(body, bytes) else b"{}"
            half = whole[: len(whole) // 2]
            return web.Response(body=half, content_type="application/json")


def _reset(request: web.Request) -> web.StreamResponse:
    """Break the connection with a TCP reset."""
    transport = request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()


def _check_token(api: BotApi, request: web.Request) -> None:
    token = request.match_info["token"]
    if ":" not in token:
        raise ApiError(404, "Not Found")
    if token != api.token:
        raise ApiError(401, "Unauthorized")


def _guarded(handler: Any) -> Any:
    async def guarded(request: web.Request) -> web.StreamResponse:
        try:
            response: web.StreamResponse = await handler(request)
        except ApiError as error:
            return _json_response(error.body(), status=error.status)
        return response

    return guarded


def _json_response(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(
        body=json.dumps(body).encode(), status=status, content_type="application/json"
    )
