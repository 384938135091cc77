"""PO files: reading, and writing by `msgctxt`.

polib reads and writes them. Babel's reader is faster (34 against 60 µs a message; five languages of
the first pack take polib 0.1 s), but it turns the previous msgid (`#|`) into a translator's
comment, so that a second update would lose it. Both take an unclosed quotation mark for a shorter
text; therefore every line is held against the form of a PO line first.

`merge` follows gettext's msgmerge, with two differences: messages are the same when their `msgctxt`
is, never because their words are similar; and a human check of a translation that has become stale
moves into the past (`content.reviews`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polib

from bot.content import reviews
from bot.content.problems import Mark, Problems

MAX_BYTES = 8_000_000
_LINE = re.compile(r"line (\d+)")
_FORM = re.compile(
    r"\s*(?:#(?!~)|(?:#~\s*)?(?:\||(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s*)?"
    r'"(?:[^"\\]|\\.)*"\s*$|$))'
)
# What some programs take for the end of a line inside a text.
_BREAKS = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BROKEN = "the PO syntax is broken here"
_HINT = 'Is a quotation mark missing, or one inside a text not written \\" ?'
WIDTH = 78


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to translate.

    `plural` is the German plural, if it has one; `place` the file in which the German stands.
    """

    context: str
    german: str
    comment: str = ""
    plural: str | None = None
    place: str = ""


def read(content: bytes, file: str, problems: Problems) -> polib.POFile | None:
    """Read a PO file; None with the first broken place reported where its syntax is broken."""
    if len(content) > MAX_BYTES:
        problems.error(Mark(file), "too-large", f"the file has more than {MAX_BYTES:,} bytes")
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        mark = Mark(file, content.count(b"\n", 0, error.start) + 1)
        problems.error(mark, "encoding", "this is not UTF-8", "Save it as UTF-8.")
        return None
    text = _BREAKS.sub(" ", text).replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(text.split("\n"), 1):
        if not _FORM.match(line):
            problems.error(Mark(file, number), "po-syntax", _BROKEN, _HINT)
            return None
    try:
        # The line break keeps polib from taking the text for the name of a file.
        return polib.pofile("\n" + text, wrapwidth=WIDTH, encoding="utf-8")
    except (OSError, ValueError, IndexError, KeyError, AttributeError) as error:
        found = _LINE.search(str(error))
        number = int(found[1]) - 1 if found else 1
        problems.error(Mark(file, max(number, 1)), "po-syntax", _BROKEN, _HINT)
        return None


def line_of(entry: polib.POEntry) -> int:
    """Return the line in which a message begins."""
    return max(int(entry.linenum or 2) - 1, 1)


def template(messages: Sequence[Message], project: str) -> polib.POFile:
    """Return a POT file of the messages."""
    return merge(None, messages, language="", plural_forms="", project=project)


def words(entry: polib.POEntry) -> tuple[str, ...]:
    """Return what is translated: one text, or one for each plural form; empty where nothing is."""
    if any(entry.msgstr_plural.values()):
        return tuple(text for _, text in sorted(entry.msgstr_plural.items()))
    return (entry.msgstr,) if entry.msgstr else ()


def made_for(entry: polib.POEntry) -> str:
    """Return the German text that a translation was made for."""
    return str(entry.previous_msgid) if entry.fuzzy and entry.previous_msgid else entry.msgid


def merge(
    old: polib.POFile | None,
    messages: Sequence[Message],
    *,
    language: str,
    plural_forms: str,
    project: str,
) -> polib.POFile:
    """Return a PO file with exactly these messages, in this order, and what is translated already.

    A changed German text keeps its translation, fuzzy, with the German that it was made for as
    previous msgid. Messages that are gone are kept as obsolete at the end.
    """
    result = polib.POFile(wrapwidth=WIDTH)
    result.header = old.header if old is not None else ""
    result.metadata = _metadata(old, language, plural_forms, project)
    count = re.search(r"nplurals=(\d)", plural_forms)
    forms = int(count[1]) if count else 2
    before = _by_context(old)
    for message in messages:
        result.append(_merged(before.pop(message.context, None), message, forms))
    nameless = [entry for entry in old or () if not entry.msgctxt]
    for entry in (*before.values(), *nameless):
        if words(entry):
            entry.obsolete = True
            result.append(entry)
    return result


def _by_context(old: polib.POFile | None) -> dict[str, polib.POEntry]:
    """Return the messages by context; a living one hides an obsolete one."""
    if old is None:
        return {}
    ordered = sorted(old, key=lambda entry: not entry.obsolete)
    return {entry.msgctxt: entry for entry in ordered if entry.msgctxt}


def _merged(entry: polib.POEntry | None, message: Message, forms: int) -> polib.POEntry:
    merged = polib.POEntry(
        msgctxt=message.context,
        msgid=message.german,
        msgid_plural=message.plural or "",
        comment=message.comment,
        occurrences=[(message.place, "")] if message.place else [],
        flags=["python-brace-format"] if _has_slot(message) else [],
    )
    if message.plural is not None:
        merged.msgstr_plural = dict.fromkeys(range(forms), "")
    if entry is None:
        return merged
    merged.tcomment = entry.tcomment
    if message.plural is not None and any(entry.msgstr_plural.values()):
        merged.msgstr_plural = dict(entry.msgstr_plural)
    elif message.plural is None:
        merged.msgstr = entry.msgstr
    fuzzy, german = "fuzzy" in entry.flags, made_for(entry)
    doubted = fuzzy and not entry.previous_msgid
    if words(merged) and (german != message.german or doubted):
        merged.flags.append("fuzzy")
        merged.previous_msgid = german if german != message.german else None
        merged.tcomment = reviews.outdated(merged.tcomment, words(merged))
    return merged


def _has_slot(message: Message) -> bool:
    return re.search(r"\{[a-z_]+\}", message.german) is not None


def _metadata(
    old: polib.POFile | None, language: str, plural_forms: str, project: str
) -> dict[str, str]:
    known: Mapping[str, str] = old.metadata if old is not None else {}
    wanted = {
        "Project-Id-Version": project,
        "Report-Msgid-Bugs-To": "",
        "Last-Translator": "",
        "Language-Team": "",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    if plural_forms:
        wanted["Plural-Forms"] = plural_forms
    fixed = {"Language", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"}
    merged = {
        key: value if key in fixed else known.get(key, value) for key, value in wanted.items()
    }
    return {**known, **merged}


def write(path: Path, catalogue: polib.POFile, at: datetime) -> bool:
    """Write a PO file, with `at` as its date; return False where only the date would change."""
    if path.exists() and path.read_text(encoding="utf-8") == _rendered(catalogue):
        return False
    catalogue.metadata["PO-Revision-Date"] = at.strftime("%Y-%m-%d %H:%M%z")
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(_rendered(catalogue), encoding="utf-8", newline="\n")
    temporary.replace(path)
    return True


def _rendered(catalogue: polib.POFile) -> str:
    return str(catalogue).rstrip("\n") + "\n"
