"""The card of a case: what the team sees of it at a glance, without a word of hers.

It never names her. In an emergency it says so and leads to the desk.
"""

from __future__ import annotations

from bot.domain.case import Case, CaseStatus, Priority
from bot.domain.outgoing import Block, Bullets, Link, Paragraph, Plain, Strong
from bot.domain.texts import Text
from bot.domain.texts_staff import (
    AT_DESK,
    CASE,
    CHANNEL,
    CHANNELS,
    CLOSED,
    CLOSED_AS,
    FOLLOW_UP,
    LANGUAGE,
    OUTCOMES,
    PROMISED,
    SINCE,
    SNOOZED,
    SOMEBODY,
    TOPIC,
    UNANSWERED,
    URGENT,
    WAITING,
    WITH,
)
from bot.service.staffroom.wording import Wording

DESK = "/desk/cases/{case}"


def title(case: int, wording: Wording) -> str:
    """Return the name of a case's thread: its number, never a name."""
    return wording.words(CASE, number=str(case)).replace("\u2068", "").replace("\u2069", "")


def card(
    case: Case,
    *,
    channel: str,
    assignee: str | None,
    wording: Wording,
    public_url: str | None,
) -> tuple[Block, ...]:
    """Return the card. `channel` is the platform that she writes on, `assignee` the shown name."""
    state = _state(case, assignee or wording.words(SOMEBODY), wording)
    blocks: list[Block] = [
        Paragraph(spans=(Strong(text=title(case.id, wording)), Plain(text=f" · {state}")))
    ]
    if case.priority is Priority.CRISIS:
        blocks.append(wording.heading(URGENT))
    blocks.append(
        Bullets(items=tuple((Plain(text=line),) for line in _facts(case, channel, wording)))
    )
    if public_url is not None:
        address = public_url + DESK.format(case=case.id)
        link = Link(label=wording.words(AT_DESK), url=address)
        blocks.append(Paragraph(spans=(link,)))
    return tuple(blocks)


def _state(case: Case, assignee: str, wording: Wording) -> str:
    match case.status:
        case CaseStatus.WAITING:
            return wording.words(WAITING)
        case CaseStatus.WITH_COUNSELLOR:
            return wording.words(WITH, name=assignee)
        case CaseStatus.SNOOZED:
            until = case.snoozed_until
            return wording.words(SNOOZED, until=wording.moment(until) if until else "?")
        case CaseStatus.CLOSED if case.outcome is not None:
            return wording.words(CLOSED_AS, outcome=wording.words(OUTCOMES[case.outcome]))
        case CaseStatus.CLOSED:
            return wording.words(CLOSED)


def _facts(case: Case, channel: str, wording: Wording) -> list[str]:
    lines: list[str] = []

    def line(text: Text, **values: str) -> None:
        lines.append(wording.words(text, **values))

    topic = wording.topic(case.topic) if case.topic is not None else None
    if topic is not None:
        line(TOPIC, topic=topic)
    language = wording.catalogue.language_names((case.language,), wording.language)
    line(LANGUAGE, language=language)
    known = CHANNELS.get(channel)
    line(CHANNEL, channel=wording.words(known) if known is not None else channel)
    if case.status is CaseStatus.WAITING:
        line(SINCE, since=wording.moment(case.waiting_since))
        if case.promised_by is not None:
            line(PROMISED, by=wording.moment(case.promised_by))
    elif case.status is not CaseStatus.CLOSED and case.unanswered_since is not None:
        line(UNANSWERED, since=wording.moment(case.unanswered_since))
    if case.follow_up is not None:
        line(FOLLOW_UP, day=wording.day(case.follow_up))
    return lines
