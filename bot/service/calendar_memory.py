"""What Lotse has written into a counsellor's own calendar, and what it found changed there.

One sealed value for each counsellor; an event is known by the first appointment of its chain of
moves. No words: times, versions, and addresses of events.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.storage import accounts
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One event. `said`: all that it may say by our own hand, oldest first; more than one while a
    write is under way. `made`: it has been seen there. `ends`: when the appointment is over.
    `conflict`: the version of the event that contradicts us ("": it is gone), and `about` what we
    had wanted it to say then.
    """

    said: tuple[str, ...]
    made: bool
    ends: datetime
    conflict: str | None = None
    about: str | None = None


Memory = Mapping[int, Known]
"""By the first appointment of the chain."""


def load(tx: Tx, login: str) -> Memory:
    """Return what is known of a counsellor's calendar."""
    raw = accounts.get(tx, _name(login))
    rows: Mapping[str, Mapping[str, Any]] = json.loads(raw) if raw is not None else {}
    return {
        int(uid): Known(
            said=tuple(row["said"]),
            made=row["made"],
            ends=datetime.fromisoformat(row["ends"]),
            conflict=row["conflict"],
            about=row["about"],
        )
        for uid, row in rows.items()
    }


def save(tx: Tx, login: str, memory: Memory) -> None:
    """Keep what is known of a counsellor's calendar."""
    rows = {uid: asdict(known) | {"ends": known.ends.isoformat()} for uid, known in memory.items()}
    accounts.put(tx, _name(login), json.dumps(rows).encode())


def contradicted(tx: Tx, logins: Iterable[str]) -> frozenset[int]:
    """Return the chains of appointments whose event somebody has changed or deleted."""
    return frozenset(
        uid
        for login in logins
        for uid, known in load(tx, login).items()
        if known.conflict is not None
    )


def _name(login: str) -> str:
    return f"calendar {login}"
