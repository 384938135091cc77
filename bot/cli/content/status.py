"""`lotse content status`: how far each language is, what to check next, what nobody sees."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

import click

from bot.cli.content.reading import day_of, loaded
from bot.service.coverage import Coverage, Gap, Tally, coverage, drafts, gaps
from bot.service.coverage_picture import picture
from bot.service.freshness import Review, reviews
from bot.settings import Settings

SHOWN = 15


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--picture", "file", type=click.Path(path_type=Path), help="Draw it as an SVG file.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="Look at it as of this day.")
def status(form: str, file: Path | None, today: datetime | None) -> None:
    """Show coverage by language and topic, the next reviews, facts not shown, drafts."""
    settings = Settings()
    catalogue = loaded(settings)
    day = day_of(today)
    found = coverage(catalogue, settings.locales_dir)
    to_check, hidden = reviews(catalogue), gaps(catalogue, day)
    imported = drafts(settings.content_dir)
    if file is not None:
        try:
            file.write_text(picture(found, catalogue.site.name, day), encoding="utf-8")
        except OSError as error:
            message = f"{file} cannot be written: {error.strerror}"
            raise click.BadParameter(message, param_hint="--picture") from error
    if form == "json":
        answer = _as_json(found, to_check, hidden, imported, day)
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
        return
    click.echo("\n".join(_sheet(found, to_check, hidden, imported, day)))
    if file is not None:
        click.echo(f"Drawn: {file}")


def _sheet(
    found: Coverage,
    to_check: Sequence[Review],
    hidden: Sequence[Gap],
    imported: Sequence[str],
    day: date,
) -> Iterator[str]:
    yield "Translations: fresh / stale / missing / reviewed by a human"
    yield ""
    yield from _table(found)
    yield ""
    overdue = sum(each.state(day) == "overdue" for each in to_check)
    yield f"To check next ({len(to_check)} in all, {overdue} overdue):"
    for each in to_check[:SHOWN]:
        when = each.day.isoformat() if each.day else "no date  "
        late = "  overdue" if each.state(day) == "overdue" else ""
        yield f"  {when}  {each.kind:<5}  {each.id}{late}"
    yield ""
    yield f"Facts that are not shown ({len(hidden)}): readers are told to ask the office"
    yield from (f"  {gap.fact}: {gap.why}" for gap in hidden)
    if imported:
        yield ""
        yield f"Drafts that wait for an editor ({len(imported)}):"
        yield from (f"  {name}" for name in imported)


def _table(found: Coverage) -> Iterator[str]:
    heads = [f"{item.code} ({item.status})" for item in found.languages]
    codes = [item.code for item in found.languages]
    rows = [
        [group.name, *(_cell(group.tallies.get(code)) for code in codes)] for group in found.groups
    ]
    rows.append(["All", *(_cell(found.total(code)) for code in codes)])
    rows.append(["", *(_share(found.total(code)) for code in codes)])
    everything = [["", *heads], *rows]
    widths = [max(len(row[column]) for row in everything) for column in range(len(heads) + 1)]
    for row in everything:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _cell(tally: Tally | None) -> str:
    if tally is None:
        return "not offered"
    return f"{tally.fresh}/{tally.stale}/{tally.missing}/{tally.reviewed}"


def _share(tally: Tally) -> str:
    return f"{100 * tally.fresh // tally.total} % fresh" if tally.total else ""


def _as_json(
    found: Coverage,
    to_check: Sequence[Review],
    hidden: Sequence[Gap],
    imported: Sequence[str],
    day: date,
) -> dict[str, object]:
    return {
        "languages": [
            {
                "code": item.code,
                "name": item.name,
                "status": item.status,
                **asdict(found.total(item.code)),
            }
            for item in found.languages
        ],
        "groups": [
            {
                "name": group.name,
                "languages": {code: asdict(tally) for code, tally in group.tallies.items()},
            }
            for group in found.groups
        ],
        "reviews": [
            {
                "kind": each.kind,
                "id": each.id,
                "day": each.day.isoformat() if each.day else None,
                "state": each.state(day),
            }
            for each in to_check
        ],
        "not_shown": [asdict(gap) for gap in hidden],
        "drafts": list(imported),
    }
