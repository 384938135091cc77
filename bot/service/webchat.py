"""The web chat and the terminal: channels whose messages are read from the history instead of being
sent.

The page asks for everything after a number; each event is one JSON object as the page shows it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from html import escape

from bot.content.catalogue import Catalogue
from bot.domain.capabilities import Capabilities, Choices, LengthUnit, Rich
from bot.domain.inbound import ButtonPress, Content, Inbound, Opened, Sender, TextMessage
from bot.domain.outgoing import File, Message, token
from bot.domain.returning import BadCode
from bot.domain.texts import NUMBER_OR_WORD
from bot.domain.texts_case import AUTOMATIC
from bot.rendering import parts as rendering
from bot.service.arrivals import Arrivals, code_in
from bot.service.codec import load_message, load_words
from bot.service.codes import START, canonical
from bot.service.door import FrontDoor
from bot.service.limits import Limits
from bot.service.notifier import Notifier
from bot.service.outputs import Account
from bot.service.ports import Posted, TooManyError, WebEvent
from bot.service.turn import read_known
from bot.storage import conversations, messages, outbox
from bot.storage.database import Database
from bot.storage.messages import HistoryRow
from bot.storage.transaction import Tx

BATCH = 200

WEB = Capabilities(
    max_text=60_000,
    unit=LengthUnit.CHARACTERS,
    rich=Rich.HTML,
    choices=Choices.LIST,
    edits=True,
    edits_in_place=False,
    names_speaker=True,
    files=True,
    max_entities=10_000,
)

FILES = "/chat/files/"
"""Where a page finds the file of a message, by its number."""


class HistoryChat:
    """One account that is read from the history; implements `service.ports.WebChat`. Without
    `limits` everybody may write as fast as she likes.
    """

    def __init__(
        self,
        account: str,
        *,
        door: FrontDoor,
        database: Database,
        notifier: Notifier,
        catalogue: Callable[[], Catalogue],
        clock: Callable[[], datetime],
        limits: Limits | None = None,
        arrivals: Arrivals | None = None,
    ) -> None:
        self.account = Account(name=account, capabilities=WEB, owner=None, busy=lambda _id: False)
        self._door = door
        self._database = database
        self._notifier = notifier
        self._catalogue = catalogue
        self._clock = clock
        self._limits = limits
        self._arrivals = arrivals
        door.add_account(self.account, lambda _rows: None)

    async def open(self, session: str, language: str | None) -> None:
        """First contact: greet once."""
        await self._door.admit(self._inbound(session, "open", language, Opened()))

    async def post(
        self,
        session: str,
        client_id: str,
        *,
        text: str | None,
        choice: str | None,
        language: str | None,
    ) -> Posted:
        """Take a message; returns after the commit."""
        wait = self._limits.wait(session, self._clock()) if self._limits is not None else 0
        if wait:
            raise TooManyError(wait)
        content: Content = (
            ButtonPress(token=choice) if choice is not None else TextMessage(text=text or "")
        )
        inbound = self._inbound(session, f"m:{client_id}", language, content)
        taken = await self._door.admit(inbound, client_id=client_id)
        if taken.fresh:
            return Posted.ACCEPTED
        same = await self._database.read(lambda tx: self._is_same(tx, inbound))
        return Posted.ACCEPTED if same else Posted.CONFLICT

    async def redeem(
        self, code: str, *, old: str | None, new: str, peer: str, language: str | None
    ) -> BadCode | None:
        """Let the conversation that a code opens go on in the session `new`; return why not.
        `old`: the session of this browser so far, `peer`: what guesses are counted by.
        """
        arrivals, now = self._arrivals, self._clock()
        if arrivals is None or not arrivals.allows(peer, now):
            return BadCode(reason="unknown" if arrivals is None else "many")
        bad = await self._database.read(
            lambda tx: arrivals.refuses(tx, code, self.account.name, old, now)
        )
        if bad is not None:
            return bad
        start = TextMessage(text=f"/start {START}{canonical(code)}")
        taken = await self._door.admit(self._inbound(new, "open", language, start))
        return taken.arrived if isinstance(taken.arrived, BadCode) else None

    async def code(self, session: str, seq: int) -> str | None:
        """Return the return code that message number `seq` shows."""

        def read(tx: Tx) -> str | None:
            conversation = conversations.find(tx, self.account.name, session)
            body = outbox.body(tx, conversation, seq) if conversation is not None else None
            return load_message(body).code if body is not None else None

        return await self._database.read(read)

    def _inbound(self, session: str, event: str, language: str | None, content: Content) -> Inbound:
        return Inbound(
            account=self.account.name,
            external_id=f"{session}:{event}",
            sender=Sender(address=session, language=language),
            at=self._clock(),
            content=content,
        )

    def _is_same(self, tx: Tx, inbound: Inbound) -> bool:
        conversation = conversations.find(tx, self.account.name, inbound.sender.address)
        if conversation is None:
            return False
        row = messages.inbound(tx, conversation, inbound.external_id)
        if row is None:
            return True  # set aside, or kept masked: the first one counts
        text, press = load_words(row.body)
        if code_in(inbound) is not None and not text:
            return True  # a code is not kept
        match inbound.content:
            case ButtonPress(token=pressed):
                return press == pressed
            case TextMessage(text=words):
                return press is None and text == words.encode("utf-8", "replace").decode()
            case _:
                return True

    async def events(self, session: str, after: int) -> list[WebEvent]:
        """Return what was committed after number `after`, in order, at most BATCH at a time; empty
        only where nothing more is to be seen.
        """

        def read(tx: Tx) -> list[HistoryRow]:
            conversation = conversations.find(tx, self.account.name, session)
            if conversation is None:
                return []
            return messages.history(tx, conversation, after, BATCH)

        catalogue = self._catalogue()
        while rows := await self._database.read(read):
            shown = [event for row in rows if (event := _event(row, catalogue)) is not None]
            if shown:
                return shown
            after = rows[-1].seq  # presses that meant nothing leave rows with nothing to see
        return []

    def subscribe(self, session: str) -> AsyncIterator[None]:
        """Yield once at the start and then whenever something was committed for this session."""
        return self._notifier.subscribe(self.account.name, session)

    async def language(self, session: str) -> str | None:
        """Return the conversation's language, None before she chose."""
        known = await self._database.read(lambda tx: read_known(tx, self.account.name, session))
        return known.state.language

    async def file(self, session: str, seq: int) -> File | None:
        """Return the file of message number `seq`, None where there is none."""

        def read(tx: Tx) -> bytes | None:
            conversation = conversations.find(tx, self.account.name, session)
            return outbox.body(tx, conversation, seq) if conversation is not None else None

        body = await self._database.read(read)
        return load_message(body).file if body is not None else None


