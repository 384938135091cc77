"""The registry of jobs and its bell."""

from __future__ import annotations

import asyncio

import pytest

from bot.service.jobs import Args, Jobs


async def nothing(_args: Args) -> None:
    pass


async def test_a_job_has_one_handler() -> None:
    jobs = Jobs()
    jobs.register("a", nothing)
    assert jobs.handler("a") is nothing
    assert jobs.handler("b") is None
    with pytest.raises(ValueError, match="has a handler already"):
        jobs.register("a", nothing)


async def test_a_ring_is_heard_by_who_comes_later_and_only_once() -> None:
    jobs = Jobs()
    jobs.committed()
    jobs.committed()
    await asyncio.wait_for(jobs.rung(), 1)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(jobs.rung(), 0.01)
