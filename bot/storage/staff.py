"""The people who work at the desk. What they are called, and what lets them in, is sealed with the
site's key; a login name is found by its HMAC. Knows no role by name and no password's rules.

Nobody is ever deleted: notes and replies say who wrote them. Who leaves is disabled.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.storage.crypto import from_text, place, to_text
from bot.storage.errors import NameTaken
from bot.storage.moments import loaded, stored
from bot.storage.tables_staff import staff
from bot.storage.transaction import Row, Statement, Tx, parameters

_s = staff.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """One account. `name`: to sign in with, whatever its case; `shown_name`: what newcomers see;
    `totp`: the secret of the second factor; `prefs`: JSON.
    """

    id: int
    name: str = field(repr=False)
    shown_name: str = field(repr=False)
    roles: frozenset[str]
    languages: tuple[str, ...]
    created_at: datetime
    disabled_at: datetime | None = None
    prefs: Mapping[str, object] = field(default_factory=dict, repr=False)
    password_hash: str | None = field(default=None, repr=False)
    totp: bytes | None = field(default=None, repr=False)
    oidc_subject: str | None = field(default=None, repr=False)


_WHOLE = select(
    _s.id,
    _s.name_index,
    _s.name,
    _s.shown_name,
    _s.roles,
    _s.languages,
    _s.prefs,
    _s.password_hash,
    _s.totp,
    _s.oidc_subject,
    _s.created_at,
    _s.disabled_at,
)
_ADD = Statement(upsert(staff).values(parameters(staff)).on_conflict_do_nothing().returning(_s.id))
_GET = Statement(_WHOLE.where(_s.id == bindparam("row")))
_LOCK = Statement(_WHOLE.where(_s.id == bindparam("row")).with_for_update())
_BY_NAME = Statement(_WHOLE.where(_s.name_index == bindparam("index")))
_BY_OIDC = Statement(_WHOLE.where(_s.oidc_index == bindparam("index")))
_SAVE = Statement(
    update(staff)
    .where(_s.id == bindparam("row"))
    .values(
        {
            column.name: bindparam(f"new_{column.name}", type_=column.type)
            for column in _s
            if column.name not in {"id", "created_at"}
        }
    )
)


def _name_index(tx: Tx, name: str) -> bytes:
    return tx.keys.index("staff", name.casefold())


def _oidc_index(tx: Tx, subject: str) -> bytes:
    return tx.keys.index("oidc", subject)


def _place(what: str, index: bytes) -> bytes:
    return place(f"staff {what}") + index


def _sealed(tx: Tx, what: str, index: bytes, value: bytes) -> bytes:
    return tx.keys.site.seal(value, _place(what, index))


def _maybe(tx: Tx, what: str, index: bytes, value: bytes | None) -> bytes | None:
    return None if value is None else _sealed(tx, what, index, value)


def _values(tx: Tx, person: Staff) -> dict[str, object]:
    """Return the columns of an account but its id."""
    index, subject = _name_index(tx, person.name), person.oidc_subject
    hashed = None if person.password_hash is None else person.password_hash.encode()
    return {
        "name_index": index,
        "name": _sealed(tx, "name", index, from_text(person.name)),
        "shown_name": _sealed(tx, "shown name", index, from_text(person.shown_name)),
        "roles": json.dumps(sorted(person.roles)),
        "languages": json.dumps(person.languages),
        "prefs": _sealed(tx, "prefs", index, json.dumps(dict(person.prefs)).encode()),
        "password_hash": _maybe(tx, "password", index, hashed),
        "totp": _maybe(tx, "totp", index, person.totp),
        "oidc_index": None if subject is None else _oidc_index(tx, subject),
        "oidc_subject": _maybe(tx, "oidc", index, None if subject is None else from_text(subject)),
        "created_at": stored(person.created_at),
        "disabled_at": None if person.disabled_at is None else stored(person.disabled_at),
    }


def _opened(tx: Tx, row: Row) -> Staff:
    number, index, name, shown, roles, languages, prefs, hashed, totp, subject, made, gone = row

    def plain(what: str, value: bytes) -> bytes:
        return tx.keys.site.open(value, _place(what, index))

    return Staff(
        id=number,
        name=to_text(plain("name", name)),
        shown_name=to_text(plain("shown name", shown)),
        roles=frozenset(json.loads(roles)),
        languages=tuple(json.loads(languages)),
        created_at=loaded(made),
        disabled_at=None if gone is None else loaded(gone),
        prefs=json.loads(plain("prefs", prefs)),
        password_hash=None if hashed is None else plain("password", hashed).decode(),
        totp=None if totp is None else plain("totp", totp),
        oidc_subject=None if subject is None else to_text(plain("oidc", subject)),
    )


def add(
    tx: Tx,
    *,
    name: str,
    shown_name: str,
    roles: Collection[str],
    languages: Sequence[str],
    now: datetime,
    oidc_subject: str | None = None,
) -> Staff:
    """Add somebody. Raises NameTaken."""
    person = Staff(
        id=0,
        name=name,
        shown_name=shown_name,
        roles=frozenset(roles),
        languages=tuple(languages),
        created_at=now,
        oidc_subject=oidc_subject,
    )
    row = tx.one(_ADD, **_values(tx, person))
    if row is None:
        raise NameTaken("there is an account of this name")
    return replace(person, id=row[0])


def get(tx: Tx, staff_id: int) -> Staff | None:
    """Return an account."""
    row = tx.one(_GET, row=staff_id)
    return None if row is None else _opened(tx, row)


def lock(tx: Tx, staff_id: int) -> Staff | None:
    """Return an account that nobody else can change until this transaction ends: read it like this
    to save it.
    """
    row = tx.one(_LOCK, row=staff_id)
    return None if row is None else _opened(tx, row)


def by_name(tx: Tx, name: str) -> Staff | None:
    """Return an account by its login name."""
    row = tx.one(_BY_NAME, index=_name_index(tx, name))
    return None if row is None else _opened(tx, row)


def by_oidc(tx: Tx, subject: str) -> Staff | None:
    """Return an account by what the sign-in service calls its owner."""
    row = tx.one(_BY_OIDC, index=_oidc_index(tx, subject))
    return None if row is None else _opened(tx, row)


def all(tx: Tx) -> list[Staff]:  # noqa: A001 - the word for it
    """Return all accounts, disabled ones too, the oldest first."""
    return [_opened(tx, tuple(row)) for row in tx.core(_WHOLE.order_by(_s.id))]


def save(tx: Tx, person: Staff) -> Staff:
    """Write an account whole, but when it was made. Raises NameTaken."""
    taken = select(_s.id).where(
        _s.id != person.id,
        (_s.name_index == _name_index(tx, person.name))
        if person.oidc_subject is None
        else (_s.name_index == _name_index(tx, person.name))
        | (_s.oidc_index == _oidc_index(tx, person.oidc_subject)),
    )
    if tx.core(taken).first() is not None:
        raise NameTaken("somebody else has this name or this identity")
    values = _values(tx, person)
    del values["created_at"]
    tx.run(_SAVE, row=person.id, **{f"new_{name}": value for name, value in values.items()})
    return person
