"""Many people walking the same path at once, for benchmarks and memory tests.

Runs inside the emulator's process, so that a step costs no call but the bot's own. A step ends when
the bot has sent or edited a message in the person's chat.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.emulators.telegram.user import User, wait_until

if TYPE_CHECKING:
    from tests.emulators.telegram.emulator import TelegramEmulator

STEP_SECONDS = 20.0


@dataclass(kw_only=True)
class Walk:
    """`people` walk `steps` (`say:TEXT` or `press:LABEL`), `at_once` at a time.

    With `per_second` the steps begin at that rate over all people, whatever the bot's speed.
    """

    people: int
    steps: Sequence[str]
    at_once: int = 16
    per_second: float | None = None
    language_code: str = "de"
    milliseconds: list[float] = field(default_factory=list)
    failures: int = 0

    async def run(self, emulator: TelegramEmulator) -> dict[str, float]:
        """Walk; return figures: steps, failures, seconds, per_second, p50, p90, p99, most."""
        waiting = iter(range(self.people))
        beats = self._beats()
        started = time.perf_counter()
        await asyncio.gather(
            *(self._walk_many(emulator, waiting, beats) for _ in range(self.at_once))
        )
        seconds = time.perf_counter() - started
        taken = sorted(self.milliseconds) or [0.0]
        return {
            "steps": len(self.milliseconds),
            "failures": self.failures,
            "seconds": round(seconds, 3),
            "per_second": round(len(self.milliseconds) / seconds, 1),
            "p50": _percentile(taken, 0.50),
            "p90": _percentile(taken, 0.90),
            "p99": _percentile(taken, 0.99),
            "most": round(taken[-1], 2),
        }

    async def _walk_many(
        self, emulator: TelegramEmulator, waiting: Iterator[int], beats: Iterator[float]
    ) -> None:
        for _ in waiting:
            user = emulator.user(language_code=self.language_code)
            for step in self.steps:
                await asyncio.sleep(max(0.0, next(beats) - time.perf_counter()))
                try:
                    await self._step(emulator, user, step)
                except (TimeoutError, AssertionError):
                    self.failures += 1
                    break

    async def _step(self, emulator: TelegramEmulator, user: User, step: str) -> None:
        verb, _, words = step.partition(":")
        if verb == "press":
            # A greeting may come in several messages, the one with the button last.
            await wait_until(emulator, lambda: user.sees(words), STEP_SECONDS)
        started = time.perf_counter()
        if verb == "say":
            user.say(words)
        else:
            user.press(words)
        await wait_until(emulator, lambda: user.chat.answered > user.mark, STEP_SECONDS)
        self.milliseconds.append((time.perf_counter() - started) * 1000)

    def _beats(self) -> Iterator[float]:
        """When the next steps may begin."""
        if self.per_second is None:
            return itertools.repeat(0.0)
        return itertools.count(time.perf_counter(), 1 / self.per_second)


def _percentile(ordered: list[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 2)
