"""The e-mail that says that an answer is there, for people on the web who asked for it.

The mail names no topic, no person and no office: anybody may look at the screen. At most one goes
out for what she has not read yet: it counts as sent before it is sent, and she must have opened the
chat before the next one. Whoever reads at this moment gets none. The address is part of the
conversation's state, sealed with its key, and is forgotten when the case closes. Every mail carries
a link to stop. Knows no SMTP: `Mailer` is the port.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import structlog

from bot.content.catalogue import Catalogue
from bot.domain.conversation import State
from bot.domain.errors import LotseError
from bot.domain.returning import Mail
from bot.domain.texts_return import MAIL_BODY, MAIL_STOP, MAIL_SUBJECT
from bot.service.codec import dump_state, load_state
from bot.service.jobs import Args, Jobs, defer
from bot.service.notifier import Notifier
from bot.storage import conversations
from bot.storage.conversations import Conversation
from bot.storage.database import Database
from bot.storage.transaction import Tx

log = structlog.get_logger(__name__)

MAIL = "case.mail"
WEB = "web"
PATIENCE = timedelta(seconds=90)
"""How long an answer waits for her to look by herself."""

_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{1,190}$)"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+"
)  # WHATWG HTML, valid e-mail address, with a dot in the host
_STOP = re.compile(r"([0-9]{1,18})\.([0-9a-f]{32})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A mail to be sent. `stop_url`: where she says that she wants no more (RFC 8058)."""

    to: str = field(repr=False)
    subject: str
    text: str
    language: str
    stop_url: str = field(repr=False)


