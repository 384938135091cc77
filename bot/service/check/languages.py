"""Checks the languages one by one, on as many processors as there are.

A language needs its own PO files and the German texts, and nothing of the others; so each is read,
checked and dropped again, and memory does not grow with their number. Processes are forked where
that is safe: on Linux, from a program without threads; else everything runs in this one.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date

from bot.content.catalogue import Catalogue
from bot.content.load import CONTENT, MESSAGES, Survey
from bot.content.problems import Problems
from bot.domain.capabilities import Capabilities
from bot.domain.errors import Problem
from bot.service.check.scenes import Scene
from bot.service.check.showing import Showing, Texts

SMALL = 2_000_000
"""Bytes of PO files below which a second process costs more than it saves."""


@dataclass(frozen=True, slots=True)
class Job:
    """What every language is checked against."""

    survey: Survey
    scenes: Sequence[Scene]
    channels: Mapping[str, Capabilities]
    today: date
    broken: bool

    def check(self, language: str) -> tuple[Problem, ...]:
        """Return the problems of one language: of its files, and of what it shows."""
        survey, problems = self.survey, Problems()
        translated = survey.translation(language, problems)
        words = survey.interface(language, problems)
        contents = survey.contents({language: translated}, {language: words} if words else {})
        if contents is None or not self.scenes or language not in survey.codes:
            return problems.all()
        domains = (CONTENT, MESSAGES)
        files = {each: read for each in domains if (read := survey.reading.po(language, each))}
        texts = Texts(
            catalogue=Catalogue(contents), language=language, files=files, today=self.today
        )
        Showing(texts, self.channels, problems, broken=self.broken).check(self.scenes)
        return problems.all()


_job: Job | None = None  # what forked processes find of their parent


def _check(language: str) -> tuple[Problem, ...]:
    assert _job is not None  # noqa: S101  set before the fork
    return _job.check(language)


def check_all(job: Job, languages: Sequence[str], done: Callable[[], None]) -> list[Problem]:
    """Return the problems of all languages; `done` is called after each."""
    found: list[Problem] = []
    processes = min(os.cpu_count() or 1, len(languages))
    if processes < 2 or not _can_fork() or job.survey.reading.po_bytes < SMALL:
        for language in languages:
            found += job.check(language)
            done()
        return found
    global _job  # noqa: PLW0603  a fork hands it on without copying it
    _job = job
    gc.freeze()
    try:
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(processes, mp_context=context, initializer=gc.disable) as pool:
            for each in as_completed([pool.submit(_check, language) for language in languages]):
                found += each.result()
                done()
    finally:
        _job = None
        gc.unfreeze()
    return found


def _can_fork() -> bool:
    return sys.platform == "linux" and threading.active_count() == 1
