"""site.yaml: the site, its languages and what each falls back to.

Ukrainian never falls back to Russian, nor Russian to Ukrainian, whatever the file says.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.content import model, schema
from bot.content.model import Role
from bot.content.pack import Pack
from bot.content.strict_yaml import Node
from bot.content.tables import address
from bot.domain.durations import parse_span

NEVER = frozenset({("uk", "ru"), ("ru", "uk")})
LEGAL = ("imprint", "privacy", "accessibility", "funding")
_DAY = 86_400


def site(pack: Pack) -> tuple[model.Site | None, tuple[model.Language, ...]]:
    """Return the site and its languages, None where site.yaml cannot be used."""
    read = pack.required("site.yaml", schema.Site)
    if read is None:
        return None, ()
    form, node, lines = read
    office = form.office
    pack.texts.add("site/office-name", node.get("office", "name"), lines, Role.LINE, "das Büro")
    towns = node.get("office", "towns")
    pack.texts.add("site/office-towns", towns, lines, Role.LINE, "Orte des Büros, nach „in“")
    for name in LEGAL:
        pack.texts.add(f"site/{name}", node.get(name), lines, Role.TEXT, "über das Angebot")
    translates = _translation(pack, form, node, lines)
    pack.check_fact(office.phone, "phone", node.get("office", "phone"))
    pack.check_fact(office.url, "url", node.get("office", "url"))
    _check_source(pack, form, node)
    found = model.Site(
        name=form.name,
        zone=form.zone,
        land=form.land,
        source=form.source,
        office=model.Office(
            confirmed=office.confirmed,
            phone=office.phone,
            mail=office.mail,
            url=office.url,
            address=address(office.address),
        ),
        fallback=MappingProxyType(_fallback(pack, form, node)),
        resume_after=max(_days(form.resume_after), 0) * _DAY,
        retention_days=MappingProxyType(
            {name: _days(length) for name, length in form.retention.items()}
        ),
        feedback=form.feedback,
        leave_url=form.leave_url,
        repository=form.repository,
        legal=frozenset(
            [name for name in LEGAL if getattr(form, name) is not None]
            + ["translation"] * translates
        ),
        translation=translates,
        closures=_closures(pack, form, node),
    )
    return found, _languages(form)


def _translation(pack: Pack, form: schema.Site, node: Node, lines: list[str]) -> bool:
    """Return whether words may go to a service: only where the privacy text says so."""
    if form.translation is None or not form.translation.service:
        return False
    privacy = node.get("translation", "privacy")
    pack.texts.add("site/translation", privacy, lines, Role.TEXT, "über das Angebot")
    if form.translation.privacy is None:
        message = "`service: true` sends words of people to a service, and no text tells them"
        hint = "Say under `privacy: |` which service gets what, and why."
        mark = (node.get("translation", "service") or node).mark
        pack.problems.error(mark, "translation-privacy", message, hint)
    return form.translation.privacy is not None


def _closures(pack: Pack, form: schema.Site, node: Node) -> tuple[tuple[str, str | None], ...]:
    """Return the addresses of calendars that close places; each once."""
    found: dict[tuple[str, str | None], None] = {}
    for index, calendar in enumerate(form.closures):
        place = node.get("closures", index, "place")
        if calendar.place is None or pack.check_place(place) is not None:
            found[calendar.url, calendar.place] = None
    return tuple(found)


def _languages(form: schema.Site) -> tuple[model.Language, ...]:
    return tuple(
        model.Language(
            code=code,
            name=language.name,
            direction=language.dir,
            status=language.status,
            content=language.content,
        )
        for code, language in form.languages.items()
    )


def _check_source(pack: Pack, form: schema.Site, node: Node) -> None:
    source = form.languages.get(form.source)
    if source is None:
        message = f"`{form.source}` is not among the languages"
        pack.problems.error((node.get("source") or node).mark, "source-language", message)
    for code, language in form.languages.items():
        if (language.status == "source") != (code == form.source):
            mark = (node.get("languages", code, "status") or node).mark
            pack.problems.error(mark, "source-language", "exactly the source language is `source`")
        if code == form.source and not language.content:
            mark = (node.get("languages", code) or node).mark
            pack.problems.error(mark, "source-language", "the source language has all content")


def _fallback(pack: Pack, form: schema.Site, node: Node) -> Mapping[str, tuple[str, ...]]:
    """Return, for every language, the languages to look in when a text is missing; source last."""
    for code, wanted in form.fallback.items():
        where = node.get("fallback")
        if code != "default" and code not in form.languages:
            mark = where.key_mark(code) if where else node.mark
            pack.problems.error(mark, "unknown-language", f"`{code}` is not among the languages")
        for index, other in enumerate(wanted):
            at = node.get("fallback", code, index) or node
            if other not in form.languages:
                message = f"`{other}` is not among the languages"
                pack.problems.error(at.mark, "unknown-language", message)
            if (code, other) in NEVER:
                pack.problems.error(at.mark, "fallback", f"{code} never falls back to {other}")
    default = form.fallback.get("default", [])
    found: dict[str, tuple[str, ...]] = {}
    for code in form.languages:
        order = [
            other
            for other in dict.fromkeys([*form.fallback.get(code, default), form.source])
            if other not in {code, form.source} and (code, other) not in NEVER
        ]
        found[code] = (*order, form.source) if code != form.source else ()
    return found


def _days(length: str) -> int:
    span = parse_span(length)
    return span.months * 30 + span.days
