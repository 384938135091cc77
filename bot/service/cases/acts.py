"""What a counsellor can do with a case, each as one function in one transaction.

Each looks at the table of `domain.case`, changes the case, writes what became of it and lets her
conversation hear of it. A case that a colleague has can be noted on and given on; only who has it
answers, puts it aside, gives it back or closes it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot.domain.case import CaseAction, CaseStatus, Outcome, Voice
from bot.domain.case_news import (
    Corrected,
    Done,
    Joined,
    Recalled,
    Replied,
    Snoozed,
    Transferred,
    Waits,
    Woken,
)
from bot.domain.outgoing import Say
from bot.domain.staffroom import PostKind
from bot.service.cases import entries
from bot.service.cases.acting import Reason, Refusal, SentWords
from bot.service.cases.deferring import defer_promise, defer_return, defer_wake
from bot.service.cases.entries import Note, Reply
from bot.service.cases.work import Work
from bot.storage import case_entries, cases, drafts
from bot.storage.case_entries import Entry

MOST = 10_000  # characters of a note or a reply
OFFICE_OUTCOMES = frozenset(
    {Outcome.ANSWERED, Outcome.APPOINTMENT, Outcome.REFERRED, Outcome.NO_CONTACT}
)


def claim(work: Work) -> None:
    """Take a case: the first who does has it."""
    work.check_free()
    case, name, mine = work.case, work.name_of(work.who) or "", work.case.assignee == work.who
    if case.status is CaseStatus.WITH_COUNSELLOR:
        work.done()
        return  # hers already
    status = work.after(CaseAction.CLAIM)
    work.save(status=status, assignee=work.who, claimed_at=work.now, snoozed_until=None)
    defer_return(work.tx, work.setting.catalogue, work.case)
    work.event(CaseAction.CLAIM)
    work.tell(Woken(case=case.id, name=name) if mine else Joined(case=case.id, name=name))


def release(work: Work) -> None:
    """Give a case back to the queue."""
    work.check_mine()
    put_back(work)


def put_back(work: Work) -> None:
    """Put a case back into the queue, whoever has it."""
    status = work.after(CaseAction.RELEASE)
    promise = work.promise()
    work.save(
        status=status,
        assignee=None,
        claimed_at=None,
        snoozed_until=None,
        waiting_since=work.now,
        promised_by=promise.by,
    )
    defer_promise(work.tx, work.case)
    work.event(CaseAction.RELEASE)
    work.tell(Waits(case=work.case.id, promise=promise))


def transfer(work: Work, to: int) -> None:
    """Give a case to a colleague, whoever has it."""
    person = work.colleague(to)
    status = work.after(CaseAction.TRANSFER)
    if work.case.assignee == to and work.case.status is CaseStatus.WITH_COUNSELLOR:
        raise Refusal(Reason.TAKEN, by=person.shown_name)
    work.save(status=status, assignee=to, claimed_at=work.now, snoozed_until=None)
    defer_return(work.tx, work.setting.catalogue, work.case)
    work.event(CaseAction.TRANSFER, to=to)
    work.tell(Transferred(case=work.case.id, name=person.shown_name))


def snooze(work: Work, until: datetime) -> None:
    """Put a case aside until a time, or until she writes."""
    work.check_free()
    if until <= work.now:
        raise Refusal(Reason.PAST)
    work.save(status=work.after(CaseAction.SNOOZE), snoozed_until=until)
    defer_wake(work.tx, work.case)
    work.event(CaseAction.SNOOZE, until=until)
    work.tell(Snoozed(case=work.case.id, name=work.name_of(work.case.assignee)))


def reopen(work: Work) -> None:
    """Put a closed case back into the queue."""
    if work.case.status is not CaseStatus.CLOSED:
        raise Refusal(Reason.NOT_POSSIBLE)
    if cases.open_of(work.tx, work.conversation.id) is not None:
        raise Refusal(Reason.OPEN)
    promise = work.promise()
    work.save(
        status=work.after(CaseAction.REOPEN),
        assignee=None,
        claimed_at=None,
        closed_at=None,
        outcome=None,
        waiting_since=work.now,
        promised_by=promise.by,
    )
    defer_promise(work.tx, work.case)
    work.event(CaseAction.REOPEN)
    work.tell(Waits(case=work.case.id, promise=promise, reopened=True))


def follow_up(work: Work, day: date | None) -> None:
    """Note the day on which to look at the case again; None: no more."""
    work.save(follow_up=day)
    work.event("follow_up")


def note(work: Work, text: str, key: str | None) -> int:
    """Keep words for the team; return the entry. `key`: as for a reply."""
    if key is not None:
        key = f"{key}\n{text.strip()}"
        known = case_entries.by_key(work.tx, work.conversation, work.case.id, key)
        if known is not None:
            return known.id
    entry = work.enter(Note(text=_written(text)), PostKind.NOTE, key=key)
    work.audit("note")
    work.done(entry)
    return entry


def reply(work: Work, text: str, sent: SentWords | None, key: str | None) -> int:
    """Answer her; return the entry. The same key with the same words returns the first one's; other
    words in a form whose answer was lost on the way are an answer of their own.
    """
    if key is not None:
        key = f"{key}\n{text.strip()}"
        known = case_entries.by_key(work.tx, work.conversation, work.case.id, key)
        if known is not None:
            return known.id
    work.check_mine()
    entry = _say(work, _written(text), sent, key)
    case = work.case
    work.save(
        first_answer_at=case.first_answer_at or work.now,
        last_from=Voice.COUNSELLOR,
        last_at=work.now,
        unanswered_since=None,
    )
    if work.who is not None:
        drafts.remove(work.tx, case.id, work.who)
    work.audit("reply")
    work.done(entry)
    wants = work.setting.office.wants_answer
    if wants is not None:
        wants(work.tx, work.conversation, work.state, work.now)
    return entry


def _say(work: Work, text: str, sent: SentWords | None, key: str | None) -> int:
    """Send words to her in a human's voice, and keep them as written."""
    lang = sent.lang if sent is not None else work.setting.catalogue.source.code
    outputs = work.tell(
        Replied(
            case=work.case.id,
            name=work.name_of(work.who) or "",
            text=sent.text if sent is not None else text,
            lang=lang,
            status=work.case.status,
            translated=sent is not None and sent.provider is not None,
        )
    )
    seq = max(output.seq for output in outputs if isinstance(output, Say) and output.message.human)
    return work.enter(_kept(text, lang, sent), PostKind.REPLY, seq=seq, key=key)


