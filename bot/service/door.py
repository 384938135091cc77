"""The front door: every event of every channel comes in here and is acknowledged when this returns.

One lane per conversation. Words are understood outside any transaction; the turn is one
transaction. A turn that raises is tried three times, then set aside with an apology: one bad
message never stops the others. The database being away is no such case: the caller keeps the event.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from time import perf_counter
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

import structlog

from bot.content.catalogue import Catalogue
from bot.content.model import AskStep
from bot.domain.capabilities import Capabilities, Choices, LengthUnit, Rich
from bot.domain.conversation import Command, FreeText, PromptKind, State, Understood
from bot.domain.durations import relative_date
from bot.domain.inbound import ButtonPress, Inbound, StaffMessage, TextMessage, Unreadable
from bot.service import metrics
from bot.service.arrivals import Arrivals, code_in
from bot.service.jobs import Jobs
from bot.service.lanes import Lanes
from bot.service.notifier import Notifier
from bot.service.office import Office
from bot.service.outputs import Account
from bot.service.rerun import dump_content
from bot.service.turn import (
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
from bot.storage.transaction import Tx
from bot.understanding.decide import decide
from bot.understanding.normalise import visible

T = TypeVar("T")

log = structlog.get_logger(__name__)

DESK = ("desk", "")
"""What the notifier calls the cases as a whole."""

PLAINEST = Capabilities(
    max_text=1000,
    unit=LengthUnit.BYTES,
    rich=Rich.PLAIN,
    choices=Choices.NUMBERED,
    edits=True,
    edits_in_place=False,
)
"""Stands for an account that is not served now; what is said to it is rendered when it is."""

TRIES = 3
REMEMBERED = 1_000
READ = 4_000  # characters that understanding looks at


class StaffDoor(Protocol):
    """Who takes what counsellors write in their rooms (`service.staffroom.receiving`)."""

    def is_room(self, account: str, address: str) -> bool:
        """Return whether an address is a staff room."""

    async def receive(self, inbound: Inbound, message: StaffMessage) -> bool:
        """Act on one message; False: it had been acted on before."""


class FrontDoor:
    """Takes events of all accounts; hands what is to be delivered to `delivered` of the account."""

    def __init__(
        self,
        *,
        database: Database,
        catalogue: Callable[[], Catalogue],
        notifier: Notifier,
        office: Office | None = None,
        jobs: Jobs | None = None,
        arrivals: Arrivals | None = None,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._notifier = notifier
        self._office = office or Office()
        self._jobs = jobs
        self._arrivals = arrivals
        self._accounts: dict[str, tuple[Account, Callable[[tuple[Outgoing, ...]], None]]] = {}
        self._staff: StaffDoor | None = None
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
        if isinstance(inbound.content, StaffMessage) or self._is_staff_room(inbound):
            return await self._from_staff(inbound)
        account, _ = self._accounts[inbound.account]
        address = inbound.sender.address
        async with self._lanes.lane((account.name, address)):
            taken = await self._turn(inbound, account, client_id)
            if taken.known is not None:
                self._remember((account.name, address), taken.known)
            self._deliver(taken.rows)
        if taken.fresh:
            self._notifier.changed(account.name, address)
        if taken.left is not None:
            self._known.pop(taken.left, None)
            self._notifier.changed(*taken.left)
        if taken.case or taken.left is not None:
            self._case_changed()
        if taken.faults:
            metrics.FAULTS.inc()
            log.error("content.fault", faults=taken.faults)
        channel = metrics.channel_of(account.name)
        metrics.TURNS.labels(channel, "done" if taken.fresh else "duplicate").inc()
        metrics.TURN_SECONDS.labels(channel).observe(perf_counter() - started)
        return taken

    def add_staff(self, staff: StaffDoor) -> None:
        """Let in what counsellors write in their rooms."""
        self._staff = staff

    def deliver(self, rows: Sequence[Outgoing]) -> None:
        """Hand rows of somebody else's transaction to their accounts, after its commit."""
        self._deliver(rows)

    def _is_staff_room(self, inbound: Inbound) -> bool:
        staff = self._staff
        return staff is not None and staff.is_room(inbound.account, inbound.sender.address)

    async def _from_staff(self, inbound: Inbound) -> Taken:
        """Take what stands in a staff room, which is never a newcomer's conversation."""
        content, fresh = inbound.content, False
        if isinstance(content, StaffMessage) and self._staff is not None:
            async with self._lanes.lane((inbound.account, inbound.sender.address)):
                fresh = await self._staff.receive(inbound, content)
        return Taken(fresh=fresh)

    def account(self, name: str) -> Account:
        """Return an account; one that is not served now, as it may be again: its rows wait in the
        database.
        """
        known = self._accounts.get(name)
        if known is not None:
            return known[0]
        return Account(name=name, capabilities=PLAINEST, owner="", busy=lambda _id: True)

    async def transact(
        self, account: str, address: str, act: Callable[[Tx], tuple[T, Sequence[Outgoing]]]
    ) -> T:
        """Do an act of the office on a conversation: in its lane, in one transaction. Deliver the
        rows that it returns, and tell all who watch.

        Raises:
            Unavailable: the database is away, or the program ends; nothing was committed.
        """
        if self._closed:
            raise Unavailable("Lotse is about to end")
        async with self._lanes.lane((account, address)):
            result, rows = await self._database.write(act)
            self._known.pop((account, address), None)
            self._deliver(rows)
        self._notifier.changed(account, address)
        self._case_changed()
        return result

    def look(self, account: str) -> None:
        """Have an account look into the outbox at once."""
        known = self._accounts.get(account)
        if known is not None:
            known[1](())

    def _deliver(self, rows: Sequence[Outgoing]) -> None:
        """Hand rows to their accounts, in the order in which they were written."""
        by_account: dict[str, list[Outgoing]] = {}
        for row in rows:
            by_account.setdefault(row.account, []).append(row)
        for name, found in by_account.items():
            known = self._accounts.get(name)
            if known is not None:
                known[1](tuple(found))

    def _case_changed(self) -> None:
        self._notifier.changed(*DESK)
        if self._jobs is not None:
            self._jobs.committed()  # a case defers what has to be looked at later

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
        if self._arrivals is not None and (given := code_in(inbound)) is not None:
            place = f"{account.name} {inbound.sender.address}"
            arrive = partial(
                self._arrivals.take,
                given=given,
                inbound=inbound,
                understood=understood,
                allowed=self._arrivals.allows(place, inbound.at),
                account=account,
                catalogue=catalogue,
                office=self._office,
                client_id=client_id,
            )
            return await self._database.write(arrive)
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
                office=self._office,
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
    meant = decide(
        text[:READ],
        prompt=state.prompt,
        language=state.language,
        today=today,
        words=catalogue.command_words,
        least=least,
        most=most,
    )
    to_human = state.human is not None and state.human.present
    if to_human and isinstance(meant, Command) and not _is_called(meant, text):
        return FreeText()  # "Termin" answers the counsellor; `/appointment` asks the program
    return meant


def _is_called(command: Command, text: str) -> bool:
    """Return whether words call the program whoever listens: with a slash or `!`, or for help in an
    emergency.
    """
    return command.name == "emergency" or visible(text[:READ]).lstrip()[:1] in {"/", "!"}


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
    elif isinstance(content, StaffMessage) and not _is_clean(content.text):
        content = replace(content, text=content.text.encode("utf-8", "replace").decode())
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
