"""Everything that a counsellor does with cases, for web desk, staff rooms and jobs alike.

Each call is one transaction in the lane of the newcomer's conversation; when it returns, it is
committed, what she gets is on its way, and every open page has been woken. What may not be done
raises `Refusal` and changes nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Protocol, TypeVar

from bot.content.catalogue import Catalogue
from bot.domain.case import Case, Outcome
from bot.service import duty, metrics
from bot.service.cases import absences, acts, upkeep
from bot.service.cases.acting import Acting, Closed, Reason, Refusal, SentWords
from bot.service.cases.deferring import ABSENCE, PROMISE, RETURN, WAKE
from bot.service.cases.work import Setting, Work
from bot.service.jobs import Args, Jobs
from bot.service.office import Office
from bot.service.outputs import Account
from bot.service.ports import Via
from bot.storage import case_entries, cases, conversations, drafts, outbox
from bot.storage.database import Database
from bot.storage.outbox import Outgoing
from bot.storage.transaction import Tx

T = TypeVar("T")


class Lanes(Protocol):
    """What the front door does for an act."""

    def account(self, name: str) -> Account:
        """Return an account."""

    async def transact(
        self, account: str, address: str, act: Callable[[Tx], tuple[T, Sequence[Outgoing]]]
    ) -> T:
        """Do an act in the lane of a conversation."""

    def look(self, account: str) -> None:
        """Have an account look into the outbox at once."""


class Cases:
    """The cases of a site. `via`: the message of a staff room that asks for it; the same one again
    does nothing and gives None.
    """

    def __init__(
        self,
        *,
        database: Database,
        catalogue: Callable[[], Catalogue],
        door: Lanes,
        office: Office,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._door = door
        self._office = office
        self._clock = clock

    # -- who has it

    async def claim(self, acting: Acting, case_id: int, *, via: Via | None = None) -> Case | None:
        """Take a case. Refusal: TAKEN says who was faster."""
        return await self._change(acting, case_id, acts.claim, via)

    async def release(self, acting: Acting, case_id: int, *, via: Via | None = None) -> Case | None:
        """Give a case back to the queue."""
        return await self._change(acting, case_id, acts.release, via)

    async def transfer(
        self, acting: Acting, case_id: int, to: int, *, via: Via | None = None
    ) -> Case | None:
        """Give a case to the colleague with the account `to`."""
        return await self._change(acting, case_id, partial(acts.transfer, to=to), via)

    async def snooze(
        self, acting: Acting, case_id: int, until: datetime, *, via: Via | None = None
    ) -> Case | None:
        """Put a case aside until a time (UTC), or until she writes."""
        return await self._change(acting, case_id, partial(acts.snooze, until=until), via)

    async def reopen(self, acting: Acting, case_id: int, *, via: Via | None = None) -> Case | None:
        """Put a closed case back into the queue."""
        return await self._change(acting, case_id, acts.reopen, via)

    async def follow_up(
        self, acting: Acting, case_id: int, day: date | None, *, via: Via | None = None
    ) -> Case | None:
        """Note the day on which to look at a case again."""
        return await self._change(acting, case_id, partial(acts.follow_up, day=day), via)

    async def hand_over(self, acting: Acting, to: int) -> tuple[int, ...]:
        """Give all that she has to a colleague; return the cases."""
        name = partial(absences.substitute_name, staff_id=acting.staff_id, substitute=to)
        await self._database.read(name)
        held = await self._database.read(partial(absences.held_by, staff_id=acting.staff_id))
        return await self._move(acting, held, acting.staff_id, to)

    # -- words

    async def note(
        self,
        acting: Acting,
        case_id: int,
        text: str,
        *,
        key: str | None = None,
        via: Via | None = None,
    ) -> int | None:
        """Keep words for the team; return the entry. `key`: as for a reply."""
        return await self._act(acting, case_id, partial(acts.note, text=text, key=key), via)

    async def reply(
        self,
        acting: Acting,
        case_id: int,
        text: str,
        *,
        sent: SentWords | None = None,
        key: str | None = None,
        via: Via | None = None,
    ) -> int | None:
        """Answer her and return the entry. `sent`: what she gets in place of `text`; `key`: the
        form's own, the same again counts once.
        """

        def act(work: Work) -> tuple[int, float | None]:
            first = work.case.first_answer_at is None
            entry = acts.reply(work, text, sent, key)
            if not first:
                return entry, None
            waited = duty.staffed(work.tx, work.setting.catalogue, work.case.opened_at, work.now)
            return entry, waited.total_seconds() / 3600

        done = await self._act(acting, case_id, act, via)
        if done is None:
            return None
        entry, hours = done
        if hours is not None:
            metrics.FIRST_ANSWER_HOURS.observe(hours)
        return entry

    async def correct(
        self,
        acting: Acting,
        entry_id: int,
        text: str,
        *,
        sent: SentWords | None = None,
        via: Via | None = None,
    ) -> int | None:
        """Put other words in the place of a reply of hers."""

        def act(work: Work) -> int:
            acts.correct(work, _entry(work, entry_id), text, sent)
            return entry_id

        return await self._act(acting, await self._case_of(entry_id), act, via)

    async def recall(self, acting: Acting, entry_id: int, *, via: Via | None = None) -> int | None:
        """Take a reply of hers back."""

        def act(work: Work) -> int:
            acts.recall(work, _entry(work, entry_id))
            return entry_id

        return await self._act(acting, await self._case_of(entry_id), act, via)

    async def close(
        self,
        acting: Acting,
        case_ids: Sequence[int],
        outcome: Outcome,
        *,
        text: str | None = None,
        sent: Mapping[int, SentWords] | None = None,
        follow_up: date | None = None,
        via: Via | None = None,
    ) -> tuple[Closed, ...]:
        """Close cases, each with the same words if there are any (`sent`: by case, what she gets in
        their place). What cannot be closed is named and stops no other.
        """
        done: list[Closed] = []
        for case_id in dict.fromkeys(case_ids):
            words = (sent or {}).get(case_id)
            act = partial(acts.close, outcome=outcome, text=text, sent=words, follow_up=follow_up)
            try:
                await self._act(acting, case_id, act, via)
                done.append(Closed(case_id=case_id))
            except Refusal as refusal:
                done.append(Closed(case_id=case_id, refusal=refusal))
        return tuple(done)

    async def resend(self, acting: Acting, case_id: int, row_id: int) -> None:
        """Try again to deliver a message of a case that failed (an id of the outbox)."""

        def act(work: Work) -> str:
            failed = {each.row for each in outbox.failed_for(work.tx, work.conversation.id)}
            if row_id not in failed:
                raise Refusal(Reason.NO_ENTRY)
            conversations.set_reachable(work.tx, work.conversation, True)
            outbox.retry_failed(work.tx, row_id, work.now)
            work.audit("resend")
            return work.conversation.account

        account = await self._act(acting, case_id, act, None)
        if account is not None:
            self._door.look(account)

    # -- drafts: nobody is woken for them

    async def save_draft(self, acting: Acting, case_id: int, text: str) -> None:
        """Keep what is being typed; nothing forgets it."""

        def save(tx: Tx) -> None:
            work = Work.begin(tx, self._setting(), case_id, acting)
            if not text.strip():
                drafts.remove(tx, case_id, acting.staff_id)
                return
            if len(text) > acts.MOST:
                raise Refusal(Reason.TOO_LONG)
            body = text.encode("utf-8", "replace")
            drafts.put(tx, work.conversation, case_id, acting.staff_id, body, work.now)

        await self._database.write(save)

    async def draft(self, acting: Acting, case_id: int) -> str | None:
        """Return what she had typed."""

        def read(tx: Tx) -> str | None:
            case = cases.get(tx, case_id)
            conversation = conversations.by_id(tx, case.conversation_id) if case else None
            if conversation is None:
                raise Refusal(Reason.NO_CASE)
            found = drafts.get(tx, conversation, case_id, acting.staff_id)
            return found.body.decode() if found is not None else None

        return await self._database.read(read)

    # -- absences

    async def set_absence(
        self,
        acting: Acting,
        *,
        begins: datetime,
        until: datetime,
        substitute: int | None,
        staff_id: int | None = None,
    ) -> int:
        """Note an absence (UTC), her own or, by an administrator, somebody else's. Cases move when
        it begins; return how many have moved now.
        """
        absent, catalogue, now = staff_id or acting.staff_id, self._catalogue(), self._clock()
        await self._database.write(
            lambda tx: absences.add(
                tx,
                acting,
                staff_id=absent,
                begins=begins,
                until=until,
                substitute=substitute,
                catalogue=catalogue,
                now=now,
            )
        )
        if begins > now:
            return 0
        held = await self._database.read(partial(absences.held_by, staff_id=absent))
        return len(await self._move(None, held, absent, substitute))

    async def absence_preview(
        self, acting: Acting, *, substitute: int | None, staff_id: int | None = None
    ) -> list[tuple[int, str]]:
        """Return the cases that an absence would move now, and what each newcomer would hear."""
        absent = staff_id or acting.staff_id
        absences.check_may(acting, absent)
        catalogue = self._catalogue()
        return await self._database.read(
            lambda tx: absences.preview(tx, catalogue, absent, substitute)
        )

    async def end_absence(self, acting: Acting, absence_id: int) -> None:
        """Take an absence back; what has moved stays where it is."""
        catalogue, now = self._catalogue(), self._clock()
        await self._database.write(
            lambda tx: absences.remove(tx, acting, absence_id, catalogue=catalogue, now=now)
        )

    # -- jobs

    def register(self, jobs: Jobs) -> None:
        """Do the jobs of cases."""
        looks: dict[str, Callable[[Work], None]] = {
            PROMISE: upkeep.look_at_promise,
            RETURN: upkeep.look_at_answer,
            WAKE: upkeep.look_at_snoozed,
        }
        for name, look in looks.items():
            jobs.register(name, self._looking(look))
        jobs.register(ABSENCE, self._absence)

    def _looking(self, look: Callable[[Work], None]) -> Callable[[Args], Awaitable[None]]:
        async def handle(args: Args) -> None:
            try:
                await self._act(None, int(args["case"]), look, None)
            except Refusal as refusal:
                if refusal.reason is not Reason.NO_CASE:  # erased meanwhile
                    raise

        return handle

    async def _absence(self, args: Args) -> None:
        """Move the cases of somebody who is away from now on."""
        now = self._clock()
        found = await self._database.read(
            lambda tx: absences.current(tx, int(args["absence"]), now=now)
        )
        if found is not None:
            held = await self._database.read(partial(absences.held_by, staff_id=found.staff_id))
            await self._move(None, held, found.staff_id, found.substitute)

    # -- one act

    async def _move(
        self, acting: Acting | None, held: Sequence[int], absent: int, substitute: int | None
    ) -> tuple[int, ...]:
        act = partial(absences.move, absent=absent, substitute=substitute)
        moved: list[int] = []
        for case in held:
            try:
                if await self._act(acting, case, act, None):
                    moved.append(case)
            except Refusal as refusal:
                if refusal.reason is not Reason.NO_CASE:  # erased meanwhile: the others still move
                    raise
        return tuple(moved)

    async def _change(
        self, acting: Acting, case_id: int, act: Callable[[Work], None], via: Via | None
    ) -> Case | None:
        def changed(work: Work) -> Case:
            act(work)
            return work.case

        return await self._act(acting, case_id, changed, via)

    async def _act(
        self, acting: Acting | None, case_id: int, act: Callable[[Work], T], via: Via | None
    ) -> T | None:
        where = await self._database.read(partial(_where, case_id=case_id))
        setting = self._setting()

        def run(tx: Tx) -> tuple[T | None, Sequence[Outgoing]]:
            work = Work.begin(tx, setting, case_id, acting, via)
            if work.repeated:
                return None, ()
            return act(work), work.rows

        return await self._door.transact(*where, run)

    async def _case_of(self, entry_id: int) -> int:
        found = await self._database.read(lambda tx: case_entries.conversation_of(tx, entry_id))
        if found is None:
            raise Refusal(Reason.NO_ENTRY)
        return found[1]

    def _setting(self) -> Setting:
        return Setting(
            catalogue=self._catalogue(),
            office=self._office,
            account=self._door.account,
            now=self._clock(),
        )


def _where(tx: Tx, case_id: int) -> tuple[str, str]:
    """Return account and address of the conversation of a case. Raises Refusal: NO_CASE."""
    case = cases.get(tx, case_id)
    found = conversations.by_id(tx, case.conversation_id) if case is not None else None
    if found is None:
        raise Refusal(Reason.NO_CASE)
    return found.account, found.address


def _entry(work: Work, entry_id: int) -> case_entries.Entry:
    entry = case_entries.one(work.tx, work.conversation, entry_id)
    if entry is None or entry.case_id != work.case.id:
        raise Refusal(Reason.NO_ENTRY)
    return entry
