"""`lotse doctor`: what is configured, reachable and wrong."""

from __future__ import annotations

import asyncio
import sys

import click
import orjson

from bot.app import App, build
from bot.app.doctor import Finding, examine
from bot.app.logs import configure
from bot.service.ports import Health
from bot.settings import Settings

WORDS = {Health.GOOD: "good", Health.DEGRADED: "look", Health.DOWN: "down"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(as_json: bool) -> None:
    """Say what is configured, reachable and wrong, and what to do."""
    settings = Settings()
    configure(settings.log)
    findings = asyncio.run(_examine(build(settings)))
    if as_json:
        click.echo(orjson.dumps(findings, option=orjson.OPT_INDENT_2).decode())
    else:
        for finding in findings:
            click.echo(f"{WORDS[finding.health]}  {finding.part}: {finding.message}")
            if finding.hint:
                click.echo(f"      {finding.hint}")
    sys.exit(any(finding.health is Health.DOWN for finding in findings))


async def _examine(app: App) -> list[Finding]:
    try:
        return await examine(app)
    finally:
        await app.database.close()
