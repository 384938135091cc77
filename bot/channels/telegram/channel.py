"""The Telegram channel: the pieces put together behind the `Channel` port."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from datetime import datetime
from typing import Literal

import structlog
from starlette.routing import Route

from bot.channels.telegram import commands, health
from bot.channels.telegram.client import Client, Ok
from bot.channels.telegram.events import KINDS
from bot.channels.telegram.ingress import Ingress
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.pulse import Pulse
from bot.channels.telegram.send import Sender
from bot.channels.telegram.webhook import PATH, derived_secret, webhook_route
from bot.content.catalogue import Catalogue
from bot.domain.capabilities import Capabilities, Choices, LengthUnit, Rich
from bot.domain.delivery import Outcome
from bot.domain.texts import GROUP
from bot.service.ports import ChannelStatus, Cursor, Delivery, Door, Health, UnavailableError

log = structlog.get_logger(__name__)

CAPABILITIES = Capabilities(
    max_text=4096,
    unit=LengthUnit.UTF16,
    rich=Rich.ENTITIES,
    choices=Choices.BUTTONS,
    edits=True,
    edits_in_place=True,
    # Telegram allows 100, but also 10 KB for the whole keyboard.
    max_buttons=50,
    max_row=2,
    max_entities=100,
    pins=True,
    files=True,
    end_to_end=False,
)
CONNECTIONS = 40
"""Updates that Telegram may deliver to the webhook at once."""
PUBLISH_SECONDS = 600.0
WEBHOOK_SECONDS = 30.0


class TelegramChannel:
    """One bot. `cursor` keeps what was published last; offsets are Telegram's own business."""

    def __init__(
        self,
        *,
        token: str,
        api_url: str,
        mode: Literal["polling", "webhook"],
        secret: str | None,
        public_url: str | None,
        cursor: Cursor,
        catalogue: Callable[[], Catalogue],
        clock: Callable[[], datetime],
        staff_chat: int | None = None,
    ) -> None:
        self._mode = mode
        self._staff_chat = staff_chat
        self._secret = secret or derived_secret(token)
        self._public_url = public_url
        self._cursor = cursor
        self._catalogue = catalogue
        self._account = f"telegram:{token.partition(':')[0]}"
        self._client = Client(token=token, api_url=api_url)
        self._pulse = Pulse()
        self._sender = Sender(self._client, clock)
        self._ingress = Ingress(
            account=self._account,
            client=self._client,
            clock=clock,
            group_words=self._group_words,
            staff_chat=staff_chat,
        )
        self._asked = health.Asked(self._client, clock, staff_chat)

    @property
    def account(self) -> str:
        """`telegram:` and the bot's id."""
        return self._account

    @property
    def capabilities(self) -> Capabilities:
        """What Telegram can show."""
        return CAPABILITIES

    @property
    def username(self) -> str | None:
        """The bot's name for links, once Telegram has told it."""
        return self._asked.username

    def routes(self) -> list[Route]:
        """The webhook's route; it answers 503 while the channel does not run."""
        return [webhook_route(self._ingress, self._secret)]

    async def run(self, door: Door) -> None:
        """Receive until cancelled."""
        self._ingress.door = door
        publishing = asyncio.create_task(self._keep_published())
        try:
            if self._mode == "polling":
                await Polling(self._client, self._ingress, self._pulse).run()
            else:
                await self._serve_webhook()
        finally:
            publishing.cancel()
            await asyncio.gather(publishing, return_exceptions=True)
            await self._ingress.close()

    async def send(self, delivery: Delivery) -> Outcome:
        """Send all pieces in order."""
        return await self._sender.send(delivery)

    async def status(self) -> ChannelStatus:
        """While running what the loop saw last, else what Telegram says when asked."""
        if self._pulse.last is not None:
            trouble = self._sender.staff_trouble
            if self._pulse.last.health is Health.GOOD and trouble is not None:
                return health.staff_status(trouble)
            return self._pulse.last
        return await self._asked.status(webhook=self._mode == "webhook")

    async def close(self) -> None:
        """Close the connections, after the last send."""
        await self._client.close()

    async def _serve_webhook(self) -> None:
        """Register the webhook where we know our address, then let the route do the work."""
        delay = 1.0
        while self._public_url is not None:
            body = {
                "url": f"{self._public_url}{PATH}",
                "secret_token": self._secret,
                "allowed_updates": KINDS,
                "max_connections": CONNECTIONS,
            }
            reply = await self._client.call("setWebhook", body)
            if isinstance(reply, Ok):
                break
            log.error("telegram.webhook_not_set", reason=health.reason(reply))
            await asyncio.sleep(delay)
            delay = min(WEBHOOK_SECONDS, delay * 2)
        await asyncio.Event().wait()

    async def _keep_published(self) -> None:
        """Publish commands and descriptions whenever the content has others than before."""
        while True:
            try:
                if self.username is None:
                    await self._asked.status(webhook=self._mode == "webhook")
                await self._publish()
            except UnavailableError:
                log.warning("telegram.not_published", error="Unavailable")
            except Exception as error:  # noqa: BLE001  # a missing menu must not stop the answers
                log.warning("telegram.not_published", error=type(error).__name__)
            await asyncio.sleep(PUBLISH_SECONDS)

    async def _publish(self) -> None:
        wanted = commands.profiles(self._catalogue())
        staff = commands.staff_menu(self._catalogue(), self._staff_chat)
        mark = commands.fingerprint(wanted, staff)
        if await self._cursor.get() == mark:
            return
        # The import takes 0.2 s: beside the loop, so that nobody waits for it.
        await asyncio.to_thread(importlib.import_module, "bot.channels.telegram.request")
        await commands.publish(self._client, wanted, staff)
        await self._cursor.set(mark)
        log.info("telegram.published", languages=len(wanted))

    def _group_words(self, tag: str | None) -> str:
        catalogue = self._catalogue()
        language = catalogue.match_language(tag)
        return catalogue.words(GROUP, language.code if language else catalogue.site.source)
