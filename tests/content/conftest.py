"""A small, sound content folder that tests change in one place each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from bot.content.catalogue import Catalogue
from bot.content.load import examine, load
from bot.domain.errors import Problem

SITE = """\
name: Lotse
office:
  name: |
    Welcome Center
  towns: |
    Forst und Guben
  confirmed: true
  phone: office-phone
source: de
zone: Europe/Berlin
land: BB
languages:
  de: {name: Deutsch, dir: ltr, status: source}
  en: {name: English, dir: ltr, status: draft}
  uk: {name: Українська, dir: ltr, status: draft}
  ru: {name: Русский, dir: ltr, status: draft}
  ar: {name: العربية, dir: rtl, status: draft}
  dsb: {name: dolnoserbšćina, dir: ltr, status: draft, content: false}
fallback:
  default: [en]
  dsb: []
resume_after: P14D
retention: {conversations: P180D}
imprint: |
  Ein Impressum.
leave_url: https://www.wetter.de/
"""
FACTS = """\
fee:
  kind: money
  values: [{value: {amount: "73.00", currency: EUR}}]
  source: {name: Gesetz}
  confidence: high
  review_by: 2027-11-01
wage:
  kind: money
  values:
    - {value: {amount: "12.82", currency: EUR}, valid_from: 2025-01-01, valid_until: 2025-12-31}
    - {value: {amount: "13.90", currency: EUR}, valid_from: 2026-01-01}
  source: {name: Verordnung}
  confidence: medium
rumour:
  kind: number
  values: [{value: 3}]
  source: {name: Zeitung}
  confidence: low
page:
  kind: url
  values: [{value: "https://www.example.org/a"}]
  source: {name: Amt}
  confidence: high
office-phone:
  kind: phone
  values: [{value: "+49356168710", shown: "03561 6871-0"}]
  source: {name: Amt}
  confidence: high
  review_by: 2027-01-01
sos:
  kind: phone
  values: [{value: "112"}]
  emergency: true
  confidence: low
  review_by: 2020-01-01
  source: {name: Leitstelle}
rule:
  kind: text
  values:
    - value: |
        Der Kurs ist voll.
      valid_from: 2026-01-01
      valid_until: 2026-12-31
  source: {name: Amt}
  confidence: high
"""
PLACES = """\
town-hall:
  name: |
    Rathaus
  address: {street: Am Markt 1, postcode: 03130, town: Spremberg}
  phone: office-phone
  url: page
  mail: rathaus@example.org
  note: |
    Nur mit Termin. Gebühr: {fact:fee}.
  lat: 51.5694
  lon: 14.3789
  confidence: high
  review_by: 2027-01-01
"""
DOCUMENTS = """\
passport:
  name: |
    Reisepass
  gloss: |
    Ausweis für Reisen
"""
EMERGENCY = """\
title: |
  Notfall
lead: |
  Hier bekommen Sie sofort Hilfe.
lines:
  - id: rescue
    number: sos
    text: |
      Lebensgefahr
tail: |
  Ich bin ein Programm.
"""
TOPIC = """\
id: arrival
title: |
  Ankommen
order: 1
entries: [address, course]
"""
ADDRESS = """\
id: address
title: |
  Wohnsitz anmelden
review_by: 2027-11-01
sources: [fee, "[Amt](https://example.org)"]
steps:
  - id: intro
    say: |
      Melden Sie sich an. Das kostet {fact:fee}.

      Bringen Sie mit:
      - Ausweis
      - Geld
    more: |
      Mehr steht [hier](https://example.org/mehr).
  - id: where
    ask: choice
    text: |
      Wo wohnen Sie?
    choices:
      guben: |
        Guben
      other: |
        Anderer Ort
  - id: fork
    when: {where: guben}
    then: hall
    else: since
  - id: hall
    place: town-hall
  - id: since
    ask: date
    text: |
      Seit wann?
    min: -P1Y
    max: P0D
  - id: late
    if: {since: {before: -P14D}}
    say: |
      Das ist spät.
  - id: papers
    document: passport
  - id: visit
    call: course
  - id: next
    offer: [{goto: course}, {link: page}]
"""
COURSE = """\
id: course
title: |
  Deutsch lernen
review_by: 2027-11-01
steps:
  - id: rule
    say: |
      {fact:rule}
"""
COMMANDS = """\
menu: [Menü, Übersicht]
no: [nein]
yes: [ja]
"""
FILES = {
    "site.yaml": SITE,
    "facts.yaml": FACTS,
    "places.yaml": PLACES,
    "documents.yaml": DOCUMENTS,
    "emergency.yaml": EMERGENCY,
    "topics/arrival/_topic.yaml": TOPIC,
    "topics/arrival/address.yaml": ADDRESS,
    "topics/arrival/course.yaml": COURSE,
    "phrases/de/commands.yaml": COMMANDS,
}


class Pack:
    """A content folder and its translations on disk."""

    def __init__(self, root: Path) -> None:
        self.content = root / "content"
        self.locales = root / "locales"
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def change(self, name: str, old: str, new: str) -> None:
        text = FILES[name]
        assert old in text
        self.write(name, text.replace(old, new, 1))

    def po(self, language: str, messages: str, domain: str = "content") -> Path:
        path = self.locales / language / "LC_MESSAGES" / f"{domain}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        header = (
            f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n'
            '"Content-Type: text/plain; charset=UTF-8\\n"\n'
            '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        )
        path.write_text(header + dedent(messages), encoding="utf-8")
        return path

    def load(self) -> Catalogue:
        return load(self.content, self.locales)

    def problems(self) -> tuple[Problem, ...]:
        return examine(self.content, self.locales)

    def found(self) -> list[tuple[str, int, str]]:
        """Return (file name, line, code) of every problem."""
        return [(Path(item.file).name, item.line, item.code) for item in self.problems()]


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return Pack(tmp_path)


@pytest.fixture
def loaded(pack: Pack) -> Callable[[], Catalogue]:
    return pack.load
