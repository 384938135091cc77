"""What the services have in common: a JSON call, and what its failures mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import httpx

from bot.service.translation import Failed, Why

QUOTA = 456  # DeepL API, "Error handling"
OVERLOADED = 529
BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, OVERLOADED})
TIMEOUT = httpx.Timeout(10.0, connect=3.0)


def client(url: str, headers: Mapping[str, str]) -> httpx.AsyncClient:
    """Return a client that honours HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE."""
    return httpx.AsyncClient(base_url=url, headers=dict(headers), timeout=TIMEOUT)


async def call(
    http: httpx.AsyncClient, method: str, path: str, **options: Any
) -> tuple[int, Any] | Failed:
    """Return status and JSON of an answer below 500 that is none of the usual failures."""
    try:
        response = await http.request(method, path, **options)
    except (httpx.HTTPError, httpx.InvalidURL):
        return Failed(Why.DOWN)
    status = response.status_code
    if status in BUSY:
        return Failed(Why.BUSY)
    if status == QUOTA:
        return Failed(Why.QUOTA)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return Failed(Why.REFUSED)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or response.is_redirect:
        return Failed(Why.DOWN)
    try:
        return status, json.loads(response.content)
    except (ValueError, RecursionError):
        return Failed(Why.DOWN)
