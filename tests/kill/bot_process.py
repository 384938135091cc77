"""The bot as a process of its own, to be killed at any moment and started again on the same
data.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parent.parent.parent
START_SECONDS = 30.0


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class BotProcess:
    """`lotse up` with given settings. Its log is kept and counted, never its words."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.port = free_port()
        self.log = folder / "bot.log"
        self._process: asyncio.subprocess.Process | None = None
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LOTSE_")},
            "PYTHONPATH": str(ROOT),
            "LOTSE_CONTENT_DIR": str(ROOT / "content"),
            "LOTSE_LOCALES_DIR": str(ROOT / "locales"),
            "LOTSE_DATA_DIR": str(folder / "var"),
            "LOTSE_WEB_PORT": str(self.port),
            "LOTSE_LOG": "json",
            **settings,
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start and wait until the web server answers."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "up",
                cwd=self.log.parent, env=self._environment, stdout=log, stderr=log,
            )  # fmt: skip
        async with aiohttp.ClientSession() as session, asyncio.timeout(START_SECONDS):
            while True:
                if self._process.returncode is not None:
                    raise RuntimeError(self.log.read_text("utf-8")[-2000:])
                try:
                    async with session.get(f"{self.url}/healthz") as response:
                        if response.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """kill -9."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """End in good order; return the exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> int:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(number)
        async with asyncio.timeout(20):
            return await self._process.wait()

    def count(self, event: str) -> int:
        """Return how often an event stands in the log."""
        return self.log.read_text("utf-8", "replace").count(f'"{event}"')
