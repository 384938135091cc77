"""The demo's link: `lotse up` prints it where nobody works yet and strangers cannot come."""

from __future__ import annotations

import re
from pathlib import Path

import httpx

from tests.program import up
from tests.web.auth.forms import fill

DEMO = re.compile(r"^  Demo       (http://127\.0\.0\.1:\d+)(/desk/demo/[A-Za-z0-9_-]{43}) \(")


def demo(lines: list[str]) -> tuple[str, str] | None:
    found = [match for line in lines if (match := DEMO.match(line))]
    return (found[0][1], found[0][2]) if found else None


async def test_the_link_signs_in_once_and_every_start_makes_a_new_one(tmp_path: Path) -> None:
    async with up(tmp_path) as running:
        link = demo(running.lines)
        assert link is not None
        assert any(line == f"  Desk       {running.url}/desk" for line in running.lines)
        async with httpx.AsyncClient(base_url=link[0]) as client:
            entered = await fill(client, link[1])
            assert entered.status_code == 303
            assert (await client.get("/desk/admin")).status_code == 200
            assert (await client.get("/desk/content")).status_code == 200
            assert (await client.get("/desk/admin/audit")).status_code == 403
            added = await fill(client, "/desk/admin", name="ada", role="admin")
            assert "/desk/invitation/" in added.text
        async with httpx.AsyncClient(base_url=link[0]) as other:
            assert (await fill(other, link[1])).status_code == 403
    async with up(tmp_path) as running:
        assert demo(running.lines) is None  # ada is there


async def test_a_public_address_has_no_demo(tmp_path: Path) -> None:
    async with up(tmp_path, LOTSE_PUBLIC_URL="http://localhost:8080") as running:
        assert demo(running.lines) is None
        assert any(line == "  Desk       http://localhost:8080/desk" for line in running.lines)
