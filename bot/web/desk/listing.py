"""The queue as the templates take it: groups of rows, each with a title, a state, a wait."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from bot.domain.case import Case, CaseStatus, Priority
from bot.service.desk.board import Board
from bot.service.desk.queue import FOLDED, Group, Row, grouped
from bot.web.desk.speech import Speech, Values

_WORDS = {
    Group.URGENT: "urgent_group",
    Group.MINE: "mine_group",
    Group.WAITING: "waiting_group",
    Group.FOLLOW_UP: "follow_up_group",
    Group.SENT: "sent_group",
    Group.OTHERS: "others_group",
    Group.SNOOZED: "snoozed_group",
}


class Listing:
    """Makes queues. Rows look the same to most who read them: each is rendered once a minute at
    most, and kept until something in it changes.
    """

    def __init__(self, part: Callable[[str, Mapping[str, object]], Markup]) -> None:
        self._part = part
        self._kept: tuple[object, dict[object, Markup]] = (None, {})

    def queue(self, board: Board, me: int, speech: Speech, open_case: int | None) -> Values:
        """Return the queue for one counsellor. `waiting`: somebody waits for anybody."""
        groups = grouped(board.rows, me, board.today)
        oldest = board.oldest
        rendered = self._rendered(board, speech)
        return {
            "stamp": board.stamp,
            "hours": _hours(board, speech),
            "oldest": speech.lately(oldest) if oldest is not None else None,
            "waiting": bool(groups.get(Group.URGENT) or groups.get(Group.WAITING)),
            "groups": [
                {
                    "key": group.value,
                    "word": speech.say(_WORDS[group]),
                    "folded": group in FOLDED,
                    "holds_open": any(row.case.id == open_case for row in rows),
                    "rows": [
                        self._row(row, group, board, me, speech, open_case, rendered)
                        for row in rows
                    ],
                }
                for group, rows in groups.items()
            ],
        }

    def _rendered(self, board: Board, speech: Speech) -> dict[object, Markup]:
        """Return the rows that are rendered already: of this minute, this content, these people."""
        minute = speech.now.replace(second=0, microsecond=0)
        stands = (minute, speech.catalogue.version, board.team)
        if self._kept[0] != stands:
            self._kept = (stands, {})
        return self._kept[1]

    def _row(  # noqa: PLR0917  what a row depends on
        self,
        row: Row,
        group: Group,
        board: Board,
        me: int,
        speech: Speech,
        open_case: int | None,
        rendered: dict[object, Markup],
    ) -> Markup:
        current, mine = row.case.id == open_case, row.case.assignee == me
        key = (row.case.id, row.stamp, group, current, mine, speech.language.code)
        known = rendered.get(key)
        if known is None:
            values = _values(row, group, board, me, speech) | {"current": current}
            known = rendered[key] = self._part("desk_row.html", {"row": values})
        return known


def _hours(board: Board, speech: Speech) -> str:
    """Return what is to be said about the desk's hours, nothing where they are confirmed."""
    if not board.roster:
        return speech.say("no_hours")
    return speech.say("sample") if speech.catalogue.desk.sample else ""


def _values(row: Row, group: Group, board: Board, me: int, speech: Speech) -> Values:
    case = row.case
    colour, state = state_of(row, me, board, speech)
    wait, staffed = _wait(row, group, board, speech)
    language = speech.catalogue.language(case.language)
    return {
        "id": case.id,
        "number": speech.say("case", number=case.id),
        "title": speech.title(case),
        "wait": wait,
        "hint": speech.say("in_duty_hours") if staffed else None,
        "colour": colour,
        "state": state,
        "where": speech.say(
            "what_and_where",
            language=speech.language_name(case.language),
            channel=speech.channel(row.account),
        ),
        "words": row.words,
        "lang": language.code if language is not None else "",
        "urgent": group is Group.URGENT,
    }


def _wait(row: Row, group: Group, board: Board, speech: Speech) -> tuple[str, bool]:
    match group:
        case Group.FOLLOW_UP:
            day = row.case.follow_up
            overdue = day is not None and day < board.today
            return (speech.day(day) if overdue and day is not None else speech.say("today")), False
        case Group.SENT | Group.SNOOZED:
            return speech.lately(row.case.last_at), False
        case _:
            return speech.wait(board.roster, row.since)


def state_of(row: Row, me: int, board: Board, speech: Speech) -> tuple[str, str]:
    """Return a case's colour and word for one counsellor."""
    case = row.case
    if row.undelivered and case.status is not CaseStatus.CLOSED:
        return "alarm fail", speech.say("is_undelivered")
    match case.status:
        case CaseStatus.CLOSED:
            return "later", speech.say("is_closed")
        case CaseStatus.SNOOZED:
            return "later", _snoozed(case, speech)
        case CaseStatus.WAITING:
            urgent = case.priority is Priority.CRISIS
            return (
                ("alarm", speech.say("is_urgent")) if urgent else ("wait", speech.say("is_waiting"))
            )
        case CaseStatus.WITH_COUNSELLOR:
            if case.assignee != me:
                name = board.team.name(case.assignee) or speech.say("somebody")
                return "colleague", speech.say("is_with", name=name)
            if row.unanswered:
                return "mine", speech.say("is_mine")
            return "ok", speech.say("is_sent")


def _snoozed(case: Case, speech: Speech) -> str:
    until = case.snoozed_until
    if until is None:
        return speech.say("snoozed_group")
    return speech.say("is_snoozed", date=speech.moment(until))
