"""The door to the database: `write` and `read` run a function in a transaction, in a thread, and
await its commit.

Knows no table but the one that keeps the site's own keys. Which threads there are is all that
differs between the two databases: one writer that commits in groups on SQLite, several that commit
each on PostgreSQL.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar, cast

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from bot.storage.crypto import Keys, Wrapper
from bot.storage.engines import Role, make_engine, sqlite_path
from bot.storage.errors import SchemaMissing, Unavailable
from bot.storage.migrate import head, revision
from bot.storage.tables import secrets
from bot.storage.transaction import Tx
from bot.storage.workers import GROUP, Workers

T = TypeVar("T")

_POSTGRESQL_WRITERS = 8
_READERS = 3
_INDEX_KEY = "index"
_SITE_KEY = "site"


def _site_keys(connection: Connection, wrapper: Wrapper) -> Keys:
    """Return the keys of this database, made at its first opening."""
    for name in (_INDEX_KEY, _SITE_KEY):
        connection.execute(
            insert(secrets).values(name=name, wrapped=wrapper.new()).on_conflict_do_nothing()
        )
    rows = connection.execute(select(secrets.c.name, secrets.c.wrapped)).all()
    wrapped = {row.name: row.wrapped for row in rows}
    return Keys(wrapper, index=wrapped[_INDEX_KEY], site=wrapped[_SITE_KEY])


class Database:
    """An open database. Made by `open`; every function of this room is run by `write` or `read`."""

    def __init__(self, url: str, writers: Workers, readers: Workers) -> None:
        self.url = url
        self._writers = writers
        self._readers = readers

    @classmethod
    def open(cls, url: str, *, secret: bytes) -> Database:
        """Open the database with the administrator's secret of 32 bytes. Blocks; runs no migration.

        Raises Unavailable, WrongSecret, SchemaMissing or ConfigurationError.
        """
        path = sqlite_path(url)
        if path is not None and not path.exists():
            raise SchemaMissing("there is no database yet: run `lotse db upgrade`")
        wrapper = Wrapper(secret)
        engine = make_engine(url, Role.WRITE)
        try:
            with engine.begin() as connection:
                found = revision(connection)
                if found != head():
                    state = "has no tables" if found is None else f"is of schema {found}"
                    raise SchemaMissing(
                        f"the database {state}, this program needs {head()}: run `lotse db upgrade`"
                    )
                keys = _site_keys(connection, wrapper)
        except DBAPIError as error:
            raise Unavailable(f"the database cannot be opened: {error.orig}") from error
        writers = (
            Workers(engine, keys, name="writer", threads=_POSTGRESQL_WRITERS)
            if path is None
            else Workers(engine, keys, name="writer", threads=1, group=GROUP)
        )
        readers = Workers(make_engine(url, Role.READ), keys, name="reader", threads=_READERS)
        return cls(url, writers, readers)

    async def write(self, function: Callable[[Tx], T]) -> T:
        """Run `function` in a transaction and return what it returned, after the commit.

        It may be run more than once, so it has no effect outside the transaction. What it raises
        reaches the caller and undoes only its own work. Raises Unavailable where nothing was
        committed, or nobody knows.
        """
        return cast("T", await self._writers.submit(function))

    async def read(self, function: Callable[[Tx], T]) -> T:
        """Run `function` on one consistent snapshot; it cannot write."""
        return cast("T", await self._readers.submit(function))

    async def close(self) -> None:
        """Finish what is queued, then stop."""
        self._writers.stop()
        self._readers.stop()
        await asyncio.to_thread(self._join)

    def _join(self) -> None:
        self._readers.join()
        self._writers.join()
