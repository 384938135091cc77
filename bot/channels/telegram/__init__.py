"""Telegram: updates come in by polling or webhook, messages go out as JSON calls.

The only room that knows the Bot API. python-telegram-bot serves the rare calls (`commands`); what
happens per message is done by hand, because it must be durable and cheap.
"""

from bot.channels.telegram.channel import TelegramChannel

__all__ = ["TelegramChannel"]
