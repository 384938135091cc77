"""What the program says: language, blocks of text and choices, free of any channel's form.

`rendering` turns a `Message` into the parts that a channel can show. Inserted values (numbers,
names, addresses) stand between FSI and PDI (U+2068, U+2069, Unicode UAX #9); rendering keeps or
drops these as the channel needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

FSI = "\u2068"
PDI = "\u2069"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """Words as they are."""

    text: str
    type: Literal["plain"] = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strong:
    """Words that stand out."""

    text: str
    type: Literal["strong"] = "strong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A labelled link. `url` is https, mailto or tel (E.164)."""

    label: str
    url: str
    type: Literal["link"] = "link"


Span = Plain | Strong | Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph. `lang` is set only where it differs from the message's language."""

    spans: tuple[Span, ...]
    lang: str | None = None
    type: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list of parallel things."""

    items: tuple[tuple[Span, ...], ...]
    lang: str | None = None
    type: Literal["bullets"] = "bullets"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Small print under an answer: notices, what was chosen, who is responsible."""

    spans: tuple[Span, ...]
    lang: str | None = None
    type: Literal["note"] = "note"


Block = Paragraph | Bullets | Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A button or a numbered line. `action` is what the engine understands, `label` what she reads.

    `nav` marks the last ones (back, menu, human, emergency), which stand apart on a screen. `lang`
    is set only where the label is in another language than the message (native names of languages).
    """

    action: str
    label: str
    nav: bool = False
    lang: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A place on a map (WGS 84 degrees), with its German name and address."""

    lat: float
    lon: float
    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A small text file to keep, such as a calendar entry; it travels inside the message.

    `name` is ASCII with an ending and stands on lock screens: it names nothing of hers.
    """

    name: str
    media_type: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message in one language (`lang`: a BCP 47 tag, of the site's languages where the program
    speaks).

    `free`: it is answered in words or figures of her own, so no channel numbers its choices.
    `card`: it is to be shown at a counter; a page offers it large and to be printed. `human`: words
    of the counsellor of this name, not of the program. `automatic`: the program speaks while a
    human has the conversation. `code`: a return code that the words hold; a page shows its picture.
    """

    lang: str
    blocks: tuple[Block, ...]
    choices: tuple[Choice, ...] = ()
    free: bool = False
    card: bool = False
    pins: tuple[Pin, ...] = ()
    file: File | None = None
    human: str | None = None
    automatic: bool = False
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Send a new message. `seq` is its number in the conversation."""

    seq: int
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Replace the message that was said as number `target` by this one (navigation in place)."""

    seq: int
    target: int
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """Take the choices off the message `target` and show in it what was chosen (`note`), if
    anything. `shown` is the number of the words it shows now: its own, or that of the last edit.
    """

    seq: int
    target: int
    shown: int
    note: str | None = None


Output = Say | Edit | Close


def token(seq: int, action: str) -> str:
    """Return what a button carries: the number of the message that showed it and the action. At
    most 64 bytes.
    """
    return f"{seq}~{action}"


def parse_token(text: str) -> tuple[int, str] | None:
    """Return (seq, action) of a pressed button, or None where the text is no token of ours."""
    number, separator, action = text.partition("~")
    if (
        not separator
        or not action
        or not number.isascii()
        or not number.isdigit()
        or len(number) > 9
    ):
        return None
    return int(number), action


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A message as one channel can show it: ready-made pieces, sent in order; see
    `rendering.parts`.
    """

    pieces: tuple[Part, ...]
    dropped: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One button of a part: what it carries and what it says."""

    token: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A formatted stretch of a part's text. Offset and length are UTF-16 code units (Telegram Bot
    API, MessageEntity).
    """

    kind: Literal["bold", "link"]
    offset: int
    length: int
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One platform message. With a `pin` it is a place on the map, with a `file` a file to keep;
    `text` says it in words.

    `text` is complete by itself (numbered choices included where the channel has no buttons).
    `html` is the same with the tags p ul ol li a strong bdi br small, or empty where the channel
    takes none; `entities` likewise. `buttons` are rows.
    """

    text: str
    lang: str
    direction: Literal["ltr", "rtl"]
    html: str = ""
    entities: tuple[Entity, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    pin: Pin | None = None
    file: File | None = None
