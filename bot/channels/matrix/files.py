"""A file as an event: the bytes go to the homeserver's media store, encrypted where the room is.

Uploading says nothing to anybody; only the event does, and that has its transaction id. So an
upload whose answer was lost is made again without harm, and what goes wrong here was never sent.
"""

from __future__ import annotations

from typing import Any

from bot.channels.matrix.homeserver import Homeserver, MatrixError
from bot.domain.outgoing import File

_BYTES = "application/octet-stream"


async def content(homeserver: Homeserver, file: File, *, encrypted: bool) -> dict[str, Any]:
    """Upload a file and return the content of its m.room.message (Client-Server API, "m.file",
    "Sending encrypted attachments").

    Raises:
        MatrixError: it was not uploaded. Always `certain`, never a word about the room.
    """
    raw = file.text.encode()
    found: dict[str, Any] = {
        "msgtype": "m.file",
        "body": file.name,
        "filename": file.name,
        "info": {"mimetype": file.media_type, "size": len(raw)},
    }
    if not encrypted:
        return found | {"url": await _upload(homeserver, raw, file.media_type, file.name)}
    from nio.crypto.attachments import encrypt_attachment  # only where there is encryption

    sealed, keys = encrypt_attachment(raw)
    return found | {"file": keys | {"url": await _upload(homeserver, sealed, _BYTES, None)}}


async def _upload(homeserver: Homeserver, raw: bytes, kind: str, name: str | None) -> str:
    try:
        return await homeserver.upload(raw, kind, name)
    except MatrixError as error:
        error.certain = True
        if error.final:  # the media store's refusal says nothing about the room
            error.status = 400
        raise
