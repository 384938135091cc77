"""The fields of a form as browsers send them (application/x-www-form-urlencoded). Knows no form.

Read once and kept with the request, so that whoever guards a page and the page itself may both
look.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request

KIND = "application/x-www-form-urlencoded"
MOST_FIELDS = 400
BODY_SECONDS = 20.0

_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Fields:
    """What was sent, by name. A field that is not there is empty: so browsers send unticked
    boxes.
    """

    values: Mapping[str, list[str]] = field(default_factory=dict)

    def get(self, name: str, default: str = "") -> str:
        """Return the first value of a field."""
        found = self.values.get(name)
        return found[0] if found else default

    def all(self, name: str) -> list[str]:
        """Return all values of a field."""
        return list(self.values.get(name, ()))

    def __contains__(self, name: object) -> bool:
        return name in self.values


def is_form(request: Request) -> bool:
    """Return whether a request says that it is a form of this kind."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == KIND


async def fields(request: Request) -> Fields:
    """Return the fields of a request.

    Raises HTTPException: 415 for another form, 400 for what is no form, 408 for a body that does
    not come.
    """
    known = getattr(request.state, "fields", None)
    if isinstance(known, Fields):
        return known
    if not is_form(request):
        raise HTTPException(415)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await request.body()
    except TimeoutError:
        raise HTTPException(408) from None
    found = Fields(_parsed(body))
    request.state.fields = found
    return found


def _parsed(body: bytes) -> dict[str, list[str]]:
    try:
        parsed = parse_qs(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise HTTPException(400) from None
    if any("\0" in value for values in parsed.values() for value in values):
        raise HTTPException(400)
    return {
        name: [_SURROGATES.sub("\ufffd", value).replace("\r\n", "\n") for value in values]
        for name, values in parsed.items()
    }
