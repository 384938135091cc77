"""Threads that run functions inside transactions. Each owns one connection; all of a kind share one
queue.

Theory. A task is a function of a `Tx`. Its caller waits on the event loop and is answered only
after the commit. What a task raises undoes that task and nothing else. On SQLite there is one
writer: it takes whatever has queued up, at most `GROUP` tasks, gives each a savepoint and commits
them together, because the flush to the disk costs more than the tasks. If that commit fails, all of
the group are told `Unavailable`. On PostgreSQL each task is a transaction of its own; one that lost
a race, or its connection before the commit, is run again. A connection that failed is dropped and
opened anew by the next task, so that nothing has to be restarted when the database comes back.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from queue import Empty, SimpleQueue
from typing import Any

from sqlalchemy import Connection, Engine

from bot.storage.crypto import Keys
from bot.storage.errors import Unavailable, Verdict, verdict
from bot.storage.transaction import Tx

GROUP = 64
_TRIES = 5


@dataclass(slots=True, eq=False)
class _Task:
    """One function, and the future of the one who waits for it."""

    function: Callable[[Tx], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None


def _unavailable(cause: Exception) -> Unavailable:
    error = Unavailable(f"the database does not take it now ({type(cause).__name__})")
    error.__cause__ = cause
    return error


class _Session:
    """The connection of one thread, opened when it is needed."""

    def __init__(self, engine: Engine, keys: Keys) -> None:
        self._engine = engine
        self._keys = keys
        self._open: tuple[Connection, Tx] | None = None
        self.fresh = False  # the connection was opened by the last begin()

    def begin(self) -> Tx:
        """Start a transaction; raises what the driver raises."""
        self.fresh = self._open is None
        if self._open is None:
            connection = self._engine.connect()
            self._open = connection, Tx(connection, self._keys)
        connection, tx = self._open
        connection.begin()
        return tx

    def commit(self) -> None:
        """Commit; raises what the driver raises."""
        if self._open is not None:
            self._open[0].commit()

    def execute(self, sql: str) -> None:
        """Run a statement without parameters or result on the driver's connection."""
        if self._open is not None:
            self._open[0].connection.driver_connection.execute(sql)  # type: ignore[union-attr]

    def rollback(self) -> None:
        """Undo the transaction; a connection that cannot do that is dropped."""
        if self._open is not None:
            try:
                self._open[0].rollback()
            except Exception:  # noqa: BLE001 - whatever the driver says, this connection is of no use
                self.drop()

    def drop(self) -> None:
        """Forget the connection: it may be in any state."""
        if self._open is not None:
            connection, self._open = self._open[0], None
            with contextlib.suppress(Exception):
                connection.invalidate()
            with contextlib.suppress(Exception):
                connection.close()

    def close(self) -> None:
        """Close the connection in good order."""
        if self._open is not None:
            connection, self._open = self._open[0], None
            with contextlib.suppress(Exception):
                connection.close()


def _run_alone(session: _Session, task: _Task) -> None:
    """Run one task in its own transaction, again where that is safe and may help."""
    for left in reversed(range(_TRIES)):
        running = False  # neither still beginning nor already committing
        try:
            tx = session.begin()
            running = True
            result = task.function(tx)
            running = False
            session.commit()
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to the task's caller
            meaning = verdict(error)
            cut_off = meaning is Verdict.LOST and running and not session.fresh
            if running and meaning in {Verdict.REPEAT, Verdict.OTHER}:
                session.rollback()
            else:
                session.drop()  # a failed commit leaves the transaction open or not
            if left and (cut_off or meaning is Verdict.REPEAT):
                continue
            task.error = error if running and meaning is Verdict.OTHER else _unavailable(error)
        else:
            task.result = result
        return


def _run_group(session: _Session, tasks: list[_Task]) -> None:
    """Run tasks in one transaction with a savepoint each."""
    try:
        tx = session.begin()
        for task in tasks:
            session.execute("SAVEPOINT task")
            try:
                task.result = task.function(tx)
            except Exception as error:  # noqa: BLE001 - as above
                meaning = verdict(error)
                task.error = error if meaning is Verdict.OTHER else _unavailable(error)
                # Raises where the failure has undone the whole transaction (a full disk): then
                # nobody's work stands.
                session.execute("ROLLBACK TO task")
            session.execute("RELEASE task")
        session.commit()
    except Exception as error:  # noqa: BLE001 - as above
        session.drop()
        for task in tasks:
            task.error = task.error or _unavailable(error)


def _answer(tasks: Iterable[_Task]) -> None:
    """Give each caller what became of its task; runs in the event loop."""
    for task in tasks:
        if task.future.done():
            continue
        if task.error is None:
            task.future.set_result(task.result)
        elif isinstance(task.error, StopIteration):  # a future cannot carry it
            task.future.set_exception(RuntimeError("a storage function raised StopIteration"))
        else:
            task.future.set_exception(task.error)


class Workers:
    """Some threads, one queue. `group`: how many tasks may share a transaction."""

    def __init__(
        self, engine: Engine, keys: Keys, *, name: str, threads: int, group: int = 1
    ) -> None:
        self._queue: SimpleQueue[_Task | None] = SimpleQueue()
        self._group = group
        self._stopped = False
        self._threads = [
            threading.Thread(
                target=self._serve,
                args=(_Session(engine, keys),),
                name=f"{name}-{number}",
                daemon=True,
            )
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, function: Callable[[Tx], Any]) -> asyncio.Future[Any]:
        """Queue a function; the future ends after its commit. Called in an event loop."""
        if self._stopped:
            raise Unavailable("the database is closed")
        loop = asyncio.get_running_loop()
        task = _Task(function, loop, loop.create_future())
        self._queue.put(task)
        return task.future

    def stop(self) -> None:
        """Take nothing new; what is queued will still be run."""
        if not self._stopped:
            self._stopped = True
            for _ in self._threads:
                self._queue.put(None)

    def join(self) -> None:
        """Wait, blocking, until the threads have ended."""
        for thread in self._threads:
            thread.join()

    def _serve(self, session: _Session) -> None:
        going = True
        while going:
            tasks: list[_Task] = []
            item = self._queue.get()
            while item is not None:
                tasks.append(item)
                if len(tasks) == self._group:
                    break
                try:
                    item = self._queue.get_nowait()
                except Empty:
                    break
            else:
                going = False
            self._run(session, [task for task in tasks if not task.future.cancelled()])
        session.close()

    @staticmethod
    def _run(session: _Session, tasks: list[_Task]) -> None:
        if len(tasks) == 1:
            _run_alone(session, tasks[0])
        elif tasks:
            _run_group(session, tasks)
        for loop, answered in groupby(tasks, key=lambda task: task.loop):
            with contextlib.suppress(
                RuntimeError
            ):  # that loop is closed: nobody waits there any more
                loop.call_soon_threadsafe(_answer, list(answered))
