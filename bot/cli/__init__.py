"""The command `lotse`. Thin: each command reads settings, calls a room and turns errors into
sentences and exit codes.

Exit codes: 0 clean or warnings only, 1 a problem was found, 2 cannot start or wrong usage.
"""

from __future__ import annotations

import sys

import click
from pydantic import ValidationError

from bot.cli.chat import chat
from bot.cli.content import content
from bot.cli.database import db
from bot.cli.doctor import doctor
from bot.cli.jobs import jobs
from bot.cli.staff import staff
from bot.cli.up import up
from bot.cli.wording import fault, print_problems, settings_sentences
from bot.domain.errors import ContentError, LotseError

CANNOT_START = 2


@click.group()
def lotse() -> None:
    """Lotse guides newcomers: answers in their language on Telegram, Matrix and the web.

    Start it with `lotse up`. If something is wrong, `lotse doctor` says what and how to mend it.
    Settings come from the environment or the file .env in this folder; README lists them.

    Exit codes: 0 fine, 1 a problem was found, 2 cannot start or wrong usage.
    """


for command in (up, chat, content, db, doctor, jobs, staff):
    lotse.add_command(command)


def main() -> None:
    """Run a command; every error that a person can mend ends in a sentence."""
    try:
        lotse(prog_name="lotse", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(CANNOT_START)
    except click.exceptions.Abort:
        sys.exit(130)
    except ContentError as error:
        print_problems(error.problems)
        sys.exit(CANNOT_START)
    except ValidationError as error:
        for sentence in settings_sentences(error):
            click.echo(sentence, err=True)
        sys.exit(CANNOT_START)
    except LotseError as error:
        click.echo(f"Lotse cannot go on: {error}", err=True)
        sys.exit(CANNOT_START)
    except Exception as error:  # noqa: BLE001  # a traceback's last line may hold words of a person
        click.echo(fault(error), err=True)
        sys.exit(CANNOT_START)
