"""Who has which case open at this moment. In memory: it is about open pages and dies with them.

Knows people by id and shown name; nothing of cases but their number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Presence:
    """Open pages by case and person. `changed` is told when somebody comes or goes."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._open: dict[int, Counter[int]] = {}
        self._names: dict[int, str] = {}

    @contextmanager
    def at(self, case_id: int, staff_id: int, name: str) -> Iterator[None]:
        """Be at a case as long as the context lasts; several pages of one person count once."""
        pages = self._open.setdefault(case_id, Counter())
        self._names[staff_id] = name
        pages[staff_id] += 1
        if pages[staff_id] == 1:
            self._changed()
        try:
            yield
        finally:
            pages[staff_id] -= 1
            if not pages[staff_id]:
                del pages[staff_id]
                if not pages:
                    self._open.pop(case_id, None)
                if not any(staff_id in other for other in self._open.values()):
                    self._names.pop(staff_id, None)
                self._changed()

    def others(self, case_id: int, staff_id: int) -> tuple[str, ...]:
        """Return the names of everybody else who has the case open."""
        present = self._open.get(case_id, Counter[int]())
        return tuple(sorted(self._names[each] for each in present if each != staff_id))
