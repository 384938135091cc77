"""How the channel is doing, in sentences for an administrator.

A running channel knows. One that does not run (`lotse doctor`) asks the homeserver with the kept
login and touches nothing: the device may be at work in another process.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp

from bot.channels.matrix import cross_signing
from bot.channels.matrix.cross_signing import Signed
from bot.channels.matrix.homeserver import LOGGED_OUT, Homeserver, MatrixError, path
from bot.channels.matrix.login import Credentials, kept
from bot.service.ports import ChannelStatus, Health, Secrets

if TYPE_CHECKING:
    from bot.channels.matrix.live import Live

_AT_MOST = 4.5
"""Seconds that asking may take."""

_UNREACHABLE = "Is LOTSE_MATRIX_HOMESERVER right and running?"
_UNSIGNED = "some clients will not send it the keys of encrypted rooms"


def failed(code: str, mend: str) -> ChannelStatus:
    """Return the status while something keeps it from running."""
    if mend:
        return ChannelStatus(health=Health.DOWN, message=mend)
    return ChannelStatus(health=Health.DOWN, message=f"no connection ({code})", hint=_UNREACHABLE)


def starting() -> ChannelStatus:
    """Return the status before the first sync."""
    return ChannelStatus(health=Health.DEGRADED, message="starting: nothing is received yet")


def running(live: Live, signed: Signed | None) -> ChannelStatus:
    """Return the status of a running channel."""
    facts = {
        "device": live.client.device,
        "rooms": str(len(live.client.rooms)),
        "cross-signed": signed.value if signed is not None else "unknown",
    }
    if signed is Signed.YES and live.reactions.paused:
        return ChannelStatus(
            health=Health.DEGRADED,
            message="the homeserver limits how fast the bot may write",
            hint="Lift the rate limit of this user (Synapse admin API: override_ratelimit).",
            facts=facts,
        )
    status = _of_signature(signed, facts)
    trouble = live.staff.trouble
    if status.health is Health.GOOD and trouble is not None:
        return ChannelStatus(
            health=Health.DEGRADED,
            message=trouble,
            hint="what is to be posted there waits",
            facts=facts,
        )
    return status


async def ask(
    url: str, credentials: Credentials, secrets: Secrets, signed: Signed | None
) -> ChannelStatus:
    """Return the status of a channel that does not run in this process."""
    try:
        async with asyncio.timeout(_AT_MOST), aiohttp.ClientSession(trust_env=True) as session:
            return await _asked(Homeserver(url, session), credentials, secrets, signed)
    except MatrixError as error:
        if error.code == LOGGED_OUT:
            return ChannelStatus(
                health=Health.DOWN,
                message="the homeserver does not take the token",
                hint="Make a new LOTSE_MATRIX_TOKEN, or set LOTSE_MATRIX_PASSWORD.",
            )
        return failed(error.code, "")
    except TimeoutError:
        return failed("timeout", "")


async def _asked(
    homeserver: Homeserver, credentials: Credentials, secrets: Secrets, signed: Signed | None
) -> ChannelStatus:
    await homeserver.call("GET", "/_matrix/client/versions")
    login = await kept(secrets, credentials.user)
    homeserver.token = credentials.token or (login.token if login is not None else None)
    if not homeserver.token:
        return ChannelStatus(health=Health.GOOD, message="reachable; the first start logs in")
    me = await homeserver.call("GET", path("account", "whoami"))
    if signed is None:
        signed = await cross_signing.look(
            homeserver,
            user=credentials.user,
            device=str(me.get("device_id")),
            password=credentials.password,
            secrets=secrets,
        )
    return _of_signature(signed, {"device": str(me.get("device_id")), "cross-signed": signed.value})


def _of_signature(signed: Signed | None, facts: dict[str, str]) -> ChannelStatus:
    match signed:
        case Signed.FOREIGN:
            message = f"the account has cross-signing keys of another program: {_UNSIGNED}"
            hint = "Verify this device from that program, or use an account of its own."
        case Signed.PASSWORD:
            message = f"the device is not cross-signed: {_UNSIGNED}"
            hint = "Set LOTSE_MATRIX_PASSWORD once: the homeserver may ask for it."
        case Signed.NO:
            message = f"the device is not cross-signed: {_UNSIGNED}"
            hint = "Start the bot; if this stays, check LOTSE_MATRIX_PASSWORD."
        case _:
            return ChannelStatus(health=Health.GOOD, facts=facts)
    return ChannelStatus(health=Health.DEGRADED, message=message, hint=hint, facts=facts)
