"""Composition root: settings, clock, wiring and the task group. The only floor that knows all
rooms.

build(settings) -> App        everything, ready to run open_database(settings)       the database
alone, for commands
"""

from __future__ import annotations

from bot.app.database import open_database, upgrade_database
from bot.app.wiring import HISTORY, App, build

__all__ = ["HISTORY", "App", "build", "open_database", "upgrade_database"]
