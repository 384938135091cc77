"""People of the team for tests: somebody who works here, signed in at a client or a browser.

    csrf = await sign_in(client, database, "jana", Role.COUNSELLOR, now=NOW)
    await client.post("/desk/...", data={"csrf": csrf, ...})          # or X-CSRF-Token
    await sign_in_browser(context, url, database, "jana", Role.EDITOR, now=now)

Both make the session in the database, without the sign-in page: that has tests of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

import httpx
from argon2 import PasswordHasher
from playwright.async_api import BrowserContext

from bot.domain.staff import Role
from bot.service import staff_sessions
from bot.storage import sessions
from bot.storage import staff as accounts
from bot.storage.database import Database
from bot.storage.transaction import Tx

PASSWORD = "vier warme Worte im November"
COOKIE = "lotse-desk"


@dataclass(frozen=True)
class Signed:
    """Somebody's session."""

    staff_id: int
    token: str
    csrf: str


@cache
def cheap_hash() -> str:
    """PASSWORD, hashed with next to no effort; a sign-in makes a better one of it."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


async def employ(
    database: Database,
    name: str,
    *roles: Role,
    now: datetime,
    shown: str = "",
    languages: Sequence[str] = ("de",),
    password: bool = True,
) -> int:
    """Add somebody who has chosen PASSWORD (or was only invited); return the id of the account."""

    def work(tx: Tx) -> int:
        person = accounts.add(
            tx,
            name=name,
            shown_name=shown or name.capitalize(),
            roles=frozenset(map(str, roles)),
            languages=tuple(languages),
            now=now,
        )
        if password:
            accounts.save(tx, replace(person, password_hash=cheap_hash()))
        return person.id

    return await database.write(work)


async def begin(database: Database, staff_id: int, *, now: datetime) -> Signed:
    """Begin a session."""

    def work(tx: Tx) -> Signed:
        token = staff_sessions.begin(tx, staff_id, now, strong=True)
        session = sessions.get(tx, token, now)
        assert session is not None
        return Signed(staff_id, token, session.csrf)

    return await database.write(work)


async def signed(database: Database, name: str, *roles: Role, now: datetime) -> Signed:
    """Give somebody a session; she is added if she is not there yet."""
    there = await database.read(lambda tx: accounts.by_name(tx, name))
    number = there.id if there is not None else await employ(database, name, *roles, now=now)
    return await begin(database, number, now=now)


async def sign_in(
    client: httpx.AsyncClient, database: Database, name: str, *roles: Role, now: datetime
) -> str:
    """Sign somebody in at a client; return the word for her forms (`csrf`, X-CSRF-Token)."""
    session = await signed(database, name, *roles, now=now)
    plant(client, COOKIE, session.token)
    return session.csrf


def plant(client: httpx.AsyncClient, name: str, value: str) -> None:
    """Put a cookie into a client as the server would: in place of one that is there."""
    host = client.base_url.host
    client.cookies.set(name, value, domain=host if "." in host else f"{host}.local")


async def sign_in_browser(
    context: BrowserContext, url: str, database: Database, name: str, *roles: Role, now: datetime
) -> Signed:
    """Sign somebody in at a browser; `url` is the address of the program."""
    session = await signed(database, name, *roles, now=now)
    await context.add_cookies([{"name": COOKIE, "value": session.token, "url": url}])
    return session
