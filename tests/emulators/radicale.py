"""A real Radicale on loopback for tests: one account, a folder for storage, thrown away.

It lives in an environment of its own (`make` builds `.venv-radicale` from
`radicale-requirements.txt` beside this file; `LOTSE_TEST_RADICALE_PYTHON` names another Python).
Knows nothing of the bot. `person` is the counsellor's own program at the same calendars.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from pathlib import Path

import httpx

_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 20.0
USER, PASSWORD = "office", "a long password"


def python() -> Path | None:
    """Return the Python that has Radicale, None if there is none."""
    named = os.environ.get("LOTSE_TEST_RADICALE_PYTHON")
    found = Path(named) if named else _ROOT / ".venv-radicale" / "bin" / "python"
    return found if found.exists() else None


MISSING = (
    "Radicale is not installed: run `make radicale`, "
    "or name its Python in LOTSE_TEST_RADICALE_PYTHON"
)


class Radicale:
    """One server in `folder`. The port stays the same over restarts."""

    def __init__(self, folder: Path, interpreter: Path) -> None:
        self.folder = folder
        self._interpreter = interpreter
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "users").write_text(f"{USER}:{PASSWORD}\n")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        options = {
            "server-hosts": f"127.0.0.1:{self.port}",
            "storage-filesystem-folder": str(self.folder / "collections"),
            "auth-type": "htpasswd",
            "auth-htpasswd-filename": str(self.folder / "users"),
            "auth-htpasswd-encryption": "plain",
            "auth-delay": "0",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._interpreter, "-m", "radicale", "--config", "", *words],
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def empty(self) -> None:
        """Delete all calendars."""
        with self._http() as http:
            for name in self._calendars(http):
                http.delete(name).raise_for_status()

    def person(self, name: str) -> Person:
        """Make a calendar, and return whoever works with it."""
        address = f"{self.url}/{USER}/{name.lower()}/"
        body = (
            '<mkcalendar xmlns="urn:ietf:params:xml:ns:caldav" xmlns:d="DAV:"><d:set><d:prop>'
            f"<d:displayname>{name}</d:displayname></d:prop></d:set></mkcalendar>"
        )
        with self._http() as http:
            http.request("MKCALENDAR", address, content=body).raise_for_status()
        return Person(address)

    def _http(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, auth=(USER, PASSWORD), timeout=10)

    def _calendars(self, http: httpx.Client) -> list[str]:
        answer = http.request("PROPFIND", f"/{USER}/", headers={"Depth": "1"})
        found = re.findall(r"<href>(/[^<]+)</href>", answer.text)
        return [each for each in found if each != f"/{USER}/"]


class Person:
    """The counsellor at her own calendar, by plain HTTP."""

    def __init__(self, address: str) -> None:
        self.address = address

    def files(self) -> dict[str, str]:
        """Return what stands in the calendar, by file."""
        with self._http() as http:
            answer = http.request("PROPFIND", self.address, headers={"Depth": "1"})
            names = re.findall(r"<href>[^<]*/([^/<]+\.ics)</href>", answer.text)
            return {name: http.get(self.address + name).text for name in names}

    def put(self, name: str, content: str) -> None:
        with self._http() as http:
            headers = {"Content-Type": "text/calendar; charset=utf-8"}
            http.put(self.address + name, content=content, headers=headers).raise_for_status()

    def delete(self, name: str) -> None:
        with self._http() as http:
            http.delete(self.address + name).raise_for_status()

    def _http(self) -> httpx.Client:
        return httpx.Client(auth=(USER, PASSWORD), timeout=10)
