"""Coming back to a conversation with a code, and the e-mail that says that an answer is there.

Values only: what a code is stands in `service.codes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Another channel on which she may go on with a code. `name`: what she looks for there (the
    bot's user name, a Matrix user id); `link` opens it and carries the code, None where there is no
    such link.
    """

    kind: Literal["telegram", "matrix"]
    name: str
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """She has come here with a code: the conversation stood on channel `before` until now
    (`telegram`, `matrix`, `web`). An input of the engine.
    """

    before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCode:
    """She gave a code that opens nothing here. An input of the engine. `unknown`: there is none
    like it, or it was used; `many`: she has tried too often; `busy`: a conversation with the office
    is open here already; `appointment`: she has one here.
    """

    reason: Literal["unknown", "many", "busy", "appointment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Where she wants to hear that an answer is there. `told`: she has heard of what she has not
    read yet, and hears no more until she has read it.
    """

    address: str
    told: bool = False