def _event(row: HistoryRow, catalogue: Catalogue) -> WebEvent | None:
    """Return one row of the history as the page shows it; None where there is nothing to see."""
    if row.direction == "in":
        text, _ = load_words(row.body)
        if not text:
            return None
        data: dict[str, object] = {
            "id": row.client_id or f"{row.seq}",
            "from": "me",
            "lang": None,
            "dir": "auto",
            "text": text,
            "html": f"<p>{escape(text)}</p>",
            "choices": [],
            "replaces": None,
        }
        return WebEvent(seq=row.seq, data=data)
    message = load_message(row.body)
    return WebEvent(seq=row.seq, data=said(message, row.seq, catalogue, replaces=row.target))


def said(
    message: Message, seq: int, catalogue: Catalogue, *, replaces: int | None = None
) -> dict[str, object]:
    """Return message number `seq` as the page shows it; `replaces` is the number of the edited
    one.
    """
    rendered = rendering.parts(
        message,
        seq,
        WEB,
        rendering.Words(
            number_or_word=catalogue.words(NUMBER_OR_WORD, message.lang),
            automatic=catalogue.words(AUTOMATIC, message.lang),
        ),
        direction_of=catalogue.direction,
    )
    pieces = [piece for piece in rendered.pieces if piece.file is None]
    file = message.file
    return {
        "id": str(seq),
        "from": "program" if message.human is None else "human",
        "name": message.human,
        "automatic": message.automatic,
        "code": message.code,
        "lang": message.lang,
        "dir": catalogue.direction(message.lang),
        "text": "\n\n".join(piece.text for piece in pieces),
        "html": "".join(piece.html for piece in pieces),
        "choices": [
            {"id": token(seq, c.action), "label": c.label, "nav": c.nav}
            | ({"lang": c.lang, "dir": catalogue.direction(c.lang)} if c.lang is not None else {})
            for c in message.choices
        ],
        "replaces": str(replaces) if replaces is not None else None,
        "free": message.free,
        "card": message.card,
        "file": {"name": file.name, "url": f"{FILES}{seq}"} if file is not None else None,
    }
