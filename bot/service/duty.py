"""Who is on duty as the database knows it, and what follows: promises and the site's limit.

desk.yaml says when; accounts and absences that the desk has noted stand in the database. Functions
run in the caller's transaction; only asked when a promise is to be made.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.content.catalogue import Catalogue
from bot.domain.case import Promise
from bot.domain.hours import Absence, Roster, after_staffed, staffed_between
from bot.domain.staff import Role
from bot.service import promises
from bot.storage import absences as noted
from bot.storage import staff
from bot.storage.staff import Staff
from bot.storage.transaction import Tx


def is_counsellor(person: Staff) -> bool:
    """Return whether somebody answers newcomers."""
    return person.disabled_at is None and Role.COUNSELLOR in person.roles


def team(tx: Tx) -> tuple[str, ...]:
    """Return the login names of all who answer newcomers."""
    return tuple(person.name for person in staff.all(tx) if is_counsellor(person))


def absences(tx: Tx, now: datetime) -> tuple[Absence, ...]:
    """Return the absences that the desk has noted and that are not over."""
    rows = noted.all(tx, after=now)
    if not rows:
        return ()
    names = {person.id: person.name for person in staff.all(tx)}
    return tuple(
        Absence(
            person=names[row.staff_id],
            begins=row.begins,
            until=row.until,
            substitute=names.get(row.substitute) if row.substitute is not None else None,
        )
        for row in rows
        if row.staff_id in names
    )


def roster(tx: Tx, catalogue: Catalogue, now: datetime) -> Roster:
    """Return when the desk is staffed from now on."""
    return catalogue.desk.roster(absences(tx, now), team(tx))


def promise(tx: Tx, catalogue: Catalogue, now: datetime, *, public: bool) -> Promise:
    """Return when a human answers somebody who asks now."""
    return promises.promise(
        catalogue, now, public=public, absences=absences(tx, now), team=team(tx)
    )


def deadline(tx: Tx, catalogue: Catalogue, since: datetime) -> datetime | None:
    """Return until when a case that was taken has to be answered: the site's limit of staffed time
    after `since`; None where nobody is rostered.
    """
    return after_staffed(roster(tx, catalogue, since), since, catalogue.desk.limit)


def staffed(tx: Tx, catalogue: Catalogue, begin: datetime, end: datetime) -> timedelta:
    """Return how much of a stretch was staffed."""
    return staffed_between(roster(tx, catalogue, begin), begin, end)
