"""Faults on demand: what networks and servers do to a bot, scripted per method and count."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    TOO_MANY_REQUESTS = "too_many_requests"
    SERVER_ERROR = "server_error"
    """500 with an HTML body; nothing happened."""
    RESET_BEFORE = "reset_before"
    """The connection breaks; nothing happened."""
    RESET_AFTER = "reset_after"
    """The connection breaks; the call took effect."""
    SLOW = "slow"
    """The call takes effect, the answer comes after `seconds`."""
    TRUNCATED = "truncated"
    """The call took effect, its JSON answer is cut in the middle."""
    ERROR = "error"
    """A refusal with `status` and `description`; nothing happened."""


@dataclass(kw_only=True)
class Fault:
    """One rule. It strikes `times` matching calls after letting `skip` pass.

    `method` is a method's name or "*" (all but getUpdates); `chat_id` narrows it further;
    `probability` makes it strike at random (then `times` still bounds it).
    """

    kind: FaultKind
    method: str = "*"
    times: int = 1
    skip: int = 0
    chat_id: int | None = None
    retry_after: int = 1
    seconds: float = 1.0
    status: int = 400
    description: str = "Bad Request"
    parameters: dict[str, int] = field(default_factory=dict)
    probability: float = 1.0

    def matches(self, method: str, values: dict[str, Any]) -> bool:
        if self.method == "*":
            if method == "getUpdates":
                return False
        elif self.method.lower() != method.lower():
            return False
        return self.chat_id is None or str(values.get("chat_id")) == str(self.chat_id)


class Faults:
    """The rules in force, oldest first, and how often each kind has struck."""

    def __init__(self, seed: int = 0) -> None:
        self.rules: list[Fault] = []
        self.struck: dict[FaultKind, int] = {}
        self.duplicate_updates = 0
        """So many of the next updates are delivered twice."""
        self._random = random.Random(seed)

    def add(self, kind: FaultKind | str, method: str = "*", **options: Any) -> Fault:
        fault = Fault(kind=FaultKind(kind), method=method, **options)
        self.rules.append(fault)
        return fault

    def clear(self) -> None:
        self.rules.clear()
        self.duplicate_updates = 0

    def take(self, method: str, values: dict[str, Any]) -> Fault | None:
        """The fault that strikes this call, if any; it is used up."""
        for rule in self.rules:
            if not rule.matches(method, values):
                continue
            if rule.skip > 0:
                rule.skip -= 1
                continue
            if rule.probability < 1.0 and self._random.random() >= rule.probability:
                continue
            rule.times -= 1
            if rule.times <= 0:
                self.rules.remove(rule)
            self.struck[rule.kind] = self.struck.get(rule.kind, 0) + 1
            return rule
        return None

    def duplicated(self) -> bool:
        """Whether the update that is handed out now is handed out twice."""
        if self.duplicate_updates <= 0:
            return False
        self.duplicate_updates -= 1
        return True
