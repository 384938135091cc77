"""Opening the database as the settings say."""

from __future__ import annotations

from bot.app.secret import secret_key
from bot.domain.errors import ConfigurationError
from bot.settings import Settings
from bot.storage.database import Database


def upgrade_database(settings: Settings) -> None:
    """Bring the tables to this version; makes the data folder. Blocks.

    Raises:
        ConfigurationError: the data folder cannot be written.
        Unavailable: the database cannot be reached.
    """
    from bot.storage import migrate  # Alembic costs 0.2 s: only where tables may change

    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"LOTSE_DATA_DIR: the folder {settings.data_dir} cannot be made ({error.strerror})"
        ) from None
    if migrate.current(settings.database) != migrate.head():
        migrate.upgrade(settings.database)


def open_database(settings: Settings) -> Database:
    """Open the database with the secret key. Blocks; runs no migration.

    Raises:
        ConfigurationError, Unavailable, WrongSecret, SchemaMissing: each says what to do.
    """
    return Database.open(settings.database, secret=secret_key(settings))
