"""The ways in: password, second factor, an account elsewhere (OIDC), a link for the demo.

Every way answers alike whether a name exists or not, in words and in time. Who guesses is slowed
down by address and by (name, address), never by name alone: so nobody can lock a colleague out. A
device from which somebody has signed in before keeps a sealed ticket and has a budget of its own,
which no stranger can use up (OWASP, "Slow down online guessing attacks with device cookies").
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from bot.domain.staff import Role, login_name
from bot.service import codes, staff_sessions, staff_tickets, staff_totp
from bot.service.limits import Limits
from bot.service.staff import DEMO
from bot.service.staff_passwords import BusyError, Passwords
from bot.service.staff_sessions import SignedIn
from bot.storage import audit, one_time_codes, staff
from bot.storage.database import Database
from bot.storage.staff import Staff
from bot.storage.transaction import Tx

DEVICE = "device"
DEVICE_FOR = timedelta(days=180)
TRIP = "trip"
TRIP_FOR = timedelta(minutes=10)
SIGN_IN = "sign-in"
DEMO_FOR = timedelta(days=1)
BUSY_SECONDS = 5

_MINUTE = 1 / 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Where a request comes from: the address, the device's ticket and the session's token that the
    browser had, each empty where there is none.
    """

    address: str
    device: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """She is in. `token` for the session's cookie, `device` for the device's."""

    token: str
    device: str


@dataclass(frozen=True, slots=True)
class Owed:
    """The password was right; `token` is a half session that waits for the second factor."""

    token: str


@dataclass(frozen=True, slots=True)
class Denied:
    """No. Nobody says why."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Too many tries: come again after so many seconds."""

    seconds: int


