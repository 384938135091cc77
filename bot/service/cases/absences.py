"""When a counsellor is away: her cases go to her substitute, or back to the queue, and the people
are told. Her times are blocked; appointments in them become conflicts that the desk decides about.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.content.catalogue import Catalogue
from bot.domain.case import CaseStatus
from bot.domain.staff import Role
from bot.domain.texts_case import AGAIN, TRANSFERRED
from bot.service import duty, slots
from bot.service.cases import acts
from bot.service.cases.acting import Acting, Reason, Refusal
from bot.service.cases.deferring import ABSENCE
from bot.service.cases.work import Work
from bot.service.jobs import defer
from bot.storage import absences, audit, blocks, cases, staff
from bot.storage.absences import Absence
from bot.storage.blocks import Block
from bot.storage.transaction import Tx

COUNSELLOR = "counsellor/"
"""What the times of a counsellor are called in the office hours, before her login name."""


SOON = timedelta(minutes=1)


def check_may(acting: Acting, staff_id: int) -> None:
    """Refuse whoever notes an absence of somebody else without being an administrator: ROLE."""
    wanted = Role.COUNSELLOR if staff_id == acting.staff_id else Role.ADMIN
    if wanted not in acting.roles:
        raise Refusal(Reason.ROLE)


def substitute_name(tx: Tx, staff_id: int, substitute: int | None) -> str | None:
    """Return who takes over, by the name that newcomers see. Raises Refusal: NO_STAFF."""
    if substitute is None:
        return None
    found = staff.get(tx, substitute)
    if found is None or substitute == staff_id or not duty.is_counsellor(found):
        raise Refusal(Reason.NO_STAFF)
    return found.shown_name


def add(
    tx: Tx,
    acting: Acting,
    *,
    staff_id: int,
    begins: datetime,
    until: datetime,
    substitute: int | None,
    catalogue: Catalogue,
    now: datetime,
) -> int:
    """Note an absence and return its id; her cases move when it begins.

    Raises:
        Refusal: ROLE, NO_STAFF, PAST.
    """
    check_may(acting, staff_id)
    if until <= max(begins, now):
        raise Refusal(Reason.PAST)
    person = staff.get(tx, staff_id)
    if person is None:
        raise Refusal(Reason.NO_STAFF)
    substitute_name(tx, staff_id, substitute)
    absence = absences.add(tx, staff_id=staff_id, begins=begins, until=until, substitute=substitute)
    # Her times are offered no more; what is booked in them waits for somebody's decision.
    away = Block(
        resource=f"{COUNSELLOR}{person.name}",
        place=None,
        starts=begins,
        ends=until,
        source=blocks.ABSENCE,
    )
    blocks.add(tx, away, reference=str(absence))
    slots.sync(tx, catalogue, now)
    audit.add(tx, at=now, staff_id=acting.staff_id, action="absence.add", detail=f"of:{staff_id}")
    # One that has begun is moved by whoever notes it; the job finishes what a crash cuts off.
    defer(tx, ABSENCE, {"absence": absence}, at=begins if begins > now else now + SOON)
    return absence


def remove(tx: Tx, acting: Acting, absence_id: int, *, catalogue: Catalogue, now: datetime) -> None:
    """Take an absence back. Raises Refusal: ROLE, NO_ENTRY."""
    found = next((each for each in absences.all(tx) if each.id == absence_id), None)
    if found is None:
        raise Refusal(Reason.NO_ENTRY)
    check_may(acting, found.staff_id)
    absences.remove(tx, absence_id)
    blocks.remove_reference(tx, blocks.ABSENCE, str(absence_id))
    slots.sync(tx, catalogue, now)
    detail = f"of:{found.staff_id}"
    audit.add(tx, at=now, staff_id=acting.staff_id, action="absence.remove", detail=detail)


def current(tx: Tx, absence_id: int, *, now: datetime) -> Absence | None:
    """Return an absence that covers this moment."""
    return next(
        (
            each
            for each in absences.all(tx, after=now)
            if each.id == absence_id and each.begins <= now
        ),
        None,
    )


def held_by(tx: Tx, staff_id: int) -> tuple[int, ...]:
    """Return the open cases that somebody has."""
    return tuple(case.id for case in cases.queue(tx) if case.assignee == staff_id)


def preview(
    tx: Tx, catalogue: Catalogue, staff_id: int, substitute: int | None
) -> list[tuple[int, str]]:
    """Return the cases that an absence moves, and what each newcomer hears first, in German."""
    name = substitute_name(tx, staff_id, substitute)
    source = catalogue.source.code
    words = (
        catalogue.words(AGAIN, source)
        if name is None
        else catalogue.words(TRANSFERRED, source, name=name)
    )
    return [(case_id, words) for case_id in held_by(tx, staff_id)]


def move(work: Work, absent: int, substitute: int | None) -> bool:
    """Move one case away from somebody who is away; False where it is not hers any more."""
    case = work.case
    if case.assignee != absent or case.status is CaseStatus.CLOSED:
        return False
    person = staff.get(work.tx, substitute) if substitute is not None else None
    if person is None or not duty.is_counsellor(person):  # perhaps she has left meanwhile
        acts.put_back(work)
    else:
        acts.transfer(work, person.id)
    return True
