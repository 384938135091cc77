"""One owner of an account at a time, and none after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest

from bot.storage import leases
from bot.storage.errors import LeaseTaken, Unavailable
from tests.storage.conftest import Postgres

AT_ONCE = timedelta(0)
ACCOUNT = "telegram:1"
OWNER = """
import sys, time
from datetime import timedelta
from bot.storage import leases
lease = leases.take(sys.argv[1], sys.argv[2], wait=timedelta(0))
print("taken", flush=True)
time.sleep(60)
"""


def test_an_account_has_one_owner(url: str, kind: str) -> None:
    with leases.take(url, ACCOUNT) as lease:
        assert lease.held()
        with pytest.raises(LeaseTaken, match=ACCOUNT) as raised:
            leases.take(url, ACCOUNT, wait=AT_ONCE)
        with leases.take(url, "matrix:@b:hs", wait=AT_ONCE) as other:
            assert other.held()
    assert not lease.held()
    with leases.take(url, ACCOUNT, wait=AT_ONCE):
        pass
    expected = f"process {os.getpid()} " if kind == "sqlite" else "PostgreSQL backend "
    assert expected in str(raised.value)


def test_an_owner_that_was_killed_is_waited_for_no_longer(
    url: str, environment: dict[str, str]
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, url, ACCOUNT],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as owner:
        try:
            assert owner.stdout is not None
            assert owner.stdout.readline() == "taken\n"
            with pytest.raises(LeaseTaken) as raised:
                leases.take(url, ACCOUNT, wait=AT_ONCE)
            if url.startswith("sqlite"):
                assert f"process {owner.pid} " in str(raised.value)
        finally:
            owner.send_signal(signal.SIGKILL)
            owner.wait(10)
    with leases.take(url, ACCOUNT) as lease:
        assert lease.held()


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_lease_whose_connection_was_cut_is_not_held(url: str, postgres: Postgres) -> None:
    lease = leases.take(url, ACCOUNT)
    postgres.cut(url)
    assert not lease.held()
    lease.release()
    with leases.take(url, ACCOUNT):
        pass


def test_a_server_that_is_down_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        leases.take("postgresql+psycopg://u:p@127.0.0.1:1/x", ACCOUNT)
