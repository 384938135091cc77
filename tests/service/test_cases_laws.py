"""Laws of the hand-off, over all orders of events on a real database: what she writes and presses,
what counsellors do, jobs at any time, restarts at any time.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.content.catalogue import Catalogue
from bot.content.load import load
from bot.domain.case import Case, CaseAction, CaseStatus, Human, Outcome, Priority, Voice, moved
from bot.domain.conversation import Command, State
from bot.domain.inbound import Attachment, AttachmentKind
from bot.domain.outgoing import Message
from bot.domain.texts_case import JOINED, NOTED, TRANSFERRED
from bot.service.cases import Acting, Refusal
from bot.service.cases.deferring import PROMISE, RETURN, WAKE
from bot.service.cases.entries import Event
from bot.service.cases.entries import load as load_entry
from bot.service.codec import load_message, load_state
from bot.service.door import understand
from bot.storage import case_entries, cases, conversations, jobs, messages, migrate
from bot.storage.database import Database
from bot.storage.messages import HistoryRow
from bot.storage.transaction import Tx
from tests.service.world import NAME, PostChannel, World
from tests.storage.conftest import SECRET

T = TypeVar("T")
ROOT = Path(__file__).parent.parent.parent
HER = "anna"
SECRETS = ("GEHEIM", "ENTWURF")

WORDS = st.sampled_from(
    [
        *("Mein Chef zahlt nicht.", "hallo", "danke", "1", "2", "3", "ja", "Guben", "20.11."),
        *("Menü", "Mensch", "Hilfe", "Termin", "Zurück", "mehr", "Notfall", "Deutsch", "Polski"),
        *("/human", "/menu", "/start", "/stop", "/help", "/privacy", "/delete", "/mydata", "!menu"),
        *("/language pl", "/language", "/emergency", "/appointment", "/start register-address"),
    ]
)
ACTIONS = st.sampled_from(
    [*"hmxuwvozb", "hf", "h:arrival", "f:1:good", "f:2:bad", "l:de", "l:uk", "t:arrival", "zz"]
)
SPANS = st.sampled_from([1, 11, 300, 3_600, 14_400, 86_400, 86_400 * 3, 86_400 * 20])


@cache
def content() -> Catalogue:
    return load(ROOT / "content", ROOT / "locales")


@cache
def template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="lotse-laws-")) / "template.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


class Handoff(RuleBasedStateMachine):
    """One newcomer, two counsellors, and time."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="lotse-laws-"))
        shutil.copy(template(), self.folder / "lotse.db")
        database = Database.open(f"sqlite:///{self.folder / 'lotse.db'}", secret=SECRET)
        self.world = World(database=database, catalogue=content(), channel=PostChannel())
        self.team: list[Acting] = []
        self.replies: dict[str, int] = {}
        self.said = 0  # replies and notes so far
        self.seen = 0  # the last number looked at

    def teardown(self) -> None:
        self.run(self.world.settle())
        self.run(self.world.database.close())
        self.runner.close()
        shutil.rmtree(self.folder)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def read(self, function: Callable[[Tx], T]) -> T:
        return self.run(self.world.database.read(function))

    # -- what stands in the database

    def state(self) -> State:
        def read(tx: Tx) -> State:
            found = conversations.find(tx, NAME, HER)
            return load_state(found.state) if found is not None and found.state else State()

        return self.read(read)

    def history(self) -> list[HistoryRow]:
        def read(tx: Tx) -> list[HistoryRow]:
            found = conversations.find(tx, NAME, HER)
            return messages.history(tx, found, 0, 100_000) if found is not None else []

        return self.read(read)

    def cases(self) -> list[Case]:
        def read(tx: Tx) -> list[Case]:
            found = conversations.find(tx, NAME, HER)
            return cases.history(tx, found.id) if found is not None else []

        return self.read(read)

    def events(self, case: Case) -> list[Event]:
        def read(tx: Tx) -> list[Event]:
            found = conversations.by_id(tx, case.conversation_id)
            assert found is not None
            bodies = [load_entry(each) for each in case_entries.of_case(tx, found, case.id)]
            return [each for each in bodies if isinstance(each, Event)]

        return self.read(read)

    def news(self) -> list[Message]:
        """Return what she got since the last look; choices that were taken off are none."""
        rows = [row for row in self.history() if row.seq > self.seen and row.direction == "out"]
        self.seen = max([self.seen, *(row.seq for row in rows)])
        return [load_message(row.body) for row in rows if row.kind != "close"]

    # -- what happens

    @initialize()
    def begin(self) -> None:
        self.team = [self.run(self.world.counsellor(name)) for name in ("jana", "mirek")]
        for words in ("/start", "Deutsch"):
            self.run(self.world.write(words))
        self.run(self.world.settle())
        self.news()

    def her_turn(self, act: Callable[[], Coroutine[Any, Any, None]], *, ends: bool = False) -> None:
        """Let her do something, and hold what she gets against the silence."""
        before = self.state().human
        self.world.later(seconds=3)
        self.run(act())
        self.run(self.world.settle())
        got = self.news()
        if before is not None and before.present and not ends:
            assert all(message.automatic for message in got), "the program talks over a human"
            assert len(got) <= 1

    @rule(text=WORDS)
    def she_writes_words(self, text: str) -> None:
        self.she_writes(text)

    def she_writes(self, text: str) -> None:
        state = self.state()
        meant = understand(text, state, content(), self.world.now)
        self.her_turn(lambda: self.world.write(text), ends=self._ends(state, meant))
        if state.human is None or isinstance(meant, Command) or hasattr(meant, "action"):
            return
        if state.human.present:
            self._is_in_the_case(state.human, text)

    def _ends(self, state: State, meant: object) -> bool:
        """Whether this presses [end the conversation], which lets the program speak."""
        return getattr(meant, "action", "") == "z" and state.prompt is not None

    def _is_in_the_case(self, human: Human, text: str) -> None:
        case = next(each for each in self.cases() if each.id == human.case)
        assert (case.last_from, case.last_at) == (Voice.NEWCOMER, self.world.now)
        assert case.unanswered_since is not None
        rows = [row for row in self.history() if row.direction == "in"]
        assert rows[-1].seq > case.from_seq
        assert text.encode() in rows[-1].body

    @rule()
    def she_asks_for_a_human(self) -> None:
        self.she_writes("/human")

    @rule(index=st.integers(0, 12))
    def she_presses_what_she_sees(self, index: int) -> None:
        state = self.state()
        newest = [row for row in self.history() if row.direction == "out"][-4:]
        tokens = [
            (row.seq, choice.action)
            for row in reversed(newest)
            for choice in load_message(row.body).choices
        ]
        if tokens:
            seq, action = tokens[index % len(tokens)]
            ends = action == "z" and state.prompt is not None and state.prompt.seq == seq
            self.her_turn(lambda: self.world.press(f"{seq}~{action}"), ends=ends)

    @rule(seq=st.integers(0, 40), action=ACTIONS)
    def she_presses_something_old(self, seq: int, action: str) -> None:
        prompt = self.state().prompt
        ends = prompt is not None and prompt.seq == seq
        self.her_turn(lambda: self.world.press(f"{seq}~{action}"), ends=ends)

    @rule(kind=st.sampled_from(AttachmentKind))
    def she_sends_something(self, kind: AttachmentKind) -> None:
        human = self.state().human
        sent = Attachment(kind=kind)
        self.her_turn(lambda: self.world.door.receive(self.world.inbound(sent)))
        if human is not None:
            self._is_in_the_case(human, f'"media":"{kind}"')

    @rule(seconds=SPANS)
    def time_passes(self, seconds: int) -> None:
        self.world.later(seconds=seconds)

    @rule()
    def jobs_run(self) -> None:
        before = self.state().human
        self.run(self.world.run_due())
        self.run(self.world.settle())
        self._unasked(before)

    @rule(name=st.sampled_from([PROMISE, RETURN, WAKE]), index=st.integers(0, 5))
    def a_job_runs_at_any_time(self, name: str, index: int) -> None:
        known = self.cases()
        handler = self.world.jobs.handler(name)
        assert handler is not None
        if known:
            before = self.state().human
            self.run(handler({"case": known[index % len(known)].id}))  # type: ignore[arg-type]
            self.run(self.world.settle())
            self._unasked(before)

    def _unasked(self, before: Human | None) -> None:
        """What comes by itself while a human is there says that it is a program, or that she waits
        again.
        """
        after = self.state().human
        for message in self.news():
            if before is not None and before.present and after is not None and after.present:
                assert message.automatic

    @rule()
    def the_program_starts_anew(self) -> None:
        self.run(self.world.settle())
        self.world.__post_init__()

    # -- what counsellors do

    @rule(who=st.integers(0, 1))
    def a_counsellor_takes_it(self, who: int) -> None:
        self.a_counsellor_does(who, "claim", 1)

    @rule(
        who=st.integers(0, 1),
        act=st.sampled_from(
            ["claim", "release", "give", "snooze", "reply", "correct", "recall", "note", "draft"]
        ),
        index=st.integers(0, 3),
    )
    def a_counsellor_acts(self, who: int, act: str, index: int) -> None:
        self.a_counsellor_does(who, act, index)

    def a_counsellor_does(self, who: int, act: str, index: int) -> None:
        known = self.cases()
        if known:
            case = known[-1] if index else known[0]
            self._act(case, act, self.team[who], self.team[1 - who])

    @rule(
        who=st.integers(0, 1),
        outcome=st.sampled_from(Outcome),
        words=st.booleans(),
        reopen=st.booleans(),
    )
    def a_counsellor_closes_or_opens(
        self, who: int, outcome: Outcome, words: bool, reopen: bool
    ) -> None:
        known = self.cases()
        if not known:
            return
        acting, case = self.team[who], known[-1]
        if reopen:
            self._office(self.world.cases.reopen(acting, case.id))
        else:
            text = self._text("Tschüss") if words else None
            [closed] = self.run(self.world.cases.close(acting, [case.id], outcome, text=text))
            if text is not None and closed.refusal is None:
                self.replies[text] = 1
            self.run(self.world.settle())
            self.news()

    def _text(self, word: str) -> str:
        self.said += 1
        return f"{word}-{self.said}."

    def _act(self, case: Case, act: str, me: Acting, other: Acting) -> None:
        desk = self.world.cases
        match act:
            case "claim":
                self._office(desk.claim(me, case.id))
            case "release":
                self._office(desk.release(me, case.id))
            case "give":
                self._office(desk.transfer(me, case.id, other.staff_id))
            case "snooze":
                self._office(desk.snooze(me, case.id, self.world.now + timedelta(hours=5)))
            case "reply":
                text = self._text("Antwort")
                for _ in range(2):  # the same form twice
                    if self._office(desk.reply(me, case.id, text, key=text)):
                        self.replies[text] = 1
            case "correct" | "recall":
                self._change(case, act, me)
            case "note":
                self._office(desk.note(me, case.id, self._text("GEHEIM")))
            case _:
                self._office(desk.save_draft(me, case.id, self._text("ENTWURF")))

    def _change(self, case: Case, act: str, me: Acting) -> None:
        def newest(tx: Tx) -> int | None:
            found = conversations.by_id(tx, case.conversation_id)
            assert found is not None
            entries = case_entries.of_case(tx, found, case.id)
            return max((each.id for each in entries if each.kind == "reply"), default=None)

        entry = self.read(newest)
        if entry is None:
            return
        if act == "recall":
            self._office(self.world.cases.recall(me, entry))
        else:
            self._office(self.world.cases.correct(me, entry, self._text("Korrektur")))

    def _office(self, act: Coroutine[Any, Any, object]) -> bool:
        """Do an act of the office; return whether it was done."""
        before = self.state().human
        try:
            self.run(act)
        except Refusal:
            return False
        self.run(self.world.settle())
        after = self.state().human
        for message in self.news():
            silent = before is not None and before.present and after is not None and after.present
            if silent and message.human is None and not message.automatic:
                assert self._says_who(message), "the program talks over a human"
        return True

    def _says_who(self, message: Message) -> bool:
        names = [each.name for each in self.team]
        source = self.state().language or "de"
        words = {
            content().words(text, source, name=name)
            for text in (JOINED, TRANSFERRED)
            for name in names
        }
        return "".join(span.text for span in message.blocks[0].spans) in words  # type: ignore[union-attr]

    # -- what is always so

    @invariant()
    def one_case_is_open_at_most_and_she_knows_it(self) -> None:
        open_ = [case for case in self.cases() if case.status is not CaseStatus.CLOSED]
        assert len(open_) <= 1
        human = self.state().human
        if not open_:
            assert human is None
            return
        [case] = open_
        assert human is not None
        names = {each.staff_id: each.name for each in self.team}
        held = names[case.assignee] if case.assignee is not None else None
        assert (human.case, human.status, human.name) == (case.id, case.status, held)

    @invariant()
    def every_change_stands_in_the_table(self) -> None:
        actions = set(CaseAction)
        for case in self.cases():
            status, assigned = CaseStatus.WAITING, False
            for event in self.events(case):
                if event.event not in actions:
                    continue
                action = CaseAction(event.event)
                after = moved(status, action, assigned=assigned)
                assert after is not None, (case.id, status, action)
                status = after
                assigned = status is CaseStatus.WITH_COUNSELLOR or (
                    assigned and status is CaseStatus.SNOOZED
                )
            assert status is case.status

    @invariant()
    def nobody_waits_unseen(self) -> None:
        def read(tx: Tx) -> tuple[list[int], list[tuple[str, int, object]]]:
            queue = [case.id for case in cases.queue(tx)]
            waiting = jobs.list_jobs(tx, limit=10_000)
            return queue, [(job.name, job.args.get("case"), job.at) for job in waiting]  # type: ignore[misc]

        queue, waiting = self.read(read)
        for case in self.cases():
            if case.status is CaseStatus.CLOSED:
                continue
            assert case.id in queue
            if case.status is CaseStatus.SNOOZED:
                assert (WAKE, case.id, case.snoozed_until) in waiting
            if case.assignee is None:
                assert case.promised_by is not None
                assert (PROMISE, case.id, case.promised_by) in waiting
            elif case.status is not CaseStatus.SNOOZED and case.unanswered_since is not None:
                assert any(job[:2] == (RETURN, case.id) for job in waiting)

    @invariant()
    def what_is_not_for_her_never_reaches_her(self) -> None:
        for row in self.history():
            if row.direction == "out":
                assert not any(word.encode() in row.body for word in SECRETS)
        assert not any(word in text for text in self.world.channel.texts for word in SECRETS)

    @invariant()
    def an_answer_comes_once(self) -> None:
        said = [row.body for row in self.history() if row.direction == "out" and row.kind == "say"]
        for text, times in self.replies.items():
            assert sum(text.encode() in body for body in said) == times

    @invariant()
    def words_are_acknowledged_once(self) -> None:
        """Between two times that she began to wait."""
        began = sum(
            event.event in {"open", "release", "return", "reopen"}
            or (event.event == "crisis" and case.priority is Priority.CRISIS)
            for case in self.cases()
            for event in self.events(case)
        )
        noted = [content().words(NOTED, language.code).encode() for language in content().languages]
        said = [row.body for row in self.history() if row.direction == "out" and row.kind == "say"]
        assert sum(any(words in body for words in noted) for body in said) <= began


TestHandoff = Handoff.TestCase
TestHandoff.settings = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
