"""An act on one case while its transaction runs: the case, her conversation, and what is written.

Begun with the conversation locked, so that nobody else changes the case; from then on the case in
hand is the newest. `rows` are delivered by whoever commits. What she gets goes through the engine
(`tell`), never past it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.content.catalogue import Catalogue
from bot.domain.case import Case, CaseAction, CaseStatus, Outcome, Promise, moved
from bot.domain.case_news import CaseNews
from bot.domain.conversation import Input, State
from bot.domain.outgoing import Output
from bot.domain.staff import Role
from bot.domain.staffroom import PostKind
from bot.engine.step import step
from bot.service import duty
from bot.service.cases.acting import Acting, Reason, Refusal
from bot.service.cases.entries import Body, Event, dump, kind_of
from bot.service.cases.world import CaseWorld
from bot.service.codec import dump_state, load_state
from bot.service.office import Office
from bot.service.outputs import Account, add_outputs
from bot.service.ports import Via
from bot.storage import audit, case_entries, cases, conversations, staff
from bot.storage.conversations import Conversation
from bot.storage.outbox import Outgoing
from bot.storage.staff import Staff
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What every act needs: the content, the office, the accounts by name, and the time."""

    catalogue: Catalogue
    office: Office
    account: Callable[[str], Account]
    now: datetime


@dataclass(slots=True, kw_only=True)
class Work:
    """One act. `acting` None: the program itself."""

    tx: Tx
    setting: Setting
    acting: Acting | None
    conversation: Conversation
    case: Case
    state: State
    via: Via | None = None
    rows: list[Outgoing] = field(default_factory=list)

    @classmethod
    def begin(
        cls, tx: Tx, setting: Setting, case_id: int, acting: Acting | None, via: Via | None = None
    ) -> Work:
        """Lock the conversation of a case.

        Raises:
            Refusal: NO_CASE, or ROLE.
        """
        if acting is not None and Role.COUNSELLOR not in acting.roles:
            raise Refusal(Reason.ROLE)
        found = cases.get(tx, case_id)
        conversation = (
            conversations.lock_by_id(tx, found.conversation_id) if found is not None else None
        )
        case = cases.get(tx, case_id) if conversation is not None else None
        if conversation is None or case is None:
            raise Refusal(Reason.NO_CASE)
        state = load_state(conversation.state) if conversation.state is not None else State()
        return cls(
            tx=tx,
            setting=setting,
            acting=acting,
            conversation=conversation,
            case=case,
            state=state,
            via=via,
        )

    @property
    def now(self) -> datetime:
        """When this happens."""
        return self.setting.now

    @property
    def who(self) -> int | None:
        """The account of whoever acts."""
        return self.acting.staff_id if self.acting is not None else None

    @property
    def repeated(self) -> bool:
        """Whether the staff room's message was acted on before."""
        return self.via is not None and self.setting.office.rooms.seen(self.tx, self.via)

    # -- who has it

    def name_of(self, staff_id: int | None) -> str | None:
        """Return the name of an account that newcomers see."""
        if self.acting is not None and staff_id == self.acting.staff_id:
            return self.acting.name
        found = staff.get(self.tx, staff_id) if staff_id is not None else None
        return found.shown_name if found is not None else None

    def colleague(self, staff_id: int) -> Staff:
        """Return somebody who answers newcomers. Raises Refusal: NO_STAFF."""
        found = staff.get(self.tx, staff_id)
        if found is None or not duty.is_counsellor(found):
            raise Refusal(Reason.NO_STAFF)
        return found

    def check_free(self) -> None:
        """Refuse where a colleague has the case: TAKEN."""
        if self.case.assignee not in {None, self.who}:
            raise Refusal(Reason.TAKEN, by=self.name_of(self.case.assignee))

    def check_mine(self) -> None:
        """Refuse where the case is not hers who acts: CLOSED, NOT_YOURS."""
        if self.case.status is CaseStatus.CLOSED:
            raise Refusal(Reason.CLOSED)
        if self.case.assignee != self.who:
            raise Refusal(Reason.NOT_YOURS, by=self.name_of(self.case.assignee))

    def after(self, action: CaseAction) -> CaseStatus:
        """Return where `action` leads. Raises Refusal: CLOSED, NOT_POSSIBLE."""
        after = moved(self.case.status, action, assigned=self.case.assignee is not None)
        if after is None:
            closed = self.case.status is CaseStatus.CLOSED
            raise Refusal(Reason.CLOSED if closed else Reason.NOT_POSSIBLE)
        return after

    def promise(self) -> Promise:
        """Return when a human answers from now."""
        setting = self.setting
        return duty.promise(self.tx, setting.catalogue, self.now, public=setting.office.public)

    # -- writing

    def save(self, **changes: Any) -> None:
        """Write the case with these changes; its cards in the staff rooms follow."""
        self.case = cases.save(self.tx, replace(self.case, **changes))
        self.rows += self.setting.office.rooms.card(self.tx, self.case, self.now)

    def enter(
        self, body: Body, what: PostKind, *, seq: int | None = None, key: str | None = None
    ) -> int:
        """Add an entry to the case, and show it in the staff rooms."""
        entry = case_entries.add(
            self.tx,
            self.conversation,
            self.case.id,
            kind=kind_of(body),
            at=self.now,
            staff_id=self.who,
            seq=seq,
            body=dump(body),
            key=key,
        )
        self.rows += self.setting.office.rooms.post(
            self.tx, self.case, what, now=self.now, entry=entry, via=self.via
        )
        return entry

    def event(
        self,
        event: str,
        *,
        to: int | None = None,
        until: datetime | None = None,
        outcome: Outcome | None = None,
    ) -> None:
        """Write down what became of the case, for the desk and for the audit log."""
        body = Event(event=event, by=self.who, to=to, until=until, outcome=outcome)
        entry = self.enter(body, PostKind.EVENT)
        self.audit(event, detail=f"to:{to}" if to is not None else None)
        self.done(entry)

    def audit(self, action: str, *, detail: str | None = None) -> None:
        """Note the act in the audit log."""
        audit.add(
            self.tx,
            at=self.now,
            staff_id=self.who,
            action=f"case.{action}",
            case_id=self.case.id,
            detail=detail,
        )

    def done(self, entry: int | None = None) -> None:
        """Note that the staff room's message has been acted on."""
        if self.via is not None and not self.repeated:
            self.setting.office.rooms.record(self.tx, self.via, self.now, entry=entry)

    def tell(self, news: CaseNews) -> tuple[Output, ...]:
        """Let her conversation hear of it; return what she gets."""
        setting = self.setting
        account = setting.account(self.conversation.account)
        catalogue = setting.catalogue
        event = Input(
            at=self.now,
            today=self.now.astimezone(ZoneInfo(catalogue.site.zone)).date(),
            understood=news,
            language_hint=self.case.language,  # she may never have chosen one
            end_to_end=account.capabilities.end_to_end,
        )
        world = CaseWorld(
            self.tx,
            self.conversation,
            catalogue=catalogue,
            office=setting.office,
            language=self.case.language,
            seq=self.state.seq + 1,
            now=self.now,
        )
        done = step(self.state, event, catalogue, world)
        self.state = done.state
        conversations.save(self.tx, self.conversation, dump_state(done.state), self.now)
        self.rows += add_outputs(self.tx, self.conversation, done.outputs, account, self.now)
        return done.outputs
