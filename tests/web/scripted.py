"""A `WebChat` in memory that says what a test tells it to: the page and the routes are tested at
their port.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from bot.domain.outgoing import File
from bot.domain.returning import BadCode
from bot.service.codes import canonical
from bot.service.ports import Posted, TooManyError, UnavailableError, WebEvent

RTL = {"ar"}


@dataclass
class Conversation:
    """What one session has said and heard."""

    events: list[WebEvent] = field(default_factory=list)
    said: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    language: str | None = None
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)


Answer = Callable[["ScriptedChat", str, str], None]
"""Called with the chat, the session and what was said: words, the label of a choice, or "" at the
start.
"""


class ScriptedChat:
    """Keeps conversations in memory; `answer` decides what the program says."""

    def __init__(self, answer: Answer = lambda chat, session, said: None) -> None:
        self.answer = answer
        self.conversations: dict[str, Conversation] = {}
        self.opened: list[str | None] = []
        self.posts: list[str] = []
        self.failures: list[Exception] = []
        self.files: dict[tuple[str, int], File] = {}
        self._closed = False
        self.codes: dict[str, str | BadCode] = {}
        self.redeemed: list[tuple[str, str | None, str, str]] = []

    # what a test does

    def say(
        self,
        session: str,
        html: str,
        *choices: str,
        lang: str = "de",
        replaces: str | None = None,
        speaker: str = "program",
        nav: tuple[str, ...] = (),
        **more: object,
    ) -> str:
        """Commit a message; returns its id."""
        conversation = self.conversation(session)
        seq = self._next(conversation)
        conversation.language = lang
        conversation.events.append(
            WebEvent(
                seq=seq,
                data={
                    "id": str(seq),
                    "from": speaker,
                    "lang": lang,
                    "dir": "rtl" if lang in RTL else "ltr",
                    "text": html,
                    "html": html,
                    "choices": [
                        {"id": f"{seq}~{label}", "label": label, "nav": label in nav}
                        for label in (*choices, *nav)
                    ],
                    "replaces": replaces,
                }
                | more,
            )
        )
        return str(seq)

    async def tell(self, session: str) -> None:
        """Wake the streams of a session after `say`."""
        changed = self.conversation(session).changed
        async with changed:
            changed.notify_all()

    def conversation(self, session: str) -> Conversation:
        """Return a session's conversation."""
        return self.conversations.setdefault(session, Conversation())

    async def close(self) -> None:
        """End all subscriptions, as the service does when it stops."""
        self._closed = True
        for session in list(self.conversations):
            await self.tell(session)

    def reopen(self) -> None:
        """Allow subscriptions again."""
        self._closed = False

    @property
    def only(self) -> str:
        """The one session that there is."""
        (session,) = self.conversations
        return session

    # the port

    async def open(self, session: str, language: str | None) -> None:
        """Greet once."""
        self._fail()
        if not self.conversation(session).events:
            self.opened.append(language)
            self.answer(self, session, "")

    async def post(
        self,
        session: str,
        client_id: str,
        *,
        text: str | None,
        choice: str | None,
        language: str | None,
    ) -> Posted:
        """Take a message once."""
        self._fail()
        conversation = self.conversation(session)
        if client_id in conversation.said:
            same = conversation.said[client_id] == (text, choice)
            return Posted.ACCEPTED if same else Posted.CONFLICT
        conversation.said[client_id] = (text, choice)
        words = text if text is not None else (choice or "").partition("~")[2]
        self.posts.append(words)
        conversation.events.append(
            WebEvent(
                seq=self._next(conversation),
                data={
                    "id": client_id,
                    "from": "me",
                    "lang": language or "de",
                    "dir": "ltr",
                    "text": words,
                    "html": "",
                    "choices": [],
                    "replaces": None,
                },
            )
        )
        self.answer(self, session, words)
        await self.tell(session)
        return Posted.ACCEPTED

    async def redeem(
        self, code: str, *, old: str | None, new: str, peer: str, language: str | None
    ) -> BadCode | None:
        """Open what `codes` says, in place of what the new session has."""
        self._fail()
        self.redeemed.append((code, old, new, peer))
        found = self.codes.get(canonical(code))
        if isinstance(found, str):
            self.conversations[new] = self.conversations.pop(found)
            return None
        return found or BadCode(reason="unknown")

    async def code(self, session: str, seq: int) -> str | None:
        """Return the code of a message."""
        for one in self.conversation(session).events:
            if one.seq == seq and isinstance(one.data.get("code"), str):
                return str(one.data["code"])
        return None

    async def events(self, session: str, after: int) -> list[WebEvent]:
        """Return at most 200 events."""
        return [one for one in self.conversation(session).events if one.seq > after][:200]

    async def subscribe(self, session: str) -> AsyncIterator[None]:
        """Yield at the start and after each commit."""
        conversation = self.conversation(session)
        seen = -1

        def news() -> bool:
            return self._closed or len(conversation.events) != seen

        while True:
            async with conversation.changed:
                await conversation.changed.wait_for(news)
            if self._closed:
                return
            seen = len(conversation.events)
            yield

    async def language(self, session: str) -> str | None:
        """Return the language that she last heard."""
        self._fail()
        return self.conversation(session).language if session in self.conversations else None

    async def file(self, session: str, seq: int) -> File | None:
        """Return the file that a test has put there."""
        self._fail()
        return self.files.get((session, seq))

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.pop(0)

    def _next(self, conversation: Conversation) -> int:
        return conversation.events[-1].seq + 1 if conversation.events else 1


def unavailable() -> UnavailableError:
    """The database is down."""
    return UnavailableError("the database cannot be reached")


def too_many(seconds: int) -> TooManyError:
    """She writes too fast."""
    return TooManyError(seconds)
