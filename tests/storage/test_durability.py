"""What was acknowledged survives a kill, on both databases."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

from bot.storage import accounts
from bot.storage.database import Database
from tests.storage.conftest import SECRET

WRITER = """
import asyncio, itertools, sys
from bot.storage import accounts
from bot.storage.database import Database

async def main():
    database = Database.open(sys.argv[1], secret=bytes.fromhex(sys.argv[2]))
    numbers = itertools.count()

    async def write():
        for number in numbers:
            await database.write(lambda tx: accounts.put(tx, str(number), b"1"))
            print(number, flush=True)

    await asyncio.gather(*(write() for _ in range(8)))

asyncio.run(main())
"""


async def test_what_was_acknowledged_survives_a_kill(url: str, environment: dict[str, str]) -> None:
    def write_until_killed() -> list[str]:
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, url, SECRET.hex()],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        ) as writer:
            assert writer.stdout is not None
            lines = [writer.stdout.readline() for _ in range(200)]
            os.kill(writer.pid, 9)
            lines += writer.stdout.readlines()
        return [line.strip() for line in lines if line.endswith("\n")]

    acknowledged = await asyncio.wait_for(asyncio.to_thread(write_until_killed), 60)
    assert len(acknowledged) >= 200
    database = await asyncio.to_thread(Database.open, url, secret=SECRET)
    kept = await database.read(
        lambda tx: [name for name in acknowledged if accounts.get(tx, name) == b"1"]
    )
    await database.close()
    assert kept == acknowledged
