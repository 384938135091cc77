"""Filling in the forms of a page as a browser does."""

from __future__ import annotations

import re
from html import unescape

import httpx

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of a page; those of several forms are the same."""
    return {name: unescape(value) for name, value in _HIDDEN.findall(page)}


async def fill(
    client: httpx.AsyncClient, path: str, *, at: str | None = None, **given: str | list[str]
) -> httpx.Response:
    """Open a page and send its form, to `at` if not to itself."""
    page = await client.get(path)
    assert page.status_code == 200, page.status_code
    fields: dict[str, str | list[str]] = {**hidden(page.text), **given}
    return await client.post(at or path.partition("?")[0], data=fields)
