"""The one web server of the process: uvicorn inside our own event loop, without handlers for
signals of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette

from bot.domain.errors import ConfigurationError

KEEP_ALIVE = 75
GRACE = 3


class Server(uvicorn.Server):
    """uvicorn, stopped by `App` alone."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start; `up` is set when the first request can come."""
        await super().startup(sockets)
        self.up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the app, which finishes running turns first."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """Bind the web server's socket before anything else starts, so that a taken port is known at
    once.

    Raises:
        ConfigurationError: the address cannot be bound.
    """
    listener: socket.socket | None = None
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # asyncio switches Nagle's algorithm off only where it sees that the protocol is TCP;
        # left on, it delays every second answer of a connection by 40 ms.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as error:
        if listener is not None:
            listener.close()
        raise ConfigurationError(
            f"the web server cannot use {host}:{port} ({error.strerror}). {_advice(error)}"
        ) from None
    return listener


def _advice(error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return "Is Lotse running already? For another port set LOTSE_WEB_PORT"
        case errno.EACCES:
            return "Ports below 1024 belong to root: set LOTSE_WEB_PORT to one above"
        case _:
            return "LOTSE_WEB_HOST must be an address of this machine, such as 127.0.0.1"


def make(app: Starlette, *, trusted_proxies: str) -> Server:
    """Return a server for `app`."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        lifespan="off",
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies or None,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
        h11_max_incomplete_event_size=32 * 1024,
        ws="none",
    )
    return Server(config)
