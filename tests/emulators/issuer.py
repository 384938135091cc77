"""A sign-in service that is not ours: the npm package oidc-provider, as a child process.

The package lives outside the repository (`make` installs `oidc/package.json` into `.venv-oidc`;
`LOTSE_TEST_OIDC` names another folder with `node_modules`).
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import httpx

_HERE = Path(__file__).parent
_PATIENCE = 20.0
_FORM = re.compile(r'<form[^>]*action="([^"]+)"')
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')

CLIENT = "lotse"
SECRET = "only for tests: a+b%c&d"
MISSING = (
    "oidc-provider is not installed: run `make .venv-oidc/.done` (it needs Node 20), or name its "
    "folder in LOTSE_TEST_OIDC"
)


def folder() -> Path | None:
    """Return the folder that holds oidc-provider, None without it or without node."""
    named = os.environ.get("LOTSE_TEST_OIDC")
    found = Path(named) if named else _HERE.parents[1] / ".venv-oidc"
    there = (found / "node_modules" / "oidc-provider").exists()
    return found if there and shutil.which("node") else None


@asynccontextmanager
async def issuer(redirect: str, *, way: str = "client_secret_basic") -> AsyncIterator[str]:
    """Serve; give the issuer's address. `redirect` is the one address it sends people back to."""
    where = folder()
    assert where is not None
    process = await asyncio.create_subprocess_exec(
        "node",
        str(_HERE / "oidc" / "issuer.mjs"),
        str(where),
        redirect,
        way,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        async with asyncio.timeout(_PATIENCE):
            line = await process.stdout.readline()
        assert line, "the sign-in service did not start"
        yield line.decode().strip()
    finally:
        process.stdin.close()
        async with asyncio.timeout(_PATIENCE):
            await process.wait()


async def consent(address: str, person: str, *, refuse: bool = False) -> str:
    """Sign in as `person` at the service and agree (or refuse); return where it sends us back."""
    async with httpx.AsyncClient(timeout=_PATIENCE) as client:
        response = await client.get(address)
        for _ in range(12):
            while response.is_redirect:
                onward = urljoin(str(response.url), response.headers["location"])
                if "/desk/" in onward:
                    return onward
                response = await client.get(onward)
            if refuse:
                abort = re.search(r'href="([^"]+/abort)"', response.text)
                assert abort is not None, response.text
                response = await client.get(urljoin(str(response.url), unescape(abort[1])))
                continue
            form = _FORM.search(response.text)
            assert form is not None, response.text
            fields = {name: unescape(value) for name, value in _HIDDEN.findall(response.text)}
            if fields.get("prompt") == "login":
                fields |= {"login": person, "password": "x"}
            response = await client.post(urljoin(str(response.url), unescape(form[1])), data=fields)
    raise AssertionError("the sign-in service did not come to an end")
