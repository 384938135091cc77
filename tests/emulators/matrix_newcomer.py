"""A person on Matrix for tests: matrix-nio with a store of its own, plain and encrypted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nio

from tests.emulators.synapse import Synapse

logging.getLogger("nio").setLevel(logging.CRITICAL)

_PATIENCE = 20.0
ENCRYPTED = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}

Event = dict[str, Any]


class Newcomer:
    """One device of one person. Everything heard is kept by room, in order."""

    def __init__(self, client: nio.AsyncClient) -> None:
        self.client = client
        self.heard: dict[str, list[Event]] = {}
        self.unreadable: dict[str, list[str]] = {}
        self._news = asyncio.Condition()
        self._syncing: asyncio.Task[None] | None = None

    @classmethod
    async def arrive(cls, synapse: Synapse, name: str, folder: Path) -> Newcomer:
        """Register, log in and begin to listen."""
        registered = await asyncio.to_thread(synapse.register, name, "password")
        return await cls.log_in(synapse, registered["user_id"], folder)

    @classmethod
    async def log_in(cls, synapse: Synapse, user: str, folder: Path) -> Newcomer:
        """Log in as a new device and begin to listen."""
        folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240
        client = nio.AsyncClient(
            synapse.url,
            user,
            store_path=str(folder),
            config=nio.AsyncClientConfig(store_sync_tokens=False, pickle_key="test"),
        )
        response = await client.login("password", device_name="newcomer")
        assert isinstance(response, nio.LoginResponse), response
        newcomer = cls(client)
        await newcomer._round(full=True)
        newcomer.listen()
        return newcomer

    @property
    def user(self) -> str:
        return str(self.client.user_id)

    def listen(self) -> None:
        self._syncing = asyncio.create_task(self._listen())

    async def deafen(self) -> None:
        """Stop listening."""
        if self._syncing is not None:
            self._syncing.cancel()
            await asyncio.gather(self._syncing, return_exceptions=True)
            self._syncing = None

    async def leave_town(self) -> None:
        """Stop for good."""
        await self.deafen()
        if self.client.store is not None:
            self.client.store.database.close()
        await self.client.close()

    async def invite(self, *people: str, encrypted: bool = False, **options: Any) -> str:
        """Make a room with these people invited; only some presets let them be sent away."""
        state = [ENCRYPTED] if encrypted else []
        options.setdefault("preset", nio.RoomPreset.trusted_private_chat)  # as Element does
        response = await self.client.room_create(
            invite=people, is_direct=True, initial_state=state, **options
        )
        assert isinstance(response, nio.RoomCreateResponse), response
        await self.until(lambda: response.room_id in self.client.rooms)
        return str(response.room_id)

    async def joined(self, room: str, user: str) -> None:
        """Wait until `user` has joined."""
        await self.until(
            lambda: (
                user in self.client.rooms[room].users
                and not self.client.rooms[room].users[user].invited
            )
        )

    async def say(self, room: str, text: str, **content: Any) -> str:
        """Say something and return the event's id."""
        return await self.send(room, {"msgtype": "m.text", "body": text, **content})

    async def edit(self, room: str, target: str, text: str) -> str:
        return await self.say(
            room,
            f"* {text}",
            **{
                "m.new_content": {"msgtype": "m.text", "body": text},
                "m.relates_to": {"rel_type": "m.replace", "event_id": target},
            },
        )

    async def reply(self, room: str, target: str, text: str) -> str:
        return await self.say(
            room, text, **{"m.relates_to": {"m.in_reply_to": {"event_id": target}}}
        )

    async def react(self, room: str, target: str, key: str) -> str:
        relation = {"rel_type": "m.annotation", "event_id": target, "key": key}
        return await self.send(room, {"m.relates_to": relation}, "m.reaction")

    async def send(self, room: str, content: Event, kind: str = "m.room.message") -> str:
        response = await self.client.room_send(room, kind, content, ignore_unverified_devices=True)
        assert isinstance(response, nio.RoomSendResponse), response
        return str(response.event_id)

    async def kick(self, room: str, user: str) -> None:
        response = await self.client.room_kick(room, user)
        assert isinstance(response, nio.RoomKickResponse), response

    async def leave(self, room: str) -> None:
        response = await self.client.room_leave(room)
        assert isinstance(response, nio.RoomLeaveResponse), response

    def mark(self, room: str) -> int:
        """Return how much was heard until now."""
        return len(self.heard.get(room, ()))

    async def hears(
        self, room: str, fits: Callable[[Event], bool] | str, *, since: int = 0
    ) -> Event:
        """Wait for an event of somebody else in the room, after the mark `since`.

        A text is looked for in the body of new messages.
        """
        if isinstance(fits, str):
            wanted = fits

            def fits(event: Event) -> bool:
                content = event["content"]
                return wanted in str(content.get("body", "")) and "m.new_content" not in content

        def found() -> Event | None:
            mine = self.user
            events = self.heard.get(room, [])[since:]
            return next((e for e in events if e["sender"] != mine and fits(e)), None)

        await self.until(lambda: found() is not None)
        event = found()
        assert event is not None
        return event

    def reads(self, room: str, event_id: str) -> str:
        """Return a message as it stands now, edits included."""
        body = ""
        for event in self.heard[room]:
            content = event["content"]
            if event["event_id"] == event_id:
                body = content["body"]
            elif content.get("m.relates_to", {}).get("event_id") == event_id:
                body = content.get("m.new_content", {}).get("body", body)
        return body

    async def until(self, fits: Callable[[], bool], *, patience: float = _PATIENCE) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(patience), self._news:
            await self._news.wait_for(fits)

    async def _listen(self) -> None:
        while True:
            await self._round()

    async def _round(self, *, full: bool = False) -> None:
        client = self.client
        response = await client.sync(timeout=0 if full else 5000, full_state=full or None)
        if not isinstance(response, nio.SyncResponse):
            await asyncio.sleep(0.1)
            return
        if client.should_upload_keys:
            await client.keys_upload()
        if client.should_query_keys:
            await client.keys_query()
        async with self._news:
            for room, info in response.rooms.join.items():
                for event in info.timeline.events:
                    self.heard.setdefault(room, []).append(event.source)
                    if isinstance(event, nio.MegolmEvent):
                        self.unreadable.setdefault(room, []).append(event.event_id)
            self._news.notify_all()
