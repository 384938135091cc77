"""One conversation in memory, with the real understanding, engine and renderer: no channel, no
database, and only the clock that it was given. What is said is kept as lines, as the web page
shows it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, assert_never
from zoneinfo import ZoneInfo

from bot.content.catalogue import Catalogue
from bot.content.rehearsals import Say as Act
from bot.domain.conversation import Command, Input, Media, Press, PromptKind, State, Understood
from bot.domain.durations import parse_span, shift
from bot.domain.inbound import AttachmentKind
from bot.domain.outgoing import Choice, Close, Edit, Message, Output, Say
from bot.engine.step import step
from bot.service.codec import dump_state, load_state
from bot.service.door import understand
from bot.service.rehearsal_world import RehearsalWorld
from bot.service.webchat import WEB, said

BEGIN = time(10, 0)
BETWEEN = timedelta(seconds=30)  # acts that follow too fast would be taken for an impatient thumb
# Marks of direction, and the blanks that keep a number with its unit, which nobody types.
_INVISIBLE = dict.fromkeys(map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e"))
_INVISIBLE |= dict.fromkeys(range(0x2066, 0x206A))
_OWN = frozenset({"a", "e", "c", "t", "l"})


class NotPossibleError(Exception):
    """What she is to do cannot be done here; says why."""


def bare(text: str) -> str:
    """Return a text as it can be typed: NFC, single blanks, no marks of direction."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_INVISIBLE).split())


def choice_id(choice: Choice) -> str | None:
    """Return the id of the answer, entry, topic or language behind a choice; None for others."""
    name, _, rest = choice.action.partition(":")
    return rest if name in _OWN and rest else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the conversation: hers (`S`), the program's (`L`), or what follows it ("")."""

    by: Literal["S", "L", ""]
    text: str
    choices: bool = False


