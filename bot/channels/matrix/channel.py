"""The Matrix channel: one account, one device, reachable in private rooms, encrypted or not.

It logs in once and keeps the device; when the homeserver is away it waits and says so. Rooms
of more than two get a polite refusal. nio takes half a second to import, so it is loaded only when
the channel runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot.channels.matrix.backoff import Backoff
from bot.channels.matrix.login import Credentials, Login, forget, log_in, store_key
from bot.channels.matrix.memory import Memory
from bot.domain.capabilities import Capabilities, Choices, LengthUnit, Rich
from bot.domain.delivery import Outcome, Retry, Scope
from bot.domain.errors import ConfigurationError
from bot.domain.texts import Text
from bot.service.ports import (
    ChannelStatus,
    Cursor,
    Delivery,
    Door,
    Health,
    Secrets,
    UnavailableError,
)

if TYPE_CHECKING:
    import aiohttp

    from bot.channels.matrix.cross_signing import Signed
    from bot.channels.matrix.homeserver import Homeserver
    from bot.channels.matrix.live import Live
    from bot.content.catalogue import Catalogue

CAPABILITIES = Capabilities(
    # an event is at most 65,536 bytes with both forms of the text, twice in an edit, encrypted
    max_text=7000,
    unit=LengthUnit.BYTES,
    rich=Rich.HTML,
    choices=Choices.NUMBERED,
    edits=True,
    edits_in_place=False,  # an edit makes no sound and stays where it was
    idempotent=True,
    end_to_end=True,
)

_START = 5.0
"""Seconds that a delivery waits for the channel to come up before it is put back."""

_REFUSED = 60.0
"""Seconds between two attempts where somebody must first mend the settings."""

_log = structlog.get_logger(__name__)


class MatrixChannel:
    """One Matrix account. The crypto store lies in the folder `matrix` below `data_dir`."""

    def __init__(
        self,
        *,
        homeserver: str,
        user: str,
        password: str | None,
        token: str | None,
        data_dir: Path,
        cursor: Cursor,
        secrets: Secrets,
        catalogue: Callable[[], Catalogue],
        clock: Callable[[], datetime],
    ) -> None:
        if not user.startswith("@") or ":" not in user:
            raise ConfigurationError(
                "LOTSE_MATRIX_USER must be a full Matrix id such as @lotse:example.org."
            )
        if password is None and token is None:
            raise ConfigurationError(
                "Matrix needs LOTSE_MATRIX_PASSWORD or LOTSE_MATRIX_TOKEN beside LOTSE_MATRIX_USER."
            )
        self._url = homeserver
        self._credentials = Credentials(user=user, password=password, token=token)
        self._folder = data_dir / "matrix"
        self._cursor = cursor
        self._secrets = secrets
        self._catalogue = catalogue
        self._clock = clock
        self._live: Live | None = None
        self._up = asyncio.Event()
        self._problem: str | None = None
        self._mend = ""
        self._signed: Signed | None = None
        self._succeeded_once = False

    @property
    def account(self) -> str:
        """`matrix:` and the user id."""
        return f"matrix:{self._credentials.user}"

    @property
    def capabilities(self) -> Capabilities:
        """What Matrix can show."""
        return CAPABILITIES

    async def run(self, door: Door) -> None:
        """Receive until cancelled.

        Raises:
            ConfigurationError: the settings do not lead to a login. Once it ran, that is waited
                out and told by `status`.
        """
        await asyncio.to_thread(_load)
        from bot.channels.matrix.homeserver import MatrixError

        backoff = Backoff()
        while True:
            try:
                await self._live_once(door, backoff)
            except (MatrixError, UnavailableError) as error:
                code = error.code if isinstance(error, MatrixError) else "database"
                self._failed(code)
                asked = error.retry_after if isinstance(error, MatrixError) else None
                await asyncio.sleep(backoff.after(asked))
            except ConfigurationError as error:
                if not self._succeeded_once:
                    raise
                self._failed("refused", str(error))
                await asyncio.sleep(_REFUSED)

    async def send(self, delivery: Delivery) -> Outcome:
        """Send all pieces in order. Never raises for what a homeserver may answer."""
        try:
            async with asyncio.timeout(_START):
                await self._up.wait()
        except TimeoutError:
            return Retry(after=timedelta(seconds=_START), scope=Scope.ACCOUNT, reason="not_running")
        live = self._live
        if live is None:
            return Retry(after=timedelta(seconds=_START), scope=Scope.ACCOUNT, reason="not_running")
        return await live.courier.send(delivery)

    async def status(self) -> ChannelStatus:
        """Say how it is doing; before it runs, ask whether the homeserver is there."""
        if self._problem is not None:
            return ChannelStatus(
                health=Health.DOWN,
                message=f"no connection ({self._problem})",
                hint=self._mend or "Is LOTSE_MATRIX_HOMESERVER right and running?",
            )
        if self._live is None or not self._live.ready.is_set():
            return await self._probe()
        return _running(self._live, self._signed)

    async def _live_once(self, door: Door, backoff: Backoff) -> None:
        """Log in, run, clean up."""
        import aiohttp

        from bot.channels.matrix.homeserver import LOGGED_OUT, Homeserver, MatrixError

        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        async with aiohttp.ClientSession(trust_env=True) as session:
            homeserver = Homeserver(self._url, session)
            login = await log_in(homeserver, self._credentials, self._secrets, self._folder)
            try:
                await self._run_device(homeserver, login, door, backoff)
            except MatrixError as error:
                if error.code == LOGGED_OUT:
                    _log.warning("matrix.logged_out", soft=error.soft)
                    if self._credentials.token is None:
                        await forget(self._secrets, login, keep_device=error.soft)
                raise
            finally:
                self._up.clear()
                self._live = None

    async def _run_device(
        self, homeserver: Homeserver, login: Login, door: Door, backoff: Backoff
    ) -> None:
        from bot.channels.matrix import cross_signing
        from bot.channels.matrix.client import Client
        from bot.channels.matrix.live import Live

        client = Client(homeserver, login, self._folder, await store_key(self._secrets))
        try:
            if not client.published:
                published = await cross_signing.published_device(
                    homeserver, login.user, login.device
                )
                cross_signing.check_device(published, login.device, client.signing_key)
            await client.publish()
            self._signed = await cross_signing.sign(
                homeserver,
                user=login.user,
                device=login.device,
                device_key=client.signing_key,
                password=self._credentials.password,
                secrets=self._secrets,
            )
            _log.info("matrix.device", device=login.device, cross_signed=self._signed.value)
            live = Live(client, clock=self._clock, words=self._words)
            self._live = live

            def succeeded() -> None:
                backoff.reset()
                self._problem, self._mend = None, ""
                self._succeeded_once = True
                self._up.set()

            await live.run(
                door,
                account=self.account,
                cursor=self._cursor,
                memory=await Memory.load(self._secrets),
                failed=self._failed,
                succeeded=succeeded,
            )
        finally:
            client.close()

    def _failed(self, code: str, mend: str = "") -> None:
        if code != self._problem:
            _log.warning("matrix.problem", code=code)
        self._problem, self._mend = code, mend

    def _words(self, text: Text) -> str:
        """Return a text in the site's language and in English: the reader's is not known here."""
        catalogue = self._catalogue()
        found = [catalogue.words(text, lang) for lang in (catalogue.source.code, "en")]
        return "\n\n".join(dict.fromkeys(found))

    async def _probe(self) -> ChannelStatus:
        import aiohttp

        from bot.channels.matrix.homeserver import Homeserver, MatrixError

        session: aiohttp.ClientSession
        async with aiohttp.ClientSession(trust_env=True) as session:
            try:
                await Homeserver(self._url, session).call(
                    "GET", "/_matrix/client/versions", timeout=4.0
                )
            except MatrixError as error:
                return ChannelStatus(
                    health=Health.DOWN,
                    message=f"the homeserver does not answer ({error.code})",
                    hint="Is LOTSE_MATRIX_HOMESERVER right and running?",
                )
        return ChannelStatus(health=Health.DEGRADED, message="not running yet")


def _load() -> None:
    """Import nio, beside the event loop."""
    import bot.channels.matrix.live  # noqa: F401


def _running(live: Live, signed: Signed | None) -> ChannelStatus:
    from bot.channels.matrix.cross_signing import Signed

    facts = {
        "device": live.client.device,
        "rooms": str(len(live.client.rooms)),
        "cross-signed": signed.value if signed is not None else "unknown",
    }
    unsigned = "some clients will not send it the keys of encrypted rooms"
    match signed:
        case Signed.FOREIGN:
            message = f"the account has cross-signing keys of another program: {unsigned}"
            hint = "Verify this device from that program, or use an account of its own."
        case Signed.PASSWORD:
            message = f"the device is not cross-signed: {unsigned}"
            hint = "Set LOTSE_MATRIX_PASSWORD once: the homeserver asks for it."
        case Signed.NO:
            message = f"the homeserver refused to cross-sign the device: {unsigned}"
            hint = "Check LOTSE_MATRIX_PASSWORD."
        case _ if live.reactions.paused:
            message = "the homeserver limits how fast the bot may write"
            hint = "Lift the rate limit of this user (Synapse admin API: override_ratelimit)."
        case _:
            return ChannelStatus(health=Health.GOOD, facts=facts)
    return ChannelStatus(health=Health.DEGRADED, message=message, hint=hint, facts=facts)
