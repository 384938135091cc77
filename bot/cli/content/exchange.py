"""`lotse content export` and `import`: to translators and other programs, and back."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli.content.reading import PROBLEM_FOUND, each, languages_of, loaded, progress
from bot.cli.wording import print_problems
from bot.content import exchange
from bot.content.catalogue import Catalogue
from bot.content.integreat import taking
from bot.content.load import DRAFTS
from bot.content.po import MAX_BYTES
from bot.content.schema import is_id
from bot.domain.errors import LotseError
from bot.service import integreat
from bot.settings import Settings

NAMED = 10
FORMATS = click.Choice(["po", "integreat"])


@click.command()
@click.option("--format", "form", type=FORMATS, required=True)
@click.option("--lang", "wanted", multiple=True, help="Only this language; may be repeated.")
@click.option("--overwrite", is_flag=True, help="Replace files that are there already.")
@click.option("--region", help="Integreat: the first part of the paths of new pages.")
@click.argument("folder", type=click.Path(path_type=Path), default=".")
def export(
    form: str, wanted: tuple[str, ...], overwrite: bool, region: str | None, folder: Path
) -> None:
    """Write what Lotse says into FOLDER (this one if left out).

    po: one file for each language, lotse-LANG.po, with content and interface, for Poedit, Weblate
    and the like. integreat: LANG/pages.json in the form of the Integreat API v3, one page for each
    entry, and everything that was imported from there.
    """
    settings = Settings()
    catalogue = loaded(settings)
    if form == "po":
        _export_po(catalogue, settings, wanted, folder, overwrite=overwrite)
    else:
        _export_integreat(catalogue, settings, wanted, folder, region, overwrite=overwrite)


def _export_po(
    catalogue: Catalogue,
    settings: Settings,
    wanted: Sequence[str],
    folder: Path,
    *,
    overwrite: bool,
) -> None:
    languages = languages_of(catalogue, wanted)
    if any(language.status == "source" for language in languages):
        message = f"{catalogue.source.code} is the source language and needs no translation"
        raise click.BadParameter(message, param_hint="--lang")
    paths = {language.code: folder / f"lotse-{language.code}.po" for language in languages}
    _demand_room(list(paths.values()), overwrite=overwrite)
    folder.mkdir(parents=True, exist_ok=True)
    for language in each(languages, "Writing"):
        made = exchange.outgoing(catalogue, language, settings.content_dir, settings.locales_dir)
        exchange.write(paths[language.code], made, _now())
        done = len(made.translated_entries())
        click.echo(f"{paths[language.code]}: {done} of {len(made)} messages translated")


def _export_integreat(
    catalogue: Catalogue,
    settings: Settings,
    wanted: Sequence[str],
    folder: Path,
    region: str | None,
    *,
    overwrite: bool,
) -> None:
    if region is not None and not is_id(region):
        message = "small letters, digits and hyphens only"
        raise click.BadParameter(message, param_hint="--region")
    languages = languages_of(catalogue, wanted) if wanted else list(catalogue.languages)
    with progress("Writing") as report:
        found = integreat.exported(
            catalogue, languages, settings.content_dir, _now(), region=region, report=report
        )
    made = {folder / name: text for name, text in integreat.files(found)}
    _demand_room(list(made), overwrite=overwrite)
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    for language in found:
        click.echo(
            f"{folder / language.language}: {len(language.pages)} pages, "
            f"{len(language.locations)} locations"
        )
        for why in dict.fromkeys(language.left_out.values()):
            names = [entry for entry, reason in language.left_out.items() if reason == why]
            click.echo(f"  {len(names)} left out, {why}: {_some(names)}")


@click.command(name="import")
@click.option("--format", "form", type=FORMATS, required=True)
@click.option("--lang", help="The language of a PO file; if left out, what its header says.")
@click.option("--overwrite", is_flag=True, help="Integreat: replace drafts that are there already.")
@click.argument("source", type=click.Path(path_type=Path, exists=True))
def import_(form: str, lang: str | None, overwrite: bool, source: Path) -> None:
    """Take SOURCE into the content.

    po: a file that `export` made, or one content.po or messages.po. Only words and human checks
    are taken. integreat: a JSON file, or a folder of them, of pages and locations becomes drafts
    under content/drafts. What is refused is listed (exit code 1), the rest is taken all the same.
    """
    settings = Settings()
    catalogue = loaded(settings)
    if form == "po":
        _import_po(catalogue, settings, source, lang)
    else:
        _import_integreat(catalogue, settings, source, overwrite=overwrite)


def _import_po(catalogue: Catalogue, settings: Settings, source: Path, lang: str | None) -> None:
    try:
        with source.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise LotseError(f"{source} cannot be read: {error.strerror}.") from error
    code = lang or exchange.language_of(content, source.as_posix())
    if not code:
        message = f"{source} names no language in its header; say which with --lang"
        raise click.UsageError(message)
    (language,) = languages_of(catalogue, [code])
    if language.status == "source":
        message = f"{code} is the source language; its texts are the YAML files"
        raise click.BadParameter(message, param_hint="--lang")
    found = exchange.incoming(
        content,
        source.as_posix(),
        catalogue=catalogue,
        language=language,
        content_dir=settings.content_dir,
        locales_dir=settings.locales_dir,
        at=_now(),
    )
    click.echo(f"{language.code}: {len(found.taken)} messages taken, {len(found.refused)} refused.")
    if found.refused:
        print_problems(found.refused)
        sys.exit(PROBLEM_FOUND)


def _import_integreat(
    catalogue: Catalogue, settings: Settings, source: Path, *, overwrite: bool
) -> None:
    with progress("Writing") as report:
        found = taking.take(
            source,
            settings.content_dir,
            catalogue,
            _now().date(),
            overwrite=overwrite,
            report=report,
        )
    click.echo(f"{found.pages} pages and {found.places} locations read.")
    click.echo(f"{len(found.written)} files written under {settings.content_dir / DRAFTS}.")
    for path in found.kept:
        click.echo(f"  kept, though it differs: {path} (--overwrite replaces it)")
    if found.empty:
        click.echo(f"{len(found.empty)} pages without a text of their own: {_some(found.empty)}")
    if found.strange:
        code = catalogue.source.code
        click.echo(f"{len(found.strange)} without a page in {code}: {_some(found.strange)}")
    if found.problems:
        print_problems(found.problems)
    if any(problem.severity == "error" for problem in found.problems):
        sys.exit(PROBLEM_FOUND)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (" ..." if len(names) > NAMED else "")


def _demand_room(paths: Sequence[Path], *, overwrite: bool) -> None:
    taken = [path.as_posix() for path in paths if path.exists()]
    if taken and not overwrite:
        message = (
            f"{', '.join(taken)} is there already, perhaps with a translator's work: import it "
            "first, choose another folder, or say --overwrite"
        )
        raise click.UsageError(message)


def _now() -> datetime:
    return datetime.now(UTC)
