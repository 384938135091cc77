"""Bad input: a folder with over a hundred broken files is named file by file, within its memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.content.bad_pack import write
from tests.content.conftest import Pack

MEASURED = """
import json, resource, sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from bot.service.check import check
from bot.service.webchat import WEB
found = check(Path("content"), Path("locales"), today=date(2026, 11, 24), channels={"web": WEB})
status = Path("/proc/self/status").read_text()  # ru_maxrss would remember the parent's
own = int(status.partition("VmHWM:")[2].split()[0])
children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([asdict(item) for item in found]))
print((own + children) // 1024, file=sys.stderr)
"""


@pytest.mark.slow
def test_over_a_hundred_broken_files(tmp_path: Path) -> None:
    wanted = write(Pack(tmp_path))
    assert len({name for name, _, _ in wanted}) > 100
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
    )
    seen = set()
    for item in json.loads(done.stdout):
        path = Path(item["file"])
        name = f"{path.parts[-3]}/{path.name}" if path.suffix == ".po" else path.name
        seen.add((name, item["line"], item["code"]))
        assert item["message"]
    assert wanted - seen == set()
    assert int(done.stderr.splitlines()[-1]) < 500, "megabytes, both processes together"
