"""Leases: a channel account (a bot token, a Matrix device) has one process that owns it.

SQLite: `flock` on a file beside the database. PostgreSQL: a session advisory lock on a connection
of its own. Both are given back by the kernel or the server when the process is killed, so a restart
waits for nobody. Blocks; no event loop.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.storage.engines import Role, make_engine, sqlite_path
from bot.storage.errors import LeaseTaken, Unavailable

_PAUSE = 0.05


class _Lock(Protocol):
    def held(self) -> bool: ...
    def release(self) -> None: ...


class _FileLock:
    """A locked file that holds the process id of its owner."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def attempt(cls, path: Path) -> _FileLock | str:
        """Return the lock, or who has it."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(descriptor)
            return f"process {owner} on this machine"
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        return cls(descriptor)

    def held(self) -> bool:
        return self._descriptor >= 0

    def release(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class _AdvisoryLock:
    """A session of the server that holds an advisory lock."""

    def __init__(self, connection: Connection) -> None:
        self._connection: Connection | None = connection
        self._alone = threading.Lock()

    @classmethod
    def attempt(cls, connection: Connection, key: int) -> _AdvisoryLock | str:
        """Return the lock, or who has it."""
        if connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar_one():
            return cls(connection)
        owner = connection.execute(
            text(
                "SELECT a.pid, coalesce(a.client_addr::text, 'a local socket') FROM pg_locks l"
                " JOIN pg_stat_activity a ON a.pid = l.pid"
                " WHERE l.locktype = 'advisory' AND l.granted"
                " AND l.objsubid = 1 AND ((l.classid::bigint << 32) | l.objid::bigint) = :key"
            ),
            {"key": key},
        ).first()
        if owner is None:
            return "another process"
        return f"the process behind PostgreSQL backend {owner[0]} from {owner[1]}"

    def held(self) -> bool:
        with self._alone:
            if self._connection is None:
                return False
            try:
                self._connection.execute(text("SELECT 1"))
            except DBAPIError:
                self._forget()
                return False
            return True

    def release(self) -> None:
        with self._alone:
            self._forget()

    def _forget(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(DBAPIError):
                connection.close()


class Lease:
    """The right to act for an account, until it is released or the process ends."""

    def __init__(self, account: str, lock: _Lock) -> None:
        self.account = account
        self._lock = lock

    def held(self) -> bool:
        """Say whether the account is still ours; asks the server on PostgreSQL."""
        return self._lock.held()

    def release(self) -> None:
        """Let another process own the account."""
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def _waited(attempt: Callable[[], _Lock | str], account: str, wait: timedelta) -> _Lock:
    deadline = time.monotonic() + wait.total_seconds()
    while isinstance(outcome := attempt(), str):
        if time.monotonic() >= deadline:
            raise LeaseTaken(f"{account} is already served by {outcome}: stop that first")
        time.sleep(_PAUSE)
    return outcome


def take(url: str, account: str, *, wait: timedelta = timedelta(seconds=2)) -> Lease:
    """Own an account, waiting at most `wait` for a process that is just ending. Raises LeaseTaken
    or Unavailable.
    """
    digest = hashlib.sha256(account.encode()).digest()
    path = sqlite_path(url)
    if path is not None:
        place = path.with_name(f"{path.name}-{digest[:8].hex()}.lock")
        return Lease(account, _waited(lambda: _FileLock.attempt(place), account, wait))
    # The key must be positive for the two halves that pg_locks shows to be put together again.
    key = int.from_bytes(digest[:8], "big") >> 1
    try:
        connection = (
            make_engine(url, Role.WRITE).connect().execution_options(isolation_level="AUTOCOMMIT")
        )
        try:
            return Lease(
                account, _waited(lambda: _AdvisoryLock.attempt(connection, key), account, wait)
            )
        except BaseException:
            connection.close()
            raise
    except DBAPIError as error:
        raise Unavailable("the database is not available") from error
