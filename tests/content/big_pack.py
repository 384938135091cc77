"""Writes a content folder as large as a county's: hundreds of entries in many languages.

Sound in every respect, the same for the same numbers, in the shape of the real one: of five
entries three ask and branch, some call another entry; every text is translated. For the benchmark
and for tests of size; `write` is all there is.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

FACTS, PLACES, DOCUMENTS, PER_TOPIC = 200, 100, 60, 25
CODES = ("de", "en", "uk", "ar", "pl", "ru", "fr", "es", "tr", "fa", "ro", "bg", "vi", "sq", "ti")
WORDS = {
    "latin": "amt haus brief tag frage stadt antrag geld kind schule arbeit hilfe ort papier",
    "cyrillic": "дім місто лист день питання гроші дитина школа робота термін допомога папір",
    "arabic": "بيت مدينة رسالة يوم سؤال مال طفل مدرسة عمل موعد مساعدة مكان ورقة طلب",
    "ethiopic": "ቤት ከተማ ደብዳቤ መዓልቲ ሕቶ ገንዘብ ቆልዓ ትምህርቲ ስራሕ ቆጸራ ሓገዝ ቦታ ወረቐት",
}
SCRIPTS = {"uk": "cyrillic", "ru": "cyrillic", "bg": "cyrillic", "ar": "arabic", "fa": "arabic"}


def write(root: Path, *, entries: int = 500, languages: int = 15) -> int:
    """Write content/ and locales/ under `root`; return how many messages each language has."""
    pack = _Pack(root, entries, CODES[:languages])
    pack.write()
    for code in CODES[1:languages]:
        pack.translate(code)
    return len(pack.texts)


class _Words:
    """Sentences of made-up words in one script."""

    def __init__(self, code: str) -> None:
        script = SCRIPTS.get(code, "ethiopic" if code == "ti" else "latin")
        self._words = WORDS[script].split()
        self._chance = random.Random(code)

    def sentence(self, count: int = 8) -> str:
        return " ".join(self._chance.choices(self._words, k=count)).capitalize() + "."

    def text(self, sentences: int) -> str:
        return " ".join(self.sentence() for _ in range(sentences))

    def label(self) -> str:
        return " ".join(self._chance.choices(self._words, k=2)).capitalize()


class _Pack:
    def __init__(self, root: Path, entries: int, codes: tuple[str, ...]) -> None:
        self._root = root
        self._count = entries
        self._codes = codes
        self._german = _Words("de")
        self.texts: dict[str, tuple[str, str]] = {}  # key -> what it is, German

    def _put(self, name: str, text: str) -> None:
        path = self._root / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def _text(self, key: str, kind: str, words: str, indent: int) -> str:
        """Keep a text for the translators; return it as a block."""
        self.texts[key] = (kind, words)
        lines = [f"{' ' * indent}{line}" if line else "" for line in words.split("\n")]
        return "|\n" + "\n".join(lines) + "\n"

    def write(self) -> None:
        self._put("site.yaml", self._site())
        self._put("facts.yaml", "".join(self._facts()))
        self._put("places.yaml", "".join(self._places()))
        self._put("documents.yaml", "".join(self._documents()))
        self._put("emergency.yaml", self._emergency())
        self._put("phrases/de/commands.yaml", "menu: [Menü]\nyes: [ja]\nno: [nein]\n")
        for number in range(self._count):
            topic, place = divmod(number, PER_TOPIC)
            if place == 0:
                title = self._text(f"topics/topic-{topic}/title", "label", f"Thema {topic}", 2)
                head = f"id: topic-{topic}\ntitle: {title}order: {topic}\n"
                self._put(f"topics/topic-{topic}/_topic.yaml", head)
            self._put(f"topics/topic-{topic}/entry-{number}.yaml", self._entry(number))

    def _site(self) -> str:
        listed = "".join(
            f"  {code}: {{name: {code.upper()}, dir: {'rtl' if code in {'ar', 'fa'} else 'ltr'}, "
            f"status: {'source' if code == 'de' else 'draft'}}}\n"
            for code in self._codes
        )
        name = self._text("site/office-name", "line", "Welcome Center", 4)
        towns = self._text("site/office-towns", "line", "Forst und Guben", 4)
        return (
            f"name: Lotse\noffice:\n  name: {name}  towns: {towns}  confirmed: true\n"
            f"source: de\nzone: Europe/Berlin\nland: BB\nlanguages:\n{listed}"
            "resume_after: P14D\nleave_url: https://www.wetter.de/\n"
        )

    def _facts(self) -> Iterator[str]:
        tail = (
            "  source: {name: Amt, dated: 2026-01-01}\n  seen_on: 2026-11-01\n"
            "  confidence: high\n  review_by: 2027-11-01\n"
        )
        for number in range(FACTS):
            value = f'{{amount: "{number}.50", currency: EUR}}'
            yield f"fee-{number}:\n  kind: money\n  values: [{{value: {value}}}]\n{tail}"
        yield f'sos:\n  kind: phone\n  values: [{{value: "112"}}]\n  emergency: true\n{tail}'
        yield f'page:\n  kind: url\n  values: [{{value: "https://example.org/a"}}]\n{tail}'
        yield f'phone:\n  kind: phone\n  values: [{{value: "+49356168710"}}]\n{tail}'

    def _places(self) -> Iterator[str]:
        for number in range(PLACES):
            name = self._text(f"places/place-{number}/name", "line", f"Amt {number}", 4)
            note = self._text(f"places/place-{number}/note", "text", self._german.text(2), 4)
            yield (
                f"place-{number}:\n  name: {name}"
                "  address: {street: Am Markt 1, postcode: '03130', town: Spremberg}\n"
                f"  phone: phone\n  url: page\n  note: {note}"
                "  confidence: high\n  review_by: 2027-11-01\n"
            )

    def _documents(self) -> Iterator[str]:
        for number in range(DOCUMENTS):
            gloss = self._text(f"documents/paper-{number}/gloss", "line", self._german.label(), 4)
            yield f"paper-{number}:\n  name: |\n    Papier {number}\n  gloss: {gloss}"

    def _emergency(self) -> str:
        parts = {
            name: self._text(f"emergency/{name}", kind, words, indent)
            for name, kind, words, indent in (
                ("title", "label", "Notfall", 2),
                ("lead", "text", "Hier ist Hilfe.", 2),
                ("rescue", "line", "Lebensgefahr", 6),
                ("tail", "text", "Ich bin ein Programm.", 2),
            )
        }
        return (
            f"title: {parts['title']}lead: {parts['lead']}lines:\n"
            f"  - id: rescue\n    number: sos\n    text: {parts['rescue']}tail: {parts['tail']}"
        )

    def _entry(self, number: int) -> str:
        own = f"entry-{number}"
        title = self._text(f"{own}/title", "label", f"Eintrag {number}", 2)
        head = f"id: {own}\ntitle: {title}review_by: 2027-11-01\nsources: [fee-1]\nsteps:\n"
        steps = self._guided(number, own) if number % 5 in {1, 2, 3} else self._plain(number, own)
        return head + "".join(steps)

    def _say(self, own: str, step: str, sentences: int, *, more: bool = False) -> str:
        words = f"{self._german.text(sentences)} Gebühr: {{fact:fee-{len(self.texts) % FACTS}}}."
        found = f"  - id: {step}\n    say: {self._text(f'{own}/{step}', 'text', words, 6)}"
        if more:
            longer = f"{self._german.text(3)}\n\n- {self._german.label()}\n- {self._german.label()}"
            found += f"    more: {self._text(f'{own}/{step}/more', 'text', longer, 6)}"
        return found

    def _ask(self, own: str, step: str, choices: int) -> str:
        words = self._text(f"{own}/{step}", "text", self._german.sentence(5), 6)
        found = f"  - id: {step}\n    ask: choice\n    text: {words}    choices:\n"
        for choice in range(choices):
            label = self._text(f"{own}/{step}/c{choice}", "label", f"Antwort {choice}", 8)
            found += f"      c{choice}: {label}"
        return found

    def _plain(self, number: int, own: str) -> Iterator[str]:
        yield self._say(own, "intro", 3, more=True)
        yield f"  - {{id: where, place: place-{number % PLACES}}}\n"
        yield f"  - {{id: who, contact: place-{number % PLACES}}}\n"
        yield f"  - {{id: papers, document: [paper-{number % DOCUMENTS}, paper-1]}}\n"
        other = (number + 1) % self._count
        if number % 10:  # the others are called: an offer would keep their callers waiting
            yield f"  - {{id: next, offer: [{{goto: entry-{other}}}, {{link: page}}]}}\n"

    def _guided(self, number: int, own: str) -> Iterator[str]:
        yield self._say(own, "intro", 3, more=True)
        yield self._ask(own, "kind", 4)
        yield "  - {id: is-first, when: {kind: c0}, then: first}\n"
        yield self._ask(own, "place", 4)
        words = self._text(f"{own}/since", "text", "Seit wann sind Sie hier?", 6)
        yield f"  - id: since\n    ask: date\n    text: {words}    min: -P5Y\n    max: P0D\n"
        yield "  - {id: is-late, when: {since: {before: -P14D}}, then: late}\n"
        yield self._say(own, "early", 2)
        yield "  - {id: skip, goto: entry-0}\n"
        yield self._say(own, "late", 2)
        if number >= 5 and number % 10 == 1:
            yield f"  - {{id: visit, call: entry-{number - 1}}}\n"
        yield "  - {id: is-here, if: {place: [c0, c1]}, place: place-1}\n"
        yield self._say(own, "first", 2)
        yield f"  - {{id: papers, document: [paper-{number % DOCUMENTS}]}}\n"

    def translate(self, code: str) -> None:
        path = self._root / "locales" / code / "LC_MESSAGES" / "content.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        words = _Words(code)
        head = (
            f'msgid ""\nmsgstr ""\n"Language: {code}\\n"\n"MIME-Version: 1.0\\n"\n'
            '"Content-Type: text/plain; charset=UTF-8\\n"\n'
        )
        messages = [head]
        for key, (kind, german) in self.texts.items():
            messages.append(
                f"#. Antwort in „{key}“ · Absätze\nmsgctxt {_quoted(key)}\n"
                f"msgid {_quoted(german)}\nmsgstr {_quoted(_translated(kind, german, words))}\n"
            )
        path.write_text("\n".join(messages), "utf-8")


def _translated(kind: str, german: str, words: _Words) -> str:
    if kind != "text":
        return words.label()
    fact = german[german.index("{") : german.index("}") + 1] if "{" in german else ""
    paragraphs = german.count("\n\n") + 1
    texts = [words.text(max(1, german.count(".") // paragraphs)) for _ in range(paragraphs)]
    return "\n\n".join(texts) + (f" {fact}." if fact else "")


def _quoted(words: str) -> str:
    """Return words as PO writes them, one line of the file for each line of the text."""
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    lines = [f'"{line}"' for line in escaped.replace("\n", "\\n\x00").split("\x00")]
    return lines[0] if len(lines) == 1 else "\n".join(['""', *lines])
