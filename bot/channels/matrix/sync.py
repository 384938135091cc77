"""The receive loop: one sync, its events through the door, then the new place is saved.

Theory. The homeserver is the inbox queue, and the place in its stream (`next_batch`) the
acknowledgement. It is saved only after every event of the batch was committed and whatever the
stream will not tell again (invitations, undecryptable messages) is in the memory. A crash in
between brings the batch again; the door knows the events by their ids. While the database is down
the same batch is tried again; while the homeserver is down, the same place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.channels.matrix import timeline
from bot.channels.matrix.backoff import Backoff
from bot.channels.matrix.client import Client
from bot.channels.matrix.homeserver import LOGGED_OUT, MatrixError, path
from bot.channels.matrix.memory import Memory, Waiting
from bot.channels.matrix.staff import StaffRoom
from bot.channels.matrix.translate import Correction, Tap, translate
from bot.domain.inbound import Content, Inbound, Opened, Sender, TextMessage, Unreachable
from bot.service.ports import Cursor, Door, UnavailableError

LONG_POLL = 30.0
"""Seconds that the homeserver may wait for something to happen."""

KEPT = timedelta(days=14)
"""How long a message is kept that cannot be decrypted."""

_AT_ONCE = 32

_log = structlog.get_logger(__name__)

Event = dict[str, Any]


class Receiver:
    """Receives for one logged-in device. `synced` is called with each batch that was taken in."""

    def __init__(
        self,
        client: Client,
        *,
        account: str,
        cursor: Cursor,
        memory: Memory,
        clock: Callable[[], datetime],
        door: Door,
        failed: Callable[[str], None],
        arrived: Callable[[], None],
        synced: Callable[[], None],
        groups: set[str],
        staff: StaffRoom,
    ) -> None:
        self._client = client
        self._account = account
        self._cursor = cursor
        self._memory = memory
        self._clock = clock
        self._door = door
        self._failed = failed
        self._arrived = arrived
        self._synced = synced
        self._rooms = asyncio.Semaphore(_AT_ONCE)
        self._staff = staff
        self._groups = groups  # where somebody spoke to a room of more than two

    async def run(self) -> None:
        """Receive until cancelled.

        Raises:
            MatrixError: the token is no longer good.
        """
        since = await self._cursor.get()
        full, backoff = True, Backoff()
        while True:
            try:
                batch = await self._client.sync(since, full=full, wait=0.0 if full else LONG_POLL)
            except MatrixError as error:
                if error.code == LOGGED_OUT:
                    raise
                self._failed(error.code)
                await asyncio.sleep(backoff.after(error.retry_after))
                continue
            backoff.reset()
            self._arrived()
            full = False
            await self._until_committed(batch, since)
            since = batch.next_batch
            self._synced()

    async def _until_committed(self, batch: Any, since: str | None) -> None:
        backoff = Backoff()
        while True:
            try:
                await self._commit(batch, since)
            except UnavailableError:
                self._failed("database")
                await asyncio.sleep(backoff.after())
            except MatrixError as error:
                if error.code == LOGGED_OUT:
                    raise
                self._failed(error.code)
                await asyncio.sleep(backoff.after(error.retry_after))
            else:
                return

    async def _commit(self, batch: Any, since: str | None) -> None:
        await self._staff.resolve()
        rooms = batch.rooms
        for room in rooms.invite:
            self._memory.invites.setdefault(room, self._clock())
        await self._each(
            [
                *[self._joined(room, info, since) for room, info in rooms.join.items()],
                *[self._left(room, info) for room, info in rooms.leave.items()],
            ]
        )
        await self._retry()
        await self._memory.save()
        if batch.next_batch != since:
            await self._cursor.set(batch.next_batch)

    async def _each(self, rooms: list[Awaitable[None]]) -> None:
        """Wait for all rooms, then let the first failure out."""
        for outcome in await asyncio.gather(*rooms, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome

    async def _joined(self, room: str, info: Any, since: str | None) -> None:
        async with self._rooms:
            self._memory.invites.pop(room, None)
            me, line = self._client.user, info.timeline
            events = timeline.sources(line.events)
            if since is None:
                events = timeline.unanswered(events, me)
            elif line.limited and line.prev_batch and not self._is_group(room):
                events = await timeline.gap(self._client, room, since, line.prev_batch) + events
            spoken = False
            for event in timeline.addressed(events, me):
                if timeline.joined(event, me):
                    if not spoken and self._is_direct(room):
                        await self._hand_in(room, event, Opened())
                elif event["sender"] != me:
                    spoken |= await self._event(room, event)
            if spoken:  # who was asked to repeat herself has done so
                waiting = self._memory.waiting
                self._memory.waiting = [w for w in waiting if w.room != room or not w.told]

    async def _left(self, room: str, info: Any) -> None:
        """Note that this user is out of a room: sent away, or an invitation was taken back."""
        self._memory.invites.pop(room, None)
        self._memory.refused.discard(room)
        self._memory.waiting = [each for each in self._memory.waiting if each.room != room]
        me = self._client.user
        for event in timeline.sources([*info.state, *info.timeline.events]):
            gone = timeline.membership(event, me) in {"leave", "ban"}
            if self._staff.holds(room):
                continue
            if gone and event["sender"] != me and timeline.membership_before(event) == "join":
                await self._hand_in(room, event, Unreachable())
        self._client.dropped(room)

    async def _event(self, room: str, event: Event) -> bool:
        """Take one event of somebody else; returns True if it was words for the bot."""
        if self._staff.holds(room):
            return await self._staff_event(room, event)
        if event["type"] == "m.room.member":
            left = event.get("content", {}).get("membership") in {"leave", "ban"}
            if left and not any(not user.invited for user in self._client.others(room)):
                await self._hand_in(room, event, Unreachable())
            return False
        if "state_key" in event:
            return False
        if self._is_group(room):
            self._groups.add(room)
            return False
        if event["type"] == "m.room.encrypted":
            self._keep(room, event)
            return False
        content = await self._content(room, event)
        if content is None:
            return False
        await self._hand_in(room, event, content)
        return True

    async def _staff_event(self, room: str, event: Event) -> bool:
        if event["type"] == "m.room.encrypted":
            self._keep(room, event)
            return False
        content = self._staff.read(event) if "state_key" not in event else None
        if content is None:
            return False
        await self._hand_in(self._staff.address or room, event, content)
        return True

    async def _content(self, room: str, event: Event) -> Content | None:
        match translate(event):
            case Tap(target=target, number=number):
                if await self._is_own(room, target):
                    return TextMessage(text=number, reply_to=target)
                return None
            case Correction(target=target, text=text):
                return await self._corrected(room, event["sender"], target, text)
            case found:
                return found

    async def _corrected(
        self, room: str, sender: str, target: str, text: str
    ) -> TextMessage | None:
        """Return a corrected message as said anew to the question that it had answered.

        People mend a typo and wait for the answer, so an edit counts. But it must not answer the
        next question, which came in between: hence the reference to the message that was the last
        of ours when she wrote.
        """
        try:
            found = await self._client.homeserver.call(
                "GET", path("rooms", room, "context", target) + "?limit=40"
            )
        except MatrixError as error:
            if error.final:
                return None
            raise
        if found.get("event", {}).get("sender") != sender:
            return None
        me = self._client.user
        before = [
            event["event_id"]
            for event in found.get("events_before", ())
            if event.get("sender") == me
            and event.get("type") in {"m.room.message", "m.room.encrypted"}
            and event.get("content", {}).get("m.relates_to", {}).get("rel_type") != "m.replace"
        ]
        return TextMessage(text=text, reply_to=before[0] if before else None)

    async def _is_own(self, room: str, target: str) -> bool:
        try:
            found = await self._client.homeserver.call("GET", path("rooms", room, "event", target))
        except MatrixError as error:
            if error.final:
                return False
            raise
        return found.get("sender") == self._client.user

    async def _hand_in(self, room: str, event: Event, content: Content) -> None:
        await self._door.receive(
            Inbound(
                account=self._account,
                external_id=event["event_id"],
                sender=Sender(address=room),
                at=self._clock(),
                content=content,
            )
        )

    def _keep(self, room: str, event: Event) -> None:
        known = any(each.event["event_id"] == event["event_id"] for each in self._memory.waiting)
        if not known:
            _log.info("matrix.undecryptable")
            self._memory.waiting.append(Waiting(room=room, event=event, since=self._clock()))

    async def _retry(self) -> None:
        """Try the undecryptable messages again, in their order."""
        oldest = self._clock() - KEPT
        for each in list(self._memory.waiting):
            source = self._client.decrypt(each.room, each.event)
            if source is not None:
                await self._event(each.room, source)
            if source is not None or each.since < oldest:
                self._memory.waiting = [w for w in self._memory.waiting if w is not each]

    def _is_group(self, room: str) -> bool:
        return len(self._client.others(room)) > 1 and not self._staff.holds(room)

    def _is_direct(self, room: str) -> bool:
        return len(self._client.others(room)) == 1 and not self._staff.holds(room)
