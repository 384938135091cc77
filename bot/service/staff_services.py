"""All use cases about the team over one database, as `app` hands them to the web."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.service.notifier import Notifier
from bot.service.staff_account import Accounts
from bot.service.staff_office import Office
from bot.service.staff_passwords import Passwords
from bot.service.staff_sessions import Sessions
from bot.service.staff_signin import SignIn
from bot.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffServices:
    """Sessions, ways in, one's own account, administration."""

    sessions: Sessions
    sign_in: SignIn
    accounts: Accounts
    office: Office

    @classmethod
    def over(
        cls, database: Database, clock: Callable[[], datetime], notifier: Notifier
    ) -> StaffServices:
        """Return them."""
        passwords = Passwords()
        return cls(
            sessions=Sessions(database, clock, notifier),
            sign_in=SignIn(database, clock, passwords),
            accounts=Accounts(database, clock, passwords),
            office=Office(database, clock, notifier),
        )
