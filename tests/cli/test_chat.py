"""`lotse chat` without a terminal, and in one."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.program import Here, environment

FIELDS = {"id", "from", "lang", "dir", "text", "html", "choices", "replaces"}


def events(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.split("\n") if line]


def test_lines_are_answered_and_the_end_of_input_ends_it(here: Here) -> None:
    """Label, number and text; the last line has no line break."""
    ended = here("chat", stdin="Deutsch\n\n1\r\n/emergency")

    assert (ended.code, ended.err) == (0, "")
    assert "  1  Deutsch" in ended.out
    assert "Womit können wir helfen?" in ended.out
    assert "112" in ended.out


def test_json_prints_the_objects_of_the_stream_and_record_keeps_the_talk(here: Here) -> None:
    ended = here("chat", "--json", "--lang", "de", "--record", "talk.txt", stdin="/menu\n2\n")
    said = events(ended.out)

    assert ended.code == 0
    assert all(set(event) >= FIELDS for event in said)
    assert [event["text"] for event in said if event["from"] == "me"][-2] == "/menu"
    menus = [event for event in said if len(event["choices"]) > 2]
    assert {"id", "label"} <= set(menus[0]["choices"][0])
    assert {event["lang"] for event in said if event["from"] == "program"} == {"de"}

    talk = (here.folder / "talk.txt").read_text("utf-8")
    assert "S  /menu\n" in talk
    assert talk.count("L  ") >= 3
    assert talk.endswith("\n")
    assert not talk.endswith("\n\n")


def test_without_input_it_greets_in_the_language_named(here: Here) -> None:
    (first, *_) = events(here("chat", "--json", "--lang", "ar").out)
    assert (first["lang"], first["dir"]) == ("ar", "rtl") or first["from"] == "me"


def test_strange_input_is_answered(here: Here) -> None:
    stdin = "Deutsch\n\x00\x07\n" + "x" * 100_000 + "\n\u202e\u2028\n/menu\n"
    ended = here("chat", "--json", stdin=stdin)
    assert (ended.code, ended.err) == (0, "")
    assert len(events(ended.out)[-1]["choices"]) > 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--lang", "xx"], "the site has de, en, uk, ar, pl, dsb"),
        (["--record", "nowhere/talk.txt"], "No such file or directory"),
        (["--colour"], "No such option"),
    ],
)
def test_wrong_usage(here: Here, arguments: list[str], words: str) -> None:
    ended = here("chat", *arguments)
    assert ended.code == 2
    assert words in ended.err


def _heeds_ctrl_c() -> None:
    """Tests that a shell started in the background have inherited that Ctrl-C is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("way", ["Ctrl-C", "Ctrl-D"])
def test_in_a_terminal_it_waits_for_her_and_lets_her_go(tmp_path: Path, way: str) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "chat", "--lang", "de"],
        cwd=tmp_path, env=environment(), stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True, preexec_fn=_heeds_ctrl_c,  # noqa: PLW1509  # sets one signal
    )  # fmt: skip
    os.close(theirs)
    screen = b""

    def until(words: bytes) -> None:
        nonlocal screen
        deadline = time.monotonic() + 20
        while words not in screen:
            assert time.monotonic() < deadline, screen
            screen += os.read(ours, 65_536)

    try:
        until(b"> ")
        os.write(ours, b"/emergency\n")
        until(b"112")
        screen = screen[screen.index(b"112") :]
        until(b"> ")
        if way == "Ctrl-D":
            os.write(ours, b"\x04")
        for _ in range(20):  # a signal just before the program reads is seen at the next one
            if way == "Ctrl-C":
                process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(1)
                break
        assert process.returncode == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert b"Traceback" not in screen
