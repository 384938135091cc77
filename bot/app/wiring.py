"""Puts the rooms together and runs them: one process, one event loop, one task per channel.

Nothing is decided here that a room could decide; what fails at the start fails with a sentence
(exit code 2).
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import socket
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog
from starlette.routing import BaseRoute

from bot.app import serve
from bot.app.database import open_database, upgrade_database
from bot.app.secret import secret_key
from bot.app.state import AccountCursor, AccountSecrets
from bot.domain.errors import ConfigurationError, LotseError
from bot.jobs.embedded import Runner
from bot.service import metrics
from bot.service.delivery import Deliverer
from bot.service.door import FrontDoor
from bot.service.jobs import Jobs
from bot.service.limits import Limits
from bot.service.notifier import Notifier
from bot.service.ports import Channel, ChannelStatus, Health
from bot.service.preview import CONTENT_CHANGED, Preview
from bot.service.reload import LiveContent
from bot.service.rerun import RERUN, rerun
from bot.service.retention import EXPIRE, expire, schedule
from bot.service.turn import Account
from bot.service.webchat import HistoryChat
from bot.settings import Settings
from bot.storage import conversations, leases, outbox
from bot.storage.database import Database

log = structlog.get_logger(__name__)

STOP_SECONDS = 2.0
FIGURES_EVERY = 5.0
HISTORY = "content-history"
WEB_BURST = 30
WEB_RATE = 2.0  # messages a second: more than fingers type, less than a script sends


@dataclass(slots=True)
class App:
    """Everything that runs. `run` ends when `stop` was called or a part cannot go on."""

    settings: Settings
    database: Database
    catalogue: LiveContent
    clock: Callable[[], datetime]
    door: FrontDoor
    notifier: Notifier
    web_chat: HistoryChat
    jobs: Runner
    owner: str
    channels: list[Channel] = field(default_factory=list)
    routes: list[BaseRoute] = field(default_factory=list)
    deliverers: dict[str, Deliverer] = field(default_factory=dict)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def add_channel(self, channel: Channel) -> None:
        """Let a channel's events in and its messages out."""
        deliverer = Deliverer(
            database=self.database,
            channel=channel,
            owner=self.owner,
            catalogue=self.catalogue,
            clock=self.clock,
        )
        account = Account(
            name=channel.account,
            capabilities=channel.capabilities,
            owner=self.owner,
            busy=deliverer.busy,
        )
        self.door.add_account(account, deliverer.accept)
        self.channels.append(channel)
        self.deliverers[channel.account] = deliverer

    def stop(self) -> None:
        """Finish running turns and end."""
        self.stopping.set()

    async def ready(self) -> dict[str, ChannelStatus]:
        """Ask every part how it is doing."""
        parts = {"database": await self._database_status(), "content": self._content_status()}
        for channel in self.channels:
            parts[metrics.channel_of(channel.account)] = await channel.status()
        return parts

    async def _database_status(self) -> ChannelStatus:
        try:
            async with asyncio.timeout(2):
                await self.database.read(lambda tx: conversations.find(tx, "web", ""))
        except (LotseError, TimeoutError):
            return ChannelStatus(
                health=Health.DOWN,
                message="the database does not answer",
                hint="messages wait on the platforms; look at the disk or at PostgreSQL",
            )
        return ChannelStatus(health=Health.GOOD)

    def _content_status(self) -> ChannelStatus:
        catalogue = self.catalogue()
        if self.catalogue.refused:
            return ChannelStatus(
                health=Health.DEGRADED,
                message="the newest change has errors; the last good content is live",
                hint="`lotse content check` lists them",
            )
        return ChannelStatus(health=Health.GOOD, message=f"{len(catalogue.entries)} entries")

    async def run(
        self, listener: socket.socket, *, started: Callable[[], None] | None = None
    ) -> None:
        """Run until stopped. The listener is the web server's bound socket; `started` is called
        when the first request can come.

        Raises:
            LeaseTaken: another process serves one of the accounts.
        """
        try:
            await self._run(listener, started)
        finally:
            await self.database.close()

    async def _run(self, listener: socket.socket, started: Callable[[], None] | None) -> None:
        from bot.web.server import build as build_web  # jinja2 only where the web runs

        web = build_web(
            settings=self.settings,
            chat=self.web_chat,
            catalogue=self.catalogue,
            ready=self.ready,
            routes=self.routes,
            clock=self.clock,
            preview=Preview(
                self.catalogue,
                self.settings.content_dir,
                self.settings.locales_dir,
                notifier=self.notifier,
                clock=self.clock,
            ),
        )
        server = serve.make(web, trusted_proxies=self.settings.trusted_proxies)
        with ExitStack() as stack:
            # The web has a lease too: what wakes its listeners and runs the jobs is this process.
            for account in (self.web_chat.account.name, *self.deliverers):
                stack.enter_context(
                    await asyncio.to_thread(leases.take, self.settings.database, account)
                )
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            background = [
                asyncio.create_task(self._keep(deliverer.run, "delivery"))
                for deliverer in self.deliverers.values()
            ]
            receiving = [asyncio.create_task(self._receive(channel)) for channel in self.channels]
            background.append(asyncio.create_task(self._figures()))
            background.append(asyncio.create_task(self._keep(self._work, "jobs")))
            background.append(asyncio.create_task(self._keep(self.catalogue.watch, "content")))
            stop = asyncio.create_task(self.stopping.wait())
            up = asyncio.create_task(server.up.wait())
            await asyncio.wait({stop, serving, up}, return_when=asyncio.FIRST_COMPLETED)
            if up.done() and started is not None:
                started()
            await asyncio.wait({stop, serving}, return_when=asyncio.FIRST_COMPLETED)
            self.notifier.close()
            server.should_exit = True
            await self.door.close(STOP_SECONDS)
            await _cancel(receiving)
            await _cancel(background)
            await asyncio.gather(
                self.jobs.drain(STOP_SECONDS),
                *(deliverer.drain(STOP_SECONDS) for deliverer in self.deliverers.values()),
            )
            await asyncio.gather(*(channel.close() for channel in self.channels))
            stop.cancel()
            up.cancel()
            await asyncio.wait({serving}, timeout=STOP_SECONDS)
            serving.cancel()

    async def _receive(self, channel: Channel) -> None:
        await self._keep(lambda: channel.run(self.door), metrics.channel_of(channel.account))

    async def _work(self) -> None:
        """See that tonight's work waits, then do jobs until cancelled."""
        zone = self.catalogue().site.zone
        await self.database.write(lambda tx: schedule(tx, self.clock(), zone))
        await self.jobs.run()

    async def _keep(self, run: Callable[[], object], name: str) -> None:
        """Run a part again when it breaks: one channel's trouble is not the others'."""
        delay = 1.0
        while True:
            try:
                await run()  # type: ignore[misc]  # a coroutine function of any result
                return
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001  # whatever broke, the part is started anew
                log.error("part.broke", part=name, error=type(error).__name__, again_in=delay)
                await asyncio.sleep(delay)
                delay = min(60.0, delay * 2)

    async def _figures(self) -> None:
        """Keep the gauges true."""
        while True:
            try:
                depth = await self.database.read(outbox.depth)
            except LotseError:
                depth = {}
            metrics.OUTBOX_DEPTH.clear()  # what has been delivered is not counted any more
            for (account, status), number in depth.items():
                metrics.OUTBOX_DEPTH.labels(metrics.channel_of(account), status).set(number)
            await asyncio.sleep(FIGURES_EVERY)


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=STOP_SECONDS)


