"""How messages come out in one language: too long, cut in pieces, buttons too long, no way out.

Every message is rendered for every channel, unless a bound that cannot be wrong says that it fits
all of them. Which channels there are is the caller's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.content.catalogue import Catalogue
from bot.content.load import CONTENT, MESSAGES
from bot.content.problems import Mark, Problems
from bot.content.texts import MAX_ANSWER, MAX_LABEL
from bot.domain.capabilities import Capabilities, Choices
from bot.domain.outgoing import FSI, PDI, Block, Bullets, Link, Message, Note, Span, token
from bot.rendering.parts import Words, parts
from bot.service.check.scenes import Kind, Scene, play

MAX_BUTTON = 64
"""Bytes that a button can carry (Telegram Bot API, InlineKeyboardButton, callback_data)."""
MAX_KEYBOARD = 10_000
"""Bytes of all buttons of a message that Telegram takes; its servers refuse more."""
_SEQ = 999_999_999  # the longest number that a token takes
_ISOLATES = str.maketrans("", "", FSI + PDI)
# What is from the content among the labels; the others are of the program.
_CONTENT_LABELS = ("a:", "e:", "c:", "t:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Where the texts of one language stand: the PO files by domain, or the German in YAML."""

    catalogue: Catalogue
    language: str
    files: Mapping[str, tuple[str, bytes]]
    _lines: dict[str, Mark] = field(default_factory=dict)

    def own(self, key: str) -> bool:
        """Return whether the language has this text itself, and shows no other in its place."""
        own = self.language == self.catalogue.source.code
        return own or self.catalogue.translation(key, self.language) is not None

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
        known = self._lines.get(wanted)
        if known is None:
            at = content.find(wanted.encode())
            if at < 0:
                return None
            known = self._lines[wanted] = Mark(file, content.count(b"\n", 0, at + 1) + 1)
        return known


class Showing:
    """Checks the messages of one language."""

    def __init__(
        self,
        texts: Texts,
        channels: Mapping[str, Capabilities],
        problems: Problems,
        *,
        broken: bool = False,
    ) -> None:
        self._texts = texts
        self._broken = broken
        self._catalogue = texts.catalogue
        self._channels = channels
        self._problems = problems
        self._room = min((each.max_text for each in channels.values()), default=0)
        self._longest: dict[str, int] = {}
        self._labels: set[str] = set()

    def check(self, scenes: Iterable[Scene]) -> None:
        """Play every scene and look at it. Content with errors may lack what a scene needs."""
        for scene in scenes:
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
            hint = f"Fewer than {MAX_ANSWER} fit a phone: move something to `more`."
            self._problems.warning(self._texts.mark(key), "answer-length", text, hint)

    def _look(self, scene: Scene, message: Message) -> None:
        if scene.kind is Kind.ANSWER and self._texts.own(scene.key):
            size = _length(message.blocks)
            if size >= MAX_ANSWER:
                self._longest[scene.key] = max(size, self._longest.get(scene.key, 0))
        keyboard = 0
        for choice in message.choices:
            self._check_label(choice.action, choice.label)
            carried = len(token(_SEQ, choice.action).encode())
            keyboard += carried + len(choice.label.encode())
            if carried > MAX_BUTTON:
                text = f"the button `{choice.label}` carries {carried} bytes, at most {MAX_BUTTON}"
                hint = "Shorten the ids of the entry and of the step."
                self._problems.error(self._texts.mark(scene.key), "button-bytes", text, hint)
        few = all(len(message.choices) <= each.max_buttons for each in self._channels.values())
        if few and keyboard < MAX_KEYBOARD // 4 and _most_bytes(message) <= self._room:
            return
        self._render(scene, message)

    def _check_label(self, action: str, label: str) -> None:
        if len(label) <= MAX_LABEL or label in self._labels:
            return
        self._labels.add(label)
        own = action.startswith(_CONTENT_LABELS) and action not in {"a:yes", "a:no"}
        if not own and not action.startswith("l:"):  # content and names of languages: at their file
            text = f"`{label}`: {len(label)} characters are too many for a button"
            mark = self._texts.label(label)
            self._problems.warning(mark, "label-length", text, f"At most {MAX_LABEL}.")

    def _render(self, scene: Scene, message: Message) -> None:
        """Render a message for every channel; report where it does not come out whole."""
        mark = self._texts.mark(scene.key)
        for name, capabilities in self._channels.items():
            made = parts(
                message, _SEQ, capabilities, Words(number_or_word=""), direction_of=self._direction
            )
            if len(made.pieces) > 1:
                text = f"on {name} this message is cut into {len(made.pieces)} pieces"
                hint = f"At most {capabilities.max_text} {capabilities.unit} fit: shorten it."
                self._problems.warning(mark, "channel-limit", text, hint)
            lost = sorted({each.split(" ", 1)[0] for each in made.dropped})
            if lost:
                text = f"on {name} this message loses something: {', '.join(lost)}"
                self._problems.error(mark, "channel-limit", text, "Offer less at once.")
            if capabilities.choices is Choices.BUTTONS:
                rows = [row for piece in made.pieces for row in piece.buttons]
                size = sum(
                    len(each.token.encode()) + len(each.label.encode())
                    for row in rows
                    for each in row
                )
                if size > MAX_KEYBOARD:
                    text = f"on {name} the buttons of this message are too many together"
                    self._problems.error(mark, "channel-limit", text, "Offer less at once.")

    def _direction(self, code: str) -> Literal["ltr", "rtl"]:
        found = self._catalogue.language(code)
        return found.direction if found is not None else "ltr"


def _spans(block: Block) -> Iterable[Span]:
    if isinstance(block, Bullets):
        return [span for item in block.items for span in item]
    return block.spans


def _length(blocks: Iterable[Block]) -> int:
    """Return how many characters of the answer she reads, small print aside."""
    return sum(
        len((span.label if isinstance(span, Link) else span.text).translate(_ISOLATES))
        for block in blocks
        if not isinstance(block, Note)
        for span in _spans(block)
    )


def _most_bytes(message: Message) -> int:
    """Return a size that no form of the message exceeds: every character escaped (at most six
    bytes for one that html escapes), every span with tags, address and direction marks around it.
    """
    size = 0
    for block in message.blocks:
        size += 60
        for span in _spans(block):
            words = span.label + 3 * span.url if isinstance(span, Link) else span.text
            size += len(words.encode()) + 80
            size += 6 * sum(words.count(each) for each in "&<>\"'") + 16 * words.count(FSI)
    for choice in message.choices:
        size += 6 * len(choice.label) + len(choice.label.encode()) + 80
    return size + 200
