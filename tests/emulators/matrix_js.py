"""A person on matrix-js-sdk, an independent client with another crypto library, as a child process.

The package lives outside the repository (`make` installs `matrix-js/package.json` into
`.venv-matrix-js`; `LOTSE_TEST_MATRIX_JS` names another folder with `node_modules`).
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_PATIENCE = 30.0
MISSING = (
    "matrix-js-sdk is not installed: run `make .venv-matrix-js` (it needs Node 20), "
    "or name its folder in LOTSE_TEST_MATRIX_JS"
)


def folder() -> Path | None:
    """Return the folder that holds matrix-js-sdk, None without it or without node."""
    named = os.environ.get("LOTSE_TEST_MATRIX_JS")
    found = Path(named) if named else _HERE.parents[1] / ".venv-matrix-js"
    there = (found / "node_modules" / "matrix-js-sdk").exists()
    return found if there and shutil.which("node") else None


class JsPerson:
    """One device of one person."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._ids = itertools.count(1)

    @classmethod
    async def arrive(cls, where: Path, url: str, user: str, password: str) -> JsPerson:
        """Log in and cross-sign."""
        process = await asyncio.create_subprocess_exec(
            "node",
            str(_HERE / "matrix-js" / "person.mjs"),
            str(where),
            url,
            user,
            password,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        person = cls(process)
        ready = await person._line()
        assert "ready" in ready, ready
        return person

    async def ask(self, action: str, **rest: Any) -> dict[str, Any]:
        """Have it do something."""
        assert self._process.stdin is not None
        number = next(self._ids)
        question = {"id": number, "action": action, **rest}
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        await self._process.stdin.drain()
        answer = await self._line()
        assert answer.get("id") == number, answer
        assert "error" not in answer, answer
        return answer

    async def until(
        self, fits: Callable[[dict[str, Any]], bool], action: str, **rest: Any
    ) -> dict[str, Any]:
        """Ask until the answer is right."""
        async with asyncio.timeout(_PATIENCE):
            while not fits(answer := await self.ask(action, **rest)):
                await asyncio.sleep(0.2)
        return answer

    async def leave_town(self) -> None:
        """End the process."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        async with asyncio.timeout(_PATIENCE):
            line = await self._process.stdout.readline()
        return dict(json.loads(line)) if line else {}
