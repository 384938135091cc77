"""The emulator as a running server with people in it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

# The method modules register themselves on import.
from tests.emulators.telegram import account_methods, chat_methods, message_methods
from tests.emulators.telegram.api import METHODS, BotApi
from tests.emulators.telegram.chat_methods import ADMIN_RIGHTS
from tests.emulators.telegram.control import control_routes
from tests.emulators.telegram.faults import Fault, FaultKind
from tests.emulators.telegram.server import application, bot_api_routes
from tests.emulators.telegram.state import SUPERGROUP_BASE, Account, Chat
from tests.emulators.telegram.user import WAIT_SECONDS, Group, User, wait_until

METHOD_MODULES = (account_methods, chat_methods, message_methods)


class TelegramEmulator(BotApi):
    """A Bot API server on loopback.

        async with TelegramEmulator() as telegram:
            olena = telegram.user(language_code="uk")
            olena.say("/start")
            message = await olena.wait_for("In welcher Sprache")

    The bot under test calls `telegram.url`, with `telegram.token`.
    """

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, **options: Any) -> None:
        super().__init__(**options)
        self.host = host
        self.port = port
        self.users: dict[int, User] = {}
        self._ids = itertools.count(1_000_001)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    async def start(self) -> None:
        routes = [*bot_api_routes(self), *control_routes(self)]
        self._runner = web.AppRunner(application(routes), shutdown_timeout=0.5, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port, backlog=1024)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        self.updates.close()
        await self.webhook.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    # -- people ----------------------------------------------------------------------------

    def user(
        self,
        first_name: str = "Olena",
        *,
        language_code: str | None = "uk",
        username: str | None = None,
        id: int | None = None,  # noqa: A002 - the Bot API's word
    ) -> User:
        """A person who has an app but has not written to the bot yet."""
        number = id if id is not None else next(self._ids)
        if number not in self.users:
            account = Account(
                id=number, first_name=first_name, language_code=language_code, username=username
            )
            self.state.people[number] = account
            self.users[number] = User(self, account)
        return self.users[number]

    def group(
        self, title: str, owner: User, *members: User, forum: bool = False, supergroup: bool = False
    ) -> Group:
        """A group with the bot as a plain member; a forum has the bot as administrator."""
        large = forum or supergroup
        number = -next(self._ids)
        chat = Chat(
            id=SUPERGROUP_BASE + number if large else number,
            type="supergroup" if large else "group",
            title=title,
            is_forum=forum,
            bot_status="administrator" if forum else "member",
            bot_rights=frozenset(ADMIN_RIGHTS) if forum else frozenset(),
            members={owner.id: "creator", **{member.id: "member" for member in members}},
        )
        self.state.chats[chat.id] = chat
        return Group(self, chat)

    # -- faults and waiting ----------------------------------------------------------------

    def fault(self, kind: FaultKind | str, method: str = "*", **options: Any) -> Fault:
        """Script a fault: see `faults.Fault` for the options."""
        if method != "*" and method.lower() not in METHODS:
            raise ValueError(f"unknown method {method}")
        return self.faults.add(kind, method, **options)

    async def wait_until(
        self,
        found: Callable[[], Any],
        timeout: float = WAIT_SECONDS,
    ) -> Any:
        """Wait for something about the state to become true; looked at after every call."""
        return await wait_until(self, found, timeout)
