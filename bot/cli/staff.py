"""`lotse staff`: who works at the desk. Its links open a door once: pass them on as secrets."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

import click
import orjson

from bot.app import open_database
from bot.domain.staff import Role
from bot.service import staff as team
from bot.service.staff import INVITATION_PATH, Reason, RefusedError
from bot.settings import Settings
from bot.storage.staff import Staff
from bot.storage.transaction import Tx

T = TypeVar("T")

SENTENCES = {
    Reason.NAME: "{name} cannot be a login name: lower case letters, digits, dot, dash and "
    "underscore, at most 64; not `demo`.",
    Reason.SHOWN_NAME: "The shown name must have 1 to 40 characters on one line.",
    Reason.TAKEN: "{name} is there already. For a new link: `lotse staff invite {name}`.",
    Reason.ROLES: "At least one role is needed.",
    Reason.GONE: "There is no {name}. `lotse staff list` shows who is there.",
    Reason.DISABLED: "{name} is disabled. `lotse staff invite {name}` lets her in again.",
}
HEADINGS = ("NAME", "SHOWN AS", "ROLES", "LANGUAGES", "STATE")


class LanguageCode(click.ParamType[str]):
    """`uk`, `pt-BR`."""

    name = "code"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Return the code."""
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", str(value)):
            self.fail(f"{value} is not the code of a language, such as uk", param, ctx)
        return str(value)


@click.group()
def staff() -> None:
    """People who work at the desk: counsellors, editors, administrators, auditors."""


@staff.command()
@click.argument("name")
@click.option(
    "--role",
    "roles",
    multiple=True,
    default=[Role.COUNSELLOR.value],
    show_default=True,
    type=click.Choice([role.value for role in Role]),
    help="What she may do; may be given several times.",
)
@click.option("--shown-name", default="", help="What newcomers see; a role is fine. Default: NAME.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    type=LanguageCode(),
    help="A language that she counsels in; may be given several times.",
)
def add(name: str, roles: tuple[str, ...], shown_name: str, languages: tuple[str, ...]) -> None:
    """Add somebody and print the link of her invitation.

    The link opens once, within 72 hours: there she chooses her password.
    """
    now = datetime.now(UTC)
    person, code = _in_database(
        name,
        lambda tx: team.add(
            tx, name=name, shown=shown_name, roles=roles, languages=languages, now=now
        ),
    )
    _print_invitation(person.name, code)


@staff.command()
@click.argument("name")
def invite(name: str) -> None:
    """Print a new link for somebody who has lost password or phone, or was disabled.

    What she had before is void as soon as she uses it.
    """
    now = datetime.now(UTC)

    def work(tx: Tx) -> tuple[str, str]:
        person = team.named(tx, name)
        again = team.enable if person.disabled_at is not None else team.invite
        return person.name, again(tx, person.id, now)

    _print_invitation(*_in_database(name, work))


@staff.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(as_json: bool) -> None:
    """List everybody who works at the desk."""
    people = _in_database("", team.everybody)
    if as_json:
        rows = [
            {
                "name": person.name,
                "shown_name": person.shown_name,
                "roles": sorted(person.roles),
                "languages": list(person.languages),
                "state": _state(person),
            }
            for person in people
        ]
        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
    elif people:
        click.echo("\n".join(_table(people)))
    else:
        click.echo("Nobody works here yet. `lotse staff add NAME --role admin` adds somebody.")


@staff.command()
@click.argument("name")
def disable(name: str) -> None:
    """Let somebody in no more, at once and everywhere; her cases and notes stay."""
    now = datetime.now(UTC)
    person = _in_database(name, lambda tx: team.disable(tx, team.named(tx, name).id, now))
    click.echo(f"{person.name} is disabled and signed out everywhere.")


@staff.command()
@click.argument("name")
def link(name: str) -> None:
    """Print what somebody sends in the staff room, so that her account there is hers."""
    now = datetime.now(UTC)

    def work(tx: Tx) -> tuple[str, str]:
        person = team.named(tx, name)
        return person.name, team.link_code(tx, person.id, now)

    person, code = _in_database(name, work)
    click.echo(f"In the staff room {person} sends this, once and within 30 minutes:")
    click.echo(f"  Matrix     !link {code}")
    click.echo(f"  Telegram   /link {code}")


def _in_database(name: str, function: Callable[[Tx], T]) -> T:
    async def main() -> T:
        database = open_database(Settings())
        try:
            return await database.write(function)
        finally:
            await database.close()

    try:
        return asyncio.run(main())
    except RefusedError as error:
        click.echo(SENTENCES[error.reason].format(name=name), err=True)
        sys.exit(1)


def _print_invitation(name: str, code: str) -> None:
    click.echo(f"The invitation of {name} opens once, within 72 hours. Pass it on as a secret:")
    click.echo(f"  {Settings().address}{INVITATION_PATH}{code}")


def _state(person: Staff) -> str:
    if person.disabled_at is not None:
        return "disabled"
    has_way_in = person.password_hash is not None or person.oidc_subject is not None
    return "active" if has_way_in else "invited"


def _table(people: list[Staff]) -> list[str]:
    rows = [
        HEADINGS,
        *(
            (
                person.name,
                person.shown_name,
                ", ".join(sorted(person.roles)),
                ", ".join(person.languages),
                _state(person),
            )
            for person in people
        ),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
