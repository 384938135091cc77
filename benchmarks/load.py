"""Telegram as a load: takes the bot's calls, shows them to people, and posts what these do.

Speaks the Bot API as far as a FAQ needs it. One update of a person is under way at a time; the next
one follows when the answer to the last has come, as on a real screen.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import orjson

from benchmarks.people import Json, Person
from benchmarks.wire import Frame, ServerSide, WebhookConnection

BOT_ID = 4242424242
TOKEN = f"{BOT_ID}:AAEmulatedTokenForBenchmarks_0123456789"
SECRET = "benchmark-secret"
PATH = "/telegram/webhook"
CONNECTIONS = 16
CROWD = 64
PATIENCE = 30.0

_ME = {
    "id": BOT_ID,
    "is_bot": True,
    "first_name": "Lotse",
    "username": "lotse_benchmark_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}
_WEBHOOK = {"url": "", "has_custom_certificate": False, "pending_update_count": 0}


class StuckError(Exception):
    """Somebody got no answer, or not the button that she was to press."""


@dataclass(slots=True)
class Shown:
    """One call of the bot that a person sees."""

    chat_id: int
    call: Json
    edits: int | None


@dataclass(slots=True)
class Run:
    """What was measured: seconds from the update to the 200, and to the message with buttons."""

    acknowledged: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    seconds: float = 0.0
    refused: int = 0
    calls: Counter[str] = field(default_factory=Counter)

    @property
    def updates(self) -> int:
        """How many updates were acknowledged."""
        return len(self.acknowledged)


class Telegram:
    """The server side of the Bot API for one bot, and its people."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.people: dict[int, Person] = {}
        self.on_shown: Callable[[Shown], None] | None = None
        self.on_act: Callable[[Person, int | None], None] | None = None
        self.on_buttons: Callable[[Person], None] | None = None
        self._server: asyncio.Server | None = None
        self._next_message = 1_000
        self._next_update = 700_000_000

    @property
    def url(self) -> str:
        """Where the bot finds it."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def open(self) -> None:
        """Listen on a free port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: ServerSide(self._answer), "127.0.0.1", 0, backlog=1024
        )

    def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    def act(self, person: Person) -> bytes:
        """Return a person's next update as JSON."""
        if self.on_act is not None:
            self.on_act(person, person.buttons.get(person.steps[person.done], (None, ""))[0])
        self._next_update += 1
        self._next_message += 1
        update = person.act(self._next_update, self._next_message, int(time.time()))
        return orjson.dumps(update)

    def _answer(self, frame: Frame) -> bytes:
        method = frame.first.split(b" ", 2)[1].rpartition(b"/")[2].decode()
        return orjson.dumps({"ok": True, "result": self.call(method, _parameters(frame))})

    def call(self, method: str, call: Json) -> object:
        """Take a call of the bot, by HTTP or in the reply to an update."""
        self.calls[method] += 1
        match method:
            case "sendMessage" | "editMessageText":
                return self._show(call, edit=method == "editMessageText")
            case "getMe":
                return _ME
            case "getWebhookInfo":
                return _WEBHOOK
            case name if name.startswith("getMy"):
                return [] if name == "getMyCommands" else {}
            case _:
                return True

    def _show(self, call: Json, *, edit: bool) -> Json:
        chat_id = int(call["chat_id"])
        if edit:
            message_id = int(call["message_id"])
        else:
            self._next_message += 1
            message_id = self._next_message
        message: Json = {
            "message_id": message_id,
            "date": int(time.time()),
            "from": _ME,
            "chat": {"id": chat_id, "type": "private", "first_name": "Olena"},
            "text": call["text"],
        }
        markup = call.get("reply_markup")
        keyboard = markup["inline_keyboard"] if markup else []
        if keyboard:
            message["reply_markup"] = markup
        if self.on_shown is not None:
            self.on_shown(Shown(chat_id=chat_id, call=call, edits=message_id if edit else None))
        person = self.people.get(chat_id)
        if person is not None and keyboard:
            person.sees(message_id, keyboard)
            if self.on_buttons is not None:
                self.on_buttons(person)
        return message


def _parameters(frame: Frame) -> Json:
    if not frame.body:
        return {}
    if frame.kind == b"application/json":
        found: Json = orjson.loads(frame.body)
        return found
    call: Json = dict(parse_qsl(frame.body.decode(), keep_blank_values=True))
    if "reply_markup" in call:
        call["reply_markup"] = orjson.loads(call["reply_markup"])
    return call


