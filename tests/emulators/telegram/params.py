"""Parameters of a call: query string, JSON, form or multipart, as the real server takes them.

In a form every value is a string and nested objects are JSON in a string; in a JSON body both
spellings are fine. `Params` hides the difference.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.emulators.telegram.errors import bad_request


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the call."""

    name: str
    content: bytes
    mime_type: str


@dataclass(slots=True)
class Params:
    """Values by name, read as the type a method wants."""

    values: dict[str, Any]
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int | None = None) -> int | None:
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad_request(f'invalid parameter "{name}"') from None

    def number(self, name: str) -> float:
        try:
            return float(self.values[name])
        except (KeyError, TypeError, ValueError):
            raise bad_request(f"{name} is empty or invalid") from None

    def flag(self, name: str) -> bool:
        value = self.values.get(name)
        return value is True or str(value).lower() in {"true", "1", "yes"}

    def object(self, name: str) -> Any:
        """A nested object or array; None if it is not given."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def chat_id(self, name: str = "chat_id") -> int | str:
        value = self.values.get(name)
        if value is None or value == "":
            raise bad_request(f"{name} is empty")
        try:
            return int(value)
        except (TypeError, ValueError):
            return str(value)

    def upload(self, name: str) -> Upload | str | None:
        """The uploaded file, or the file_id or URL given in its place."""
        if name in self.uploads:
            return self.uploads[name]
        value = self.text(name)
        if value.startswith("attach://"):
            return self.uploads.get(value.removeprefix("attach://"))
        return value or None


async def read_params(request: web.Request) -> Params:
    """The parameters of an HTTP call to the Bot API."""
    params = Params(dict(request.query))
    if request.method != "POST" or not request.can_read_body:
        return params
    if request.content_type == "application/json":
        raw = await request.read()
        try:
            body = json.loads(raw) if raw else {}
        except ValueError:
            raise bad_request("can't parse JSON content") from None
        if not isinstance(body, dict):
            raise bad_request("JSON object expected")
        params.values.update(body)
        return params
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            params.uploads[name] = Upload(value.filename, value.file.read(), value.content_type)
        else:
            params.values[name] = value if isinstance(value, str) else value.decode()
    return params