class SignIn:
    """The door of the desk."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], passwords: Passwords
    ) -> None:
        self.passwords = passwords
        self._database = database
        self._clock = clock
        self._known = Limits(burst=10, rate=_MINUTE)
        self._pairs = Limits(burst=5, rate=_MINUTE)
        self._addresses = Limits(burst=30, rate=6 * _MINUTE)
        self._codes = Limits(burst=10, rate=_MINUTE)

    def wait(self, visit: Visit) -> int:
        """Return 0, or how long this address has to wait: for pages that take a code from a
        link.
        """
        return self._addresses.wait(_network(visit.address), self._clock())

    async def by_password(
        self, name: str, password: str, visit: Visit
    ) -> Entered | Owed | Denied | Wait:
        """Sign in with name and password."""
        now = self._clock()
        login = login_name(name) or ""

        def look(tx: Tx) -> tuple[Staff | None, str]:
            person = staff.by_name(tx, login) if login else None
            return person, _device(tx, person, visit.device, now)

        person, device = await self._database.read(look)
        if seconds := self._slow(login, visit.address, device, now):
            return Wait(seconds)
        kept = person.password_hash if person and person.disabled_at is None else None
        try:
            fits = await self.passwords.fits(password, kept, known=bool(device))
        except BusyError:
            return Wait(BUSY_SECONDS)
        if not fits or person is None:
            await self._failed("password")
            return Denied()
        fresh = await self.passwords.make(password) if self.passwords.is_old(kept or "") else kept
        found = person

        def work(tx: Tx) -> Entered | Owed | Denied:
            current = staff.lock(tx, found.id)
            if current is None or current.disabled_at or current.password_hash != kept:
                return Denied()
            if fresh != kept:
                current = staff.save(tx, replace(current, password_hash=fresh))
            if current.totp is None:
                return enter(tx, current, visit, now, "password")
            return Owed(
                staff_sessions.begin(tx, current.id, now, strong=False, instead_of=visit.token)
            )

        return await self._database.write(work)

    async def by_code(self, half: SignedIn, text: str, visit: Visit) -> Entered | Denied | Wait:
        """Give the second factor after the password."""
        now = self._clock()

        def look(tx: Tx) -> str:
            return _device(tx, staff.get(tx, half.staff_id), visit.device, now)

        device = await self._database.read(look)
        key = f"device {device}" if device else f"staff {half.staff_id}"
        if seconds := self._codes.wait(key, now):
            return Wait(seconds)

        def work(tx: Tx) -> Entered | Denied:
            person = staff.lock(tx, half.staff_id)
            if person is None or person.disabled_at is not None or person.totp is None:
                return Denied()
            secret, last = staff_totp.opened(person.totp)
            step = staff_totp.matching(secret, text, now, after=last)
            if step is None:
                audit.add(tx, at=now, staff_id=None, action="session.failed", detail="code")
                return Denied()
            person = staff.save(tx, replace(person, totp=staff_totp.kept(secret, step)))
            return enter(tx, person, visit, now, "code")

        return await self._database.write(work)

    async def by_subject(self, subject: str, visit: Visit) -> Entered | Denied:
        """Sign in as whoever an account elsewhere is bound to. Its issuer asked for the factors."""
        now = self._clock()

        def work(tx: Tx) -> Entered | Denied:
            person = staff.by_oidc(tx, subject)
            if person is None or person.disabled_at is not None:
                audit.add(tx, at=now, staff_id=None, action="session.failed", detail="oidc")
                return Denied()
            return enter(tx, person, visit, now, "oidc")

        return await self._database.write(work)

    async def by_demo_code(self, code: str, visit: Visit) -> Entered | Denied:
        """Sign in as the demo administrator, once. Whether a demo may be here is the caller's to
        know.
        """
        now = self._clock()

        def work(tx: Tx) -> Entered | Denied:
            found = one_time_codes.redeem(tx, SIGN_IN, code, now)
            person = staff.get(tx, found) if found is not None else None
            if person is None or person.name != DEMO or _somebody_works(tx):
                audit.add(tx, at=now, staff_id=None, action="session.failed", detail="demo")
                return Denied()
            return enter(tx, person, visit, now, "demo")

        return await self._database.write(work)

    async def seal_trip(self, fields: Mapping[str, str]) -> str:
        """Return a ticket for a browser that signs in elsewhere."""
        until = self._clock() + TRIP_FOR
        return await self._database.read(lambda tx: staff_tickets.seal(tx, TRIP, fields, until))

    async def open_trip(self, ticket: str) -> Mapping[str, object] | None:
        """Return what `seal_trip` was given, None where the ticket is none (any more)."""
        now = self._clock()
        return await self._database.read(lambda tx: staff_tickets.unseal(tx, TRIP, ticket, now))

    async def _failed(self, detail: str) -> None:
        now = self._clock()
        await self._database.write(
            lambda tx: audit.add(tx, at=now, staff_id=None, action="session.failed", detail=detail)
        )

    def _slow(self, login: str, address: str, device: str, now: datetime) -> int:
        """Return 0 and count this try, or the seconds to wait."""
        if device:
            return self._known.wait(device, now)
        network = _network(address)
        return self._addresses.wait(network, now) or self._pairs.wait(f"{network} {login}", now)


def enter(tx: Tx, person: Staff, visit: Visit, now: datetime, how: str) -> Entered:
    """Begin a session and make the device known."""
    audit.add(tx, at=now, staff_id=person.id, action="session.begin", detail=how)
    device = visit.device
    if not _device(tx, person, device, now):
        fields = {"staff": person.id, "device": secrets.token_urlsafe(12)}
        device = staff_tickets.seal(tx, DEVICE, fields, now + DEVICE_FOR)
    token = staff_sessions.begin(tx, person.id, now, strong=True, instead_of=visit.token)
    return Entered(token=token, device=device)


def demo_code(tx: Tx, now: datetime) -> str | None:
    """Return a code that signs the demo administrator in once, None where somebody works here: then
    there is no demo any more.
    """
    if _somebody_works(tx):
        return None
    demo = staff.by_name(tx, DEMO)
    if demo is None:
        roles = frozenset(map(str, (Role.COUNSELLOR, Role.EDITOR, Role.ADMIN)))
        demo = staff.add(tx, name=DEMO, shown_name="Team", roles=roles, languages=("de",), now=now)
    one_time_codes.withdraw(tx, SIGN_IN, demo.id)
    code = codes.link_token()
    one_time_codes.issue(tx, SIGN_IN, demo.id, code, now + DEMO_FOR, now)
    return code


def _somebody_works(tx: Tx) -> bool:
    return any(person.name != DEMO for person in staff.all(tx))


def _device(tx: Tx, person: Staff | None, ticket: str, now: datetime) -> str:
    """Return the device's name where the ticket is one of this person's, else nothing."""
    fields = staff_tickets.unseal(tx, DEVICE, ticket, now)
    if fields is None or person is None or fields.get("staff") != person.id:
        return ""
    return str(fields.get("device"))


def _network(address: str) -> str:
    """Return what one customer of a provider has: an IPv4 address, or 64 bits of an IPv6 one."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped is not None else str(int(found) >> 64)
    return str(found)