def _kept(text: str, lang: str, sent: SentWords | None) -> Reply:
    other = sent.text if sent is not None and sent.text != text else None
    return Reply(
        text=text, lang=lang, sent=other, provider=sent.provider if sent is not None else None
    )


def _written(text: str) -> str:
    """Return words that may be kept. Raises Refusal: EMPTY, TOO_LONG."""
    words = text.strip()
    if not words:
        raise Refusal(Reason.EMPTY)
    if len(words) > MOST:
        raise Refusal(Reason.TOO_LONG)
    return words


def correct(work: Work, entry: Entry, text: str, sent: SentWords | None) -> None:
    """Put other words in the place of a reply."""
    before = _own_reply(work, entry)
    words = _written(text)
    lang = sent.lang if sent is not None else work.setting.catalogue.source.code
    work.tell(
        Corrected(
            case=work.case.id,
            target=entry.seq or 0,
            name=work.name_of(work.who) or "",
            text=sent.text if sent is not None else words,
            lang=lang,
            translated=sent is not None and sent.provider is not None,
        )
    )
    now = replace(_kept(words, lang, sent), recalled=before.recalled)
    case_entries.replace_body(work.tx, work.conversation, entry.id, entries.dump(now))
    work.event("correct")


def recall(work: Work, entry: Entry) -> None:
    """Take a reply back."""
    before = _own_reply(work, entry)
    work.tell(Recalled(case=work.case.id, target=entry.seq or 0, name=work.name_of(work.who) or ""))
    body = entries.dump(replace(before, recalled=True))
    case_entries.replace_body(work.tx, work.conversation, entry.id, body)
    work.event("recall")


def _own_reply(work: Work, entry: Entry) -> Reply:
    """Return a reply of hers that still stands. Raises Refusal: NO_ENTRY, NOT_YOURS."""
    body = entries.load(entry)
    if not isinstance(body, Reply) or body.recalled:
        raise Refusal(Reason.NO_ENTRY)
    if entry.staff_id != work.who:
        raise Refusal(Reason.NOT_YOURS, by=work.name_of(entry.staff_id))
    return body


def close(
    work: Work,
    outcome: Outcome,
    *,
    text: str | None,
    sent: SentWords | None,
    follow_up: date | None,
) -> None:
    """Close a case, with a word to her if there is one."""
    if outcome not in OFFICE_OUTCOMES:
        raise Refusal(Reason.NOT_POSSIBLE)
    status = work.after(CaseAction.CLOSE)
    if work.case.assignee not in {None, work.who}:
        raise Refusal(Reason.NOT_YOURS, by=work.name_of(work.case.assignee))
    if text is not None:
        _say(work, _written(text), sent, None)
    case = work.case
    talked = case.assignee is not None or text is not None or case.first_answer_at is not None
    answered = {"first_answer_at": case.first_answer_at or work.now} if text is not None else {}
    work.save(
        status=status,
        outcome=outcome,
        closed_at=work.now,
        follow_up=follow_up,
        unanswered_since=None,
        snoozed_until=None,
        **answered,
    )
    if work.who is not None:
        drafts.remove(work.tx, case.id, work.who)
    work.event(CaseAction.CLOSE, outcome=outcome)
    work.tell(Done(case=case.id, name=work.name_of(work.who) if talked else None))
