"""What is configured, reachable and wrong: one finding per part, with what to do.

Nothing is received or sent, and nothing that exists is changed; tables of an older version stay as
they are. Where a part is so wrong that the program could not start, every part is looked at by
itself.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from dotenv import dotenv_values

from bot.app import public
from bot.app.database import open_database, upgrade_database
from bot.app.finding import Finding, doubtful, down, good, of_channel
from bot.app.secret import FILE, secret_key
from bot.app.wiring import App, build
from bot.content.load import load
from bot.domain.errors import ContentError, LotseError
from bot.service import metrics
from bot.service.ports import ChannelStatus, Health
from bot.settings import Settings
from bot.storage import conversations, jobs, migrate, outbox, quarantine
from bot.storage.tables import JobStatus

FREE_BYTES = 500 * 1024 * 1024
CHANNEL_SECONDS = 10
DOTENV = Path(".env")
CHANNELS = {
    "telegram": "to switch it on set LOTSE_TELEGRAM_TOKEN (from @BotFather)",
    "matrix": "to switch it on set LOTSE_MATRIX_HOMESERVER, LOTSE_MATRIX_USER and "
    "LOTSE_MATRIX_PASSWORD or LOTSE_MATRIX_TOKEN",
}


def diagnose(settings: Settings) -> list[Finding]:
    """Look at every part. Blocks."""
    from bot.app.reach import reach  # an HTTP client costs every command 0.2 s

    key = _key(settings)
    findings = [key, *_settings(settings), *asyncio.run(reach(settings))]
    if key.health is Health.DOWN:
        return findings + _each_alone(
            settings, good("database", "not looked at", "it needs the secret key")
        )
    behind = _schema(settings)
    if behind is None:
        try:
            app = build(settings)
        except LotseError:
            pass
        else:
            return findings + asyncio.run(_built(app))
    return findings + _each_alone(settings, behind)


async def _built(app: App) -> list[Finding]:
    """Look at a program that could start."""
    try:
        return [
            *await _database(app),
            _content(len(app.catalogue().entries), len(app.catalogue().problems)),
            public.office(app.catalogue()),
            public.legal(app.settings, app.catalogue()),
            *[await _channel(app, name, hint) for name, hint in CHANNELS.items()],
            *await app.calendars.findings(),
        ]
    finally:
        await app.database.close()


def _each_alone(settings: Settings, database: Finding | None) -> list[Finding]:
    """Look at the parts of a program that cannot start: whatever is wrong, all of it is said."""
    findings = [database or _tried("database", lambda: _open_and_close(settings))]
    try:
        catalogue = load(settings.content_dir, settings.locales_dir)
    except ContentError as error:
        number = sum(problem.severity == "error" for problem in error.problems)
        findings.append(
            down("content", f"{number} errors", "`lotse content check` lists them with file, line")
        )
    else:
        findings.append(_content(len(catalogue.entries), len(catalogue.problems)))
        findings += [public.office(catalogue), public.legal(settings, catalogue)]
    if any(finding.health is Health.DOWN or finding is database for finding in findings):
        later = "mend what is down, then run `lotse doctor` again"
        return [*findings, good("channels", "not looked at", later)]
    return [*findings, _tried("channels", lambda: build(settings))]


def _tried(part: str, attempt: Callable[[], object]) -> Finding:
    try:
        attempt()
    except LotseError as error:
        return down(part, str(error))
    return good(part, "good")


def _open_and_close(settings: Settings) -> None:
    upgrade_database(settings)
    asyncio.run(open_database(settings).close())


def _schema(settings: Settings) -> Finding | None:
    """Say what is wrong with existing tables; None where nothing is, or none are there yet."""
    try:
        found = migrate.current(settings.database)
    except LotseError:
        return None
    if found in {None, migrate.head()}:
        return None
    return down(
        "database",
        f"its tables are of version {found}, this program needs {migrate.head()}",
        "make a backup, then `lotse db upgrade`; if they are newer, install the newer program",
    )


def _settings(settings: Settings) -> list[Finding]:
    findings = [public.address(settings)]
    unknown = sorted(_unknown_names())
    if unknown:
        findings.append(
            doubtful(
                "settings",
                f"no such setting: {', '.join(unknown)}",
                "is it misspelt? README lists the settings",
            )
        )
    open_files = [path for path in (DOTENV, _key_file(settings)) if path and _others_read(path)]
    if open_files:
        names = " ".join(str(path) for path in open_files)
        findings.append(
            doubtful("settings", f"other users can read: {names}", f"chmod 600 {names}")
        )
    return findings


def _key_file(settings: Settings) -> Path | None:
    if settings.secret_key is not None:
        return None
    return settings.secret_key_file or settings.data_dir / FILE


def _key(settings: Settings) -> Finding:
    try:
        secret_key(settings)
    except LotseError as error:
        return down("secret key", str(error))
    if settings.secret_key is not None:
        return good("secret key", "set in LOTSE_SECRET_KEY")
    if settings.secret_key_file is not None:
        return good("secret key", f"in {settings.secret_key_file}")
    return good(
        "secret key",
        f"made by Lotse, kept in {settings.data_dir / FILE}",
        "keep a copy elsewhere: without it nobody can read the database",
    )


def _unknown_names() -> Iterable[str]:
    known = {f"LOTSE_{name.upper()}" for name in Settings.model_fields}
    given = {*os.environ, *(dotenv_values(DOTENV) if DOTENV.is_file() else ())}
    return {name.upper() for name in given if name.upper().startswith("LOTSE_")} - known


def _others_read(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
    except OSError:
        return False


async def _database(app: App) -> list[Finding]:
    try:
        people = await app.database.read(conversations.count)
        waiting = sum((await app.database.read(outbox.depth)).values())
        aside = await app.database.read(quarantine.count)
        dead = (await app.database.read(jobs.depth)).get(JobStatus.DEAD, 0)
    except LotseError as error:
        return [down("database", str(error), "look at the disk, or at PostgreSQL")]
    free = shutil.disk_usage(app.settings.data_dir).free
    message = f"{app.settings.database_words}: {people} conversations, {waiting} messages to send"
    return [
        good("database", message)
        if free >= FREE_BYTES
        else doubtful("database", f"{message}; {free >> 20} MB free", "make room on the disk"),
        doubtful(
            "failed",
            f"{aside} messages set aside, {dead} jobs given up",
            "`lotse jobs list` shows them, `lotse jobs retry` tries again",
        )
        if aside or dead
        else good("failed", "nothing"),
    ]


def _content(entries: int, warnings: int) -> Finding:
    if not warnings:
        return good("content", f"{entries} entries")
    return good(
        "content", f"{entries} entries, {warnings} warnings", "`lotse content check` lists them"
    )


async def _channel(app: App, name: str, hint: str) -> Finding:
    channel = next((c for c in app.channels if metrics.channel_of(c.account) == name), None)
    if channel is None:
        return good(name, "not configured", hint)
    try:
        async with asyncio.timeout(CHANNEL_SECONDS):
            status = await channel.status()
    except TimeoutError:
        status = ChannelStatus(
            health=Health.DOWN,
            message=f"no answer within {CHANNEL_SECONDS} s",
            hint="is there a way out (proxy, firewall)?",
        )
    finally:
        await channel.close()
    return of_channel(name, status)
