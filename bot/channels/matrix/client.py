"""The seam to matrix-nio: one device with its crypto store.

Theory. nio keeps rooms, devices and keys, and decrypts what a sync brings; we hold the place in the
stream and the order of things. Three of its habits would lose messages and are mended here:
it shares a room key as if every request had succeeded (we look, and share again); it uploads
one-time keys that a crash makes it forget (we save first); it overlooks that the last one-time key
is used up (we tell it). All that one answer changes in the crypto store is one transaction.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Mapping
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import aiohttp
import nio
from nio.exceptions import EncryptionError

from bot.channels.matrix import files
from bot.channels.matrix.homeserver import Homeserver, MatrixError, path, refusal, unanswered
from bot.channels.matrix.login import Login, store_name
from bot.domain.errors import ConfigurationError
from bot.domain.outgoing import File

TIMELINE = 50
"""Events per room in one sync; more of them make a gap that is filled by asking."""

FIRST_SYNC = 180.0
"""Seconds for the first sync, which brings the whole state of all rooms."""

logging.getLogger("nio").setLevel(logging.CRITICAL)  # its lines name people

Event = dict[str, Any]


class _Nio(nio.AsyncClient):  # type: ignore[misc]  # nio has no types
    async def receive_response(self, response: Any) -> None:
        # nothing in here waits for the network, so no other task comes between
        if self.store is None:
            await super().receive_response(response)
            return
        with self.store.database.atomic():
            await super().receive_response(response)


class Client:
    """One logged-in device."""

    def __init__(self, homeserver: Homeserver, login: Login, folder: Path, key: str) -> None:
        if not nio.crypto.ENCRYPTION_ENABLED:
            raise ConfigurationError(
                "Matrix: the libraries for encrypted rooms are missing. "
                "Install matrix-nio with its extra: pip install 'matrix-nio[e2e]'."
            )
        self.homeserver = homeserver
        self.user = login.user
        self.device = login.device
        homeserver.token = login.token
        self._nio = _Nio(
            homeserver.url,
            login.user,
            store_path=str(folder),
            config=nio.AsyncClientConfig(
                store=nio.store.SqliteStore,  # the default one keeps files of people beside it
                store_sync_tokens=False,
                store_name=store_name(login.device),
                pickle_key=key,
                max_limit_exceeded=0,
                max_timeouts=0,
                request_timeout=30,
            ),
        )
        self._nio.client_session = homeserver.session
        self._sharing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        try:
            self._nio.restore_login(login.user, login.device, login.token)
        except Exception as error:  # noqa: BLE001  whatever a broken store makes nio raise
            raise ConfigurationError(
                f"Matrix: the crypto store of this device cannot be opened "
                f"({type(error).__name__}). It belongs to another database: restore both from the "
                "same backup, or log in anew."
            ) from None

    @property
    def rooms(self) -> Mapping[str, Any]:
        """The rooms that this user has joined, by id, as of the last sync."""
        rooms: Mapping[str, Any] = self._nio.rooms
        return rooms

    @property
    def signing_key(self) -> str:
        """The public Ed25519 key of this device, unpadded base64."""
        return str(self._nio.olm.account.identity_keys["ed25519"])

    @property
    def published(self) -> bool:
        """True once the keys of this device have been uploaded."""
        return bool(self._nio.olm.account.shared)

    def others(self, room_id: str) -> list[Any]:
        """Return the other members of a room, invited ones too."""
        room = self._nio.rooms.get(room_id)
        return [] if room is None else [u for u in room.users.values() if u.user_id != self.user]

    async def sync(self, since: str | None, *, full: bool, wait: float) -> Any:
        """Return the next batch, everything in it decrypted for which there is a key.

        Raises:
            MatrixError: there is no answer, or an error.
        """
        self._nio.next_batch = ""  # else nio passes over a batch that it has seen, undecrypted
        asked = self._nio.sync(
            timeout=int(wait * 1000),
            sync_filter=_filter(),
            since=since,
            full_state=full or None,
        )
        response = await self._answer(asked, FIRST_SYNC if full else None)
        if response.device_key_count.signed_curve25519 == 0:
            self._nio.olm.uploaded_key_count = 0
        return response

    async def messages(self, room_id: str, start: str | None, end: str | None, limit: int) -> Any:
        """Return a page of a room's past, newest first, decrypted where possible."""
        return await self._answer(self._nio.room_messages(room_id, start, end, limit=limit))

    async def upkeep(self) -> None:
        """Do what the keys demand: publish ours, learn those of others, mend broken sessions."""
        for response in await self._all(self._nio.send_to_device_messages()):
            _checked(response)
        await self.publish()
        if self._nio.should_query_keys:
            await self._answer(self._nio.keys_query())
        if self._nio.should_claim_keys:
            await self._answer(self._nio.keys_claim(self._nio.get_users_for_key_claiming()))

    async def publish(self) -> None:
        """Upload the device's keys and one-time keys, as far as they are not there."""
        if not self._nio.should_upload_keys:
            return
        olm = self._nio.olm
        keys = olm.share_keys()
        olm.save_account()  # before the upload: a crash must not forget what others may use
        try:
            found = await self.homeserver.call("POST", path("keys", "upload"), keys)
        except MatrixError as error:
            if error.final:  # an older upload got through and was not noted: go on to new ids
                olm.mark_keys_as_published()
                olm.save_account()
            raise
        await self._nio.receive_response(nio.KeysUploadResponse.from_dict(found))

    async def put(self, room_id: str, kind: str, content: Event, transaction: str) -> str:
        """Send an event, encrypted in encrypted rooms; returns its id.

        The same `transaction` within a day gives the same event (Client-Server API,
        "Transaction identifiers").

        Raises:
            MatrixError: `certain` tells whether it may have been sent.
        """
        room = self._nio.rooms.get(room_id)
        if room is None:
            raise MatrixError("M_FORBIDDEN", status=403)
        if room.encrypted and kind != "m.reaction":
            await self._share_room_key(room)
            kind, content = self._nio.encrypt(room_id, kind, content)
        where = path("rooms", room_id, "send", kind, transaction)
        found = await self.homeserver.call("PUT", where, content)
        return str(found["event_id"])

    async def attached(self, room_id: str, file: File) -> Event:
        """Upload a file for a room; returns the content of its message.

        Raises:
            MatrixError: it was not uploaded.
        """
        room = self._nio.rooms.get(room_id)
        if room is None:
            raise MatrixError("M_FORBIDDEN", status=403)
        return await files.content(self.homeserver, file, encrypted=bool(room.encrypted))

    def decrypt(self, room_id: str, source: Event) -> Event | None:
        """Return a message that could not be read before, None if its key is still missing."""
        event = nio.Event.parse_event(source)
        if not isinstance(event, nio.MegolmEvent):
            return None
        key = (room_id, event.sender_key, event.session_id)
        if self._nio.olm.inbound_group_store.get(*key) is None:
            return None
        event.room_id = room_id
        try:
            found: Event = self._nio.decrypt_event(event).source
        except EncryptionError:
            return None
        whole = all(isinstance(found.get(name), str) for name in ("event_id", "sender", "type"))
        return found if whole else None

    def dropped(self, room_id: str) -> None:
        """Forget a room that this user has left; nio does not."""
        self._nio.rooms.pop(room_id, None)
        self._nio.olm.outbound_group_sessions.pop(room_id, None)

    def close(self) -> None:
        """Close the crypto store."""
        if self._nio.store is not None:
            self._nio.store.database.close()

    async def _share_room_key(self, room: Any) -> None:
        """Make sure that every device in the room that can have the room key has it."""
        client, olm = self._nio, self._nio.olm
        async with self._sharing.setdefault(room.room_id, asyncio.Lock()):
            if not room.members_synced:
                await self._answer(client.joined_members(room.room_id))
            if client.users_for_key_query & room.users.keys():
                await self._answer(client.keys_query())
            if not olm.should_share_group_session(room.room_id):
                return
            missing = client.get_missing_sessions(room.room_id)
            if missing:
                await self._answer(client.keys_claim(missing))
            await self._answer(
                client.share_group_session(room.room_id, ignore_unverified_devices=True)
            )
            if self._lacking(room):
                client.invalidate_outbound_session(room.room_id)
                raise MatrixError("keys_not_shared", local=True)

    def _lacking(self, room: Any) -> bool:
        """True if a device that we can reach did not get the room key."""
        olm = self._nio.olm
        session = olm.outbound_group_sessions[room.room_id]
        served = session.users_shared_with | session.users_ignored
        return any(
            (user, device.id) not in served and olm.session_store.get(device.curve25519)
            for user in room.users
            for device in olm.device_store.active_user_devices(user)
        )

    async def _answer(self, waiting: Awaitable[Any], limit: float | None = None) -> Any:
        return _checked(await self._all(waiting, limit))

    async def _all(self, waiting: Awaitable[Any], limit: float | None = None) -> Any:
        try:
            async with asyncio.timeout(limit):
                return await waiting
        except MatrixError:
            raise
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            failure = unanswered(error)
            # only `put` changes anything for a person: these may simply be asked again
            raise MatrixError(failure.code) from None


def _checked(response: Any) -> Any:
    if not isinstance(response, nio.ErrorResponse):
        return response
    answer = response.transport_response
    body = {"errcode": response.status_code, "retry_after_ms": response.retry_after_ms}
    if response.soft_logout:
        body["soft_logout"] = True
    error = refusal(0 if answer is None else answer.status, body)
    error.certain = True
    raise error


def _filter() -> dict[str, Any]:
    """No typing, receipts, presence and settings: they would only wake the bot."""
    nothing: dict[str, Any] = {"types": []}
    return {
        "presence": nothing,
        "account_data": nothing,
        "room": {
            "ephemeral": nothing,
            "account_data": nothing,
            "timeline": {"limit": TIMELINE},
        },
    }
