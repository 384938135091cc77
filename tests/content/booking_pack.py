"""A small content folder with services and office hours."""

from __future__ import annotations

from pathlib import Path

from tests.content.conftest import PLACES, Pack

SERVICES = """\
first:
  name: |
    Erste Beratung
  length: PT30M
  preparation: |
    Bringen Sie Ihre Fragen mit.
  audience: |
    für alle
  documents: [passport]
  notice: PT20H
  horizon: P42D
  cooling_off: PT2H
  open_bookings: 1
  interpreter: true
letters:
  name: |
    Briefe
  length: PT1H
  open_bookings: 2
  questions:
    - id: town
      ask: choice
      text: |
        Wo wohnen Sie?
      choices:
        guben: |
          Guben
        other: |
          Woanders
meeting:
  name: |
    Treffen
  length: PT1H30M
  seats: 12
"""
HOURS = """\
- place: town-hall
  services: [first]
  languages: [de, pl]
  seats: 2
  start: 2026-12-01T09:00
  end: 2026-12-01T12:00
  rrule: FREQ=WEEKLY;BYDAY=TU,TH
"""
PARK = """\
park:
  name: |
    Park
  land: SN
market:
  name: |
    Markt
  zone: Europe/Lisbon
"""


def booking_pack(root: Path, hours: str = HOURS) -> Pack:
    """Return a folder in which something can be booked."""
    pack = Pack(root)
    pack.write("places.yaml", PLACES + PARK)
    pack.write("services.yaml", SERVICES)
    pack.write("office_hours/hall.yaml", hours)
    return pack
