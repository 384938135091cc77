"""Laws of booking: whatever is pressed or written, in any order, nothing is booked that was not
confirmed, nothing is booked twice, and there is always a way on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.catalogue import Catalogue
from bot.domain.appointment import AppointmentStatus
from bot.domain.booking import Reason
from bot.domain.conversation import Command, Greeting, Press, PromptKind
from bot.domain.outgoing import Output
from tests.engine.booking_desk import Office, act, rehearsed
from tests.engine.test_laws import check
from tests.talk import START, Talk

Step = Callable[[Talk, Office], tuple[Output, ...]]

WORDS = st.sampled_from(
    [
        *("1", "2", "3", "9", "ja", "nein", "Guben", "Forst", "mit", "zurück", "menü", "Oksana"),
        *("/appointment", "/appointment CF3Y", "/appointment ZZZZ", "/human", "/menu", "/stop"),
        *("/start letter", "/language ar", "/language de", "Notfall", "x" * 90, "x" * 900, ""),
    ]
)
ACTIONS = st.sampled_from(
    [
        *("p", "p:", "p:start", "p:start:letters", "p:start:gone", "p:on", "p:ok", "p:time"),
        *("p:s:letters", "p:s:gone", "p:p:*", "p:p:gone", "p:place", "p:l:de", "p:l:xx", "p:i:uk"),
        *("p:d:2026-12-01", "p:d:gone", "p:e:2030-01-01", "p:e:x", "p:f:1200", "p:f:x", "p:t:0"),
        *(
            "p:t:99",
            "p:q:topic:x",
            "p:q:",
            "p:name",
            "p:noname",
            "p:w",
            "p:day",
            "p:wl:1",
            "p:wl:x",
        ),
        *("p:n:1.1", "p:n:9.x", "p:a:1", "p:v:1", "p:v:9", "p:c:1", "p:cc:1", "p:cc:2", "p:keep:1"),
        *("p:r:1", "p:u:1", "p:y:1", "p:hy:1", "p:hn:9", "p:file:1", "p:k:1", "b", "m", "h", "x"),
    ]
)
EVENTS = st.sampled_from(
    [
        *("(takes)", "(reminds)", "(asks)", "(moves)", "(calls off)", "(offers)", "(joins Jana)"),
        *("Wann passt es?", "(closes)"),
    ]
)


def _visible(index: int) -> Step:
    def step(talk: Talk, office: Office) -> tuple[Output, ...]:
        newest = sorted(talk.messages.items(), reverse=True)[:3]
        buttons = [(seq, choice.action) for seq, message in newest for choice in message.choices]
        if not buttons:
            return talk.feed(Greeting())
        seq, action = buttons[index % len(buttons)]
        prompt = talk.state.prompt
        version = prompt.seq if prompt is not None and prompt.message == seq else seq
        return talk.feed(Press(seq=version, action=action), pressed=True)

    return step


def _own(index: int) -> Step:
    """Press a button of the open message, so that whole ways are walked."""

    def step(talk: Talk, office: Office) -> tuple[Output, ...]:
        prompt = talk.state.prompt
        if prompt is None or not prompt.choices:
            return talk.feed(Greeting())
        choice = prompt.choices[index % len(prompt.choices)]
        return talk.feed(Press(seq=prompt.seq, action=choice.action), pressed=True)

    return step


def _made_up(action: str) -> Step:
    def step(talk: Talk, office: Office) -> tuple[Output, ...]:
        seq = talk.state.prompt.seq if talk.state.prompt is not None else 0
        return talk.feed(Press(seq=seq, action=action), pressed=True)

    return step


def _written(text: str) -> Step:
    return lambda talk, office: talk.write(text)


def _event(line: str) -> Step:
    def step(talk: Talk, office: Office) -> tuple[Output, ...]:
        prompt, human = talk.state.prompt, talk.state.human
        times = prompt is not None and any(each.action[:4] == "p:t:" for each in prompt.choices)
        if (line == "(takes)" and not times) or (line == "(closes)" and human is None):
            return ()
        return act(talk, office, line)

    return step


def _later(seconds: int) -> Step:
    def step(talk: Talk, office: Office) -> tuple[Output, ...]:
        talk.at += timedelta(seconds=seconds)
        return ()

    return step


def _refuses(reason: Reason | None) -> Step:
    def step(talk: Talk, office: Office) -> tuple[Output, ...]:
        office.store.refuse = reason
        return ()

    return step


STEPS: st.SearchStrategy[Step] = st.one_of(
    st.integers(0, 3).map(_own),
    st.integers(0, 9).map(_own),
    st.integers(0, 30).map(_visible),
    ACTIONS.map(_made_up),
    WORDS.map(_written),
    EVENTS.map(_event),
    st.sampled_from([6, 301, 86_400, 86_400 * 30]).map(_later),
    st.sampled_from([None, *Reason]).map(_refuses),
)


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEPS, min_size=1, max_size=25), language=st.sampled_from(["de", "ar", "uk"]))
def test_in_any_order(catalogue: Catalogue, steps: list[Step], language: str) -> None:
    office = Office(*rehearsed(catalogue, START))
    talk = Talk(catalogue, world=office)
    talk.feed(Command(name="language", argument=language))
    talk.write("/appointment")
    for step in steps:
        before, count = talk.state.prompt, len(office.store.appointments)
        check(talk, step(talk, office))
        made = len(office.store.appointments) - count
        assert made in {0, 1}
        assert not made or (before is not None and before.kind is PromptKind.BOOKING_CHECK)
        live = [
            each.slot
            for each in office.store.appointments.values()
            if each.status is AppointmentStatus.BOOKED
        ]
        assert len(live) == len(set(live))
        prompt, human = talk.state.prompt, talk.state.human
        assert (prompt is not None and prompt.choices) or human is not None
    if talk.state.human is None or not talk.state.human.present:
        talk.write("/menu")
        assert talk.state.prompt is not None
        assert talk.state.prompt.kind is PromptKind.NAVIGATION
