"""How messages come out in one language: too long, cut in pieces, buttons too long.

A message that may come near a limit is played with the engine and rendered for every channel; what
surely fits is not (`size`). Which channels there are is the caller's business.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from bot.content import markup
from bot.content.catalogue import Catalogue
from bot.content.load import CONTENT, MESSAGES
from bot.content.model import Role
from bot.content.problems import Mark, Problems
from bot.content.texts import MAX_ANSWER, MAX_LABEL
from bot.domain.capabilities import Capabilities
from bot.domain.outgoing import Message, token
from bot.domain.texts import FACT_ASK_OFFICE, Text
from bot.rendering.parts import Words, parts
from bot.service.check.scenes import Kind, Scene, play
from bot.service.check.size import measure

MAX_BUTTON = 64
"""Bytes that a button can carry (Telegram Bot API, InlineKeyboardButton, callback_data)."""
_LONGEST_SEQ = 999_999_999  # the longest number that a button's token takes
_SLACK = 30  # characters that values of the program may have more in another language
# What is from the content among the labels; the others are of the program.
_CONTENT_LABELS = ("a:", "e:", "c:", "t:", "l:")


def is_own_label(action: str) -> bool:
    """Return whether the label of a button with this action is a text of the program."""
    return not action.startswith(_CONTENT_LABELS) or action in {"a:yes", "a:no"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Where the texts of one language stand: the PO files by domain, or the German in YAML."""

    catalogue: Catalogue
    language: str
    files: Mapping[str, tuple[str, bytes]]
    today: date
    _lines: dict[str, list[int]] = field(default_factory=dict)
    _growth: dict[str, int] = field(default_factory=dict)

    @property
    def is_source(self) -> bool:
        """Whether this is the language that the content is written in."""
        return self.language == self.catalogue.source.code

    def has(self, key: str) -> bool:
        """Return whether the language has this text itself, and shows no other in its place."""
        return self.is_source or self.catalogue.translation(key, self.language) is not None

    def growth(self, made_of: Iterable[str | Text]) -> int:
        """Return by how many characters a message of these texts is longer than in the source
        language, or a little more.
        """
        return sum(self._growth_of(each) for each in made_of)

    def _growth_of(self, text: str | Text) -> int:
        name = text if isinstance(text, str) else f"\0{text.id}"
        known = self._growth.get(name)
        if known is None:
            known = self._growth[name] = self._longer(text)
        return known

    def _longer(self, text: str | Text) -> int:
        if isinstance(text, Text):  # it may stand on a button or in small print: not less
            return max(len(self.catalogue.words(text, self.language)) - len(text.german), 0)
        own = self.catalogue.translation(text, self.language)
        source = self.catalogue.texts[text]
        if own is None:
            return 0
        longer = markup.length(own.text) - markup.length(source.german)
        if source.role is not Role.TEXT:
            return max(longer, 0)
        return longer + sum(self._fact_longer(fact) for _, fact in markup.facts(own.text))

    def _fact_longer(self, fact: str) -> int:
        name = f"\0\0{fact}"
        known = self._growth.get(name)
        if known is None:
            words, source = (
                self.catalogue.fact(fact, each, self.today)
                or self.catalogue.words(FACT_ASK_OFFICE, each)
                for each in (self.language, self.catalogue.source.code)
            )
            known = self._growth[name] = len(words) - len(source)
        return known

    def mark(self, key: str) -> Mark:
        """Return where the text with this key stands in the language."""
        found = self._find(CONTENT, f'\nmsgctxt "{key}"')
        if found is not None:
            return found
        source = self.catalogue.texts.get(key)
        return Mark(source.file, source.line) if source is not None else Mark("site.yaml")

    def label(self, words: str) -> Mark:
        """Return where a label of the program stands; German ones are in the program itself."""
        return self._find(MESSAGES, f'\nmsgstr "{words}"') or Mark(f"{MESSAGES} ({self.language})")

    def _find(self, domain: str, wanted: str) -> Mark | None:
        if domain not in self.files:
            return None
        file, content = self.files[domain]
        at = content.find(wanted.encode())
        if at < 0:
            return None
        if domain not in self._lines:
            self._lines[domain] = [found.start() for found in re.finditer(b"\n", content)]
        return Mark(file, bisect_right(self._lines[domain], at) + 1)


