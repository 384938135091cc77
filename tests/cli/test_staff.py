"""`lotse staff` on a database of its own."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.staff import staff
from bot.service.notifier import Notifier
from bot.service.staff_services import StaffServices
from bot.service.staff_signin import Entered, Visit
from bot.storage import audit, migrate
from bot.storage.audit import AuditRow
from bot.storage.database import Database

SECRET = bytes(range(32))
LINK = re.compile(r"^  http://127\.0\.0\.1:8080/desk/invitation/([A-Za-z0-9_-]{43})$", re.MULTILINE)


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'lotse.db'}"
    migrate.upgrade(url)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOTSE_DATABASE_URL", url)
    monkeypatch.setenv("LOTSE_SECRET_KEY", base64.urlsafe_b64encode(SECRET).decode())


def run(*arguments: str) -> Result:
    return CliRunner().invoke(staff, arguments)


def code_of(result: Result) -> str:
    found = LINK.search(result.output)
    assert found is not None, result.output
    return found[1]


def accept(tmp_path: Path, code: str) -> bool:
    """Take an invitation up."""

    async def main() -> bool:
        database = Database.open(f"sqlite:///{tmp_path / 'lotse.db'}", secret=SECRET)
        try:
            services = StaffServices.over(database, lambda: datetime.now(UTC), Notifier())
            outcome = await services.accounts.accept(
                code, "neun Enten auf dem Teich", "Beratung", Visit(address="127.0.0.1")
            )
            return isinstance(outcome, Entered)
        finally:
            await database.close()

    return asyncio.run(main())


def log(tmp_path: Path) -> list[AuditRow]:
    async def main() -> list[AuditRow]:
        database = Database.open(f"sqlite:///{tmp_path / 'lotse.db'}", secret=SECRET)
        try:
            return await database.read(lambda tx: audit.read(tx, limit=50))
        finally:
            await database.close()

    return asyncio.run(main())


def test_add_prints_a_link_that_works_once(tmp_path: Path) -> None:
    added = run("add", "Jana", "--role", "counsellor", "--role", "editor", "--language", "uk")
    assert added.exit_code == 0
    assert "The invitation of jana opens once, within 72 hours" in added.output
    code = code_of(added)
    (before,) = json.loads(run("list", "--json").output)
    assert before == {
        "name": "jana",
        "shown_name": "Jana",
        "roles": ["counsellor", "editor"],
        "languages": ["uk"],
        "state": "invited",
    }
    assert accept(tmp_path, code)
    assert not accept(tmp_path, code)
    (after,) = json.loads(run("list", "--json").output)
    assert (after["shown_name"], after["state"]) == ("Beratung", "active")
    assert {(row.action, row.staff_id) for row in log(tmp_path)} >= {("staff.add", None)}


def test_the_link_leads_to_the_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTSE_PUBLIC_URL", "https://lotse.example/")
    assert "  https://lotse.example/desk/invitation/" in run("add", "jana").output


def test_list_says_how_to_begin_and_then_shows_a_table() -> None:
    empty = run("list")
    assert (empty.exit_code, "lotse staff add NAME --role admin" in empty.output) == (0, True)
    run("add", "ada", "--role", "admin", "--shown-name", "Leitung")
    run("add", "jana")
    lines = run("list").output.splitlines()
    assert [line.split() for line in lines] == [
        ["NAME", "SHOWN", "AS", "ROLES", "LANGUAGES", "STATE"],
        ["ada", "Leitung", "admin", "invited"],
        ["jana", "jana", "counsellor", "invited"],
    ]


def test_disable_and_a_new_invitation(tmp_path: Path) -> None:
    code = code_of(run("add", "jana"))
    assert accept(tmp_path, code)
    disabled = run("disable", "jana")
    assert (disabled.exit_code, disabled.output) == (
        0,
        "jana is disabled and signed out everywhere.\n",
    )
    assert json.loads(run("list", "--json").output)[0]["state"] == "disabled"
    assert run("link", "jana").exit_code == 1
    assert accept(tmp_path, code_of(run("invite", "jana")))
    assert json.loads(run("list", "--json").output)[0]["state"] == "active"


def test_link_prints_what_to_send_in_the_staff_room() -> None:
    run("add", "jana")
    lines = run("link", "jana").output.splitlines()
    assert lines[0] == "In the staff room jana sends this, once and within 30 minutes:"
    assert re.fullmatch(r"  Matrix     !link [a-z]+(-[a-z]+){3}-\d{3}", lines[1])
    assert lines[2].split() == ["Telegram", "/link", lines[1].split()[-1]]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "jana"), "jana is there already. For a new link: `lotse staff invite jana`."),
        (("add", "Jana N"), "cannot be a login name"),
        (("add", "demo"), "cannot be a login name"),
        (("add", "x", "--shown-name", "y" * 41), "1 to 40 characters"),
        (("disable", "nobody"), "There is no nobody. `lotse staff list` shows who is there."),
        (("link", "nobody"), "There is no nobody."),
        (("invite", "nobody"), "There is no nobody."),
    ],
)
def test_what_is_refused_is_said_with_exit_code_1(
    arguments: tuple[str, ...], sentence: str
) -> None:
    run("add", "jana")
    refused = run(*arguments)
    assert refused.exit_code == 1
    assert sentence in refused.stderr
    assert not refused.stdout


@pytest.mark.parametrize(
    "arguments",
    [("add",), ("add", "x", "--role", "root"), ("add", "x", "--language", "Ukrainian"), ("link",)],
)
def test_wrong_usage_is_exit_code_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2
