"""Style sheets for translators: content/style/LANG.md, written in German by the editors.

The first paragraph stands with every message; the whole stands at the head of the PO file, between
two lines that mark it, so that what a translator wrote there herself stays. Nothing of it reaches a
newcomer.
"""

from __future__ import annotations

from pathlib import Path

from bot.domain.errors import LotseError

MAX_BYTES = 50_000
_BEGIN = "----- Stil (aus {name}) -----"
_END = "----- Ende Stil -----"


def sheet(content_dir: Path, language: str) -> str:
    """Return the style sheet of a language; empty where there is none."""
    path = content_dir / "style" / f"{language}.md"
    if not path.is_file():
        return ""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES).decode("utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise LotseError(f"{path} cannot be read as UTF-8 text; save it as UTF-8.") from error


def essence(text: str) -> str:
    """Return the first paragraph of a style sheet on one line."""
    return " ".join(text.split("\n\n", 1)[0].split())


def headed(header: str, text: str, language: str) -> str:
    """Return the head comment of a PO file with this style sheet in it, all else as it was."""
    begin = _BEGIN.format(name=f"style/{language}.md")
    lines = header.splitlines()
    if begin in lines:
        start = lines.index(begin)
        end = lines.index(_END, start) if _END in lines[start:] else start
        del lines[start : end + 1]
    while lines and not lines[-1].strip():
        lines.pop()
    if text:
        lines += [begin, *text.splitlines(), _END]
    return "\n".join(lines)
