"""One form for words that people write in many ways: case, accents, digits, invisible characters.

For comparing only; nothing that was normalised is ever shown. Accents are dropped where people
leave them out on foreign keyboards (Latin, Greek, Cyrillic, Arabic, Hebrew); the vowel signs of
Indic and other scripts carry the word and stay. Linear in time for texts of ordinary form; callers
bound the length, because ordering thousands of combining marks is not.
"""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\ufe00-\ufe0f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]"
)
_DIGIT = re.compile(r"[^\D0-9]")
# Letters that differ by keyboard or habit and that no decomposition unites.
_LETTERS = str.maketrans(
    {
        "ł": "l", "đ": "d", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th",
        "ґ": "г",
        "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ک": "ك", "ڪ": "ك", "ة": "ه", "ۀ": "ه", "ہ": "ه",
        "ھ": "ه", "ە": "ه",
        "'": None, "’": None, "‘": None, "ʼ": None, "ʹ": None, "`": None, "´": None, "′": None,
    }
)  # fmt: skip
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_EDGES = ' .,;:!?…·-–—_"“”„«»‹›()[]{}<>*#~،؛؟۔।'


def normalise(text: str) -> str:
    """Return `text` in the form in which words are compared.

    >>> normalise(" Zurück! "), normalise("القائمة"), normalise("٣")
    ('zuruck', 'القائمه', '3')
    """
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", visible(text)))
        text = unicodedata.normalize("NFC", western_digits(text))
    return " ".join(text.casefold().translate(_LETTERS).split()).strip(_EDGES)


def spellings(text: str) -> tuple[str, ...]:
    """Return the forms in which people write `text`: `menu`, and for Menü also `menue`."""
    plain = normalise(text)
    if text.isascii():
        return (plain,)
    spelt = normalise(unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS))
    return (plain,) if spelt == plain else (plain, spelt)


def visible(text: str) -> str:
    """Return `text` without characters that nobody sees (joiners, marks, variation selectors)."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def western_digits(text: str) -> str:
    """Return `text` with every decimal digit as 0 to 9."""
    return text if text.isascii() else _DIGIT.sub(_western, text)


def _western(match: re.Match[str]) -> str:
    return str(unicodedata.decimal(match[0]))
