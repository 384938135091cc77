"""A bot as a process: start it, look at it from outside, stop it. Knows no bot in particular."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent
STOP_SECONDS = 10.0


class Bot:
    """One running bot. Figures are those of the process and its children, all threads included."""

    def __init__(self, arguments: list[str], settings: Mapping[str, str], folder: Path) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("LOTSE_")}
        self._log = folder / "log"
        with self._log.open("wb") as log:
            self.started = time.perf_counter()
            self._process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=folder,
                env=kept | {"PYTHONPATH": str(ROOT)} | dict(settings),
                stdout=log,
                stderr=log,
            )
        self._seen = psutil.Process(self._process.pid)

    def alive(self) -> bool:
        """Return whether it still runs."""
        return self._process.poll() is None

    def cpu(self) -> float:
        """Return the seconds of CPU so far, user and system."""
        times = self._seen.cpu_times()
        total = times.user + times.system + times.children_user + times.children_system
        for child in self._seen.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                its = child.cpu_times()
                total += its.user + its.system
        return total

    def rss(self) -> float:
        """Return the resident memory in MB."""
        every = [self._seen, *self._seen.children(recursive=True)]
        return sum(process.memory_info().rss for process in every) / 1024 / 1024

    def log_tail(self, lines: int = 20) -> str:
        """Return the end of what it printed."""
        return "\n".join(self._log.read_text("utf-8", "replace").splitlines()[-lines:])

    def stop(self) -> int:
        """End it, kindly at first; return its exit code."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