class Load:
    """Drives one bot at one address."""

    def __init__(self, telegram: Telegram, port: int) -> None:
        self.telegram = telegram
        self._port = port
        self._connections: list[WebhookConnection] = []
        self._ready: asyncio.Queue[Person] = asyncio.Queue()
        self._asked_at: dict[int, float] = {}
        self._supply: Iterator[Person] = iter(())
        self._run = Run()
        self._linger = 0.0

    async def first_answer(
        self, person: Person, since: float, *, alive: Callable[[], bool]
    ) -> float:
        """Post one update until the bot takes it; return the seconds until it was answered."""
        self.telegram.people[person.chat_id] = person
        body = self.telegram.act(person)
        answered = asyncio.Event()
        self.telegram.on_buttons = lambda _person: answered.set()
        try:
            async with asyncio.timeout(PATIENCE):
                while not await self._try_once(body):
                    if not alive():
                        raise StuckError("it ended before it answered")
                    await asyncio.sleep(0.01)
                await answered.wait()
        except TimeoutError:
            raise StuckError("it did not answer") from None
        return time.perf_counter() - since

    async def _try_once(self, body: bytes) -> bool:
        try:
            connection = await self._connect()
        except OSError:
            return False
        try:
            status, reply = await connection.post(body)
        except OSError:
            return False
        finally:
            connection.close()
        self._reply(reply)
        return status == 200

    async def flat_out(
        self,
        people: Iterator[Person],
        updates: int,
        *,
        connections: int = CONNECTIONS,
        linger: float = 0.0,
    ) -> Run:
        """Post so many updates, on every connection the next as soon as the last was taken.

        `linger`: seconds that everybody looks at an answer before she goes on.
        """
        self._linger = linger
        await self._begin(people, connections, crowd=CROWD if connections > 1 else 1)
        started = time.perf_counter()
        left = updates

        async def work(connection: WebhookConnection) -> None:
            nonlocal left
            while left > 0:
                left -= 1
                person = await self._next_person()
                await self._post(connection, person, time.perf_counter())

        await asyncio.gather(*(work(connection) for connection in self._connections))
        await self._settle()
        return self._end(started)

    async def at_pace(
        self, people: Iterator[Person], per_second: float, seconds: float, seed: int = 1
    ) -> Run:
        """Post updates at random moments with this mean rate, whether the bot keeps up or not."""
        chance = random.Random(seed)
        self._linger = 0.0
        await self._begin(people, CONNECTIONS, crowd=CROWD)
        free: asyncio.Queue[WebhookConnection] = asyncio.Queue()
        for connection in self._connections:
            free.put_nowait(connection)
        started = due = time.perf_counter()
        posts: set[asyncio.Task[None]] = set()

        async def post(person: Person, due: float) -> None:
            connection = await free.get()
            await self._post(connection, person, due)
            free.put_nowait(connection)

        while due - started < seconds:
            due += chance.expovariate(per_second)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            task = asyncio.create_task(post(await self._next_person(), due))
            posts.add(task)
            task.add_done_callback(posts.discard)
        await asyncio.gather(*posts)
        await self._settle()
        return self._end(started)

    async def _begin(self, people: Iterator[Person], connections: int, *, crowd: int) -> None:
        self._run = Run(calls=Counter(self.telegram.calls))
        self._supply = people
        self._ready = asyncio.Queue()
        self._asked_at.clear()
        self.telegram.people.clear()
        self.telegram.on_buttons = self._on_buttons
        for _ in range(crowd):
            self._admit()
        self._connections = [await self._connect() for _ in range(connections)]

    def _end(self, started: float) -> Run:
        run = self._run
        run.seconds = time.perf_counter() - started
        run.calls = self.telegram.calls - run.calls
        for connection in self._connections:
            connection.close()
        return run

    async def _connect(self) -> WebhookConnection:
        return await WebhookConnection.open("127.0.0.1", self._port, PATH, SECRET)

    def _admit(self) -> None:
        """Let the next person in, if there is one."""
        person = next(self._supply, None)
        if person is None:
            return
        self.telegram.people[person.chat_id] = person
        self._ready.put_nowait(person)

    def _on_buttons(self, person: Person) -> None:
        """She got a message with buttons: she goes on, or makes room for somebody else."""
        if not person.waits:
            return
        if not person.finished and not person.can_go:
            return  # not yet the one that she waits for
        person.waits = False
        self._run.answered.append(time.perf_counter() - self._asked_at.pop(person.chat_id))
        if person.finished:
            del self.telegram.people[person.chat_id]
            self._admit()
        elif self._linger:
            loop = asyncio.get_running_loop()
            loop.call_later(self._linger, self._ready.put_nowait, person)
        else:
            self._ready.put_nowait(person)

    async def _next_person(self) -> Person:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._ready.get()
        except TimeoutError:
            raise self._stuck() from None

    async def _post(self, connection: WebhookConnection, person: Person, since: float) -> None:
        person.waits = True
        self._asked_at[person.chat_id] = since
        body = self.telegram.act(person)
        while True:
            status, reply = await connection.post(body)
            if status == 200:
                break
            self._run.refused += 1
            await asyncio.sleep(0.05)
        self._run.acknowledged.append(time.perf_counter() - since)
        self._reply(reply)

    def _reply(self, body: bytes) -> None:
        """Execute the call that the bot put into its answer."""
        if body[:1] == b"{":
            call = orjson.loads(body)
            if "method" in call:
                self.telegram.call(call.pop("method"), call)

    async def _settle(self) -> None:
        """Wait until everybody has her answer and nothing more comes."""
        deadline = time.perf_counter() + PATIENCE
        while self._asked_at:
            if time.perf_counter() > deadline:
                raise self._stuck()
            await asyncio.sleep(0.005)
        seen = -1
        while seen != (seen := self.telegram.calls.total()):  # noqa: ASYNC110  # edits may follow
            await asyncio.sleep(0.1)

    def _stuck(self) -> StuckError:
        for chat_id in self._asked_at:
            person = self.telegram.people[chat_id]
            wanted = "any" if person.finished else person.steps[person.done]
            return StuckError(
                f"after {person.steps[: person.done]} no button {wanted} came; "
                f"there are {sorted(person.buttons)}"
            )
        return StuckError("nobody was ready to act")
