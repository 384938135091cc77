"""The command `lotse` in an empty folder, with the settings that a test names and no others: as a
process of its own, or in this process, which is quicker.
"""

from __future__ import annotations

import asyncio
import io
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import pytest
import structlog

from bot import cli
from bot.app import doctor
from bot.content.catalogue import Catalogue
from bot.content.load import load
from bot.service import reload

ROOT = Path(__file__).parents[1]
SECONDS = 40.0
LAST_LINE = "Stop: Ctrl-C."


def environment(**settings: str) -> dict[str, str]:
    """The environment of a fresh machine."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LOTSE_")}
    return {
        **inherited,
        "PYTHONPATH": str(ROOT),
        "LOTSE_CONTENT_DIR": str(ROOT / "content"),
        "LOTSE_LOCALES_DIR": str(ROOT / "locales"),
        **settings,
    }


@dataclass(frozen=True)
class Ended:
    """What a command left."""

    code: int
    out: str
    err: str


def lotse(folder: Path, *arguments: str, stdin: str = "", **settings: str) -> Ended:
    """Run a command to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=stdin.encode(),
        capture_output=True,
        cwd=folder,
        env=environment(**settings),
        timeout=SECONDS,
        check=False,
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


class Here:
    """Runs commands in this process."""

    def __init__(
        self,
        folder: Path,
        patch: pytest.MonkeyPatch,
        capture: pytest.CaptureFixture[str],
        catalogue: Catalogue,
    ) -> None:
        self.folder = folder
        self._patch = patch
        self._capture = capture
        self._catalogue = catalogue

    def _load(self, content: Path, locales: Path) -> Catalogue:
        """Read content, the shipped one once for all tests."""
        return self._catalogue if content == ROOT / "content" else load(content, locales)

    def __call__(self, *arguments: str, stdin: str = "", **settings: str) -> Ended:
        """Run a command to its end."""
        with self._patch.context() as patch:
            patch.chdir(self.folder)
            patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
            patch.setattr("sys.argv", ["lotse", *arguments])
            patch.setattr("os.environ", environment(**settings))
            for module in (doctor, reload):
                patch.setattr(module, "load", self._load)
            code = 0
            try:
                cli.main()
            except SystemExit as ended:
                code = int(ended.code or 0)
        printed = self._capture.readouterr()
        return Ended(code, printed.out, printed.err)


@pytest.fixture
def here(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    catalogue: Catalogue,
) -> Iterator[Here]:
    """Commands in this process; what they set up for the whole process is taken back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    signals = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield Here(tmp_path, monkeypatch, capsys, catalogue)
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    for number, handler in signals.items():
        signal.signal(number, handler)


@dataclass
class Running:
    """A started `lotse up`."""

    process: asyncio.subprocess.Process
    log: Path
    lines: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        health = next(line for line in self.lines if "Health" in line)
        return health.split()[1].removesuffix("/readyz")

    @property
    def logged(self) -> str:
        return self.log.read_text("utf-8")

    async def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Send a signal; return exit code and seconds."""
        began = monotonic()
        self.process.send_signal(number)
        async with asyncio.timeout(SECONDS):
            code = await self.process.wait()
        return code, monotonic() - began


@asynccontextmanager
async def up(folder: Path, **settings: str) -> AsyncIterator[Running]:
    """`lotse up` on a port that the system chooses, until the end of the block."""
    log = folder / "up.log"
    with log.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "up",
            cwd=folder, env=environment(**({"LOTSE_WEB_PORT": "0"} | settings)),
            stdout=asyncio.subprocess.PIPE, stderr=file,
        )  # fmt: skip
    running = Running(process, log)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(SECONDS):
            async for line in process.stdout:
                running.lines.append(line.decode().rstrip("\n"))
                if LAST_LINE in running.lines[-1]:
                    break
            else:
                raise AssertionError(f"it ended with {await process.wait()}: {running.logged}")
        yield running
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
