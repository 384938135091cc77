"""What all tests share: the real content, loaded once, and the switch that rewrites golden
files.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.content.catalogue import Catalogue
from bot.content.load import load

settings.register_profile(
    "lotse", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # timing belongs in benchmarks
settings.load_profile("lotse")

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite golden files")


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load(ROOT / "content", ROOT / "locales")
