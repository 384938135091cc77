"""`lotse doctor`: every part, what is wrong with it and what to do; nothing that exists is
changed.
"""

from __future__ import annotations

import base64
import json
import shutil
import socket
import sqlite3
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.program import ROOT, Here, lotse

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()


@pytest.fixture
def port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def look(here: Here, port: str, **settings: str) -> tuple[int, dict[str, dict[str, str]]]:
    """Return the exit code and the findings by part."""
    ended = here("doctor", "--json", **({"LOTSE_WEB_PORT": port} | settings))
    assert not ended.err
    return ended.code, {finding["part"]: finding for finding in json.loads(ended.out)}


def test_a_fresh_machine_is_well(here: Here, port: str) -> None:
    code, found = look(here, port)

    assert code == 0
    assert [part for part, finding in found.items() if finding["health"] == "down"] == []
    assert set(found) == {
        "secret key", "address", "running", "database", "failed", "content", "office", "legal",
        "telegram", "matrix", "caldav",
    }  # fmt: skip
    assert found["running"]["message"] == "not running"
    assert found["running"]["hint"] == "`lotse up` starts it"
    assert found["office"]["health"] == "degraded"
    assert "LOTSE_TELEGRAM_TOKEN" in found["telegram"]["hint"]
    assert "LOTSE_MATRIX_HOMESERVER" in found["matrix"]["hint"]
    for finding in found.values():
        assert set(finding) == {"part", "health", "message", "hint"}
        assert finding["health"] == "good" or finding["hint"]


def test_in_words_each_line_says_how_it_is_and_what_to_do(here: Here, port: str) -> None:
    ended = here("doctor", LOTSE_WEB_PORT=port)
    lines = ended.out.splitlines()

    assert ended.code == 0
    assert {line[:4] for line in lines if line} <= {"ok  ", "look", "    ", "Noth"}
    assert lines[-1].startswith("Nothing is down; ")
    assert next(line for line in lines if "office" in line).startswith("look  office")


def test_what_is_not_ready_for_the_public(here: Here, port: str) -> None:
    _, found = look(here, port, LOTSE_PUBLIC_URL="http://lotse.example", LOTSE_SECRET_KEY=KEY)
    assert found["address"]["health"] == "degraded"
    assert "without https" in found["address"]["message"]
    assert found["legal"]["health"] == "degraded"
    assert "feedback address" in found["legal"]["message"]


def test_broken_content_is_one_finding_among_others(here: Here, port: str) -> None:
    shutil.copytree(ROOT / "content", here.folder / "content")
    (here.folder / "content" / "site.yaml").write_text("name: [\n")
    code, found = look(here, port, LOTSE_CONTENT_DIR=str(here.folder / "content"))

    assert code == 1
    assert found["content"]["health"] == "down"
    assert found["content"]["hint"].startswith("`lotse content check`")
    assert found["database"]["health"] == "good"
    assert found["channels"]["message"] == "not looked at"


def test_a_wrong_key_is_found_and_not_shown(here: Here, port: str) -> None:
    assert look(here, port)[0] == 0  # makes the database with a key of its own
    code, found = look(here, port, LOTSE_SECRET_KEY=KEY)
    assert code == 1
    assert "not the one this database was made with" in found["database"]["message"]

    ended = here("doctor", LOTSE_WEB_PORT=port, LOTSE_SECRET_KEY=KEY[:-4])
    assert ended.code == 1
    assert "DOWN  secret key" in ended.out
    assert "Make one with: python3" in ended.out
    assert KEY[:-4] not in ended.out


def test_older_tables_stay_as_they_are(here: Here, port: str) -> None:
    assert look(here, port)[0] == 0
    path = here.folder / "var" / "lotse.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
        connection.commit()
    code, found = look(here, port)

    assert code == 1
    assert "its tables are of version 0000" in found["database"]["message"]
    assert "lotse db upgrade" in found["database"]["hint"]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
            ("0000",)
        ]


def test_a_database_that_is_away(here: Here, port: str) -> None:
    code, found = look(here, port, LOTSE_DATABASE_URL="postgresql://anna:geheim@127.0.0.1:1/lotse")
    assert code == 1
    assert "Does PostgreSQL run" in found["database"]["message"]
    assert "geheim" not in json.dumps(found)


def test_a_misspelt_setting_and_files_that_others_can_read(here: Here, port: str) -> None:
    (here.folder / ".env").write_text("LOTSE_TELEGRAM_TOKKEN=4711:geheim\n")
    (here.folder / ".env").chmod(0o644)
    ended = here("doctor", LOTSE_WEB_PORT=port, LOTSE_LOGS="json")

    assert ended.code == 0
    assert "no such setting: LOTSE_LOGS, LOTSE_TELEGRAM_TOKKEN" in ended.out
    assert "chmod 600 .env" in ended.out
    assert "geheim" not in ended.out


@pytest.mark.parametrize(
    ("settings", "part", "words"),
    [
        (
            {"LOTSE_TELEGRAM_TOKEN": "4711:AA", "LOTSE_TELEGRAM_API_URL": "http://127.0.0.1:1"},
            "telegram",
            "Telegram cannot be reached",
        ),
        (
            {
                "LOTSE_MATRIX_HOMESERVER": "http://127.0.0.1:1",
                "LOTSE_MATRIX_USER": "@lotse:matrix.example",
                "LOTSE_MATRIX_PASSWORD": "geheim",
            },
            "matrix",
            "no connection",
        ),
        ({"LOTSE_MATRIX_HOMESERVER": "http://127.0.0.1:1"}, "channels", "LOTSE_MATRIX_USER"),
        (
            {
                "LOTSE_MATRIX_HOMESERVER": "http://127.0.0.1:1",
                "LOTSE_MATRIX_USER": "@lotse:matrix.example",
            },
            "channels",
            "LOTSE_MATRIX_PASSWORD or LOTSE_MATRIX_TOKEN",
        ),
    ],
)
def test_a_channel_that_cannot_be_reached(
    here: Here, port: str, settings: dict[str, str], part: str, words: str
) -> None:
    code, found = look(here, port, **settings)
    assert code == 1
    assert found[part]["health"] == "down"
    assert words in found[part]["message"]
    assert "geheim" not in json.dumps(found)


def test_somebody_else_on_the_port(here: Here) -> None:
    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Other) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        code, found = look(here, str(server.server_port))
        server.shutdown()
    assert code == 1
    assert "not Lotse" in found["running"]["message"]
    assert "LOTSE_WEB_PORT" in found["running"]["hint"]


def test_wrong_settings_come_first(tmp_path: Path) -> None:
    ended = lotse(tmp_path, "doctor", "--json", LOTSE_WEB_PORT="abc")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "LOTSE_WEB_PORT must be a whole number\n"
