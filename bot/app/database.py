"""Opening the database as the settings say."""

from __future__ import annotations

from bot.app.secret import secret_key
from bot.domain.errors import ConfigurationError
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.errors import Unavailable


def upgrade_database(settings: Settings) -> None:
    """Bring the tables to this version; makes the data folder. Blocks.

    Raises:
        ConfigurationError: the data folder cannot be written.
        Unavailable: the database cannot be reached.
    """
    from bot.storage import migrate  # Alembic costs 0.2 s: only where tables may change

    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"LOTSE_DATA_DIR: the folder {settings.data_dir} cannot be made ({error.strerror})"
        ) from None
    try:
        if migrate.current(settings.database) != migrate.head():
            migrate.upgrade(settings.database)
    except OSError as error:
        raise ConfigurationError(
            f"{_named(settings)}: the database file cannot be made ({error.strerror})"
        ) from None
    except Unavailable as error:
        raise Unavailable(f"{_named(settings)}: {error}. {_look(settings)}") from error


def _named(settings: Settings) -> str:
    return "LOTSE_DATA_DIR" if settings.database_url is None else "LOTSE_DATABASE_URL"


def _look(settings: Settings) -> str:
    if settings.is_postgresql:
        return "Does PostgreSQL run, and are host, name, user and password right?"
    return "Is there room on the disk, and may the user who runs Lotse write the file?"


def open_database(settings: Settings) -> Database:
    """Open the database with the secret key. Blocks; runs no migration.

    Raises:
        ConfigurationError, Unavailable, WrongSecret, SchemaMissing: each says what to do.
    """
    return Database.open(settings.database, secret=secret_key(settings))
