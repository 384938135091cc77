"""Errors of the Bot API with the server's own words.

The texts are Telegram's: clients are written against them. A method raises one; the server
turns it into HTTP status and JSON.
"""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A refusal: HTTP status, the server's description, and `parameters` where it gives any."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.status,
            "description": self.description,
        }
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(what: str, **parameters: int) -> ApiError:
    return ApiError(400, f"Bad Request: {what}", **parameters)


def forbidden(why: str) -> ApiError:
    return ApiError(403, f"Forbidden: {why}")


def conflict(why: str) -> ApiError:
    return ApiError(409, f"Conflict: {why}")


def too_many_requests(retry_after: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


CHAT_NOT_FOUND = "chat not found"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
THREAD_NOT_FOUND = "message thread not found"
UPGRADED = "group chat was upgraded to a supergroup chat"
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
    "webhook first"
)
OTHER_GETUPDATES = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
