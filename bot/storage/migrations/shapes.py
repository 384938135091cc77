"""How the revisions write columns, constraints and indexes: as the tables of the code come out, to
the letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op


def id_(name: str = "id", *, nullable: bool = False, **options: Any) -> sa.Column[int]:
    """Return the number of a row."""
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=nullable, **options)


def link(name: str, *, nullable: bool = False) -> sa.Column[int]:
    """Return the number of another row."""
    return id_(name, nullable=nullable, autoincrement=False)


def number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    """Return a large number, also a time."""
    return sa.Column(name, sa.BigInteger(), nullable=nullable, autoincrement=False)


def small(name: str) -> sa.Column[int]:
    """Return a count."""
    return sa.Column(name, sa.Integer(), nullable=False)


def flag(name: str) -> sa.Column[bool]:
    """Return a yes or no."""
    return sa.Column(name, sa.Boolean(), nullable=False)


def text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    """Return a column of text."""
    return sa.Column(name, sa.Text(), nullable=nullable)


def blob(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    """Return a column of bytes."""
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    """Return the primary key."""
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    """Return the rule that no two rows are alike in these columns."""
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    """Return a rule that every row keeps."""
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def refers(
    table: str, column: str, target: str, ondelete: str | None = "CASCADE"
) -> sa.ForeignKeyConstraint:
    """Return the rule that a column names a row of another table."""
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )


def index(
    name: str,
    table: str,
    columns: Sequence[str],
    where: str | None = None,
    *,
    unique: bool = False,
) -> None:
    """Make an index, of some rows only where a condition is given."""
    condition = None if where is None else sa.text(where)
    op.create_index(
        op.f(name),
        table,
        columns,
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
    )


def rebuild(table: str, columns: Sequence[str], *parts: sa.schema.SchemaItem) -> None:
    """Build a table of SQLite anew with the same rows. Its numbering goes on where it was: an id is
    never used twice. Its indexes are gone.
    """
    new, listed = f"{table}_new", ", ".join(columns)
    op.create_table(new, *parts, sqlite_autoincrement=True)
    numbering = sa.table("sqlite_sequence", sa.column("name"), sa.column("seq"))
    kept = sa.select(sa.literal(new), numbering.c.seq).where(numbering.c.name == table)
    op.execute(f"INSERT INTO {new} ({listed}) SELECT {listed} FROM {table}")  # noqa: S608 - our own names
    op.execute(numbering.delete().where(numbering.c.name == new))
    op.execute(numbering.insert().from_select(["name", "seq"], kept))
    op.drop_table(table)
    op.rename_table(new, table)
