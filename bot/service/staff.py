"""Who works at the desk: adding, inviting, linking, changing roles, disabling. What commands and
the administration page share.

Functions run in the caller's transaction and write what they did into the audit log; `by` is who
asked for it, None for the command line. An invitation is the only way to an own password: it opens
once, for three days, and a new one takes the place of all before. So a person who has lost password
or phone gets a new invitation, and what she had before is void.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.errors import LotseError
from bot.domain.staff import Role, login_name, shown_name
from bot.service import codes
from bot.storage import audit, one_time_codes, sessions, staff, staff_links
from bot.storage.staff import Staff
from bot.storage.transaction import Tx

INVITATION = "invitation"
LINK = "link"
INVITED_FOR = timedelta(hours=72)
LINK_FOR = timedelta(minutes=30)
DEMO = "demo"
"""The login name of the demo administrator; nobody else can have it."""

INVITATION_PATH = "/desk/invitation/"


class Reason(StrEnum):
    """Why something was not done."""

    NAME = "name"
    SHOWN_NAME = "shown-name"
    TAKEN = "taken"
    ROLES = "roles"
    GONE = "gone"
    DISABLED = "disabled"
    SELF = "self"


class RefusedError(LotseError):
    """It was not done; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"refused: {reason}")
        self.reason = reason


def everybody(tx: Tx) -> list[Staff]:
    """Return all accounts by name."""
    return sorted(staff.all(tx), key=lambda person: person.name)


def named(tx: Tx, name: str) -> Staff:
    """Return somebody by her login name.

    Raises RefusedError: GONE.
    """
    found = staff.by_name(tx, login_name(name) or "")
    if found is None:
        raise RefusedError(Reason.GONE)
    return found


def add(
    tx: Tx,
    *,
    name: str,
    shown: str,
    roles: Collection[str],
    languages: Sequence[str],
    now: datetime,
    by: int | None = None,
) -> tuple[Staff, str]:
    """Add somebody; return the account and the code of her invitation.

    Raises RefusedError: NAME, SHOWN_NAME, ROLES, TAKEN.
    """
    login, called = login_name(name), shown_name(shown or name)
    if login is None or login == DEMO:
        raise RefusedError(Reason.NAME)
    if called is None:
        raise RefusedError(Reason.SHOWN_NAME)
    if staff.by_name(tx, login) is not None:
        raise RefusedError(Reason.TAKEN)
    person = staff.add(
        tx,
        name=login,
        shown_name=called,
        roles=_roles(roles),
        languages=tuple(dict.fromkeys(languages)),
        now=now,
    )
    _log(tx, "staff.add", person.id, now, by)
    return person, invite(tx, person.id, now, by=by)


def invite(tx: Tx, staff_id: int, now: datetime, *, by: int | None = None) -> str:
    """Return the code of a new invitation; older ones are void.

    Raises RefusedError: GONE, DISABLED.
    """
    person = _active(tx, staff_id)
    one_time_codes.withdraw(tx, INVITATION, person.id)
    code = codes.link_token()
    one_time_codes.issue(tx, INVITATION, person.id, code, now + INVITED_FOR, now)
    _log(tx, "staff.invite", person.id, now, by)
    return code


def disable(tx: Tx, staff_id: int, now: datetime, *, by: int | None = None) -> Staff:
    """Let somebody in no more, at once and everywhere. Her cases and notes stay.

    Raises RefusedError: GONE, SELF (nobody locks herself out).
    """
    person = _there(tx, staff_id)
    if person.id == by:
        raise RefusedError(Reason.SELF)
    sessions.remove_all(tx, person.id)
    for purpose in (INVITATION, LINK, "sign-in", "feed"):
        one_time_codes.withdraw(tx, purpose, person.id)
    if person.disabled_at is not None:
        return person
    _log(tx, "staff.disable", person.id, now, by)
    return staff.save(tx, replace(person, disabled_at=now))


def enable(tx: Tx, staff_id: int, now: datetime, *, by: int | None = None) -> str:
    """Let somebody in again, by a new invitation: an old password does not come back.

    Raises RefusedError: GONE.
    """
    person = _there(tx, staff_id)
    staff.save(tx, replace(person, disabled_at=None, password_hash=None, totp=None))
    _log(tx, "staff.enable", person.id, now, by)
    return invite(tx, person.id, now, by=by)


def set_roles(
    tx: Tx, staff_id: int, roles: Collection[str], now: datetime, *, by: int | None = None
) -> Staff:
    """Give somebody exactly these roles.

    Raises RefusedError: GONE, ROLES, SELF (no administrator takes that role from herself).
    """
    person = _there(tx, staff_id)
    wanted = _roles(roles)
    if person.id == by and Role.ADMIN in person.roles and Role.ADMIN not in wanted:
        raise RefusedError(Reason.SELF)
    if wanted == person.roles:
        return person
    _log(tx, "staff.roles", person.id, now, by)
    return staff.save(tx, replace(person, roles=wanted))


def link_code(tx: Tx, staff_id: int, now: datetime, *, by: int | None = None) -> str:
    """Return the code that somebody sends in the staff room, so that her account there is hers.

    Raises RefusedError: GONE, DISABLED.
    """
    person = _active(tx, staff_id)
    one_time_codes.withdraw(tx, LINK, person.id)
    code = codes.words_code()
    one_time_codes.issue(tx, LINK, person.id, codes.canonical(code), now + LINK_FOR, now)
    _log(tx, "staff.link-code", person.id, now, by)
    return "-".join(code.split())


def redeem_link(tx: Tx, account: str, person: str, text: str, now: datetime) -> Staff | None:
    """Take a platform's account for the staff member whose code was sent; None where it is no code
    (any more). `account` is the bot's, `person` the platform's name of the sender.
    """
    found = one_time_codes.redeem(tx, LINK, codes.canonical(text), now)
    linked = staff.get(tx, found) if found is not None else None
    if linked is None or linked.disabled_at is not None:
        return None
    staff_links.link(tx, account, person, linked.id)
    _log(tx, "staff.link", linked.id, now, linked.id)
    return linked


def _roles(roles: Collection[str]) -> frozenset[str]:
    wanted = frozenset(roles)
    if not wanted or not wanted <= set(Role):
        raise RefusedError(Reason.ROLES)
    return frozenset(str(role) for role in wanted)


def _there(tx: Tx, staff_id: int) -> Staff:
    person = staff.lock(tx, staff_id)
    if person is None:
        raise RefusedError(Reason.GONE)
    return person


def _active(tx: Tx, staff_id: int) -> Staff:
    person = _there(tx, staff_id)
    if person.disabled_at is not None:
        raise RefusedError(Reason.DISABLED)
    return person


def _log(tx: Tx, action: str, about: int, now: datetime, by: int | None) -> None:
    audit.add(tx, at=now, staff_id=by, action=action, detail=f"staff:{about}")
