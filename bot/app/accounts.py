"""The accounts on platforms that the settings name. Each channel is imported only where it is
set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.app.state import AccountCursor, AccountSecrets
from bot.domain.errors import ConfigurationError

if TYPE_CHECKING:
    from bot.app.wiring import App


def add_telegram(app: App) -> None:
    """Serve the Telegram bot, if one is set."""
    settings = app.settings
    if settings.telegram_token is None:
        return
    from bot.channels.telegram import TelegramChannel

    token = settings.telegram_token.get_secret_value()
    secret = settings.telegram_webhook_secret
    account = f"telegram:{token.partition(':')[0]}"
    channel = TelegramChannel(
        token=token,
        api_url=settings.telegram_api_url,
        mode=settings.telegram_mode,
        secret=secret.get_secret_value() if secret is not None else None,
        public_url=settings.public_url,
        cursor=AccountCursor(app.database, account),
        catalogue=app.catalogue,
        clock=app.clock,
        staff_chat=settings.telegram_staff_chat,
    )
    app.add_channel(channel)
    app.routes.extend(channel.routes())
    app.outside.ways.telegram = lambda: channel.username


def add_matrix(app: App) -> None:
    """Serve the Matrix account, if one is set.

    Raises:
        ConfigurationError: the settings name only half of it.
    """
    settings = app.settings
    if settings.matrix_homeserver is None:
        return
    if settings.matrix_user is None:
        raise ConfigurationError("LOTSE_MATRIX_USER is missing: the bot's user id")
    if settings.matrix_password is None and settings.matrix_token is None:
        raise ConfigurationError("LOTSE_MATRIX_PASSWORD or LOTSE_MATRIX_TOKEN is missing")
    from bot.channels.matrix import MatrixChannel

    account = f"matrix:{settings.matrix_user}"
    password, token = settings.matrix_password, settings.matrix_token
    app.add_channel(
        MatrixChannel(
            homeserver=settings.matrix_homeserver,
            user=settings.matrix_user,
            password=password.get_secret_value() if password is not None else None,
            token=token.get_secret_value() if token is not None else None,
            data_dir=settings.data_dir,
            cursor=AccountCursor(app.database, account),
            secrets=AccountSecrets(app.database, account),
            catalogue=app.catalogue,
            clock=app.clock,
            staff_room=settings.matrix_staff_room,
        )
    )
