"""Passwords: argon2id, counted out in threads, the same effort for names that do not exist.

A strange device waits behind other strange devices, never before a known one: whoever floods the
sign-in page with guesses keeps one core busy and no colleague from her work.
"""

from __future__ import annotations

import asyncio
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.domain import staff

MOST_WAITING = 64
"""Guesses in line; whoever comes after them is asked to come again."""


class BusyError(Exception):
    """Too many guesses are being counted out."""


class Passwords:
    """Makes and compares hashes. `hasher` with the parameters of RFC 9106 for little memory."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._known = asyncio.Semaphore(1)
        self._strange = asyncio.Semaphore(1)
        self._waiting = 0

    @cached_property
    def _nobody(self) -> str:
        """The hash that is compared where there is none: nobody's password."""
        return self._hasher.hash("nobody")

    async def make(self, password: str) -> str:
        """Return the hash to keep."""
        return await asyncio.to_thread(self._hasher.hash, staff.password(password))

    async def fits(self, password: str, kept: str | None, *, known: bool) -> bool:
        """Return whether a password is the one kept; False where none is, after the same effort.

        Raises BusyError where too many strange devices wait.
        """
        if self._waiting >= MOST_WAITING and not known:
            raise BusyError
        self._waiting += 1
        try:
            async with self._known if known else self._strange:
                return await asyncio.to_thread(self._compare, password, kept)
        finally:
            self._waiting -= 1

    def is_old(self, kept: str) -> bool:
        """Return whether a hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _compare(self, password: str, kept: str | None) -> bool:
        given = staff.password(password[: staff.MOST_PASSWORD + 1])
        try:
            self._hasher.verify(kept or self._nobody, given)
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None