class Sending(StrEnum):
    """What became of a mail."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"  # there is no such address, or it takes nothing from us


class Mailer(Protocol):
    """Sends mails."""

    async def send(self, notice: Notice) -> Sending:
        """Send one; never raises for what a server may answer."""


class MailNotSentError(LotseError):
    """The mail server took nothing: the job is run again later."""


class Wish(StrEnum):
    """What became of an address that she gave."""

    KEPT = "kept"
    BAD = "bad"  # no address
    DIFFERENT = "different"  # the second one reads otherwise
    NO_CASE = "no_case"  # nobody is going to answer


class Mailing:
    """The use cases. `address`: where the chat is, without a slash at its end."""

    def __init__(
        self,
        *,
        database: Database,
        catalogue: Callable[[], Catalogue],
        mailer: Mailer,
        notifier: Notifier,
        clock: Callable[[], datetime],
        jobs: Jobs,
        address: str,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._mailer = mailer
        self._notifier = notifier
        self._clock = clock
        self._address = address
        jobs.register(MAIL, self.tell)

    # -- her wish

    async def ask(self, session: str, address: str, again: str) -> Wish:
        """Keep where she wants to hear that an answer is there; she types it twice."""
        address, again = address.strip(), again.strip()
        if not _ADDRESS.fullmatch(address):
            return Wish.BAD
        if address.casefold() != again.casefold():
            return Wish.DIFFERENT

        def keep(state: State) -> State | None:
            return None if state.human is None else replace(state, mail=Mail(address=address))

        return Wish.KEPT if await self._change(session, keep) else Wish.NO_CASE

    async def forget(self, session: str) -> None:
        """She wants no mails any more."""
        await self._change(session, lambda state: replace(state, mail=None))

    async def kept(self, session: str) -> str | None:
        """Return the address that she gave."""
        state = await self._database.read(lambda tx: _state(conversations.find(tx, WEB, session)))
        return state.mail.address if state is not None and state.mail is not None else None

    async def seen(self, session: str) -> None:
        """She looks at the chat: what comes next is news again."""
        state = await self._database.read(lambda tx: _state(conversations.find(tx, WEB, session)))
        if state is not None and state.mail is not None and state.mail.told:
            await self._change(session, _untold)

    async def stop(self, token: str) -> bool:
        """Send no more to whom this token was sent; False where it is none of ours."""
        found = _STOP.fullmatch(token)
        if found is None:
            return False

        def forget(tx: Tx) -> bool:
            number = int(found[1])
            if not hmac.compare_digest(_sign(tx, number), found[2]):
                return False
            conversation = conversations.lock_by_id(tx, number)
            state = _state(conversation)
            if conversation is not None and state is not None and state.mail is not None:
                without = dump_state(replace(state, mail=None))
                conversations.save(tx, conversation, without, self._clock())
            return True

        return await self._database.write(forget)

    async def _change(self, session: str, change: Callable[[State], State | None]) -> bool:
        def write(tx: Tx) -> bool:
            known = conversations.find(tx, WEB, session)
            conversation = None if known is None else conversations.lock_by_id(tx, known.id)
            state = _state(conversation)
            changed = None if state is None else change(state)
            if conversation is None or changed is None:
                return False
            conversations.save(tx, conversation, dump_state(changed), self._clock())
            return True

        return await self._database.write(write)

    # -- telling her

    def want(self, tx: Tx, conversation: Conversation, state: State, now: datetime) -> None:
        """A counsellor has answered: tell her after a while, unless she has heard or has looked."""
        if conversation.account == WEB and state.mail is not None and not state.mail.told:
            defer(tx, MAIL, {"conversation": conversation.id}, at=now + PATIENCE)

    async def tell(self, args: Args) -> None:
        """Send the mail, if there is still reason to: the job."""
        conversation_id = int(args["conversation"])
        notice = await self._database.write(lambda tx: self._noted(tx, conversation_id))
        if notice is None:
            return
        done = await self._mailer.send(notice)
        log.info("mail.sent", conversation=conversation_id, outcome=done.value)
        if done is Sending.SENT:
            return
        refused = done is Sending.REFUSED
        await self._database.write(lambda tx: self._take_back(tx, conversation_id, refused))
        if not refused:
            raise MailNotSentError("the mail server took nothing")

    def _noted(self, tx: Tx, conversation_id: int) -> Notice | None:
        """Return the mail that is to be sent and count it as sent, None where there is none."""
        conversation = conversations.lock_by_id(tx, conversation_id)
        state = _state(conversation)
        if conversation is None or state is None or state.mail is None or state.mail.told:
            return None
        if conversation.account != WEB or self._notifier.listens(WEB, conversation.address):
            return None
        told = replace(state, mail=replace(state.mail, told=True))
        conversations.save(tx, conversation, dump_state(told), self._clock())
        return self._notice(tx, conversation_id, state.mail.address, state.language)

    def _notice(self, tx: Tx, conversation_id: int, to: str, language: str | None) -> Notice:
        catalogue = self._catalogue()
        lang = language or catalogue.source.code
        stop = f"{self._address}/mail/stop?c={conversation_id}.{_sign(tx, conversation_id)}"
        text = "\n\n".join(
            (
                f"{catalogue.words(MAIL_BODY, lang)}\n{self._address}/",
                f"{catalogue.words(MAIL_STOP, lang)}\n{stop}",
            )
        )
        subject = catalogue.words(MAIL_SUBJECT, lang)
        return Notice(to=to, subject=subject, text=text + "\n", language=lang, stop_url=stop)

    def _take_back(self, tx: Tx, conversation_id: int, refused: bool) -> None:
        """Nothing was sent: it does not count; an address that takes nothing is forgotten."""
        conversation = conversations.lock_by_id(tx, conversation_id)
        state = _state(conversation)
        if conversation is not None and state is not None and state.mail is not None:
            mail = None if refused else replace(state.mail, told=False)
            conversations.save(
                tx, conversation, dump_state(replace(state, mail=mail)), self._clock()
            )


def _untold(state: State) -> State | None:
    return None if state.mail is None else replace(state, mail=replace(state.mail, told=False))


def _state(conversation: Conversation | None) -> State | None:
    if conversation is None or conversation.state is None:
        return None
    return load_state(conversation.state)


def _sign(tx: Tx, conversation_id: int) -> str:
    """Return what nobody can make who has not got a mail of this conversation."""
    return tx.keys.index("mail stop", str(conversation_id)).hex()