def build(settings: Settings, *, channels: bool = True) -> App:
    """Open everything that the settings name. Blocks while content and tables load.

    Raises:
        ContentError: the content is broken; it lists every problem.
        ConfigurationError, Unavailable and other LotseErrors: each says what to do.
    """
    clock = _clock(settings)
    secret_key(settings)  # what is refused quickly is refused before anything is made
    if not settings.content_dir.is_dir():
        raise ConfigurationError(
            f"LOTSE_CONTENT_DIR: there is no folder {settings.content_dir} here. "
            "Start Lotse in its own folder, or set LOTSE_CONTENT_DIR and LOTSE_LOCALES_DIR"
        )
    upgrade_database(settings)
    notifier = Notifier()
    catalogue = LiveContent(
        settings.content_dir,
        settings.locales_dir,
        history=settings.data_dir / HISTORY,
        clock=clock,
        changed=lambda: notifier.changed(*CONTENT_CHANGED),
    )
    database = open_database(settings)
    door = FrontDoor(database=database, catalogue=catalogue, notifier=notifier)
    web_chat = HistoryChat(
        "web",
        door=door,
        database=database,
        notifier=notifier,
        catalogue=catalogue,
        clock=clock,
        limits=Limits(burst=WEB_BURST, rate=WEB_RATE),
    )
    owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    jobs = Jobs()
    jobs.register(EXPIRE, expire(database=database, catalogue=catalogue, clock=clock))
    jobs.register(RERUN, rerun(database=database, door=door, clock=clock))
    runner = Runner(database=database, jobs=jobs, owner=owner, clock=clock, chance=random.random)
    app = App(
        settings=settings,
        database=database,
        catalogue=catalogue,
        clock=clock,
        door=door,
        notifier=notifier,
        web_chat=web_chat,
        jobs=runner,
        owner=owner,
    )
    if channels:
        _add_telegram(app)
        _add_matrix(app)
    return app


def _clock(settings: Settings) -> Callable[[], datetime]:
    offset = settings.clock_offset
    if offset and settings.public:
        raise ConfigurationError("LOTSE_CLOCK_OFFSET is for rehearsals: only on a loopback address")
    return lambda: datetime.now(UTC) + offset


def _add_telegram(app: App) -> None:
    settings = app.settings
    if settings.telegram_token is None:
        return
    from bot.channels.telegram import TelegramChannel

    token = settings.telegram_token.get_secret_value()
    secret = settings.telegram_webhook_secret
    account = f"telegram:{token.partition(':')[0]}"
    channel = TelegramChannel(
        token=token,
        api_url=settings.telegram_api_url,
        mode=settings.telegram_mode,
        secret=secret.get_secret_value() if secret is not None else None,
        public_url=settings.public_url,
        cursor=AccountCursor(app.database, account),
        catalogue=app.catalogue,
        clock=app.clock,
    )
    app.add_channel(channel)
    app.routes.extend(channel.routes())


def _add_matrix(app: App) -> None:
    settings = app.settings
    if settings.matrix_homeserver is None:
        return
    if settings.matrix_user is None:
        raise ConfigurationError("LOTSE_MATRIX_USER is missing: the bot's user id")
    if settings.matrix_password is None and settings.matrix_token is None:
        raise ConfigurationError("LOTSE_MATRIX_PASSWORD or LOTSE_MATRIX_TOKEN is missing")
    from bot.channels.matrix import MatrixChannel

    account = f"matrix:{settings.matrix_user}"
    password, token = settings.matrix_password, settings.matrix_token
    app.add_channel(
        MatrixChannel(
            homeserver=settings.matrix_homeserver,
            user=settings.matrix_user,
            password=password.get_secret_value() if password is not None else None,
            token=token.get_secret_value() if token is not None else None,
            data_dir=settings.data_dir,
            cursor=AccountCursor(app.database, account),
            secrets=AccountSecrets(app.database, account),
            catalogue=app.catalogue,
            clock=app.clock,
        )
    )
