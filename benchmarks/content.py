"""`python -m benchmarks.content [--entries N] [--languages N]`: how long the check of a large pack
takes, and how much memory.

Writes a pack with made-up words, checks it as `lotse content check` does, and prints seconds of
wall clock and of all processors, and the largest memory of each process. The goal: 500 entries in
15 languages in under ten seconds on two processors.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from bot.channels.matrix.channel import CAPABILITIES as MATRIX
from bot.channels.telegram.channel import CAPABILITIES as TELEGRAM
from bot.service.check import check
from bot.service.webchat import WEB
from tests.content.big_pack import write

TODAY = date(2026, 11, 24)
CHANNELS = {"Telegram": TELEGRAM, "Matrix": MATRIX, "the web": WEB}


def measured(root: Path) -> str:
    """Check a pack; return what it cost."""
    cpu, start = _cpu(), time.perf_counter()
    problems = check(root / "content", root / "locales", today=TODAY, channels=CHANNELS)
    seconds, used = time.perf_counter() - start, _cpu() - cpu
    own, child = (
        resource.getrusage(who).ru_maxrss // 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    errors = sum(problem.severity == "error" for problem in problems)
    return (
        f"{seconds:.1f} s, {used:.1f} s of processors; {own} MB and {child} MB at most in each "
        f"other process; {errors} errors, {len(problems) - errors} warnings"
    )


def _cpu() -> float:
    found = os.times()
    return found.user + found.system + found.children_user + found.children_system


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.content", description=__doc__)
    parser.add_argument("--entries", type=int, default=500)
    parser.add_argument("--languages", type=int, default=15, help="German among them, at most 15")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lotse-pack-") as folder:
        root = Path(folder)
        messages = write(root, entries=arguments.entries, languages=arguments.languages)
        print(
            f"{arguments.entries} entries, {messages} texts, {arguments.languages} languages; "
            f"Python {platform.python_version()}, {os.cpu_count()} processors, "
            f"load {os.getloadavg()[0]:.1f}"
        )
        for _ in range(arguments.rounds):
            print(measured(root))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
