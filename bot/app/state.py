"""Small durable things that a channel keeps: its place in the stream, and secrets of its own."""

from __future__ import annotations

from bot.storage import accounts
from bot.storage.database import Database


class AccountCursor:
    """The place of an account in its platform's stream; implements `service.ports.Cursor`."""

    def __init__(self, database: Database, account: str) -> None:
        self._database = database
        self._account = account

    async def get(self) -> str | None:
        """Return the saved place."""
        return await self._database.read(lambda tx: accounts.cursor(tx, self._account))

    async def set(self, value: str) -> None:
        """Save the place."""
        await self._database.write(lambda tx: accounts.set_cursor(tx, self._account, value))


class AccountSecrets:
    """Secrets of an account, sealed; implements `service.ports.Secrets`."""

    def __init__(self, database: Database, account: str) -> None:
        self._database = database
        self._account = account

    async def get(self, name: str) -> bytes | None:
        """Return a secret."""
        return await self._database.read(lambda tx: accounts.get(tx, f"{self._account}/{name}"))

    async def put(self, name: str, value: bytes) -> None:
        """Keep a secret."""
        await self._database.write(lambda tx: accounts.put(tx, f"{self._account}/{name}", value))
