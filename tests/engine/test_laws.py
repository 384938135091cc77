"""Laws: whatever anybody does, whatever the content becomes, the conversation goes on.

`Talk` adds two more at every turn: the engine is deterministic, the state survives JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.catalogue import Catalogue
from bot.content.model import AskStep, ContactStep, DocumentStep, PlaceStep, SayStep
from bot.domain.conversation import (
    QUESTIONS,
    Answer,
    Command,
    FreeText,
    Greeting,
    Late,
    Media,
    Press,
    Prompt,
    PromptKind,
)
from bot.domain.inbound import AttachmentKind
from bot.domain.outgoing import Close, Edit, Output, parse_token, token
from bot.understanding.commands import COMMANDS
from tests.engine.site import Small
from tests.talk import START, Talk

MOST_LABEL, MOST_TOKEN = 34, 64
Act = Callable[[Talk], tuple[Output, ...]]

WORDS = st.sampled_from(
    [
        *("1", "2", "3", "0", "17", "-1", "٢", "20.11.", "1.1.1890", "31.12.2031"),
        *("ja", "nein", "tak", "так", "نعم", "zurück", "menü", "mehr", "notfall", "hallo"),
        *("/start", "/menu", "/language", "/human", "/delete", "/stop", "/nichts", "/back"),
        *("/language pl", "/language zz", "/start tax-id", "/start gone", "/start find-flat"),
        *("Deutsch", "Polski", "Guben", "weiß nicht", "Spremberg"),
    ]
)
ACTIONS = st.sampled_from(
    [
        *("m", "m:2", "t:work", "t:gone", "e:tax-id", "e:gone", "c:tax-id", "c:gone", "h", "x"),
        *("b", "g", "r", "n", "k", "l:uk", "l:pl", "l:2", "l:xx", "a:yes", "a:guben", "a:"),
        *("d:gone:gone", "d:register-address:office", "d::", "", ":", "zz", "a:" + "9" * 5000),
    ]
)
OFFICE = st.sampled_from(
    [
        *("(joins Jana)", "(transfers Mirek)", "(releases)", "(snoozes)", "(closes)", "(reopens)"),
        *("(late)", "Guten Tag.", "Wann?\n\n\n<b>Wo?</b>"),
    ]
)
VALUES = st.one_of(
    st.booleans(), st.integers(), st.text(max_size=20), st.dates().map(lambda day: day.isoformat())
)
SILENCE = st.sampled_from([0, 1, 5, 11, 60, 86_400, 86_400 * 15, 86_400 * 400])


def _visible(index: int) -> Act:
    """Press a button that can be seen, the newest messages first."""

    def act(talk: Talk) -> tuple[Output, ...]:
        prompt = talk.state.prompt
        newest = sorted(talk.messages.items(), reverse=True)[:6]
        buttons = [(seq, choice.action) for seq, message in newest for choice in message.choices]
        if not buttons:
            return talk.feed(Greeting())
        seq, action = buttons[index % len(buttons)]
        version = prompt.seq if prompt is not None and prompt.message == seq else seq
        return talk.feed(Press(seq=version, action=action), pressed=True)

    return act


def _fed(event: Command | Press | Answer | FreeText | Late | Media | Greeting) -> Act:
    return lambda talk: talk.feed(event, pressed=isinstance(event, Press))


def _current(action: str) -> Act:
    """Press a made-up button of the message that is open."""

    def act(talk: Talk) -> tuple[Output, ...]:
        seq = talk.state.prompt.seq if talk.state.prompt is not None else 0
        return talk.feed(Press(seq=seq, action=action), pressed=True)

    return act


def _later(seconds: int) -> Act:
    def act(talk: Talk) -> tuple[Output, ...]:
        talk.at += timedelta(seconds=seconds - 30)
        return ()

    return act


ACTS: st.SearchStrategy[Act] = st.one_of(
    st.integers(0, 60).map(_visible),
    st.integers(0, 8).map(_visible),
    st.builds(Press, seq=st.integers(0, 60), action=ACTIONS).map(_fed),
    ACTIONS.map(_current),
    st.one_of(WORDS, st.text(max_size=40)).map(lambda text: lambda talk: talk.write(text)),
    st.builds(Command, name=st.sampled_from(sorted(COMMANDS)), argument=st.text(max_size=5)).map(
        _fed
    ),
    st.builds(Answer, value=VALUES).map(_fed),
    st.sampled_from([FreeText(), Late(), Greeting()]).map(_fed),
    st.sampled_from(AttachmentKind).map(lambda kind: _fed(Media(kind=kind))),
    SILENCE.map(_later),
    OFFICE.map(lambda line: lambda talk: talk.office(line)),
)


def check(talk: Talk, outputs: tuple[Output, ...]) -> None:
    """Hold a turn against what must always be true."""
    assert talk.faults == ()
    numbers = [output.seq for output in outputs]
    assert numbers == sorted(set(numbers))
    assert all(number <= talk.state.seq for number in numbers)
    for output in outputs:
        if isinstance(output, Close | Edit):
            assert output.target in talk.messages
        if isinstance(output, Close):
            continue
        assert output.message.blocks, "a message has words"
        for choice in output.message.choices:
            assert 0 < len(choice.label) <= MOST_LABEL
            carried = token(output.seq, choice.action)
            assert len(carried.encode()) <= MOST_TOKEN
            assert parse_token(carried) == (output.seq, choice.action)
    human, prompt = talk.state.human, talk.state.prompt
    if human is not None and human.present:
        assert prompt is None or prompt.kind not in QUESTIONS
    if prompt is None:
        assert human is not None or outputs == ()
        return
    assert talk.messages[prompt.message].choices == prompt.choices
    if prompt.kind in QUESTIONS:
        assert talk.state.frames
        assert prompt.fingerprint
    assert len(talk.state.trail) <= 20
    assert len(talk.state.frames) <= 16


def check_ways_out(talk: Talk) -> None:
    """The menu and a human are at most two taps away from the message that is open, or a human is
    there.
    """
    human = talk.state.human
    if talk.state.prompt is not None and (human is None or not human.present):
        assert _reaches(talk, _is_menu), talk.state.prompt
        assert _reaches(talk, _is_human), talk.state.prompt


def _is_menu(prompt: Prompt) -> bool:
    return prompt.kind is PromptKind.NAVIGATION and prompt.choices[0].action.startswith("t:")


def _is_human(prompt: Prompt) -> bool:
    actions = {choice.action for choice in prompt.choices}
    return "h" in actions


def _reaches(talk: Talk, found: Callable[[Prompt], bool], taps: int = 2) -> bool:
    prompt = talk.state.prompt
    if prompt is None:
        return False
    if found(prompt):
        return True
    if not taps:
        return False
    order = ("m", "x", "l:")
    likely = [choice for choice in prompt.choices if choice.action.startswith(order)]
    return any(
        _reaches(_after(talk, choice.action), found, taps - 1)
        for choice in sorted(likely, key=lambda choice: choice.action != "m")[:3]
    )


def _after(talk: Talk, action: str) -> Talk:
    """Return the conversation one tap later, leaving this one as it is."""
    copy = Talk(talk.catalogue, at=talk.at + timedelta(seconds=30), hint=talk.hint)
    copy.state, copy.messages = talk.state, dict(talk.messages)
    _current(action)(copy)
    return copy


PATIENT = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


@settings(max_examples=200, deadline=None, suppress_health_check=PATIENT)
@given(
    acts=st.lists(ACTS, min_size=1, max_size=25),
    language=st.sampled_from(["de", "uk", "ar", "pl", "en", "dsb", None]),
    in_place=st.booleans(),
)
def test_whatever_she_does_the_conversation_goes_on(
    catalogue: Catalogue, acts: list[Act], language: str | None, in_place: bool
) -> None:
    talk = Talk(catalogue, in_place=in_place, hint=language)
    if language is not None:
        talk.feed(Command(name="language", argument=language))
    for act in acts:
        check(talk, act(talk))
    check_ways_out(talk)


@dataclass(frozen=True)
class Site:
    """One state of a content that changes: which entries, steps and choices there are."""

    inner: bool = True
    extra: bool = True
    colours: tuple[str, ...] = ("red", "blue", "green")
    kind: str = "choice"
    called: bool = True

    def write(self, small: Small) -> Catalogue:
        """Write the entries of this state and load them."""
        choices = ", ".join(f"{name}: {name.title()}" for name in self.colours)
        asked = {
            "choice": f"ask: choice, text: Farbe?, choices: {{{choices}}}",
            "yes_no": "ask: yes_no, text: Bunt?",
            "number": "ask: number, text: Wie viele?, min: 0, max: 9",
            "date": "ask: date, text: Seit wann?, min: -P1Y, max: P0D",
            "text": "ask: text, text: Welche Farbe?",
            "say": "say: Keine Frage mehr.",
        }[self.kind]
        steps = [f"- {{id: colour, {asked}}}", "- {id: papers, document: passport}"]
        if self.extra:
            steps.append("- {id: sure, ask: yes_no, text: Sicher?}")
            steps.append("- {id: well, if: {sure: true}, say: Gut., more: Noch mehr.}")
        if self.called and self.inner:
            steps.append("- {id: visit, call: inner}")
        steps += ["- {id: hall, place: town-hall}", "- {id: done, say: Fertig.}"]
        offers = "{call: inner}, {goto: inner}, " if self.inner else ""
        steps.append(f"- {{id: next, offer: [{offers}{{goto: outer}}]}}")
        if self.inner:
            steps.append("- {id: after, say: Danach.}")
            small.entry("inner", "- {id: words, say: Innen.}\n- {id: q, ask: text, text: Wer?}")
        elif (small.topic / "inner.yaml").exists():
            small.remove("inner")
        small.entry("outer", "\n".join(steps))
        return small.load()


SITES = [
    Site(),
    Site(inner=False),
    Site(extra=False),
    Site(colours=("red", "blue")),
    Site(colours=("green", "violet")),
    Site(called=False),
    *(Site(kind=kind) for kind in ("yes_no", "number", "date", "text", "say")),
    Site(kind="number", extra=False, inner=False),
]
CHANGES: st.SearchStrategy[Act | int] = st.one_of(
    st.integers(0, len(SITES) - 1), st.integers(0, 9).map(_visible), ACTS
)


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> list[Catalogue]:
    """A catalogue for every state of the site."""
    root = tmp_path_factory.mktemp("states")
    return [site.write(Small(root / f"{number}")) for number, site in enumerate(SITES)]


@settings(max_examples=200, deadline=None, suppress_health_check=PATIENT)
@given(changes=st.lists(CHANGES, min_size=1, max_size=25))
def test_whatever_the_content_becomes_the_conversation_goes_on(
    states: list[Catalogue], changes: list[Act | int]
) -> None:
    talk = Talk(states[0])
    talk.feed(Command(name="language", argument="de"))
    talk.write("/start outer")
    for change in changes:
        if isinstance(change, int):
            talk.catalogue = states[change]
        else:
            check(talk, change(talk))
    check_ways_out(talk)


def answers(prompt: Prompt, today: date) -> list[Press | Answer]:
    """Return answers to a question that between them go every way the shipped entries know."""
    match prompt.kind:
        case PromptKind.DATE:
            days = (-1000, -300, -100, -25, -15, -3, 0, 10, 100, 170, 300)
            return [Answer(value=(today + timedelta(days=day)).isoformat()) for day in days]
        case PromptKind.NUMBER:
            return [Answer(value=number) for number in (0, 1, 2, 3, 4, 5, 7, 12, 13, 16, 20)]
        case PromptKind.TEXT:
            return [Answer(value="Tischler, drei Jahre")]
    return [
        Press(seq=prompt.seq, action=choice.action)
        for choice in prompt.choices
        if choice.action.startswith("a:")
    ]


@pytest.mark.parametrize("language", ["de", "uk", "ar", "pl", "en"])
def test_every_way_through_every_shipped_entry_ends_with_an_answer(
    catalogue: Catalogue, language: str
) -> None:
    reached: set[str] = set()
    for entry in catalogue.entries:
        talk = Talk(catalogue)
        talk.feed(Command(name="language", argument=language))
        check(talk, talk.write(f"/start {entry}"))
        waiting, seen = [talk], set()
        ends = 0
        while waiting:
            talk = waiting.pop()
            prompt = talk.state.prompt
            assert prompt is not None
            reached.update(talk.state.shown)
            key = (talk.state.frames, repr(talk.state.answers), prompt.kind)
            if key in seen:
                continue
            seen.add(key)
            if prompt.kind is PromptKind.ANSWER:
                ends += 1
                continue
            for answer in answers(prompt, START.date()):
                copy = Talk(catalogue)
                copy.state, copy.messages = talk.state, dict(talk.messages)
                check(copy, copy.feed(answer, pressed=isinstance(answer, Press)))
                waiting.append(copy)
        assert ends, entry
    spoken = {
        f"{entry.id}/{step.id}"
        for entry in catalogue.entries.values()
        for step in entry.steps
        if isinstance(step, SayStep | AskStep | PlaceStep | ContactStep | DocumentStep)
    }
    assert spoken - reached == set(), "every text is reached"
