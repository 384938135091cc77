"""Everything outside entries: the menu and its pages, topics, the emergency card, the site's pages.

Also finds entries that nothing leads to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from bot.content.catalogue import Catalogue, Contents
from bot.content.model import CallStep, GotoStep
from bot.content.problems import Mark, Problems
from bot.domain.conversation import Command, Input, Press, State, Understood
from bot.engine.step import step
from bot.service.check.scenes import Kind, Recording, Scenes, newest
from bot.service.rehearsal_world import RehearsalWorld

# Commands, and the text at which a problem of what they show is reported.
PAGES = {
    "menu": "site/office-name",
    "human": "site/office-name",
    "emergency": "emergency/lead",
    "privacy": "site/privacy",
    "about": "site/imprint",
    "help": "site/office-name",
    "language": "site/office-name",
    "stop": "site/office-name",
}


@dataclass(slots=True)
class Navigation:
    """The scenes outside entries, and the entries that can be opened from there."""

    scenes: Scenes = field(default_factory=Scenes)
    opened: set[str] = field(default_factory=set)


def navigate(
    contents: Contents, first: State, event: Callable[[Understood], Input], *, broken: bool
) -> Navigation:
    """Open every page, and press every button of the menu and of topics once."""
    found = Navigation()
    catalogue = Recording(contents)
    seen: set[str] = set()
    waiting: list[tuple[State, Understood, str]] = [
        (first, Command(name=name), key) for name, key in PAGES.items()
    ]
    while waiting:
        state, understood, key = waiting.pop()
        given = event(understood)
        catalogue.begin()
        try:
            done = step(state, given, catalogue, RehearsalWorld(catalogue, given.at))
        except LookupError:  # content with errors lacks what its menus name
            if not broken:
                raise
            continue
        message = newest(done)
        if message is None:
            continue
        made_of = catalogue.noted()
        found.scenes.add(Kind.PAGE, key, seen=(state, given, message), made_of=made_of)
        for choice in message.choices:
            name, _, rest = choice.action.partition(":")
            if name == "e":
                found.opened.add(rest)
            elif choice.action not in seen and (
                name == "t" or (name in {"m", "l"} and _page(rest))
            ):
                seen.add(choice.action)
                at = f"topics/{rest.split(':')[0]}/title" if name == "t" else key
                seq = done.state.prompt.seq if done.state.prompt is not None else 0
                waiting.append((done.state, Press(seq=seq, action=choice.action), at))
    return found


def _page(text: str) -> bool:
    return text.isascii() and text.isdigit()


def report_orphans(catalogue: Catalogue, opened: Collection[str], problems: Problems) -> None:
    """Warn of entries that no menu, no offer and no other entry leads to."""
    for entry in sorted(catalogue.entries.keys() - set(opened) - set(_named(catalogue))):
        source = catalogue.texts[f"{entry}/title"]
        message = f"nothing leads to the entry `{entry}`: no menu, no `goto`, `call` or `offer`"
        problems.warning(Mark(source.file, source.line), "orphan", message)


def _named(catalogue: Catalogue) -> Iterator[str]:
    for entry in catalogue.entries.values():
        for each in entry.steps:
            if isinstance(each, GotoStep | CallStep) and each.entry != entry.id:
                yield each.entry
