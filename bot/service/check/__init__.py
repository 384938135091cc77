"""The whole check of a content folder: what the files say, and what people get to see of it.

First every file is read and held against its form. Then every entry is walked with the real engine
(`exploring`), and every message that was seen is shown in every language on every channel
(`showing`). Content with errors is walked as far as it goes, so that one mistake hides no other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.content import readability
from bot.content.catalogue import Catalogue, Contents
from bot.content.load import Survey, survey
from bot.content.problems import Severity
from bot.domain.capabilities import Capabilities
from bot.domain.errors import Problem
from bot.service.check.exploring import LIMIT, Explorer
from bot.service.check.languages import Job, check_all
from bot.service.check.navigation import navigate, report_orphans
from bot.service.check.scenes import Scene

Progress = Callable[[int, int], None]
_READ, _WALKED, _ALL = 25, 40, 100  # per cent of the whole, roughly as long as they take


def check(
    content_dir: Path,
    locales_dir: Path,
    *,
    today: date,
    channels: Mapping[str, Capabilities],
    overdue: Severity = "warning",
    limit: int = LIMIT,
    progress: Progress | None = None,
) -> tuple[Problem, ...]:
    """Return every problem of a content folder and its translations, in the order of the files.

    `today` is the day on which everything is looked at, `overdue` how bad it is what the calendar
    has overtaken. `channels` are those on which messages are shown, by name. An entry with more
    than `limit` states is not walked whole. `progress` is told (done, of how much).
    """
    tell = progress or (lambda _done, _total: None)
    found = survey(
        content_dir,
        locales_dir,
        today=today,
        overdue=overdue,
        progress=lambda done, total: tell(_READ * done // total, _ALL),
    )
    problems = found.problems
    readability.report(found.texts, problems)
    contents = _usable(found)
    broken = problems.errors > 0
    scenes: list[Scene] = []
    if contents is not None:
        scenes = _walk(found, contents, today=today, limit=limit, tell=tell)
    languages = [*found.codes, *found.reading.languages_beyond(found.codes)]
    job = Job(found, scenes, channels, today, broken)
    finished = 0

    def one_more() -> None:
        nonlocal finished
        finished += 1
        tell(_WALKED + (_ALL - _WALKED) * finished // len(languages), _ALL)

    problems.extend(check_all(job, languages, one_more))
    tell(_ALL, _ALL)
    return problems.all()


def _usable(found: Survey) -> Contents | None:
    """Return what can be walked: menus without what could not be read. None without a site."""
    contents = found.contents({}, {})
    if contents is None or contents.site.source not in found.codes:
        return None
    topics = [
        replace(topic, entries=tuple(name for name in topic.entries if name in contents.entries))
        for topic in contents.topics
        if f"topics/{topic.id}/title" in contents.texts
    ]
    return replace(contents, topics=tuple(topics))


def _walk(
    found: Survey, contents: Contents, *, today: date, limit: int, tell: Progress
) -> list[Scene]:
    """Walk the content in the source language; return every message that can be seen."""
    problems = found.problems
    broken = problems.errors > 0
    explorer = Explorer(contents, found.marks, problems, today, limit=limit, broken=broken)
    walked = 0

    def one_more() -> None:
        nonlocal walked
        walked += 1
        tell(_READ + (_WALKED - _READ) * walked // len(contents.entries), _ALL)

    explorer.explore(one_more)
    outside = navigate(contents, explorer.first, explorer.input, broken=broken)
    if not broken:
        report_orphans(Catalogue(contents), outside.opened | explorer.opened, problems)
    return [*outside.scenes, *explorer.scenes]
