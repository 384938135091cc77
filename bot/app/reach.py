"""Asks a running `lotse up` how it is doing, at its own address and at the public one."""

from __future__ import annotations

import asyncio

import aiohttp

from bot.app.finding import Finding, doubtful, down, good
from bot.settings import Settings

SECONDS = 3.0
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # to be asked, not to be bound


async def reach(settings: Settings) -> list[Finding]:
    """Say whether it runs, what it says of itself, and whether the public address leads to it."""
    host = ANYWHERE.get(settings.web_host, settings.web_host)
    here = f"http://[{host}]" if ":" in host else f"http://{host}"
    here = f"{here}:{settings.web_port}"
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        running = await _running(session, here)
    if settings.public_url is None or running.message == NOT_RUNNING:
        return [running]
    async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
        return [running, await _public(session, settings.public_url)]


NOT_RUNNING = "not running"


async def _running(session: aiohttp.ClientSession, here: str) -> Finding:
    try:
        async with session.get(f"{here}/readyz") as response:
            answer = await response.json()
            ready, parts = bool(answer["ready"]), dict(answer["parts"])
            bad = [name for name, part in parts.items() if part["health"] == "down"]
    except aiohttp.ClientConnectorError:
        return good("running", NOT_RUNNING, "`lotse up` starts it")
    except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError):
        return down(
            "running",
            f"{here} is used by something that is not Lotse, or that hangs",
            "stop it, or set LOTSE_WEB_PORT to a free port",
        )
    if ready:
        return good("running", f"answers at {here}")
    return down(
        "running",
        f"answers at {here}, but is not ready: {', '.join(bad)}",
        "the lines below say why; the log of `lotse up` says since when",
    )


async def _public(session: aiohttp.ClientSession, url: str) -> Finding:
    try:
        async with asyncio.timeout(SECONDS), session.get(f"{url}/healthz") as response:
            if response.status == 200 and await response.text() == "ok":
                return good("public", f"{url} leads here")
            what = f"answers {response.status}"
    except aiohttp.ClientConnectorCertificateError:
        what = "has a certificate that is not valid"
    except (aiohttp.ClientError, TimeoutError, UnicodeError):
        what = "does not answer"
    return doubtful(
        "public",
        f"{url} {what} when asked from this machine",
        "check name, certificate and the proxy's target; the proxy must pass on the Host header",
    )
