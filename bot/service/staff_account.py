"""What somebody does to her own account: taking up an invitation, password, second factor, the name
that newcomers see, her languages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.staff import Weakness, shown_name, weakness
from bot.service import staff_totp
from bot.service.staff import INVITATION, Reason, RefusedError
from bot.service.staff_passwords import Passwords
from bot.service.staff_sessions import SignedIn
from bot.service.staff_signin import Denied, Entered, Visit, enter
from bot.storage import audit, one_time_codes, sessions, staff
from bot.storage.database import Database
from bot.storage.errors import NameTaken
from bot.storage.staff import Staff
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Whom an invitation is for."""

    name: str
    shown_name: str


class Accounts:
    """One's own account."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], passwords: Passwords
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords

    async def invited(self, code: str) -> Invited | None:
        """Return whom an invitation is for, None where it opens nothing (any more)."""
        now = self._clock()

        def look(tx: Tx) -> Invited | None:
            person = _active(tx, one_time_codes.look(tx, INVITATION, code, now))
            if person is None:
                return None
            return Invited(name=person.name, shown_name=person.shown_name)

        return await self._database.read(look)

    async def accept(
        self, code: str, password: str, called: str, visit: Visit
    ) -> Entered | Denied | Weakness:
        """Take up an invitation with a password. What was there before is void: password, second
        factor, sessions.

        Raises RefusedError: SHOWN_NAME.
        """
        invited = await self.invited(code)
        if invited is None:
            return Denied()
        name = shown_name(called)
        if name is None:
            raise RefusedError(Reason.SHOWN_NAME)
        weak = weakness(password, invited.name, name)
        if weak is not None:
            return weak
        kept = await self._passwords.make(password)
        return await self._take_up(
            code, visit, "invitation", shown_name=name, password_hash=kept, totp=None
        )

    async def bind(self, code: str, subject: str, visit: Visit) -> Entered | Denied:
        """Take up an invitation with an account elsewhere, which signs in from now on.

        Raises RefusedError: TAKEN, that account is bound to somebody else.
        """
        return await self._take_up(
            code, visit, "oidc", oidc_subject=subject, password_hash=None, totp=None
        )

    async def _take_up(
        self, code: str, visit: Visit, how: str, **changes: object
    ) -> Entered | Denied:
        now = self._clock()

        def work(tx: Tx) -> Entered | Denied:
            person = _mine(tx, one_time_codes.redeem(tx, INVITATION, code, now))
            if person is None:
                audit.add(tx, at=now, staff_id=None, action="session.failed", detail="invitation")
                return Denied()
            try:
                person = staff.save(tx, replace(person, **changes))  # type: ignore[arg-type]  # its fields
            except NameTaken:
                raise RefusedError(Reason.TAKEN) from None
            sessions.remove_all(tx, person.id)
            return enter(tx, person, visit, now, how)

        return await self._database.write(work)

    async def change_password(
        self, signed: SignedIn, old: str, new: str, visit: Visit
    ) -> Entered | Denied | Weakness:
        """Change the password; all other sessions end."""
        person = await self._database.read(lambda tx: staff.get(tx, signed.staff_id))
        kept = person.password_hash if person is not None else None
        if person is None or not await self._passwords.fits(old, kept, known=True):
            return Denied()
        weak = weakness(new, person.name, person.shown_name)
        if weak is not None:
            return weak
        fresh, now = await self._passwords.make(new), self._clock()

        def work(tx: Tx) -> Entered | Denied:
            current = _mine(tx, signed.staff_id)
            if current is None or current.password_hash != kept:
                return Denied()
            current = staff.save(tx, replace(current, password_hash=fresh))
            sessions.remove_all(tx, current.id)
            audit.add(tx, at=now, staff_id=current.id, action="account.password")
            return enter(tx, current, visit, now, "password")

        return await self._database.write(work)

    async def switch_on(self, signed: SignedIn, secret: bytes, text: str) -> bool:
        """Ask for a second factor from now on, if `text` is a code of `secret`: proof that the app
        has it.
        """
        now = self._clock()
        step = staff_totp.matching(secret, text, now, after=0)
        if step is None:
            return False
        kept = staff_totp.kept(secret, step)
        await self._save(signed, now, "account.factor-on", totp=kept)
        return True

    async def switch_off(self, signed: SignedIn, password: str) -> bool:
        """Ask for no second factor any more; the password is asked once more."""
        person = await self._database.read(lambda tx: staff.get(tx, signed.staff_id))
        kept = person.password_hash if person is not None else None
        if not await self._passwords.fits(password, kept, known=True):
            return False
        await self._save(signed, self._clock(), "account.factor-off", totp=None)
        return True

    async def describe(
        self, signed: SignedIn, *, called: str, languages: Sequence[str], interface: str | None
    ) -> None:
        """Change the name that newcomers see, the languages she counsels in, the page's language.

        Raises RefusedError: SHOWN_NAME.
        """
        name = shown_name(called)
        if name is None:
            raise RefusedError(Reason.SHOWN_NAME)

        def work(tx: Tx) -> None:
            person = _mine(tx, signed.staff_id)
            if person is not None:
                prefs = {**person.prefs, "interface": interface}
                changed = replace(person, shown_name=name, languages=tuple(languages), prefs=prefs)
                staff.save(tx, changed)

        await self._database.write(work)

    async def mine(self, signed: SignedIn) -> Staff:
        """Return her account.

        Raises RefusedError: GONE.
        """
        person = await self._database.read(lambda tx: _active(tx, signed.staff_id))
        if person is None:
            raise RefusedError(Reason.GONE)
        return person

    async def _save(self, signed: SignedIn, now: datetime, action: str, **changes: object) -> None:
        def work(tx: Tx) -> None:
            person = _mine(tx, signed.staff_id)
            if person is not None:
                staff.save(tx, replace(person, **changes))  # type: ignore[arg-type]  # fields of Staff
                audit.add(tx, at=now, staff_id=person.id, action=action)

        await self._database.write(work)


def _active(tx: Tx, staff_id: int | None) -> Staff | None:
    """Return an account to look at."""
    person = staff.get(tx, staff_id) if staff_id is not None else None
    return person if person is not None and person.disabled_at is None else None


def _mine(tx: Tx, staff_id: int | None) -> Staff | None:
    """Return an account to change: locked."""
    person = staff.lock(tx, staff_id) if staff_id is not None else None
    return person if person is not None and person.disabled_at is None else None
