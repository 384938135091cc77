"""Commands to run in this process."""

from __future__ import annotations

from tests.program import here

__all__ = ["here"]
