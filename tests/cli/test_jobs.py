"""`lotse jobs` on a database of its own."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from click.testing import CliRunner, Result

from bot.cli.jobs import jobs
from bot.domain.inbound import TextMessage, Unreadable
from bot.service.rerun import dump_content
from bot.storage import conversations, migrate, quarantine
from bot.storage import jobs as queue
from bot.storage.database import Database
from bot.storage.tables import JobStatus
from bot.storage.transaction import Tx

T = TypeVar("T")

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECRET = bytes(range(32))


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'lotse.db'}"
    migrate.upgrade(url)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOTSE_DATABASE_URL", url)
    monkeypatch.setenv("LOTSE_SECRET_KEY", base64.urlsafe_b64encode(SECRET).decode())


def in_database(tmp_path: Path, function: Callable[[Tx], T]) -> T:
    async def main() -> T:
        database = Database.open(f"sqlite:///{tmp_path / 'lotse.db'}", secret=SECRET)
        try:
            return await database.write(function)
        finally:
            await database.close()

    return asyncio.run(main())


def run(*arguments: str) -> Result:
    return CliRunner().invoke(jobs, arguments)


def failures(tx: Tx) -> None:
    queue.defer(tx, "expire", {}, lane=None, at=NOW)
    (job,) = queue.claim_due(tx, NOW, 1, "me")
    queue.dead(tx, job, "KeyError")
    conversation = conversations.lock(tx, "telegram:1", "4711", NOW)
    for number, content in enumerate((TextMessage(text="Wo?"), Unreadable(raw="{"))):
        quarantine.add(
            tx,
            account="telegram:1",
            external_id=str(number),
            raw=dump_content(content),
            error="LookupError",
            at=NOW,
            conversation=conversation,
        )


def test_says_when_nothing_failed() -> None:
    found = run("list")
    assert (found.exit_code, found.output) == (0, "Nothing has failed.\n")
    assert json.loads(run("list", "--json").output) == []


def test_lists_ids_and_codes(tmp_path: Path) -> None:
    in_database(tmp_path, failures)
    lines = run("list").output.splitlines()
    assert [" ".join(line.split()) for line in lines[1:-1]] == [
        "job:1 2026-11-23 09:00 UTC expire KeyError 1",
        "event:1 2026-11-23 09:00 UTC telegram:1 LookupError",
        "event:2 2026-11-23 09:00 UTC telegram:1 LookupError",
    ]
    assert json.loads(run("list", "--json").output)[0] == {
        "id": "job:1",
        "since": "2026-11-23T09:00:00+00:00",
        "what": "expire",
        "why": "KeyError",
        "runs": 1,
    }


def test_retries_a_job_once(tmp_path: Path) -> None:
    in_database(tmp_path, failures)
    assert run("retry", "job:1").exit_code == 0
    found = run("retry", "job:1")
    assert found.exit_code == 1
    assert "not there, or has not failed" in found.output
    assert in_database(tmp_path, queue.depth) == {JobStatus.WAITING: 1}


def test_retries_an_event_by_a_job(tmp_path: Path) -> None:
    in_database(tmp_path, failures)
    assert run("retry", "event:1").exit_code == 0
    waiting = in_database(tmp_path, lambda tx: queue.list_jobs(tx, status=JobStatus.WAITING))
    assert [(job.name, job.args) for job in waiting] == [("rerun", {"event": 1})]


def test_says_that_an_unreadable_event_cannot_run_again(tmp_path: Path) -> None:
    in_database(tmp_path, failures)
    found = run("retry", "event:2")
    assert found.exit_code == 1
    assert "no channel could read it" in found.output


@pytest.mark.parametrize("name", ["7", "job:", "job:x", "turn:1", "job:-1", "job:\u0663"])
def test_refuses_what_is_no_id(name: str) -> None:
    found = run("retry", name)
    assert found.exit_code == 2
    assert "job:12" in found.output
