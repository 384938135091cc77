"""A small feed in the public shape of the Integreat API v3, as tests change it."""

from __future__ import annotations

import json
from pathlib import Path

BASE = "https://integreat.app"


def where(path: str, number: int) -> dict[str, object]:
    return {"id": number, "url": f"{BASE}{path}", "path": path}


def page(path: str, number: int, title: str, content: str, **more: object) -> dict[str, object]:
    return {
        **where(path, number),
        "title": title,
        "last_updated": "2026-05-06T10:00:00.123+02:00",
        "excerpt": "excerpt",
        "content": content,
        "available_languages": {},
        "parent": {"id": 0, "url": None, "path": None},
        "order": number,
        "thumbnail": "https://integreat.app/media/a.png",
        "organization": {"id": 3, "name": "Landkreis"},
        "embedded_offers": [{"alias": "sprungbrett"}],
        **more,
    }


def location(path: str, number: int, title: str, **more: object) -> dict[str, object]:
    return page(
        path,
        number,
        title,
        "<p>Das Rathaus.</p>",
        location={
            "id": 4,
            "name": title,
            "address": "Neumarkt 5",
            "town": "Cottbus",
            "postcode": "03046",
            "country": "Deutschland",
            "latitude": 51.7606,
            "longitude": 14.3342,
        },
        category={"id": 1, "name": "Amt", "color": "#000000", "icon": "gov"},
        contacts=[
            {
                "name": "Erika Beispiel",
                "area_of_responsibility": "Auskunft",
                "email": "info@example.org",
                "phone_number": "+49 (0) 355 612-0",
                "mobile_number": None,
                "website": "https://www.example.org/amt",
                "opening_hours": None,
            },
            {"area_of_responsibility": "Kasse", "phone_number": "0355 612-1"},
        ],
        opening_hours=[
            {
                "allDay": False,
                "closed": False,
                "appointmentOnly": True,
                "timeSlots": [{"start": "09:00", "end": "12:00", "timezone": "Europe/Berlin"}],
            },
            *({"allDay": False, "closed": True, "timeSlots": []} for _ in range(6)),
        ],
        temporarily_closed=False,
        appointment_url="https://www.example.org/termin",
        barrier_free=True,
        **more,
    )


DE, UK = "/cottbus/de/geld/konto", "/cottbus/uk/groshi/rahunok"
GERMAN = page(
    DE,
    12,
    "Bankkonto eröffnen",
    "<h2>Konto</h2><p>Sie brauchen <strong>ein Konto</strong>.</p><ul><li>Pass</li><li>Geld</li>"
    '</ul><p>Mehr bei der <a href="/cottbus/de/bank">Bank</a>.</p>'
    + "".join(f"<p>{'Ein langer Absatz mit vielen Wörtern. ' * 6}{n}</p>" for n in range(3)),
    available_languages={"uk": where(UK, 55)},
    parent=where("/cottbus/de/geld", 11),
)
UKRAINIAN = page(
    UK,
    55,
    "Відкрити рахунок",
    "<h2>Рахунок</h2><p>Вам потрібен <strong>рахунок</strong>.</p><ul><li>Паспорт</li></ul>"
    '<p>Більше в <a href="/cottbus/uk/bank">банку</a>.</p>'
    + "".join(f"<p>{'Довгий абзац. ' * 9}{n}</p>" for n in range(3)),
    available_languages={"de": where(DE, 12)},
    parent=where("/cottbus/uk/groshi", 54),
)
PARENT = page("/cottbus/de/geld", 11, "Geld", "")
HALL = location("/cottbus/de/locations/rathaus", 77, "Rathaus Cottbus")
FEED = [PARENT, GERMAN, HALL]


def write(folder: Path, name: str, value: object) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return path
