"""`python -m tests.emulators.telegram --port N`: the emulator as a process of its own.

Prints one line that ends with its address, then serves until SIGTERM or Ctrl-C.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys

from tests.emulators.telegram.api import TOKEN
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.limits import RateLimits


async def serve(arguments: argparse.Namespace) -> None:
    rates = RateLimits() if arguments.rates else None
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with TelegramEmulator(
        host=arguments.host, port=arguments.port, token=arguments.token, rates=rates
    ) as emulator:
        sys.stdout.write(f"Telegram emulator: {emulator.url}\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.emulators.telegram")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--rates", action="store_true", help="enforce Telegram's rate limits")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
