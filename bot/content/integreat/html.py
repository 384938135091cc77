"""HTML of a page as our markup: paragraphs, lists and links, and nothing else.

Any HTML can be given, also broken or hostile: what is no text is left out, scripts and styles with
all they hold; headings and table rows become paragraphs and items; a picture leaves its
description. Links keep their address; what our markup cannot link stands behind the words in full.
Never fails.
"""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser
from urllib.parse import quote, urljoin, urlsplit

_SILENT = frozenset({"script", "style", "template", "noscript", "svg", "math", "head", "select"})
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote body dd details div dl dt fieldset figcaption figure "
        "footer form h1 h2 h3 h4 h5 h6 header hr html main nav ol p pre section summary table "
        "tbody td tfoot th thead title tr ul",
    )
)
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_LISTED = re.compile(r"(?:[-*•–·]|\d{1,3}[.)])\s+(?=\S)")
# What begins like a tag and is none. The parser would look for its end again and again.
_OPEN = re.compile(r"<(?![^<>]*>)")
_NUMBERED = re.compile(r"\d")
_TEL = re.compile(r"[^0-9+]")
_MAIL = re.compile(r"mailto:[^\s()<>@]+@[^\s()<>@]+")


def plain(text: object) -> str:
    """Return a text on one line, without controls and what turns its direction; "" for no text."""
    if not isinstance(text, str):
        return ""
    return " ".join(_CONTROLS.sub(" ", unicodedata.normalize("NFC", text)).split())


def markup(html: str, base: str = "") -> tuple[str, ...]:
    """Return the blocks of a page: paragraphs, and lists as one block of lines each.

    `base` is the address of the page, for links that begin in the middle.
    """
    reader = _Reader(base)
    reader.feed(_OPEN.sub("&lt;", _without_comments(html)))
    reader.close()
    return reader.blocks()


def _without_comments(html: str) -> str:
    """Return the page without comments; one that nobody closes goes to the end."""
    kept: list[str] = []
    end = 0
    while (start := html.find("<!--", end)) >= 0:
        kept.append(html[end:start])
        close = html.find("-->", start + 4)
        if close < 0:
            return "".join(kept)
        end = close + 3
    return "".join([*kept, html[end:]])


class _Reader(HTMLParser):
    """Gathers the words of one block after the other. Depth costs nothing but a number."""

    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self._base = base
        self._found: list[tuple[bool, str]] = []  # is it an item, its words
        self._words: list[str] = []
        self._item = False
        self._cells = False
        self._numbers: list[int] = []
        self._silent = 0
        self._link: tuple[str, int] | None = None  # its address, and where its words begin

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a block, an item or a link."""
        given = dict(attrs)
        if tag in _SILENT:
            self._silent += 1
        elif tag == "br":
            self._words.append("\n")
        elif tag == "img":
            self._words.append(f" {plain(given.get('alt'))} ")
        elif tag == "iframe" and given.get("src"):
            self._end()
            self._open(given["src"])
            self._close()
            self._end()
        elif tag == "a":
            self._close()
            self._open(given.get("href"))
        elif tag in {"td", "th"}:
            self._words.append(" · " if self._cells else "")
            self._cells = True
        elif tag in {"li", "tr"}:
            self._end()
            self._item, self._cells = True, False
            if tag == "li" and self._numbers and self._numbers[-1]:
                self._words.append(f"{self._numbers[-1]}. ")
                self._numbers[-1] += 1
        elif tag in {"ol", "ul", "table"}:
            self._end()
            if not self._numbers:
                self._found.append((False, ""))  # what comes is a list of its own
            if tag == "table":
                return
            self._numbers.append(1 if tag == "ol" else 0)
        elif tag in _BLOCKS and not (self._item and tag in {"p", "div"}):
            self._end()

    def handle_endtag(self, tag: str) -> None:
        """Close what is open."""
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag == "a":
            self._close()
        elif tag in {"ol", "ul"}:
            self._end()
            self._numbers = self._numbers[:-1]
        elif tag in {"li", "tr"} or (tag in _BLOCKS - {"td", "th"} and not self._item):
            self._end()
        elif tag in _BLOCKS:
            self._words.append(" ")

    def handle_data(self, data: str) -> None:
        """Take words."""
        if not self._silent:
            # What our markup could take for its own.
            safe = data.replace("{", "(").replace("}", ")").replace("**", "")
            safe = safe.replace("[", "(").replace("]", ")")
            self._words.append(re.sub(r"\s+", " ", _CONTROLS.sub(" ", safe)))

    def _open(self, address: str | None) -> None:
        if not self._silent and address and address.strip():
            self._link = (address.strip(), len(self._words))

    def _close(self) -> None:
        """Write the link that is open; its words are what came since."""
        if self._link is None:
            return
        address, start = self._link
        self._link = None
        label = " ".join("".join(self._words[start:]).split())
        del self._words[start:]
        self._words.append(_linked(label, address, self._base))

    def _end(self) -> None:
        """End the block that is open. A line break inside a paragraph begins a new one."""
        self._close()
        lines = "".join(self._words).split("\n")
        self._words = []
        words = [" ".join(line.split()) for line in lines]
        words = [line for line in words if line]
        if self._item:
            if words:
                self._found.append((True, ", ".join(words)))
        else:
            for line in words:
                found = _LISTED.match(line)
                if found is None:
                    self._found.append((False, line.lstrip("# ") or line.replace("#", "")))
                else:
                    number = found.group() if _NUMBERED.match(line) else ""
                    self._found.append((True, number + line[found.end() :]))
        self._item = self._cells = False

    def blocks(self) -> tuple[str, ...]:
        """Return what was found."""
        self._silent = 0
        self._end()
        blocks: list[str] = []
        in_list = False
        for is_item, words in self._found:
            text = words.lstrip("-•* ") if is_item else words
            if not text:
                in_list = in_list and is_item
                continue
            if is_item and in_list:
                blocks[-1] += f"\n- {text}"
            else:
                blocks.append(f"- {text}" if is_item else text)
            in_list = is_item
        return tuple(blocks)


def _linked(label: str, address: str, base: str) -> str:
    """Return a link in our markup, or words with the address behind them, or the words alone."""
    url = _absolute(_CONTROLS.sub("", address), base)
    if url is None:
        return label
    shown = label.replace("(", " ").replace(")", " ") if label.startswith("http") else label
    if url.startswith(("https://", "mailto:", "tel:")):
        return f"[{' '.join(shown.split()) or _bare(url)}]({url})"
    return f"{label} ({url})" if label and label != url else url


def _bare(url: str) -> str:
    return url.partition(":")[2].removeprefix("//") if not url.startswith("https://") else url


def _absolute(address: str, base: str) -> str | None:
    """Return a whole address of a kind that people can open, else None."""
    try:
        url = urljoin(base, address)
        parts = urlsplit(url)
        if parts.scheme == "tel":
            number = _TEL.sub("", url.removeprefix("tel:"))
            number = number[:1] + number[1:].replace("+", "")
            return f"tel:{number}" if number.strip("+") else None
        if parts.scheme == "mailto":
            return url if _MAIL.fullmatch(url) else None
        if parts.scheme in {"http", "https"} and parts.hostname:
            return quote(url, safe="/:?#[]@!$&'*+,;=%~-._").replace("[", "%5B").replace("]", "%5D")
    except ValueError:
        pass
    return None
