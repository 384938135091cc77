"""Jobs: what is to be done after a commit that is not a delivery, kept in the same transaction.

Theory. A job waits until its time, runs, and is deleted when it is finished; one that failed waits
again or is dead, and an administrator sees it. Jobs of one lane run in the order in which they were
deferred: an earlier one that waits or runs holds up the later ones even if its own time is far off,
so whatever is scheduled for another day needs a lane of its own or none. A dead job frees its lane.
Arguments are ids: a text of a person is refused. Knows no job by name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, bindparam, delete, exists, func, insert, null, or_, select, update

from bot.storage.moments import loaded, stored
from bot.storage.tables import UNFINISHED, JobStatus, among, constant, jobs
from bot.storage.transaction import Row, Statement, Tx, parameters

_ID = re.compile(r"[A-Za-z0-9_.:@/~-]{1,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job. `attempts` counts the runs that failed; `reason` is the code of the last failure of
    a dead one.
    """

    id: int
    name: str
    args: Mapping[str, int | str]
    lane: str | None
    at: datetime
    attempts: int
    status: JobStatus
    reason: str | None


_j = jobs.c
_earlier = jobs.alias("earlier")
_FREE = (
    among(_j.status, (JobStatus.WAITING,)),
    or_(
        _j.lane.is_(None),
        ~exists().where(
            _earlier.c.lane == _j.lane,
            _earlier.c.id < _j.id,
            among(_earlier.c.status, UNFINISHED),
        ),
    ),
)
_WHOLE = select(_j.id, _j.name, _j.args, _j.lane, _j.at, _j.attempts, _j.status, _j.reason)
_DEFER = Statement(insert(jobs).values(parameters(jobs)).returning(_j.id))
_DUE = Statement(
    _WHOLE.where(*_FREE, _j.at <= bindparam("now"))
    .order_by(_j.at, _j.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_NEXT_DUE = Statement(select(_j.at).where(*_FREE).order_by(_j.at, _j.id).limit(bindparam("most")))
_CLAIM = Statement(
    update(jobs)
    .where(_j.id == bindparam("row"))
    .values(status=constant(JobStatus.RUNNING), claimed_by=bindparam("me", type_=Text))
)
_DEPTH = Statement(select(_j.status, func.count()).group_by(_j.status))
_FINISH = Statement(delete(jobs).where(_j.id == bindparam("row")))


def _job(row: Row, status: JobStatus | None = None) -> Job:
    return Job(
        id=row[0],
        name=row[1],
        args=json.loads(row[2]),
        lane=row[3],
        at=loaded(row[4]),
        attempts=row[5],
        status=status or JobStatus(row[6]),
        reason=row[7],
    )


def _checked(args: Mapping[str, int | str]) -> str:
    for name, value in args.items():
        if not isinstance(value, int) and not _ID.fullmatch(value):
            raise ValueError(f"argument {name} of a job is not an id")
    return json.dumps(dict(args), separators=(",", ":"), sort_keys=True)


def defer(
    tx: Tx, name: str, args: Mapping[str, int | str], *, lane: str | None, at: datetime
) -> int:
    """Put a job in the queue, in this transaction; returns its id. Raises ValueError for arguments
    that are no ids.
    """
    row = tx.one(
        _DEFER,
        name=name,
        args=_checked(args),
        lane=lane,
        at=stored(at),
        attempts=0,
        status=JobStatus.WAITING.value,
        reason=None,
        claimed_by=None,
    )
    return int(row[0]) if row else 0


def claim_due(tx: Tx, now: datetime, limit: int, claimed_by: str) -> list[Job]:
    """Take the jobs that are due, at most one of each lane, the longest due first."""
    rows = tx.all(_DUE, now=stored(now), most=limit)
    for row in rows:
        tx.run(_CLAIM, row=row[0], me=claimed_by)
    return [_job(row, JobStatus.RUNNING) for row in rows]


def next_due(tx: Tx) -> datetime | None:
    """Return from when on claim_due() will find something, as things stand."""
    row = tx.one(_NEXT_DUE, most=1)
    return None if row is None else loaded(row[0])


def finish(tx: Tx, job: Job) -> None:
    """The job is done."""
    tx.run(_FINISH, row=job.id)


def retry(tx: Tx, job: Job, at: datetime) -> None:
    """The job failed and waits for another run; its lane waits with it."""
    tx.core(
        update(jobs)
        .where(_j.id == job.id)
        .values(
            status=constant(JobStatus.WAITING),
            claimed_by=null(),
            attempts=_j.attempts + 1,
            at=stored(at),
        )
    )


def dead(tx: Tx, job: Job, reason: str) -> None:
    """The job failed for good; `reason` is a code or the name of an error's class."""
    if not _ID.fullmatch(reason):
        raise ValueError("the reason of a dead job is not a code")
    tx.core(
        update(jobs)
        .where(_j.id == job.id)
        .values(
            status=constant(JobStatus.DEAD),
            claimed_by=null(),
            attempts=_j.attempts + 1,
            reason=reason,
        )
    )


def list_jobs(tx: Tx, *, status: JobStatus | None = None, limit: int = 100) -> list[Job]:
    """Return jobs in the order in which they were deferred."""
    chosen = _WHOLE if status is None else _WHOLE.where(_j.status == status.value)
    return [_job(tuple(row)) for row in tx.core(chosen.order_by(_j.id).limit(limit))]


def revive(tx: Tx, job_id: int, now: datetime) -> bool:
    """Let a dead job start over; False if it is not dead."""
    result = tx.core(
        update(jobs)
        .where(_j.id == job_id, among(_j.status, (JobStatus.DEAD,)))
        .values(status=constant(JobStatus.WAITING), attempts=0, at=stored(now), reason=null())
    )
    return result.rowcount == 1


def recover(tx: Tx, claimed_by: str) -> int:
    """Let the jobs of a runner that is gone wait again; returns how many."""
    result = tx.core(
        update(jobs)
        .where(among(_j.status, (JobStatus.RUNNING,)), _j.claimed_by != claimed_by)
        .values(status=constant(JobStatus.WAITING), claimed_by=null())
    )
    return result.rowcount


def depth(tx: Tx) -> dict[JobStatus, int]:
    """Return how many jobs there are, by status."""
    return {JobStatus(status): number for status, number in tx.all(_DEPTH)}
