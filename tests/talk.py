"""A person and the engine, without any channel: what tests of conversations drive.

Every turn serialises the state and reads it back, as the service does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.content.catalogue import Catalogue
from bot.domain.case import CaseStatus
from bot.domain.case_news import (
    Done,
    Joined,
    Overdue,
    Recalled,
    Replied,
    Snoozed,
    Transferred,
    Waits,
)
from bot.domain.conversation import Greeting, Input, Media, Press, State, Understood
from bot.domain.durations import parse_span
from bot.domain.inbound import AttachmentKind
from bot.domain.outgoing import Bullets, Close, Edit, Link, Message, Note, Output, Say, Span
from bot.engine.step import step
from bot.engine.world import World
from bot.rendering.parts import Words, parts
from bot.service.codec import dump_message, dump_state, load_message, load_state
from bot.service.door import understand
from bot.service.rehearsal_world import CASE, RehearsalWorld
from bot.service.webchat import WEB

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class Talk:
    """One conversation. `messages` are all that can still be seen, by number."""

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        at: datetime = START,
        hint: str | None = None,
        in_place: bool = True,
        end_to_end: bool = False,
        world: Callable[[Catalogue, datetime], World] = RehearsalWorld,
    ) -> None:
        self.world = world
        self.catalogue = catalogue
        self.at = at
        self.hint = hint
        self.in_place = in_place
        self.end_to_end = end_to_end
        self.state = State()
        self.messages: dict[int, Message] = {}
        self.faults: tuple[str, ...] = ()

    def feed(self, understood: Understood, *, pressed: bool = False) -> tuple[Output, ...]:
        """Give the engine one input. Only a real button edits the message that it is on."""
        event = Input(
            at=self.at,
            today=self.at.astimezone(ZoneInfo(self.catalogue.site.zone)).date(),
            understood=understood,
            language_hint=self.hint,
            in_place=self.in_place and pressed,
            end_to_end=self.end_to_end,
        )
        before = self.state
        done = step(before, event, self.catalogue, self.world(self.catalogue, self.at))
        again = step(before, event, self.catalogue, self.world(self.catalogue, self.at))
        assert again == done, "the engine must be deterministic"
        self.state = load_state(dump_state(done.state))
        assert self.state == done.state, "the state must survive JSON"
        self.faults = done.faults
        self.at += timedelta(seconds=30)
        for output in done.outputs:
            match output:
                case Say(seq=seq, message=message):
                    assert load_message(dump_message(message)) == message
                    self.messages[seq] = message
                case Edit(target=target, message=message):
                    assert target in self.messages
                    self.messages[target] = message
                case Close(target=target):
                    shown = self.messages[target]
                    self.messages[target] = Message(lang=shown.lang, blocks=shown.blocks)
        return done.outputs

    def write(self, text: str) -> tuple[Output, ...]:
        """Write words."""
        return self.feed(understand(text, self.state, self.catalogue, self.at))

    def press(self, label: str) -> tuple[Output, ...]:
        """Press the newest button with this label."""
        for seq, message in sorted(self.messages.items(), reverse=True):
            for choice in message.choices:
                if choice.label == label:
                    prompt = self.state.prompt
                    version = prompt.seq if prompt and prompt.message == seq else seq
                    return self.feed(Press(seq=version, action=choice.action), pressed=True)
        raise AssertionError(f"no button {label!r} in sight")

    def wait(self, duration: str) -> None:
        """Let time pass."""
        span = parse_span(duration)
        self.at += timedelta(days=span.days + 30 * span.months)

    def open(self) -> tuple[Output, ...]:
        """Open the conversation without words."""
        return self.feed(Greeting())

    def perform(self, line: str) -> tuple[Output, ...]:
        """Do one line of a transcript: words, `[label]`, `(press a:guben)` on the newest message,
        `(wait P20D)`, `(open)`, or something that is no text: `(voice)`.
        """
        if found := re.fullmatch(r"\[(.+)\]", line):
            return self.press(found[1])
        if found := re.fullmatch(r"\(press (\S+)\)", line):
            assert self.state.prompt is not None
            return self.feed(Press(seq=self.state.prompt.seq, action=found[1]), pressed=True)
        if found := re.fullmatch(r"\(wait (\S+)\)", line):
            self.wait(found[1])
            return ()
        if line == "(open)":
            return self.open()
        if found := re.fullmatch(r"\((\w+)\)", line):
            return self.feed(Media(kind=AttachmentKind(found[1])))
        return self.write(line)

    def office(self, line: str) -> tuple[Output, ...]:
        """Do what a counsellor does: words of hers, `(joins Jana)`, `(close)` and the like."""
        human = self.state.human
        status = human.status if human is not None else CaseStatus.WAITING
        name = (human.name if human is not None else None) or "Jana"
        promise = self.world(self.catalogue, self.at).promise()
        act, _, rest = line.strip("()").partition(" ") if line.startswith("(") else ("", "", "")
        match act:
            case "joins":
                return self.feed(Joined(case=CASE, name=rest))
            case "transfers":
                return self.feed(Transferred(case=CASE, name=rest))
            case "releases":
                return self.feed(Waits(case=CASE, promise=promise))
            case "reopens":
                return self.feed(Waits(case=CASE, promise=promise, reopened=True))
            case "snoozes":
                return self.feed(Snoozed(case=CASE, name=human.name if human is not None else None))
            case "recalls":
                newest = max(seq for seq, message in self.messages.items() if message.human)
                return self.feed(Recalled(case=CASE, target=newest, name=name))
            case "closes":
                return self.feed(Done(case=CASE, name=human.name if human is not None else None))
            case "late":
                return self.feed(Overdue(case=CASE, promise=promise))
        lang = self.state.language or self.catalogue.source.code
        return self.feed(Replied(case=CASE, name=name, text=line, lang=lang, status=status))

    def shown(self, output: Output) -> list[str]:
        """Return an output as lines of a transcript."""
        if isinstance(output, Close):
            return [f"(closed) {output.note or ''}".rstrip()]
        rendered = parts(
            output.message,
            output.seq,
            WEB,
            Words(number_or_word=""),
            direction_of=lambda code: (
                found.direction if (found := self.catalogue.language(code)) else "ltr"
            ),
        )
        lines = "\n".join(piece.text for piece in rendered.pieces).splitlines()
        lines[:0] = [f"({output.message.human})"] if output.message.human else []
        lines[:0] = ["(automatic)"] if output.message.automatic else []
        lines += [" ".join(f"[{c.label}]" for c in output.message.choices)]
        edited = ["(edited)"] if isinstance(output, Edit) else []
        return edited + [line for line in lines if line]


def said(outputs: tuple[Output, ...]) -> str:
    """Return the words of outputs without the small print; a line for each block or item."""
    lines: list[str] = []
    for output in outputs:
        if isinstance(output, Close):
            continue
        blocks = (block for block in output.message.blocks if not isinstance(block, Note))
        for block in blocks:
            rows = block.items if isinstance(block, Bullets) else (block.spans,)
            lines += ["".join(map(_words, row)) for row in rows]
    return "\n".join(lines).translate({0x2068: None, 0x2069: None, 0xA0: " "})


def _words(span: Span) -> str:
    return span.label if isinstance(span, Link) else span.text
