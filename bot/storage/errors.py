"""What can go wrong between the program and its database, and what a driver's error means.

The drivers' own exceptions stay inside this room: `verdict` sorts them, the workers act on it. No
message of ours holds a value of a row.
"""

# ruff: noqa: N818 - the names say what happened, as `except Unavailable` reads

from __future__ import annotations

from enum import Enum, auto

from sqlalchemy.exc import DBAPIError

from bot.domain.errors import ConfigurationError, LotseError


class Unavailable(LotseError):
    """The database did not take the work: it is down, busy, full, or the commit failed. Try again
    later.

    Nothing is lost by trying again: what was committed all the same is recognised by its external
    id.
    """


class WrongSecret(ConfigurationError):
    """The secret key does not open this database. Set the one that it was made with."""


class SchemaMissing(ConfigurationError):
    """The database has no tables yet, or old ones. Run `lotse db upgrade`."""


class LeaseTaken(ConfigurationError):
    """Another process owns this account."""


class StaleConversation(LotseError):
    """The conversation was saved by somebody else since it was read: it was not locked."""


class StaleCase(LotseError):
    """The case was saved by somebody else since it was read."""


class NameTaken(LotseError):
    """Somebody else has this login name, or this identity of the sign-in service."""


class Tampered(LotseError):
    """A sealed value does not open with its key and its place: it was damaged, moved or changed."""


class Verdict(Enum):
    """What a failure means for the transaction that met it."""

    REPEAT = auto()  # rolled back for sure, and the same work may succeed at once
    LOST = auto()  # the connection is gone
    UNAVAILABLE = auto()  # the database cannot do it now
    OTHER = auto()  # not the database's state: a broken constraint, a fault in the program


# https://www.sqlite.org/rescode.html: BUSY LOCKED NOMEM READONLY IOERR CORRUPT FULL CANTOPEN
# PROTOCOL NOTADB
_SQLITE_UNAVAILABLE = frozenset({5, 6, 7, 8, 10, 11, 13, 14, 15, 26})
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_REPEAT_STATES = frozenset({"40001", "40P01"})
_LOST_STATES = ("08", "57P")
_UNAVAILABLE_STATES = ("53", "55P03", "57014", "25006", "58")
_CONNECTION_ERRORS = frozenset({"OperationalError", "InterfaceError"})


def verdict(error: BaseException) -> Verdict:
    """Say what a driver's error, bare or wrapped by SQLAlchemy, means."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    code = getattr(cause, "sqlite_errorcode", None)
    if isinstance(code, int):
        return Verdict.UNAVAILABLE if code & 0xFF in _SQLITE_UNAVAILABLE else Verdict.OTHER
    module = type(cause).__module__
    if not module.startswith("psycopg"):  # compared by name: a SQLite process never imports psycopg
        return Verdict.OTHER
    state = getattr(cause, "sqlstate", None)
    if state is None:
        lost = any(cls.__name__ in _CONNECTION_ERRORS for cls in type(cause).__mro__)
        return Verdict.LOST if lost else Verdict.OTHER
    if state in _REPEAT_STATES:
        return Verdict.REPEAT
    if state.startswith(_LOST_STATES):
        return Verdict.LOST
    return Verdict.UNAVAILABLE if state.startswith(_UNAVAILABLE_STATES) else Verdict.OTHER
