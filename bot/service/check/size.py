"""How large a message is at most, in any language and on any channel, without rendering it.

A bound, and never too small: what it lets pass fits. So only messages that come near a limit have
to be rendered, or played in another language, to know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.capabilities import Capabilities, LengthUnit
from bot.domain.outgoing import FSI, PDI, Block, Bullets, Link, Message, Note, Span, Strong

_ESCAPED = re.compile("[&<>\"']")
_ISOLATES = str.maketrans("", "", FSI + PDI)
_PER_CHARACTER = {LengthUnit.CHARACTERS: 1, LengthUnit.UTF16: 2, LengthUnit.BYTES: 4}
_PER_BLOCK, _PER_ITEM, _PER_LINK, _PER_STRONG, _PER_ISOLATE, _PER_ESCAPE = 60, 50, 50, 20, 16, 6
_PER_CHOICE = 60
_NOTICES = 600  # characters that another language may add: it is out of date, it is missing


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a message: `read` characters of the answer, small print aside; `words` and
    `encoded`, characters and bytes of everything; `form`, bytes of tags, addresses and marks around
    them.
    """

    read: int
    words: int
    encoded: int
    form: int
    choices: int

    def fits(self, channel: Capabilities) -> bool:
        """Return whether the message surely comes out whole."""
        in_bytes = channel.unit is LengthUnit.BYTES
        length = self.encoded if in_bytes else self.words * _PER_CHARACTER[channel.unit]
        return self._fits(channel, length)

    def fits_with(self, more: int, channel: Capabilities) -> bool:
        """Return whether it surely does in another language, with `more` characters."""
        characters = self.words + max(more, 0) + _NOTICES
        return self._fits(channel, characters * _PER_CHARACTER[channel.unit])

    def _fits(self, channel: Capabilities, length: int) -> bool:
        return length + self.form <= channel.max_text and self.choices <= channel.max_buttons


def measure(message: Message) -> Size:
    """Return the size of a message."""
    read = words = encoded = form = 0
    for block in message.blocks:
        form += _PER_BLOCK + (_PER_ITEM * len(block.items) if isinstance(block, Bullets) else 0)
        for span in spans(block):
            text = span.label if isinstance(span, Link) else span.text
            words += len(text)
            encoded += len(text.encode())
            form += _PER_ISOLATE * text.count(FSI)
            form += _PER_ESCAPE * len(_ESCAPED.findall(text))
            if isinstance(span, Link):
                form += _PER_LINK + 2 * len(span.url) + _PER_ESCAPE * span.url.count("&")
            elif isinstance(span, Strong):
                form += _PER_STRONG
            if not isinstance(block, Note):
                read += len(text.translate(_ISOLATES))
    for choice in message.choices:
        words += len(choice.label)
        encoded += len(choice.label.encode())
        form += _PER_CHOICE + _PER_ESCAPE * len(_ESCAPED.findall(choice.label))
    return Size(read, words, encoded, form + _PER_BLOCK, len(message.choices))


def spans(block: Block) -> Iterable[Span]:
    """Return the spans of a block, those of its items in order."""
    if isinstance(block, Bullets):
        return [span for item in block.items for span in item]
    return block.spans
