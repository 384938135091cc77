"""One account on a CalDAV server (RFC 4791), by the library `caldav`.

Nothing is ever written without a condition: a new event only where none stands, a changed or
deleted one only while it is what was read (ETag). A calendar is known by its name or by an address
on the same server: the account's password goes nowhere else. Every call blocks, at most `SECONDS`
for each answer.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import caldav
from caldav.lib.error import AuthorizationError, NotFoundError

from bot.service.calendars import CalendarError, RemoteEvent, Trouble

SECONDS = 10
_CALENDAR = {"Content-Type": "text/calendar; charset=utf-8"}
_CHANGED = frozenset(
    {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.CONFLICT}
)


class CalDavAccount:
    """Implements `service.calendars.Calendars`. Used by one thread at a time."""

    def __init__(self, url: str, user: str, password: str, *, seconds: float = SECONDS) -> None:
        self._url = url
        client: Any = caldav.DAVClient
        self._open: Callable[[], Any] = lambda: client(
            url,
            username=user,
            password=password,
            timeout=seconds,
            enable_rfc6764=False,  # the address is an address, not a domain to be looked up
            ssl_verify_cert=os.environ.get("SSL_CERT_FILE") or True,
        )

    def read(self, calendar: str, begin: datetime, end: datetime) -> Sequence[RemoteEvent]:
        """Return what takes place between two instants."""
        with self._client() as client:
            found = _calendar(client, self._address(client, calendar))
            events = found.search(start=begin, end=end, event=True, expand=False)
            return [_event(each) for each in events]

    def create(self, calendar: str, name: str, content: str) -> bool:
        """Write a new event under a file name; False where one stands there already."""
        with self._client() as client:
            address = urljoin(self._address(client, calendar), f"{quote(name)}.ics")
            return _done(client.put(address, content, {**_CALENDAR, "If-None-Match": "*"}))

    def replace(self, event: RemoteEvent, content: str) -> bool:
        """Write an event anew; False where it is not what was read any more."""
        with self._client() as client:
            headers = {**_CALENDAR, "If-Match": event.version}
            return _done(client.put(event.address, content, headers))

    def remove(self, event: RemoteEvent) -> bool:
        """Delete an event; False where it is not what was read any more."""
        with self._client() as client:
            return _done(client.delete(event.address, {"If-Match": event.version}))

    def missing(self, calendars: Collection[str]) -> frozenset[str]:
        """Return which of these calendars the account does not have."""
        absent: set[str] = set()
        with self._client() as client:
            for calendar in calendars:
                try:
                    address = self._address(client, calendar)
                    _calendar(client, address).get_display_name()
                except (CalendarError, NotFoundError):
                    absent.add(calendar)
        return frozenset(absent)

    @contextmanager
    def _client(self) -> Iterator[Any]:
        """Yield a connection; whatever the library raises becomes a `CalendarError`."""
        try:
            with self._open() as client:
                yield client
        except CalendarError:
            raise
        except AuthorizationError:
            raise CalendarError(Trouble.REFUSED) from None
        except NotFoundError:
            raise CalendarError(Trouble.MISSING) from None
        except Exception:  # noqa: BLE001  # HTTP, XML and what servers make of them
            # Nothing of the answer is kept: it may hold words of a calendar.
            raise CalendarError(Trouble.DOWN) from None

    def _address(self, client: Any, calendar: str) -> str:
        """Return the address of a calendar, which ends in a slash."""
        if "://" in calendar:
            if _origin(calendar) != _origin(self._url):
                raise CalendarError(Trouble.MISSING)
            return calendar.rstrip("/") + "/"
        for each in client.principal().get_calendars():
            if each.get_display_name() == calendar:
                return str(each.url).rstrip("/") + "/"
        raise CalendarError(Trouble.MISSING)


def _calendar(client: Any, address: str) -> Any:
    return client.calendar(url=address)


def _event(found: Any) -> RemoteEvent:
    return RemoteEvent(address=str(found.url), version=found.etag or "", content=str(found.data))


def _done(response: Any) -> bool:
    status = int(response.status)
    if status in _CHANGED:
        return False
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise CalendarError(Trouble.REFUSED)
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise CalendarError(Trouble.DOWN)
    return True


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    default = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", parts.port or default