@dataclass(slots=True)
class Stage:
    """A conversation from an empty state; `lines` are all that was said."""

    catalogue: Catalogue
    day: date
    hint: str | None = None
    state: State = field(default_factory=State)
    lines: list[Line] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    at: datetime = field(init=False)
    messages: dict[int, Message] = field(default_factory=dict)

    def __post_init__(self) -> None:
        zone = ZoneInfo(self.catalogue.site.zone)
        self.at = datetime.combine(self.day, BEGIN, zone).astimezone(UTC)

    @property
    def today(self) -> date:
        """The day of the conversation now, at the site."""
        return self.at.astimezone(ZoneInfo(self.catalogue.site.zone)).date()

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What the newest open message offers."""
        return self.state.prompt.choices if self.state.prompt is not None else ()

    @property
    def step(self) -> str | None:
        """The step whose text she saw last, as ENTRY/STEP; None outside of entries."""
        return self.steps[-1] if self.steps else None

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps of the newest question or answer, as ENTRY/STEP."""
        return tuple("/".join(key.split("/")[:2]) for key in self.state.shown)

    @property
    def entry(self) -> str | None:
        """The entry that she is in, or whose answer she read last."""
        if self.state.frames:
            return self.state.frames[-1].entry
        return self.step.partition("/")[0] if self.step else None

    @property
    def ended(self) -> bool:
        """Whether the whole answer stands there and nothing is asked."""
        return self.state.prompt is not None and self.state.prompt.kind is PromptKind.ANSWER

    @property
    def head(self) -> int:
        """The line in which the newest message begins."""
        return max((number for number, line in enumerate(self.lines) if line.by), default=0)

    @property
    def newest(self) -> str:
        """The words of the newest message."""
        lines = self.lines[self.head :]
        return "\n".join(line.text for line in lines if line.by != "S" and not line.choices)

    def meaning(self, words: str) -> Understood:
        """Return what words mean here."""
        return understand(words, self.state, self.catalogue, self.at)

    def perform(self, act: Act) -> None:
        """Do one thing that an editor wrote down.

        Raises:
            NotPossibleError: it cannot be done here.
        """
        self.lines.append(Line(by="S", text=self._line(act)))
        if act.kind == "wait":
            self._wait(act.value)
        else:
            self.take(self._understood(act))

    def _line(self, act: Act) -> str:
        value = act.value
        match act.kind:
            case "words":
                return value
            case "choice":
                found = self._choice(value)
                return f"[{found.label if found else value}]"
            case "entry" if self.catalogue.has(f"{value}/title"):
                language = self.state.language or self.catalogue.source.code
                return f"[{self.catalogue.plain(f'{value}/title', language)}]"
            case "press" | "entry":
                return f"[{value}]"
            case "command":
                return f"/{value}"
            case "wait":
                return f"(wait {value})"
            case "media":
                return f"({value})"
            case _:
                assert_never(act.kind)

    def _understood(self, act: Act) -> Understood:
        match act.kind:
            case "words" | "wait":
                return self.meaning(act.value)
            case "choice":
                return self._chosen(act.value)
            case "press":
                return self._pressed(act.value)
            case "entry":
                return self._opened(act.value)
            case "command":
                return Command(name=act.value)
            case "media":
                return Media(kind=AttachmentKind(act.value))
            case _:
                assert_never(act.kind)

    def _choice(self, name: str) -> Choice | None:
        return next((each for each in self.choices if each.action == f"a:{name}"), None)

    def _chosen(self, name: str) -> Press:
        """Return the answer with this id to the open question."""
        prompt, choice = self.state.prompt, self._choice(name)
        if prompt is None or choice is None:
            answers = [each.action[2:] for each in self.choices if each.action.startswith("a:")]
            here = ", ".join(answers) or "none"
            raise NotPossibleError(f"there is no answer `{name}` here; answers here: {here}")
        return Press(seq=prompt.seq, action=choice.action)

    def _pressed(self, label: str) -> Press:
        """Return a press on the newest button with this label."""
        prompt = self.state.prompt
        for seq, message in sorted(self.messages.items(), reverse=True):
            for choice in message.choices:
                if bare(choice.label) == bare(label):
                    version = prompt.seq if prompt and prompt.message == seq else seq
                    return Press(seq=version, action=choice.action)
        here = " ".join(f"[{each.label}]" for each in self.choices) or "none"
        raise NotPossibleError(f"there is no button [{label}] in sight; buttons here: {here}")

    def _opened(self, entry: str) -> Press:
        """Return a tap on an entry of the menu."""
        if self.state.language is None:
            message = "no language is chosen yet: begin with /start and the name of a language"
            raise NotPossibleError(message)
        return Press(seq=self.state.prompt.seq if self.state.prompt else 0, action=f"e:{entry}")

    def _wait(self, span: str) -> None:
        zone = ZoneInfo(self.catalogue.site.zone)
        here = self.at.astimezone(zone)
        later = shift(here.date(), parse_span(span))
        self.at = datetime.combine(later, here.time(), zone).astimezone(UTC)

    def take(self, understood: Understood) -> None:
        """Give the engine one input, and keep what it says."""
        event = Input(
            at=self.at,
            today=self.today,
            understood=understood,
            language_hint=self.hint,
            in_place=WEB.edits_in_place,
            end_to_end=WEB.end_to_end,
        )
        done = step(self.state, event, self.catalogue, RehearsalWorld(self.catalogue, self.at))
        self.state = load_state(dump_state(done.state))  # as the next turn of the service finds it
        self.faults += done.faults
        self.at += BETWEEN
        for output in done.outputs:
            self._keep(output)

    def _keep(self, output: Output) -> None:
        match output:
            case Say(seq=seq, message=message):
                self._show(seq, message)
            case Edit(target=target, message=message):
                self._show(target, message)
            case Close(target=target):
                self.messages[target] = replace(self.messages[target], choices=())
            case _:
                assert_never(output)

    def _show(self, seq: int, message: Message) -> None:
        self.messages[seq] = message
        words = str(said(message, seq, self.catalogue)["text"])
        lines = [Line(by="", text=line) for line in words.splitlines() if line.strip()]
        if message.choices:
            labels = " ".join(f"[{choice.label}]" for choice in message.choices)
            lines.append(Line(by="", text=labels, choices=True))
        self.lines += [replace(lines[0], by="L"), *lines[1:]] if lines else []
