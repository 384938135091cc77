"""`lotse jobs`: what could not be done and waits for an administrator. Ids and codes, no words."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import click
import orjson

from bot.app import open_database
from bot.service.backlog import Item, Kind, Retried, overview, retry
from bot.settings import Settings
from bot.storage.transaction import Tx

T = TypeVar("T")

ANSWERS = {
    Retried.QUEUED: "{name} is queued; `lotse up` takes it up within a minute.",
    Retried.MISSING: "{name} is not there, or has not failed. `lotse jobs list` shows what has.",
    Retried.UNREADABLE: "{name} cannot run again: no channel could read it. It stays listed until "
    "it is too old (retention.quarantine in site.yaml).",
}
HEADINGS = ("ID", "SINCE", "WHAT", "WHY", "RUNS")


class Name(click.ParamType[tuple[Kind, int]]):
    """`job:12`, `delivery:7` or `event:3`."""

    name = "job:N|delivery:N|event:N"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Kind, int]:
        """Return kind and number."""
        kind, _, number = str(value).partition(":")
        if kind not in set(Kind) or not number.isascii() or not number.isdigit():
            self.fail(f"{value} is not of the form job:12, delivery:7 or event:3", param, ctx)
        return Kind(kind), int(number)


@click.group()
def jobs() -> None:
    """Jobs, deliveries and events that failed."""


@jobs.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--limit", default=100, show_default=True, help="At most so many of each kind.")
def list_(as_json: bool, limit: int) -> None:
    """List what failed for good: jobs, deliveries, and events that were set aside."""
    items = _in_database(partial(overview, limit=limit), write=False)
    if as_json:
        rows = [
            {
                "id": item.name,
                "since": item.at.isoformat(timespec="seconds"),
                "what": item.what,
                "why": item.code,
                "runs": item.attempts,
            }
            for item in items
        ]
        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
    elif items:
        click.echo("\n".join(_table(items)))
        click.echo("Try again with `lotse jobs retry ID`.")
    else:
        click.echo("Nothing has failed.")


@jobs.command(name="retry")
@click.argument("item", type=Name())
def retry_(item: tuple[Kind, int]) -> None:
    """Try again what failed, such as job:12, delivery:7 or event:3."""
    kind, number = item
    # Now by the real clock: with a rehearsal's offset it is due all the same, only earlier.
    answer = _in_database(
        partial(retry, kind=kind, number=number, now=datetime.now(UTC)), write=True
    )
    click.echo(ANSWERS[answer].format(name=f"{kind}:{number}"), err=answer is not Retried.QUEUED)
    sys.exit(answer is not Retried.QUEUED)


def _in_database(function: Callable[[Tx], T], *, write: bool) -> T:
    async def main() -> T:
        database = open_database(Settings())
        try:
            return await (database.write(function) if write else database.read(function))
        finally:
            await database.close()

    return asyncio.run(main())


def _table(items: list[Item]) -> list[str]:
    rows = [
        HEADINGS,
        *(
            (
                item.name,
                item.at.strftime("%Y-%m-%d %H:%M UTC"),
                item.what,
                item.code,
                "" if item.attempts is None else str(item.attempts),
            )
            for item in items
        ),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
