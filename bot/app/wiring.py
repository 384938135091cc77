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
from bot.app.accounts import add_matrix, add_telegram
from bot.app.appointments import Appointments
from bot.app.calendars import OfficeCalendars, calendars_of
from bot.app.database import open_database, upgrade_database
from bot.app.outside import Outside
from bot.app.secret import secret_key
from bot.app.staffrooms import let_in, posts_of, rooms_of
from bot.domain.errors import ConfigurationError, LotseError
from bot.jobs.embedded import Runner
from bot.service import metrics
from bot.service.cases import Cases
from bot.service.delivery import Deliverer
from bot.service.desk.desk import Desk
from bot.service.door import DESK, FrontDoor
from bot.service.jobs import Jobs
from bot.service.limits import Limits
from bot.service.notifier import Notifier
from bot.service.outputs import Account
from bot.service.ports import Channel, ChannelStatus, Health
from bot.service.preview import CONTENT_CHANGED, Preview
from bot.service.reload import LiveContent
from bot.service.rerun import RERUN, rerun
from bot.service.retention import EXPIRE, expire, schedule
from bot.service.staff_services import StaffServices
from bot.service.staffroom.rooms import Rooms
from bot.service.translating import Translating
from bot.service.webchat import HistoryChat
from bot.settings import Settings
from bot.storage import cases, conversations, leases, outbox
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
    cases: Cases
    appointments: Appointments
    calendars: OfficeCalendars
    staff: StaffServices
    rooms: Rooms
    outside: Outside
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
            posts=posts_of(channel, self),
            failed=lambda: self.notifier.changed(*DESK),
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

    @property
    def translating(self) -> Translating:
        """Who translates between newcomers and counsellors."""
        return self.outside.translating

    def stop(self) -> None:
        """Finish running turns and end."""
        self.stopping.set()

    async def ready(self) -> dict[str, ChannelStatus]:
        """Ask every part how it is doing."""
        parts = {"database": await self._database_status(), "content": self._content_status()}
        for channel in self.channels:
            parts[metrics.channel_of(channel.account)] = await channel.status()
        return parts | await self.calendars.ready()

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
            await self.outside.close()
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
            mailing=self.outside.mailing,
            staff=self.staff,
            preview=Preview(
                self.catalogue,
                self.settings.content_dir,
                self.settings.locales_dir,
                notifier=self.notifier,
                clock=self.clock,
            ),
            desk=Desk(
                database=self.database,
                catalogue=self.catalogue,
                notifier=self.notifier,
                clock=self.clock,
                translating=self.translating,
            ),
            cases=self.cases,
            bookings=self.appointments.bookings,
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
            background.append(asyncio.create_task(self._keep(self.appointments.run, "slots")))
            background.append(asyncio.create_task(self._keep(self.calendars.run, "calendars")))
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
            await self._case_figures()
            await asyncio.sleep(FIGURES_EVERY)

    async def _case_figures(self) -> None:
        try:
            open_, oldest = await self.database.read(
                lambda tx: (cases.counts(tx), cases.oldest_waiting(tx))
            )
        except LotseError:
            return
        metrics.CASES_OPEN.clear()
        for (status, priority), number in open_.items():
            metrics.CASES_OPEN.labels(status, priority).set(number)
        waited = (self.clock() - oldest).total_seconds() if oldest is not None else 0.0
        metrics.CASES_OLDEST_WAITING.set(max(0.0, waited))


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
    if settings.oidc_issuer is not None and settings.oidc_client_id is None:
        raise ConfigurationError("LOTSE_OIDC_CLIENT_ID is missing: what the issuer calls Lotse")
    calendars = calendars_of(settings)
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
    jobs = Jobs()
    rooms = rooms_of(settings)
    outside = Outside.of(
        settings, database=database, catalogue=catalogue, notifier=notifier, clock=clock, jobs=jobs
    )
    office = outside.office(public=settings.public, rooms=rooms)
    door = FrontDoor(
        database=database,
        catalogue=catalogue,
        notifier=notifier,
        office=office,
        jobs=jobs,
        arrivals=outside.arrivals,
    )
    desk_cases = Cases(
        database=database, catalogue=catalogue, door=door, office=office, clock=clock
    )
    web_chat = HistoryChat(
        "web",
        door=door,
        database=database,
        notifier=notifier,
        catalogue=catalogue,
        clock=clock,
        limits=Limits(burst=WEB_BURST, rate=WEB_RATE),
        arrivals=outside.arrivals,
    )
    owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    desk_cases.register(jobs)
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
        cases=desk_cases,
        appointments=Appointments.of(
            database=database,
            catalogue=catalogue,
            door=door,
            office=office,
            notifier=notifier,
            jobs=jobs,
            clock=clock,
        ),
        calendars=OfficeCalendars.of(
            calendars,
            database=database,
            catalogue=catalogue,
            notifier=notifier,
            clock=clock,
            jobs=jobs,
        ),
        staff=StaffServices.over(database, clock, notifier),
        rooms=rooms,
        outside=outside,
        owner=owner,
    )
    let_in(app)
    if channels:
        add_telegram(app)
        add_matrix(app)
    return app


def _clock(settings: Settings) -> Callable[[], datetime]:
    offset = settings.clock_offset
    if offset and settings.public:
        raise ConfigurationError("LOTSE_CLOCK_OFFSET is for rehearsals: only on a loopback address")
    return lambda: datetime.now(UTC) + offset
