"""What is configured, reachable and wrong: one finding per part, with what to do. No secrets, no
texts, no names.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.app.secret import FILE
from bot.app.wiring import App
from bot.service import metrics
from bot.service.ports import ChannelStatus, Health
from bot.settings import Settings
from bot.storage import conversations, jobs, outbox, quarantine
from bot.storage.tables import JobStatus

LEGAL = {
    "imprint": "imprint (§ 5 DDG)",
    "privacy": "privacy notice (Art. 13 GDPR)",
    "accessibility": "accessibility statement (BbgBITV)",
    "funding": "funding line",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How one part is doing."""

    part: str
    health: Health
    message: str
    hint: str = ""


async def examine(app: App) -> list[Finding]:
    """Look at every part of a built app; nothing is received or sent."""
    findings = [*_settings(app.settings), *await _database(app), *_content(app), *_office(app)]
    for name, missing in (
        ("telegram", "set LOTSE_TELEGRAM_TOKEN (from @BotFather)"),
        (
            "matrix",
            "set LOTSE_MATRIX_HOMESERVER, LOTSE_MATRIX_USER and LOTSE_MATRIX_PASSWORD",
        ),
    ):
        channel = next((c for c in app.channels if metrics.channel_of(c.account) == name), None)
        if channel is None:
            findings.append(
                Finding(part=name, health=Health.GOOD, message="not configured", hint=missing)
            )
            continue
        try:
            async with asyncio.timeout(10):
                status = await channel.status()
        except TimeoutError:
            status = ChannelStatus(health=Health.DOWN, message="no answer within 10 s")
        findings.append(
            Finding(
                part=name,
                health=status.health,
                message=status.message or "reachable",
                hint=status.hint,
            )
        )
    return findings


def _settings(settings: Settings) -> list[Finding]:
    made = settings.secret_key is None and settings.secret_key_file is None
    key = Finding(
        part="secret key",
        health=Health.GOOD,
        message=f"made by Lotse, kept in {settings.data_dir / FILE}" if made else "set",
        hint="before going public set LOTSE_SECRET_KEY_FILE to a file outside this folder"
        if made
        else "",
    )
    host = urlsplit(settings.public_url).scheme if settings.public_url else ""
    web = Finding(
        part="web",
        health=Health.DEGRADED if settings.public and host != "https" else Health.GOOD,
        message=settings.public_url or f"{settings.web_host}:{settings.web_port}",
        hint="strangers can reach the chat without https: put a proxy with a certificate in front "
        "and set LOTSE_PUBLIC_URL"
        if settings.public and host != "https"
        else "",
    )
    return [key, web]


async def _database(app: App) -> list[Finding]:
    people = await app.database.read(conversations.count)
    open_rows = await app.database.read(outbox.depth)
    aside = await app.database.read(quarantine.count)
    dead = (await app.database.read(jobs.depth)).get(JobStatus.DEAD, 0)
    waiting = sum(open_rows.values())
    kind = "PostgreSQL" if app.settings.database.startswith("postgresql") else "SQLite"
    return [
        Finding(
            part="database",
            health=Health.GOOD,
            message=f"{kind}, {people} conversations, {waiting} messages to deliver",
        ),
        Finding(
            part="jobs",
            health=Health.DEGRADED if aside or dead else Health.GOOD,
            message=f"{aside} events in quarantine, {dead} jobs given up",
            hint="`lotse jobs list` shows them" if aside or dead else "",
        ),
    ]


def _content(app: App) -> list[Finding]:
    catalogue = app.catalogue()
    warnings = len(catalogue.problems)
    return [
        Finding(
            part="content",
            health=Health.GOOD,
            message=f"{len(catalogue.entries)} entries, version {catalogue.version}, "
            f"{warnings} warnings",
            hint="`lotse content check` lists them" if warnings else "",
        )
    ]


def _office(app: App) -> list[Finding]:
    site = app.catalogue().site
    findings: list[Finding] = []
    if not site.office.confirmed:
        findings.append(
            Finding(
                part="office",
                health=Health.DEGRADED,
                message="the office's contact details are not confirmed",
                hint="set office.confirmed: true in content/site.yaml when phone, mail or address "
                "are right; until then only name and towns are shown",
            )
        )
    missing = [words for name, words in LEGAL.items() if name not in site.legal]
    if site.feedback is None:
        missing.append("feedback address")
    if missing:
        findings.append(
            Finding(
                part="legal",
                health=Health.DEGRADED if app.settings.public else Health.GOOD,
                message=f"missing in content/site.yaml: {', '.join(missing)}",
                hint="a public address needs them",
            )
        )
    return findings
