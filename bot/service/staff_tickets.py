"""Tickets: what a browser keeps for us, sealed with the site's key. It can neither be read nor
changed, nor used for another purpose than its own.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from bot.storage.crypto import place
from bot.storage.errors import Tampered
from bot.storage.transaction import Tx

MOST = 3000
"""Characters of a ticket: a cookie holds 4096."""


def seal(tx: Tx, purpose: str, fields: Mapping[str, object], until: datetime) -> str:
    """Return a ticket that opens until a time."""
    body = json.dumps([until.timestamp(), fields]).encode()
    sealed = tx.keys.site.seal(body, place(f"ticket {purpose}"))
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(tx: Tx, purpose: str, ticket: str, now: datetime) -> Mapping[str, object] | None:
    """Return what stands in a ticket, None where it is not ours, or too old."""
    if not ticket or len(ticket) > MOST or not ticket.isascii():
        return None
    try:
        sealed = base64.urlsafe_b64decode(ticket + "=" * (-len(ticket) % 4))
        until, fields = json.loads(tx.keys.site.open(sealed, place(f"ticket {purpose}")))
    except (ValueError, Tampered):
        return None
    if datetime.fromtimestamp(until, UTC) <= now or not isinstance(fields, dict):
        return None
    return fields
