"""The front door: every event of every channel comes in here and is acknowledged when this returns.

One lane per conversation. Words are understood outside any transaction; the turn is one
transaction. A turn that raises is tried three times, then set aside with an apology: one bad
message never stops the others. The database being away is no such case: the caller keeps the event.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from time import perf_counter
from zoneinfo import ZoneInfo

import structlog

from bot.content.catalogue import Catalogue
from bot.content.model import AskStep
from bot.domain.conversation import PromptKind, State, Understood
from bot.domain.durations import relative_date
from bot.domain.inbound import ButtonPress, Inbound, TextMessage, Unreadable
from bot.service import metrics
from bot.service.lanes import Lanes
from bot.service.notifier import Notifier
from bot.service.rerun import dump_content
from bot.service.turn import (
    Account,
    Known,
    MovedOnError,
    Taken,
    read_known,
    says,
    set_aside,
    take,
)
from bot.storage.database import Database
from bot.storage.errors import Unavailable
from bot.storage.outbox import Outgoing
from bot.understanding.decide import decide

log = structlog.get_logger(__name__)

TRIES = 3
REMEMBERED = 1_000
READ = 4_000  # characters that understanding looks at


class FrontDoor:
    """Takes events of all accounts; hands what is to be delivered to `delivered` of the account."""

    def __init__(
        self,
        *,
        database: Database,
        catalogue: Callable[[], Catalogue],
        notifier: Notifier,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._notifier = notifier
        self._accounts: dict[str, tuple[Account, Callable[[tuple[Outgoing, ...]], None]]] = {}
        self._lanes = Lanes()
        self._known: dict[tuple[str, str], Known] = {}
        self._closed = False

    def add_account(
        self, account: Account, deliver: Callable[[tuple[Outgoing, ...]], None]
    ) -> None:
        """Let an account in. `deliver` gets the rows of a turn after its commit."""
        self._accounts[account.name] = (account, deliver)

    async def receive(self, inbound: Inbound) -> None:
        """Take one event of a channel; see `service.ports.Door`."""
        await self.admit(inbound)

    async def admit(self, inbound: Inbound, *, client_id: str | None = None) -> Taken:
        """Take one event; return what the turn left.

        Raises:
            Unavailable: the database is away, or the program ends; nothing was committed.
        """
        if self._closed:
            raise Unavailable("Lotse is about to end")
        started = perf_counter()
        inbound = _cleaned(inbound)
        account, deliver = self._accounts[inbound.account]
        address = inbound.sender.address
        async with self._lanes.lane((account.name, address)):
            taken = await self._turn(inbound, account, client_id)
            if taken.known is not None:
                self._remember((account.name, address), taken.known)
            if taken.rows:
                deliver(taken.rows)
        if taken.fresh:
            self._notifier.changed(account.name, address)
        if taken.faults:
            metrics.FAULTS.inc()
            log.error("content.fault", faults=taken.faults)
        channel = metrics.channel_of(account.name)
        metrics.TURNS.labels(channel, "done" if taken.fresh else "duplicate").inc()
        metrics.TURN_SECONDS.labels(channel).observe(perf_counter() - started)
        return taken

    async def close(self, seconds: float) -> None:
        """Take nothing new, and let the turns that have begun finish, at most `seconds`."""
        self._closed = True
        try:
            async with asyncio.timeout(seconds):
                await self._lanes.free()
        except TimeoutError:
            log.warning("door.closed_on", turns=len(self._lanes))

    async def _turn(self, inbound: Inbound, account: Account, client_id: str | None) -> Taken:
        if isinstance(inbound.content, Unreadable):
            return await self._set_aside(inbound, account, "Unreadable")
        error = ""
        for attempt in range(TRIES):
            try:
                return await self._try(inbound, account, client_id, attempt)
            except (Unavailable, asyncio.CancelledError):
                raise
            except MovedOnError:
                error = "MovedOnError"
            except Exception as raised:  # noqa: BLE001  # whatever a turn raises, the next message must pass
                error = type(raised).__name__
                log.error("turn.raised", error=error, where=_where(raised), attempt=attempt + 1)
            self._known.pop((account.name, inbound.sender.address), None)
        return await self._set_aside(inbound, account, error)

    async def _try(
        self, inbound: Inbound, account: Account, client_id: str | None, attempt: int
    ) -> Taken:
        catalogue = self._catalogue()
        version: int | None = None
        understood = says(inbound)
        if isinstance(inbound.content, TextMessage):
            known = await self._read(account.name, inbound.sender.address)
            understood = await asyncio.to_thread(
                understand, inbound.content.text, known.state, catalogue, inbound.at
            )
            version = known.version
        last = (
            attempt == TRIES - 1
        )  # words may be held against a state that moved, rather than be lost
        return await self._database.write(
            lambda tx: take(
                tx,
                inbound,
                understood,
                account=account,
                catalogue=catalogue,
                version=None if last else version,
                client_id=client_id,
            )
        )

    async def _set_aside(self, inbound: Inbound, account: Account, error: str) -> Taken:
        channel = metrics.channel_of(account.name)
        metrics.QUARANTINED.labels(channel).inc()
        log.error("turn.quarantined", channel=channel, error=error)
        catalogue = self._catalogue()
        raw = dump_content(inbound.content)
        return await self._database.write(
            lambda tx: set_aside(tx, inbound, raw, error, account=account, catalogue=catalogue)
        )

    async def _read(self, account: str, address: str) -> Known:
        known = self._known.get((account, address))
        if known is None:
            known = await self._database.read(lambda tx: read_known(tx, account, address))
        return known

    def _remember(self, key: tuple[str, str], known: Known) -> None:
        """Keep what the next words will be held against; the version says whether it still
        holds.
        """
        self._known.pop(key, None)
        while len(self._known) >= REMEMBERED:
            self._known.pop(next(iter(self._known)))
        self._known[key] = known


def understand(text: str, state: State, catalogue: Catalogue, at: datetime) -> Understood:
    """Return what words mean in a state: command, answer to the open question, or free text."""
    today = at.astimezone(ZoneInfo(catalogue.site.zone)).date()
    least, most = _date_limits(state, catalogue, today)
    return decide(
        text[:READ],
        prompt=state.prompt,
        language=state.language,
        today=today,
        words=catalogue.command_words,
        least=least,
        most=most,
    )


def _date_limits(
    state: State, catalogue: Catalogue, today: date
) -> tuple[date | None, date | None]:
    """Return the limits of an open question for a date: they tell which year she means."""
    if state.prompt is None or state.prompt.kind is not PromptKind.DATE or not state.frames:
        return None, None
    frame = state.frames[-1]
    entry = catalogue.entries.get(frame.entry)
    position = entry.position.get(frame.step) if entry is not None else None
    step = entry.steps[position] if entry is not None and position is not None else None
    if not isinstance(step, AskStep):
        return None, None
    least, most = (
        relative_date(bound, today) if isinstance(bound, str) else None
        for bound in (step.least, step.most)
    )
    return least, most


def _cleaned(inbound: Inbound) -> Inbound:
    """Replace what UTF-8 cannot carry (lone surrogates) in words from outside."""
    content = inbound.content
    if isinstance(content, TextMessage) and not _is_clean(content.text):
        text = content.text.encode("utf-8", "replace").decode()
        content = TextMessage(text=text, order=content.order, reply_to=content.reply_to)
    elif isinstance(content, ButtonPress) and not _is_clean(content.token):
        content = ButtonPress(token="?")  # noqa: S106  # no secret: a button that is none of ours
    else:
        return inbound
    return Inbound(
        account=inbound.account,
        external_id=inbound.external_id,
        sender=inbound.sender,
        at=inbound.at,
        content=content,
    )


def _is_clean(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _where(error: Exception) -> str:
    """Return the innermost place in our code that raised: a file and line, no values."""
    trace = error.__traceback__
    place = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{code.co_qualname}:{trace.tb_lineno}" if hasattr(code, "co_qualname") else ""
        trace = trace.tb_next
    return place
