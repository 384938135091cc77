"""`lotse doctor`: what is configured, reachable and wrong."""

from __future__ import annotations

import sys
from collections import Counter

import click
import orjson

from bot.app.doctor import diagnose
from bot.app.finding import Finding
from bot.app.logs import configure
from bot.service.ports import Health
from bot.settings import Settings

WORDS = {Health.GOOD: "ok  ", Health.DEGRADED: "look", Health.DOWN: "DOWN"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects instead of lines.")
def doctor(as_json: bool) -> None:
    """Say what is configured, reachable and wrong, and what to do about it.

    Changes nothing and may be run beside `lotse up`. Exit code 1 if something is down.
    """
    settings = Settings()
    configure(settings.log)
    findings = diagnose(settings)
    if as_json:
        click.echo(orjson.dumps(findings, option=orjson.OPT_INDENT_2).decode())
    else:
        _print(findings)
    sys.exit(any(finding.health is Health.DOWN for finding in findings))


def _print(findings: list[Finding]) -> None:
    width = max(len(finding.part) for finding in findings)
    for finding in findings:
        click.echo(f"{WORDS[finding.health]}  {finding.part:<{width}}  {finding.message}")
        if finding.hint:
            click.echo(f"      {'':<{width}}  -> {finding.hint}")
    count = Counter(finding.health for finding in findings)
    if count[Health.DOWN]:
        click.echo(f"\n{count[Health.DOWN]} down: mend these first.")
    elif count[Health.DEGRADED]:
        click.echo(f"\nNothing is down; {count[Health.DEGRADED]} to look at.")
    else:
        click.echo("\nAll is well.")
