"""One logged-in life of the channel: what runs between a login and its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot.channels.matrix.client import Client
from bot.channels.matrix.homeserver import MatrixError
from bot.channels.matrix.joins import Joins
from bot.channels.matrix.memory import Memory
from bot.channels.matrix.reactions import Reactions
from bot.channels.matrix.send import Courier
from bot.channels.matrix.staff import StaffRoom
from bot.channels.matrix.sync import Receiver
from bot.channels.matrix.upkeep import Upkeep
from bot.domain.texts import Text
from bot.service.ports import Cursor, Door


class Live:
    """Wires receiving, sending and upkeep to one client."""

    def __init__(
        self,
        client: Client,
        *,
        clock: Callable[[], datetime],
        words: Callable[[Text], str],
        staff_room: str | None = None,
    ) -> None:
        self.client = client
        self.ready = asyncio.Event()  # the rooms are known: it can send
        self._clock = clock
        self._words = words
        self.reactions = Reactions(client, clock)
        self.staff = StaffRoom(client, staff_room)
        self.courier = Courier(client, self.reactions, self.staff)

    async def run(
        self,
        door: Door,
        *,
        account: str,
        cursor: Cursor,
        memory: Memory,
        failed: Callable[[str], None],
        succeeded: Callable[[], None],
    ) -> None:
        """Receive until cancelled.

        Raises:
            MatrixError: the token is no longer good.
        """
        ended: MatrixError | None = None

        def arrived() -> None:
            self.ready.set()
            succeeded()

        async with asyncio.TaskGroup() as tasks:
            joins = Joins(self.client.homeserver, memory, self._clock, tasks)
            groups: set[str] = set()
            upkeep = Upkeep(
                self.client,
                memory=memory,
                clock=self._clock,
                words=self._words,
                groups=groups,
                staff=self.staff,
            )

            def synced() -> None:
                joins.start()
                upkeep.wake()

            receiver = Receiver(
                self.client,
                account=account,
                cursor=cursor,
                memory=memory,
                clock=self._clock,
                door=door,
                failed=failed,
                arrived=arrived,
                synced=synced,
                groups=groups,
                staff=self.staff,
            )
            helpers = [
                tasks.create_task(upkeep.run()),
                tasks.create_task(self.reactions.run()),
            ]
            try:
                await receiver.run()
            except MatrixError as error:
                ended = error
            finally:
                self.ready.clear()
                joins.stop()
                for task in helpers:
                    task.cancel()
        if ended is not None:
            raise ended
