"""Sending one delivery: its pieces in order, each under a transaction id of its own.

Theory. The homeserver answers a known transaction id of this device with the event that it made
the first time, for a day. So an attempt whose answer was lost is repeated without harm; an older
one is looked for in the room first. What the homeserver refuses for now comes back as `Retry`, at
once and with the time that it names: waiting is the deliverer's business.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.channels.matrix.choices import MOST, offered
from bot.channels.matrix.client import Client
from bot.channels.matrix.homeserver import LOGGED_OUT, MatrixError
from bot.channels.matrix.reactions import Reactions
from bot.channels.matrix.staff import StaffRoom
from bot.domain.delivery import Outcome, Refused, Retry, Scope, Sent, Unknown
from bot.domain.outgoing import FSI, PDI, Part
from bot.service.ports import Delivery

REMEMBERED = 20 * 3600.0
"""Seconds after which a transaction id is not relied on (Synapse forgets it after 24 hours)."""

_LIMITED = timedelta(seconds=5)
_LATER = timedelta(seconds=5)
_LOGGED_OUT = timedelta(seconds=60)
_STAFF_LATER = timedelta(seconds=30)
"""How long to wait where somebody must first do something about the staff room."""
_PAGE = 50
_PAGES = 10


class Courier:
    """Sends for one logged-in device."""

    def __init__(self, client: Client, reactions: Reactions, staff: StaffRoom) -> None:
        self._client = client
        self._reactions = reactions
        self._staff = staff

    async def send(self, delivery: Delivery) -> Outcome:
        """Send all pieces; never raises for what a homeserver may answer."""
        if self._staff.is_named(delivery.address):
            room = self._staff.room
            if room is None or self._staff.trouble is not None:
                return Retry(after=_STAFF_LATER, scope=Scope.CHAT, reason="staff_room")
            delivery = replace(delivery, address=room)
        with self._reactions.held():
            return await self._send(delivery)

    async def _send(self, delivery: Delivery) -> Outcome:
        reference = delivery.edit_of
        try:
            known = await self._sent_before(delivery)
        except MatrixError as error:
            error.certain = True  # nothing was sent by this attempt
            return self._outcome(error)
        pieces = delivery.parts.pieces
        if delivery.edit_of is None:
            self._reactions.withdraw(delivery.address)
        for number, piece in enumerate(pieces):
            key = transaction(delivery.key, number)
            edits = delivery.edit_of if number == 0 else None
            event = known.get(key)
            try:
                if event is None:
                    body = await self._content(delivery.address, piece, edits)
                    if delivery.thread is not None and edits is None:
                        body["m.relates_to"] = self._staff.relation(delivery.thread)
                    event = await self._client.put(delivery.address, "m.room.message", body, key)
            except MatrixError as error:
                return self._outcome(error)
            if edits is None:
                reference = event
                if delivery.thread is not None:
                    self._staff.heard(delivery.thread, event)
        if pieces and reference is not None and delivery.edit_of is None:
            count = offered(pieces[-1].html)
            if count <= MOST:
                last = transaction(delivery.key, len(pieces) - 1)
                self._reactions.offer(delivery.address, reference, count, last)
        return Sent(reference=reference)

    async def _content(self, room: str, piece: Part, edits: str | None) -> dict[str, Any]:
        if piece.file is not None:
            return await self._client.attached(room, piece.file)
        return content(piece, edits)

    async def _sent_before(self, delivery: Delivery) -> dict[str, str]:
        """Return the events of an old attempt that did reach the room, by transaction id."""
        known = not delivery.repeated or delivery.age < REMEMBERED
        if known or delivery.address not in self._client.rooms:
            return {}
        wanted = {transaction(delivery.key, n) for n in range(len(delivery.parts.pieces))}
        found: dict[str, str] = {}
        start: str | None = None
        for _ in range(_PAGES):
            page = await self._client.messages(delivery.address, start, None, _PAGE)
            for event in page.chunk:
                unsigned = event.source.get("unsigned")
                key = unsigned.get("transaction_id") if isinstance(unsigned, dict) else None
                if key in wanted:
                    found[key] = event.event_id
            if not page.chunk or page.end is None or len(found) == len(wanted):
                break
            start = page.end
        return found

    def _outcome(self, error: MatrixError) -> Outcome:
        if error.limited:
            self._reactions.pause()
            after = error.retry_after or _LIMITED
            return Retry(after=after, scope=Scope.ACCOUNT, reason="rate_limited")
        if error.code == LOGGED_OUT:
            return Retry(after=_LOGGED_OUT, scope=Scope.ACCOUNT, reason="logged_out")
        if error.final:
            return Refused(reason=error.code, unreachable=error.status == 403)
        if not error.certain:
            return Unknown(reason=error.code)
        scope = Scope.ACCOUNT if error.status is None and not error.local else Scope.CHAT
        return Retry(after=_LATER, scope=scope, reason=error.code)


def transaction(key: str, number: int) -> str:
    """Return the transaction id of one piece of a delivery."""
    return f"lotse-{key}-{number}"


def content(piece: Part, edits: str | None) -> dict[str, Any]:
    """Return the content of an m.room.message; m.text, because clients do not announce notices."""
    if piece.pin is not None:  # Matrix client-server API, m.location; RFC 5870
        place = f"geo:{piece.pin.lat},{piece.pin.lon}"
        return {"msgtype": "m.location", "body": piece.text, "geo_uri": place}
    found: dict[str, Any] = {"msgtype": "m.text", "body": piece.text}
    if piece.html:
        found["format"] = "org.matrix.custom.html"
        found["formatted_body"] = html(piece.html)
    if edits is None:
        return found
    return {
        **found,
        "body": f"* {piece.text}",
        "m.new_content": found,
        "m.relates_to": {"rel_type": "m.replace", "event_id": edits},
    }


def html(text: str) -> str:
    """Return html without the tags that Matrix clients drop (Client-Server API, "m.room.message").

    An isolate becomes characters again, small print is left as it is written.
    """
    text = text.replace("<bdi>", FSI).replace("</bdi>", PDI)
    return text.replace("<small>", "").replace("</small>", "")
