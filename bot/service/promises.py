"""When a human answers: the promise to whoever asks for one, from the desk's hours alone.

Nobody is promised who is not rostered. From a roster without hours no time can be named, and none
is named on a public address from one that is only a sample. Absences and the team come from the
caller; what is said, and whether somebody keeps the promise, is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.content.catalogue import Catalogue
from bot.domain.case import Promise
from bot.domain.hours import Absence, after_staffed, is_staffed

STEP = timedelta(minutes=5)  # nobody says 11:03
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NO_PROMISE = Promise(staffed=False, by=None)


def promise(
    catalogue: Catalogue,
    now: datetime,
    *,
    public: bool,
    absences: Sequence[Absence] = (),
    team: Iterable[str] = (),
) -> Promise:
    """Return when a human answers somebody who asks now: after `answer_within` of staffed time,
    which begins to pass when next somebody is on duty; on the next full five minutes.

    `public`: the program can be reached from elsewhere. `absences`: those that desk.yaml does not
    name; `team`: counsellors by login name, of whom it may name none. `by` is None where no time
    can be named, then `staffed` is False too.
    """
    desk = catalogue.desk
    roster = desk.roster(absences, team)
    if not roster or (desk.sample and public):
        return NO_PROMISE
    exact = after_staffed(roster, now, desk.answer_within)
    if exact is None:
        return NO_PROMISE
    return Promise(staffed=is_staffed(roster, now), by=exact + (_EPOCH - exact) % STEP)


def languages_on_duty(
    catalogue: Catalogue,
    now: datetime,
    *,
    absences: Sequence[Absence] = (),
    team: Iterable[str] = (),
    spoken: Mapping[str, Iterable[str]] | None = None,
) -> Mapping[str, frozenset[str]]:
    """Return who is on duty and which languages each of them speaks (codes), for routing where
    nothing is translated. `spoken`: what their accounts say, beyond desk.yaml.
    """
    desk = catalogue.desk
    more = spoken or {}
    return {
        name: frozenset(desk.people[name].languages if name in desk.people else ())
        | frozenset(more.get(name, ()))
        for name in desk.on_duty(now, absences, team)
    }
