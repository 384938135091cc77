"""The second factor: time-based one-time passwords (RFC 6238 over RFC 4226), as every authenticator
app makes them: SHA-1, 30 seconds, six digits.

One step before and after is taken too, for clocks that are off and fingers that are slow; no step
twice (RFC 6238, 5.2).
"""

from __future__ import annotations

import base64
import hmac
import os
import struct
from datetime import datetime
from urllib.parse import quote, urlencode

SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20  # RFC 4226, 4: the length of the hash
WINDOW = (0, -1, 1)


def new_secret() -> bytes:
    """Return a secret that nobody has had before."""
    return os.urandom(SECRET_BYTES)


def written(secret: bytes) -> str:
    """Return a secret as people type it into an app."""
    return base64.b32encode(secret).decode()


def read(text: str) -> bytes | None:
    """Return what `written` wrote, None where it is no secret of ours."""
    try:
        secret = base64.b32decode("".join(text.split()).upper())
    except ValueError:
        return None
    return secret if len(secret) == SECRET_BYTES else None


def kept(secret: bytes, step: int) -> bytes:
    """Return what is kept of somebody's second factor: the secret, and the last step that was
    used.
    """
    return secret + struct.pack(">Q", step)


def opened(stored: bytes) -> tuple[bytes, int]:
    """Undo `kept`."""
    return stored[:SECRET_BYTES], struct.unpack(">Q", stored[SECRET_BYTES:])[0]


def step_of(at: datetime) -> int:
    """Return the time step of a moment."""
    return int(at.timestamp()) // SECONDS


def code(secret: bytes, step: int) -> str:
    """Return the code of a time step."""
    digest = hmac.digest(secret, struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def matching(secret: bytes, text: str, at: datetime, *, after: int) -> int | None:
    """Return the time step whose code `text` is, None where there is none later than step `after`.

    All steps are compared, whichever fits.
    """
    given = "".join(text.split()).encode("utf-8", "replace")
    found = None
    for distance in WINDOW:
        step = step_of(at) + distance
        if hmac.compare_digest(code(secret, step).encode(), given) and step > after:
            found = step if found is None else found
    return found


def address(secret: bytes, *, issuer: str, name: str) -> str:
    """Return the otpauth address that an app reads from a picture."""
    label = f"{quote(issuer, safe='')}:{quote(name, safe='')}"
    fields = {"secret": written(secret), "issuer": issuer, "digits": DIGITS, "period": SECONDS}
    return f"otpauth://totp/{label}?{urlencode(fields, quote_via=quote)}"
