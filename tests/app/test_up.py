"""`lotse up` as a process: how it starts, what it says, what it refuses, how it ends."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import shutil
import signal
import socket
import sys
from pathlib import Path

import httpx
import pytest

from tests.emulators.telegram import TelegramEmulator
from tests.program import ROOT, Here, environment, lotse, up

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()


def refused(here: Here, **settings: str) -> str:
    """`lotse up` ends at once with exit code 2, in sentences; return them."""
    ended = here("up", **({"LOTSE_WEB_PORT": "0"} | settings))
    assert ended.code == 2, ended
    assert "fault in the program" not in ended.err
    assert not ended.out
    return ended.err


# ------------------------------------------------------------------ starting and ending


async def test_it_says_what_runs_what_does_not_and_how_and_ends_in_time(tmp_path: Path) -> None:
    async with up(tmp_path) as running:
        said = "\n".join(running.lines)
        async with httpx.AsyncClient(base_url=running.url) as client:
            assert (await client.get("/healthz")).text == "ok"
            ready = await client.get("/readyz")
            await client.get("/")
            # what is open when the signal comes: streams, a half sent message, an idle connection
            async with (
                client.stream("GET", "/chat/events") as stream,
                client.stream("GET", "/chat/events") as other,
            ):
                assert (stream.status_code, other.status_code) == (200, 200)
                port = int(running.url.rpartition(":")[2])
                _, hanging = await asyncio.open_connection("127.0.0.1", port)
                hanging.write(
                    b"POST /chat/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99\r\n"
                    b"Content-Type: application/json\r\n"
                    + f"Cookie: lotse={client.cookies['lotse']}\r\n\r\n{{".encode()
                )
                await hanging.drain()
                _, idle = await asyncio.open_connection("127.0.0.1", port)
                code, seconds = await running.end(signal.SIGTERM)
        for writer in (hanging, idle):
            writer.close()

    assert (code, running.process.returncode) == (0, 0)
    assert seconds < 5
    assert re.search(r"Lotse is up: \d+ entries in de, en, uk, ar, pl, dsb\.", said)
    assert f"Web chat   {running.url}" in said
    assert "SQLite in var/lotse.db" in said
    assert "not configured: set LOTSE_TELEGRAM_TOKEN (from @BotFather)" in said
    assert "not configured: set LOTSE_MATRIX_HOMESERVER, LOTSE_MATRIX_USER" in said
    assert "`lotse doctor`" in said
    assert ready.json()["ready"] is True
    assert {part["health"] for part in ready.json()["parts"].values()} == {"good"}
    assert (tmp_path / "var" / "secret.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "var").stat().st_mode & 0o077 == 0


async def test_turns_under_way_are_finished_and_delivered(tmp_path: Path) -> None:
    async with TelegramEmulator() as telegram:
        settings = {"LOTSE_TELEGRAM_TOKEN": telegram.token, "LOTSE_TELEGRAM_API_URL": telegram.url}
        people = [telegram.user(language_code="de") for _ in range(20)]
        async with up(tmp_path, **settings) as running:
            assert any("Telegram   running (polling)" in line for line in running.lines)
            for person in people:
                person.say("/start")
            await people[0].wait_for(lambda message: "Deutsch" in message.labels)
            code, seconds = await running.end()
            assert code == 0
            assert seconds < 5
        answered = [len(person.answers) for person in people]

        async with up(tmp_path, **settings) as running:
            for person in people:
                await telegram.wait_until(
                    lambda person=person: any("Deutsch" in m.labels for m in person.answers)
                )
            async with httpx.AsyncClient(base_url=running.url) as client:
                figures = (await client.get("/metrics")).text
        again = [len(person.answers) for person in people]

    assert any(answered)
    assert set(again) == {1}
    assert "lotse_possible_duplicates_total{" not in figures


async def test_a_signal_while_it_starts_ends_it_too(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "up",
        cwd=tmp_path, env=environment(LOTSE_WEB_PORT="0"), stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(20):
        while not (tmp_path / "var" / "secret.key").exists():
            await asyncio.sleep(0.005)  # the first thing that it makes
        process.send_signal(signal.SIGTERM)
        _, said = await process.communicate()
    assert (process.returncode, said) == (0, b"")


# ------------------------------------------------------------------ what it refuses


def test_a_taken_port(here: Here, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        said = refused(here, LOTSE_WEB_PORT=port)
    assert f"cannot use 127.0.0.1:{port}" in said
    assert "Is Lotse running already? For another port set LOTSE_WEB_PORT" in said
    assert not (tmp_path / "var").exists()


def test_an_address_of_another_machine(here: Here, tmp_path: Path) -> None:
    said = refused(here, LOTSE_WEB_HOST="192.0.2.7", LOTSE_SECRET_KEY=KEY)
    assert "LOTSE_WEB_HOST must be an address of this machine" in said


@pytest.fixture
def content(tmp_path: Path) -> dict[str, str]:
    """A copy of content and translations to spoil."""
    for name in ("content", "locales"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return {
        "LOTSE_CONTENT_DIR": str(tmp_path / "content"),
        "LOTSE_LOCALES_DIR": str(tmp_path / "locales"),
    }


def test_broken_content_with_every_problem_and_its_place(
    here: Here, tmp_path: Path, content: dict[str, str]
) -> None:
    site = tmp_path / "content" / "site.yaml"
    site.write_text(site.read_text("utf-8").replace("zone: Europe", "zone: [Europe"), "utf-8")
    entry = next((tmp_path / "content" / "topics").glob("*/[a-z]*.yaml"))
    entry.write_text(entry.read_text("utf-8") + "  - id: lost\n    goto: nowhere\n", "utf-8")
    facts = tmp_path / "content" / "facts.yaml"
    facts.write_text(facts.read_text("utf-8") + "\nodd:\n  kind: colour\n", "utf-8")

    said = refused(here, **content)

    for path in (site, entry, facts):
        line = next(line for line in said.splitlines() if str(path) in line)
        place = line.partition(": error: ")[0].removeprefix(str(path))
        assert [part.isdigit() for part in place.split(":")[1:]] == [True, True], line
    assert "errors," in said.splitlines()[-1]


def test_a_po_file_that_cannot_be_read(here: Here, tmp_path: Path, content: dict[str, str]) -> None:
    po = tmp_path / "locales" / "uk" / "LC_MESSAGES" / "content.po"
    po.write_bytes(po.read_bytes().replace(b'msgid "', b"msgid ", 40))
    said = refused(here, **content)
    assert f"{po}:" in said

    po.write_bytes(b"\xff\xfe\x00broken")
    assert str(po) in refused(here, **content)

    po.unlink()
    po.mkdir()
    assert str(po) in refused(here, **content)


def test_a_folder_without_content(here: Here, tmp_path: Path) -> None:
    said = refused(here, LOTSE_CONTENT_DIR="content")
    assert said.startswith("Lotse cannot go on: LOTSE_CONTENT_DIR: there is no folder content here")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"LOTSE_DATA_DIR": "file"}, "LOTSE_DATA_DIR: file/secret.key cannot be written"),
        ({"LOTSE_DATA_DIR": "file", "LOTSE_SECRET_KEY": KEY}, "LOTSE_DATA_DIR: the folder file"),
        ({"LOTSE_DATABASE_URL": "sqlite:///file/lotse.db"}, "LOTSE_DATABASE_URL: "),
        ({"LOTSE_DATABASE_URL": "sqlite:////proc/lotse.db"}, "LOTSE_DATABASE_URL: "),
        ({"LOTSE_DATABASE_URL": "sqlite:///folder"}, "LOTSE_DATABASE_URL: "),
        ({"LOTSE_DATABASE_URL": "sqlite:///file"}, "LOTSE_DATABASE_URL: "),
        (
            {"LOTSE_DATABASE_URL": "postgresql://anna:geheim@127.0.0.1:1/lotse"},
            "Does PostgreSQL run, and are host, name, user and password right?",
        ),
    ],
)
def test_a_database_that_cannot_be_there(
    here: Here, tmp_path: Path, settings: dict[str, str], words: str
) -> None:
    (tmp_path / "file").write_text("no database: " + "x" * 200)
    (tmp_path / "folder").mkdir()
    said = refused(here, **settings)
    assert words in said
    assert "geheim" not in said


def test_no_key_on_a_public_address(here: Here, tmp_path: Path) -> None:
    said = refused(here, LOTSE_WEB_HOST="0.0.0.0")
    assert "LOTSE_SECRET_KEY or LOTSE_SECRET_KEY_FILE must be set" in said
    assert "python3 -c 'import base64,secrets;" in said
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    "public", [{"LOTSE_WEB_HOST": "0.0.0.0"}, {"LOTSE_PUBLIC_URL": "https://lotse.example"}]
)
def test_a_moved_clock_in_public(here: Here, public: dict[str, str]) -> None:
    said = refused(here, LOTSE_CLOCK_OFFSET="P30D", LOTSE_SECRET_KEY=KEY, **public)
    assert "LOTSE_CLOCK_OFFSET is for rehearsals" in said


async def test_a_second_process_is_told_whom_to_stop(tmp_path: Path) -> None:
    async with TelegramEmulator() as telegram:
        settings = {"LOTSE_TELEGRAM_TOKEN": telegram.token, "LOTSE_TELEGRAM_API_URL": telegram.url}
        settings["LOTSE_CLOCK_OFFSET"] = "P400D"  # on loopback the clock may be moved
        async with up(tmp_path, **settings) as running:
            again = {"LOTSE_WEB_PORT": "0"} | settings
            second = await asyncio.to_thread(lotse, tmp_path, "up", **again)
    assert (second.code, second.out) == (2, "")
    assert f"is already served by process {running.process.pid} on this machine" in second.err
    assert "stop that first" in second.err
    assert telegram.token.partition(":")[2] not in second.err


# ------------------------------------------------------------------ what it says in public


async def test_in_public_it_warns_in_one_line(tmp_path: Path) -> None:
    settings = {
        "LOTSE_PUBLIC_URL": "http://lotse.example",
        "LOTSE_SECRET_KEY": KEY,
        "LOTSE_LOG": "json",
    }
    async with up(tmp_path, **settings) as running:
        assert "  Web chat   http://lotse.example" in running.lines
        warnings = [line for line in running.lines if "Not ready for the public" in line]
        code, seconds = await running.end(signal.SIGINT)
    assert code == 0
    assert seconds < 5
    assert warnings == [
        "Not ready for the public: address, office, legal. `lotse doctor` says what and how."
    ]
    assert all(json.loads(line) for line in running.logged.splitlines())
