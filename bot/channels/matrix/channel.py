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
    pins=True,
    files=True,
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
        staff_room: str | None = None,
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
        self._staff_room = staff_room
        self._live: Live | None = None
        self._session: aiohttp.ClientSession | None = None
        self._started = False
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
        self._started = True
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
                self._failed("refused", str(error))
                if not self._succeeded_once:
                    raise
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
        """Say how it is doing; where it does not run, ask the homeserver."""
        from bot.channels.matrix import status

        if self._problem is not None:
            return status.failed(self._problem, self._mend)
        if self._live is not None and self._live.ready.is_set():
            return status.running(self._live, self._signed)
        if self._started:
            return status.starting()
        return await status.ask(self._url, self._credentials, self._secrets, self._signed)

    async def close(self) -> None:
        """Close the connections; sending ends here, receiving ended with `run`."""
        self._up.clear()
        live, self._live = self._live, None
        if live is not None:
            live.client.close()
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _live_once(self, door: Door, backoff: Backoff) -> None:
        """Log in, run, clean up; when cancelled it can still send until it is closed."""
        import aiohttp

        from bot.channels.matrix.homeserver import LOGGED_OUT, Homeserver, MatrixError

        await self.close()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._session = aiohttp.ClientSession(trust_env=True)
        login: Login | None = None
        try:
            homeserver = Homeserver(self._url, self._session)
            login = await log_in(homeserver, self._credentials, self._secrets, self._folder)
            await self._run_device(homeserver, login, door, backoff)
        except MatrixError as error:
            await self.close()
            if error.code == LOGGED_OUT and login is not None and self._credentials.token is None:
                _log.warning("matrix.logged_out", soft=error.soft)
                await forget(self._secrets, login, keep_device=error.soft)
            raise
        except Exception:
            await self.close()
            raise

    async def _run_device(
        self, homeserver: Homeserver, login: Login, door: Door, backoff: Backoff
    ) -> None:
        from bot.channels.matrix import cross_signing
        from bot.channels.matrix.client import Client
        from bot.channels.matrix.live import Live

        client = Client(homeserver, login, self._folder, await store_key(self._secrets))
        live = Live(client, clock=self._clock, words=self._words, staff_room=self._staff_room)
        self._live = live
        if not client.published:
            published = await cross_signing.published_device(homeserver, login.user, login.device)
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

    def _failed(self, code: str, mend: str = "") -> None:
        if code != self._problem:
            _log.warning("matrix.problem", code=code)
        self._problem, self._mend = code, mend

    def _words(self, text: Text) -> str:
        """Return a text in the site's language and in English: the reader's is not known here."""
        catalogue = self._catalogue()
        found = [catalogue.words(text, lang) for lang in (catalogue.source.code, "en")]
        return "\n\n".join(dict.fromkeys(found))


def _load() -> None:
    """Import nio, beside the event loop."""
    import bot.channels.matrix.live  # noqa: F401
