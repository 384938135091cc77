"""A case as the templates take it: head, conversation, reply box, person.

What a counsellor may do to a case in its state is decided here once, for buttons and keys; the
service decides it again when it is done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.domain.case import Case, CaseStatus, Outcome
from bot.domain.hours import next_staffed
from bot.service.desk.board import Board
from bot.service.desk.talk import Talk
from bot.service.desk.team import Member
from bot.web.desk.items import Items
from bot.web.desk.listing import state_of
from bot.web.desk.speech import Speech, Values

OUTCOMES = (Outcome.ANSWERED, Outcome.APPOINTMENT, Outcome.REFERRED, Outcome.NO_CONTACT)
"""How the office ends a case; the others are hers."""

ENDED: Mapping[Outcome, str] = MappingProxyType(
    {outcome: f"outcome_{outcome.value}" for outcome in Outcome}
)
"""The word for an outcome among the words of the pages."""


class Sheet:
    """Makes one case's values for one counsellor."""

    def __init__(self, talk: Talk, board: Board, me: int, speech: Speech) -> None:
        self._talk = talk
        self._case = talk.case
        self._board = board
        self._me = me
        self._speech = speech

    @property
    def mode(self) -> str:
        """Whose the case is: `mine`, `free`, `other`, `closed`."""
        if self._case.status is CaseStatus.CLOSED:
            return "closed"
        if self._case.assignee is None:
            return "free"
        return "mine" if self._case.assignee == self._me else "other"

    @property
    def holder(self) -> str:
        """The name of whoever has the case."""
        return self._talk.team.name(self._case.assignee) or self._speech.say("somebody")

    def values(self, others: Sequence[str]) -> Values:
        """Return everything but the reply box; `others` have the case open too."""
        return {
            "case": self._head(),
            "before": [
                step.text if not step.own else f"„{step.text}“" for step in self._talk.before
            ],
            "items": Items(self._talk, self._speech).all(),
            "others": others,
            "person": self._person(),
            "promised": self._promised(),
            "speakers": self._speakers(),
            "follow_up": self._follow_up(),
            "earlier": [self._earlier(each) for each in self._talk.earlier],
            "colleagues": self._colleagues(),
            "snooze_times": self._snooze_times(),
            "outcomes": [(each.value, self._speech.say(ENDED[each])) for each in OUTCOMES],
        }

    def _head(self) -> Values:
        case, speech, row = self._case, self._speech, self._talk.row
        colour, state = state_of(row, self._me, self._board, speech)
        meta = [
            speech.say("case", number=case.id),
            speech.language_name(case.language),
            speech.channel(row.account),
        ]
        if case.status is CaseStatus.WAITING or row.unanswered:
            wait, staffed = speech.wait(self._board.roster, row.since)
            meta.append(speech.say("waits_for", time=wait) if staffed else wait)
        elif case.status is CaseStatus.CLOSED and case.outcome is not None:
            meta.append(speech.say(ENDED[case.outcome]))
        return {
            "id": case.id,
            "title": speech.title(case),
            "colour": colour,
            "state": state,
            "meta": meta,
            "actions": self._actions(),
            "mine": self.mode == "mine",
            "may_act": self.mode in {"mine", "free"},
            "holder": self.holder,
            "stamp": row.stamp,
        }

    def _actions(self) -> frozenset[str]:
        match self.mode, self._case.status:
            case "closed", _:
                return frozenset({"reopen"})
            case "free", CaseStatus.SNOOZED:
                return frozenset({"claim", "release", "transfer", "snooze", "close"})
            case "free", _:
                return frozenset({"claim", "transfer", "snooze", "close"})
            case "mine", _:
                return frozenset({"release", "transfer", "snooze", "close"})
            case _:
                return frozenset({"transfer"})

    # -- who she is

    def _person(self) -> list[tuple[str, str]]:
        speech, case, account = self._speech, self._case, self._talk.row.account
        channel = speech.channel(account)
        if account.startswith("matrix:"):
            channel = speech.say("encrypted", channel=channel)
        rows = [
            (speech.say("language"), speech.language_name(case.language)),
            (speech.say("channel"), channel),
            (speech.say("opened_at"), speech.moment(case.opened_at)),
        ]
        kept = speech.catalogue.site.retention_days.get("conversations")
        if kept:
            day = speech.local(case.last_at + timedelta(days=kept)).date()
            rows.append(
                (speech.say("deletion"), speech.say("deletion_on", date=speech.long_day(day)))
            )
        return rows

    def _promised(self) -> Values | None:
        case, speech = self._case, self._speech
        if case.status is CaseStatus.CLOSED or case.first_answer_at is not None:
            return None
        if case.promised_by is None:
            return {"colour": "later", "word": speech.say("promised_none"), "note": ""}
        over = case.promised_by < speech.now
        return {
            "colour": "alarm" if over else "wait",
            "word": speech.say("promised_by", time=speech.moment(case.promised_by)),
            "note": speech.say("promised_over" if over else "promised_note"),
        }

    def _speakers(self) -> str | None:
        """Return who speaks her language; None where she reads German."""
        language, team = self._case.language, self._talk.team
        if language == self._speech.catalogue.source.code:
            return None
        desk = self._speech.catalogue.desk
        found = [each for each in team.counsellors if language in team.languages(desk, each)]
        return ", ".join(each.name for each in found)

    def _follow_up(self) -> Values:
        day = self._case.follow_up
        if day is None:
            return {"word": self._speech.say("follow_up_none"), "day": ""}
        word = self._speech.say("follow_up_on", date=self._speech.day(day))
        return {"word": word, "day": day.isoformat()}

    def _earlier(self, case: Case) -> Values:
        return {
            "id": case.id,
            "title": self._speech.title(case),
            "when": self._speech.lately(case.opened_at),
            "outcome": self._speech.say(ENDED[case.outcome]) if case.outcome is not None else "",
        }

    # -- what can be chosen

    def _colleagues(self) -> list[Values]:
        """Return to whom the case can be given: who speaks her language and is on duty first."""
        team, desk = self._talk.team, self._speech.catalogue.desk
        duty, language = team.on_duty(desk, self._speech.now), self._case.language
        taken = {self._case.assignee}
        members = sorted(
            (each for each in team.counsellors if each.id not in taken),
            key=lambda each: (
                each.login not in duty,
                language not in team.languages(desk, each),
            ),
        )
        return [self._colleague(each, away=each.login not in duty) for each in members]

    def _colleague(self, member: Member, *, away: bool) -> Values:
        team, desk = self._talk.team, self._speech.catalogue.desk
        spoken = tuple(sorted(team.languages(desk, member)))
        return {
            "id": member.id,
            "name": member.name,
            "speaks": self._speech.languages(spoken),
            "away": away,
        }

    def _snooze_times(self) -> list[tuple[str, str]]:
        """Return moments to choose: in an hour, the next mornings somebody is there."""
        speech, now = self._speech, self._speech.now
        soon = (now + timedelta(hours=1)).replace(second=0, microsecond=0)
        moments = [soon, *(self._morning(days) for days in (1, 2, 7))]
        unique = sorted(set(moments))
        return [(each.isoformat(), speech.moment(each)) for each in unique]

    def _morning(self, days: int) -> datetime:
        """Return when the desk opens on a day or after it; at nine where nobody is rostered."""
        begin = self._speech.midnight(self._speech.today + timedelta(days=days))
        return next_staffed(self._board.roster, begin) or begin + timedelta(hours=9)