class Showing:
    """Checks the messages of one language. `broken`: content with errors may lack what they need;
    that is reported already.
    """

    def __init__(
        self,
        texts: Texts,
        channels: Mapping[str, Capabilities],
        problems: Problems,
        *,
        broken: bool = False,
    ) -> None:
        self._texts = texts
        self._catalogue = texts.catalogue
        self._channels = channels
        self._problems = problems
        self._broken = broken
        self._longest: dict[str, int] = {}
        self._labels: set[str] = set()

    def check(self, scenes: Iterable[Scene]) -> None:
        """Look at every scene in this language."""
        for scene in scenes:
            if self._texts.is_source:
                self._look(scene, scene.message)
            elif scene.novel or not self._surely_fits(scene):
                try:
                    message = play(scene, self._catalogue, self._texts.language)
                except LookupError:
                    if not self._broken:
                        raise
                    continue
                if message is not None:
                    self._look(scene, message)
        for key, size in self._longest.items():
            text = f"`{key}`: the answer that begins here can have {size} characters"
            where = "" if self._texts.is_source else " in the German"
            hint = f"Fewer than {MAX_ANSWER} fit a phone: shorten it, or use `more`{where}."
            self._problems.warning(self._texts.mark(key), "answer-length", text, hint)

    def _surely_fits(self, scene: Scene) -> bool:
        more = self._texts.growth(scene.made_of) + _SLACK
        if scene.kind is Kind.ANSWER and scene.size.read + more >= MAX_ANSWER:
            return False
        return all(scene.size.fits_with(more, each) for each in self._channels.values())

    def _look(self, scene: Scene, message: Message) -> None:
        size = measure(message)
        if scene.kind is Kind.ANSWER and size.read >= MAX_ANSWER and self._texts.has(scene.key):
            self._longest[scene.key] = max(size.read, self._longest.get(scene.key, 0))
        for choice in message.choices:
            if len(choice.label) > MAX_LABEL and is_own_label(choice.action):
                self._report_label(choice.label)
            carried = len(token(_LONGEST_SEQ, choice.action).encode())
            if carried > MAX_BUTTON and self._texts.is_source:
                text = f"the button `{choice.label}` carries {carried} bytes, at most {MAX_BUTTON}"
                hint = "Shorten the ids of the entry and of the step."
                self._problems.error(self._texts.mark(scene.key), "button-bytes", text, hint)
        tight = {name: each for name, each in self._channels.items() if not size.fits(each)}
        if tight:
            self._render(scene, message, tight)

    def _report_label(self, label: str) -> None:
        if label not in self._labels:
            self._labels.add(label)
            text = f"`{label}`: {len(label)} characters are too many for a button"
            mark = self._texts.label(label)
            self._problems.warning(mark, "label-length", text, f"At most {MAX_LABEL}.")

    def _render(self, scene: Scene, message: Message, channels: Mapping[str, Capabilities]) -> None:
        """Render a message for channels; report where it does not come out whole."""
        mark = self._texts.mark(scene.key)
        for name, capabilities in channels.items():
            made = parts(
                message,
                _LONGEST_SEQ,
                capabilities,
                Words(number_or_word=""),
                direction_of=self._direction,
            )
            if len(made.pieces) > 1:
                text = f"`{scene.key}`: on {name} this is cut into {len(made.pieces)} messages"
                hint = f"{capabilities.max_text:,} {capabilities.unit} fit into one: shorten it."
                self._problems.warning(mark, "channel-limit", text, hint)
            if lost := sorted({each.split(" ", 1)[0] for each in made.dropped}):
                text = f"`{scene.key}`: on {name} something is lost: {', '.join(lost)}"
                self._problems.error(mark, "channel-limit", text, "Offer less at once.")

    def _direction(self, code: str) -> Literal["ltr", "rtl"]:
        found = self._catalogue.language(code)
        return found.direction if found is not None else "ltr"
