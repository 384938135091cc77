"""Golden conversations: `S` is what she does, `L` what the program says, `M` what a human does.

`# bookings: yes` gives the conversation an office that keeps its appointments. `pytest --update`
rewrites the `L` lines.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.content.catalogue import Catalogue
from bot.domain.case import Promise
from bot.domain.outgoing import Output
from bot.service import promises
from bot.service.rehearsal_world import RehearsalWorld
from tests.engine.booking_desk import Office, act, rehearsed
from tests.talk import START, Talk


class PublicSample(RehearsalWorld):
    """A public site whose desk hours are a sample."""

    def promise(self) -> Promise:
        return promises.promise(self.catalogue, self.at, public=True)


FOLDER = Path(__file__).parent.parent / "transcripts"
FILES = sorted(FOLDER.glob("*.txt"))


def replay(catalogue: Catalogue, text: str) -> str:
    """Play her lines against the engine and write down the whole conversation."""
    lines = text.splitlines()
    options = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# "))
    at = datetime.fromisoformat(options["at"]) if "at" in options else START
    office = Office(*rehearsed(catalogue, at)) if options.get("bookings") == "yes" else None
    talk = Talk(
        catalogue,
        at=at,
        hint=options.get("hint"),
        in_place=options.get("edits", "yes") == "yes",
        world=office or (PublicSample if options.get("public") == "yes" else RehearsalWorld),
    )
    written = [line for line in lines if line.startswith("# ")]
    for line in lines:
        if not line.startswith(("S  ", "M  ")):
            continue
        written += ["", line]
        for output in _does(talk, office, line):
            first, *rest = talk.shown(output)
            written += [f"L  {first}", *(f"   {more}" for more in rest)]
        assert talk.faults == ()
    return "\n".join(written).strip() + "\n"


def _does(talk: Talk, office: Office | None, line: str) -> tuple[Output, ...]:
    if line.startswith("S"):
        return talk.perform(line[3:])
    return act(talk, office, line[3:]) if office is not None else talk.office(line[3:])


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_transcript(path: Path, catalogue: Catalogue, request: pytest.FixtureRequest) -> None:
    played = replay(catalogue, path.read_text("utf-8"))
    if request.config.getoption("--update"):
        path.write_text(played, "utf-8")
    assert played == path.read_text("utf-8")


def test_there_are_transcripts() -> None:
    assert len(FILES) >= 8
