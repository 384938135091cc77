"""One transaction as the functions of this room see it, and the statements that are compiled once.

SQLAlchemy's execute costs more than the whole statement on SQLite. So a statement that runs at
every turn is written in Core, turned into SQL once per dialect, and run on the driver's own
connection, inside the transaction that SQLAlchemy began. Its parameters pass through no type: they
must be what the driver takes. Everything else uses `Tx.core`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    ClauseElement,
    Connection,
    CursorResult,
    Dialect,
    Executable,
    Table,
    bindparam,
)

from bot.storage.crypto import Keys

Row = tuple[Any, ...]


def parameters(table: Table) -> dict[str, BindParameter[Any]]:
    """Return the values of an INSERT: a parameter for every column that the database does not
    number.
    """
    return {column.name: bindparam(column.name) for column in table.c if column.name != "id"}


class Statement:
    """A Core statement whose parameters are `bindparam`s with a name and no value."""

    __slots__ = ("_compiled", "_element")

    def __init__(self, element: ClauseElement) -> None:
        self._element = element
        self._compiled: dict[str, tuple[str, Mapping[str, Any]]] = {}

    def compiled(self, dialect: Dialect) -> tuple[str, Mapping[str, Any]]:
        """Return the text for one dialect and the values written in it; compiles once."""
        known = self._compiled.get(dialect.name)
        if known is not None:
            return known
        compiled = self._element.compile(dialect=dialect)
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        return self._compiled.setdefault(dialect.name, (str(compiled), fixed))


class Tx:
    """A running transaction. It ends with the function that it was given to."""

    __slots__ = ("_connection", "_dialect", "_driver", "keys")

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._driver: Any = connection.connection.driver_connection
        self._dialect = connection.dialect
        self.keys = keys

    @property
    def locks_rows(self) -> bool:
        """Whether others write at the same time, so that a row must be locked before it is read."""
        return self._dialect.name == "postgresql"

    def _execute(self, statement: Statement, values: dict[str, Any]) -> Any:
        sql, fixed = statement.compiled(self._dialect)
        if fixed:
            values.update(fixed)
        return self._driver.execute(sql, values)

    def one(self, statement: Statement, /, **values: Any) -> Row | None:
        """Return the first row or None."""
        rows: list[Row] = self._execute(statement, values).fetchall()
        return rows[0] if rows else None

    def all(self, statement: Statement, /, **values: Any) -> list[Row]:
        """Return all rows."""
        rows: list[Row] = self._execute(statement, values).fetchall()
        return rows

    def run(self, statement: Statement, /, **values: Any) -> int:
        """Return how many rows were touched."""
        touched: int = self._execute(statement, values).rowcount
        return touched

    def many(self, statement: Statement, rows: Sequence[Mapping[str, Any]], /) -> None:
        """Run a statement once for each of the rows."""
        if rows:
            sql, fixed = statement.compiled(self._dialect)
            self._driver.cursor().executemany(sql, [{**row, **fixed} for row in rows])

    def core(self, statement: Executable) -> CursorResult[Any]:
        """Execute a statement by SQLAlchemy, for all that is not done at every turn."""
        return self._connection.execute(statement)
