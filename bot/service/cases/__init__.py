"""Cases: what counsellors do with them, whatever face they work at, and what time does to them."""

from bot.service.cases.acting import Acting, Closed, Reason, Refusal, SentWords
from bot.service.cases.facade import Cases

__all__ = ["Acting", "Cases", "Closed", "Reason", "Refusal", "SentWords"]
