"""A real Synapse on loopback for tests: SQLite, no federation, no rate limits, thrown away.

It lives in an environment of its own (`make` builds `.venv-synapse` from `synapse-requirements.txt`
beside this file; `LOTSE_TEST_SYNAPSE_PYTHON` names another Python). Knows nothing of the bot.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
_LIMITLESS = {"per_second": 100_000, "burst_count": 100_000}
_START_SECONDS = 60.0
_STOP_SECONDS = 15.0


def python() -> Path | None:
    """Return the Python that has Synapse, None if there is none."""
    named = os.environ.get("LOTSE_TEST_SYNAPSE_PYTHON")
    found = Path(named) if named else _ROOT / ".venv-synapse" / "bin" / "python"
    return found if found.exists() else None


MISSING = (
    "Synapse is not installed: run `make .venv-synapse`, "
    "or name its Python in LOTSE_TEST_SYNAPSE_PYTHON"
)


class Synapse:
    """One homeserver in `folder`. The port stays the same over restarts."""

    def __init__(self, folder: Path, interpreter: Path) -> None:
        self.folder = folder
        self.name = "localhost"
        self._interpreter = interpreter
        self._secret = "shared-secret"
        self._process: subprocess.Popen[bytes] | None = None
        self._admin: str | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "homeserver.json"
        if not config.exists():
            config.write_text(json.dumps(self._config()))  # JSON is YAML
            seed = base64.b64encode(os.urandom(32)).decode().rstrip("=")
            (self.folder / "signing.key").write_text(f"ed25519 a_test {seed}\n")
            (self.folder / "log.json").write_text(json.dumps(self._log()))
        with (self.folder / "stdout.log").open("ab") as output:
            self._process = subprocess.Popen(
                [str(self._interpreter), "-m", "synapse.app.homeserver", "-c", str(config)],
                cwd=self.folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until = time.monotonic() + _START_SECONDS
        while not self._healthy():
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise RuntimeError((self.folder / "stdout.log").read_text()[-3000:])
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop it in order."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)
            self._process.terminate()
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """Stop it at once, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def freeze(self) -> None:
        """Keep its sockets open and let it answer nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on after `freeze`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def register(self, user: str, password: str, *, admin: bool = False) -> dict[str, Any]:
        """Make an account; returns user_id, access_token and device_id."""
        path = "/_synapse/admin/v1/register"
        nonce = self.call("GET", path)["nonce"]
        role = b"admin" if admin else b"notadmin"
        mac = hmac.new(
            self._secret.encode(),
            b"\0".join([nonce.encode(), user.encode(), password.encode(), role]),
            hashlib.sha1,
        )
        return self.call(
            "POST",
            path,
            {
                "nonce": nonce,
                "username": user,
                "password": password,
                "admin": admin,
                "mac": mac.hexdigest(),
            },
        )

    def limit(self, user_id: str, *, per_second: int, burst: int) -> None:
        """Limit the messages of one user (everybody else stays unlimited)."""
        if self._admin is None:
            self._admin = self.register("admin", "admin", admin=True)["access_token"]
        self.call(
            "POST",
            f"/_synapse/admin/v1/users/{user_id}/override_ratelimit",
            {"messages_per_second": per_second, "burst_count": burst},
            token=self._admin,
        )

    def call(
        self, method: str, path: str, body: object | None = None, *, token: str | None = None
    ) -> dict[str, Any]:
        """Make one request and return its JSON."""
        headers = {"Content-Type": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(
            self.url + path,
            None if body is None else json.dumps(body).encode(),
            headers,
            method=method,
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return dict(json.load(answer))

    def remove(self) -> None:
        """Stop it and delete its files."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + "/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def _config(self) -> dict[str, Any]:
        here = self.folder
        return {
            "server_name": self.name,
            "pid_file": str(here / "homeserver.pid"),
            "public_baseurl": self.url + "/",
            "listeners": [
                {
                    "port": self.port,
                    "bind_addresses": ["127.0.0.1"],
                    "type": "http",
                    "tls": False,
                    "resources": [{"names": ["client"], "compress": False}],
                }
            ],
            "database": {"name": "sqlite3", "args": {"database": str(here / "homeserver.db")}},
            "log_config": str(here / "log.json"),
            "media_store_path": str(here / "media"),
            "signing_key_path": str(here / "signing.key"),
            "registration_shared_secret": self._secret,
            "macaroon_secret_key": "macaroon",
            "form_secret": "form",
            "report_stats": False,
            "enable_registration": False,
            "trusted_key_servers": [],
            "suppress_key_server_warning": True,
            "federation_domain_whitelist": [],
            "url_preview_enabled": False,
            "presence": {"enabled": False},
            "caches": {"sync_response_cache_duration": "0s"},  # a second first sync is anew
            "bcrypt_rounds": 4,  # the least that bcrypt allows: quick logins
            "user_directory": {"enabled": False},
            "rc_message": _LIMITLESS,
            "rc_login": {
                "address": _LIMITLESS,
                "account": _LIMITLESS,
                "failed_attempts": _LIMITLESS,
            },
            "rc_joins": {"local": _LIMITLESS, "remote": _LIMITLESS},
            "rc_joins_per_room": _LIMITLESS,
            "rc_invites": {
                "per_room": _LIMITLESS,
                "per_user": _LIMITLESS,
                "per_issuer": _LIMITLESS,
            },
            "rc_room_creation": _LIMITLESS,
            "rc_media_create": _LIMITLESS,
        }

    def _log(self) -> dict[str, Any]:
        return {
            "version": 1,
            "handlers": {
                "file": {
                    "class": "logging.FileHandler",
                    "filename": str(self.folder / "synapse.log"),
                }
            },
            "root": {"level": "WARNING", "handlers": ["file"]},
            "disable_existing_loggers": False,
        }
