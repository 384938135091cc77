"""The table: what was measured of both bots, the ratios, and what the figures mean."""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from statistics import median

from benchmarks.load import Run

PACKAGES = (
    "python-telegram-bot",
    "SQLAlchemy",
    "starlette",
    "uvicorn",
    "httptools",
    "uvloop",
    "aiohttp",
    "httpx",
    "orjson",
    "cryptography",
)


def cpu_per_update(runs: Sequence[tuple[Run, float]]) -> float:
    """Return the median of CPU milliseconds per update of runs and the seconds that they cost."""
    return median(1000 * seconds / run.updates for run, seconds in runs)


@dataclass(slots=True)
class Figures:
    """What was measured of one bot; lists hold one value per round."""

    first_answer: float = 0.0
    rss_before: float = 0.0
    rss_after: float = 0.0
    flat_out: list[tuple[Run, float]] = field(default_factory=list)
    at_pace: list[tuple[Run, float]] = field(default_factory=list)

    def rate(self) -> float:
        """Return the median of updates per second, flat out."""
        return median(run.updates / run.seconds for run, _ in self.flat_out)

    def turns(self) -> int:
        """Return how many turns lie between the first and the last look at the memory."""
        return sum(run.updates for run, _ in (*self.flat_out, *self.at_pace))

    def calls(self) -> float:
        """Return the calls of the API per update, answers to presses in replies included."""
        updates = sum(run.updates for run, _ in self.flat_out)
        return sum(run.calls.total() for run, _ in self.flat_out) / updates

    def percentile(self, share: float, *, answered: bool) -> float:
        """Return the median over the rounds of a percentile at pace, in milliseconds."""
        return 1000 * median(
            percentile(run.answered if answered else run.acknowledged, share)
            for run, _ in self.at_pace
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """CPU milliseconds per turn with few and with many conversations."""

    few: float
    many: float
    conversations: int


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which that share of the values lies (nearest rank)."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def table(lotse: Figures, rival: Figures, cost: Cost) -> str:
    """Return the table as text."""
    rows = [
        ("", "Lotse", "plain bot", "Lotse / plain", "goal"),
        _row(
            "CPU ms per update, flat out",
            cpu_per_update(lotse.flat_out),
            cpu_per_update(rival.flat_out),
            "<= 1/3",
        ),
        _row(
            "CPU ms per update, 50 a second",
            cpu_per_update(lotse.at_pace),
            cpu_per_update(rival.at_pace),
            "",
        ),
        _row("updates a second, 16 connections", lotse.rate(), rival.rate(), ">= 3"),
        *(
            _row(
                f"{name}, p{share:.0%} ms at 50 a second".replace("%", ""),
                lotse.percentile(share, answered=answered),
                rival.percentile(share, answered=answered),
                "p99 < 50" if share > 0.9 and not answered else "",
            )
            for name, answered in (("update to 200", False), ("update to answer", True))
            for share in (0.5, 0.99)
        ),
        _row("first answer s after start", lotse.first_answer, rival.first_answer, "< 3 s"),
        _row("RSS MB before", lotse.rss_before, rival.rss_before, "< 160"),
        _row(f"RSS MB after {lotse.turns()} turns", lotse.rss_after, rival.rss_after, "flat"),
        _row("API calls per update", lotse.calls(), rival.calls(), ""),
        ("CPU ms per turn, 1 conversation", f"{cost.few:.2f}", "", "", ""),
        (
            f"CPU ms per turn, {cost.conversations} of them",
            f"{cost.many:.2f}",
            "",
            f"{cost.many / cost.few:.2f} x one",
            "same",
        ),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    lines.insert(1, "-" * max(map(len, lines)))
    return "\n".join([*lines, "", *_notes()])


def _row(name: str, ours: float, theirs: float, goal: str) -> tuple[str, str, str, str, str]:
    ratio = ours / theirs if theirs else 0.0
    shown = f"{ratio:.2f}" + (f" (1/{1 / ratio:.1f})" if 0 < ratio < 1 else "")
    return name, f"{ours:.2f}", f"{theirs:.2f}", shown, goal


def _notes() -> list[str]:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return [
        "CPU is user + system of the bot's process and its children, deliveries included; medians "
        "over the rounds, both bots in turn.",
        "plain bot: python-telegram-bot with a webhook, the same screens; update id, state and "
        "history committed to SQLite (synchronous=FULL) before the 200; not encrypted, no outbox.",
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {packages}; "
        f"{platform.system()} {platform.machine()}.",
    ]
