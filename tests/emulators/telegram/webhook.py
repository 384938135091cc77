"""Delivery by webhook: one update in flight per queue, retries with backoff, replies as calls.

Messages queue by chat, callback queries by person: a press can overtake a text of the same
person, here as there. What the bot answers with 2xx is confirmed; a JSON (or form) body with
`method` is executed as a call whose result nobody hears of.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import aiohttp

from tests.emulators.telegram.errors import ApiError, bad_request
from tests.emulators.telegram.params import Params
from tests.emulators.telegram.updates import Pending, UpdateQueue

Json = dict[str, Any]
Execute = Callable[[str, Params], Awaitable[Any]]

DEFAULT_CONNECTIONS = 40
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


@dataclass(kw_only=True)
class WebhookConfig:
    """What `setWebhook` was told."""

    url: str
    secret_token: str = ""
    max_connections: int = DEFAULT_CONNECTIONS
    ip_address: str = "127.0.0.1"


@dataclass(kw_only=True)
class WebhookSender:
    """Carries updates to the bot while a webhook is set."""

    updates: UpdateQueue
    execute: Execute
    changed: Callable[[], None]
    retry_seconds: float = 0.05
    """First pause after a refusal; it doubles up to `retry_limit`. Telegram's are longer."""
    retry_limit: float = 2.0
    timeout: float = 60.0
    config: WebhookConfig | None = None
    deliveries: int = 0
    failures: int = 0
    last_error: tuple[int, str] | None = None
    in_flight: int = 0
    most_in_flight: int = 0
    _workers: dict[Hashable, asyncio.Task[None]] = field(default_factory=dict)
    _session: aiohttp.ClientSession | None = None
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    async def set(self, config: WebhookConfig | None) -> None:
        """Start delivering to a new address; None stops."""
        await self._stop_workers()
        self.config = config
        if config is None:
            return
        self.last_error = None
        self._slots = asyncio.Semaphore(config.max_connections)
        for pending in list(self.updates.pending.values()):
            self.notice(pending)

    def notice(self, pending: Pending) -> None:
        """A new update: make sure its queue is being worked off."""
        if self.config is not None and pending.queue not in self._workers:
            self._workers[pending.queue] = asyncio.create_task(self._drain(pending.queue))

    def info(self) -> Json:
        config = self.config
        body: Json = {
            "url": config.url if config else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates.pending),
        }
        if config:
            body |= {"max_connections": config.max_connections, "ip_address": config.ip_address}
        if self.updates.allowed is not None:
            body["allowed_updates"] = sorted(self.updates.allowed)
        if self.last_error:
            body["last_error_date"], body["last_error_message"] = self.last_error
        return body

    async def close(self) -> None:
        await self._stop_workers()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _stop_workers(self) -> None:
        workers, self._workers = list(self._workers.values()), {}
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    async def _drain(self, queue: Hashable) -> None:
        """Deliver what waits in one queue, in order, until it is empty."""
        pause = self.retry_seconds
        while (pending := self._next(queue)) is not None:
            refused = ""
            for body in self.updates.copies(pending.body):
                async with self._slots:
                    refused = await self._deliver(body)
            if not refused:
                self.updates.confirm(pending.update_id)
                pause = self.retry_seconds
                continue
            self.failures += 1
            self.last_error = (int(time.time()), refused)
            self.changed()
            await asyncio.sleep(pause)
            pause = min(pause * 2, self.retry_limit)
        self._workers.pop(queue, None)

    def _next(self, queue: Hashable) -> Pending | None:
        waiting = self.updates.pending.values()
        return next((pending for pending in waiting if pending.queue == queue), None)

    async def _deliver(self, body: Json) -> str:
        """Post one update. Empty if the bot took it, else why not."""
        config = self.config
        if config is None:
            return "Webhook was deleted"
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0)
            self._session = aiohttp.ClientSession(connector=connector)
        headers = {"Content-Type": "application/json"}
        if config.secret_token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = config.secret_token
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        self.deliveries += 1
        try:
            async with self._session.post(
                config.url,
                data=json.dumps(body).encode(),
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=self.timeout),
                allow_redirects=False,
            ) as response:
                reply = await response.read()
                if not 200 <= response.status < 300:
                    return f"Wrong response from the webhook: {response.status} {response.reason}"
                await self._execute_reply(response.content_type, reply)
                return ""
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientError:
            return "Connection failed"
        finally:
            self.in_flight -= 1

    async def _execute_reply(self, content_type: str, reply: bytes) -> None:
        call: Any = None
        with contextlib.suppress(ValueError):
            if content_type == "application/json":
                call = json.loads(reply) if reply else None
            elif content_type == "application/x-www-form-urlencoded":
                call = dict(parse_qsl(reply.decode()))
        if isinstance(call, dict) and isinstance(call.get("method"), str):
            values = {key: value for key, value in call.items() if key != "method"}
            with contextlib.suppress(ApiError):
                await self.execute(call["method"], Params(values))


def checked_config(url: str, secret: str, connections: int | None) -> WebhookConfig:
    """A configuration the server accepts. Plain http is accepted here, on loopback only."""
    if not re.match(r"https://|http://(localhost|127\.0\.0\.1)[:/]", url):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    limit = min(max(connections or DEFAULT_CONNECTIONS, 1), 100)
    return WebhookConfig(url=url, secret_token=secret, max_connections=limit)
