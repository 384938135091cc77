"""The Bot API without HTTP: a call by name on the state, with rates, faults apart.

Methods live in `account_methods`, `message_methods` and `chat_methods`; they register
themselves here. A call returns what goes into `result`, or raises `ApiError`.
"""

from __future__ import annotations

import inspect
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.emulators.telegram.errors import ApiError
from tests.emulators.telegram.faults import Faults
from tests.emulators.telegram.limits import RateLimits
from tests.emulators.telegram.params import Params
from tests.emulators.telegram.state import Account, State
from tests.emulators.telegram.updates import UpdateQueue
from tests.emulators.telegram.webhook import WebhookSender

TOKEN = "4242424242:AAEmulatedTokenForTestsOnly_0123456789"
CALLS_KEPT = 50_000

Method = Callable[["BotApi", Params], Any]
METHODS: dict[str, tuple[str, Method]] = {}


def method(name: str) -> Callable[[Method], Method]:
    """Register a method of the Bot API; names are matched without regard to case."""

    def register(function: Method) -> Method:
        METHODS[name.lower()] = (name, function)
        return function

    return register


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that was made, for assertions."""

    method: str
    values: dict[str, Any]
    status: int
    description: str
    via: str
    """http | reply (in the body of the answer to a webhook)"""


class BotApi:
    """One bot's view of the emulated Telegram."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        rates: RateLimits | None = None,
        clock: Callable[[], float] = time.time,
        privacy_mode: bool = True,
    ) -> None:
        self.token = token
        self.clock = clock
        self.rates = rates
        self.privacy_mode = privacy_mode
        bot = Account(
            id=int(token.partition(":")[0]),
            is_bot=True,
            first_name="Lotse",
            username="lotse_emulated_bot",
        )
        self.state = State(bot, clock)
        self.faults = Faults()
        self.updates = UpdateQueue(self.faults, self.state.change)
        self.webhook = WebhookSender(
            updates=self.updates, execute=self._execute_reply, changed=self.state.change
        )
        self.updates.listeners.append(self.webhook.notice)
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.counts: Counter[str] = Counter()
        """Calls per method and status: `sendMessage 200`."""

    async def execute(self, name: str, params: Params, via: str = "http") -> Any:
        """Run a method and note the call."""
        known = METHODS.get(name.lower())
        if known is None:
            raise ApiError(404, "Not Found: method not found")
        canonical, function = known
        try:
            result = function(self, params)
            if inspect.isawaitable(result):
                result = await result
        except ApiError as error:
            self._note(canonical, params, error.status, error.description, via)
            raise
        self._note(canonical, params, 200, "", via)
        return result

    def pace(self, chat_id: int) -> None:
        """Count a message against the rates, or raise 429."""
        if self.rates is not None:
            self.rates.check(chat_id, self.clock)

    def called(self, name: str) -> list[Call]:
        """The calls of one method, oldest first."""
        return [call for call in self.calls if call.method == name]

    async def _execute_reply(self, name: str, params: Params) -> Any:
        return await self.execute(name, params, via="reply")

    def _note(self, name: str, params: Params, status: int, description: str, via: str) -> None:
        self.counts[f"{name} {status}"] += 1
        self.state.change()
        self.calls.append(
            Call(method=name, values=params.values, status=status, description=description, via=via)
        )
