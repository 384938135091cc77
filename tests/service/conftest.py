"""Use cases that store run on both databases."""

from tests.storage.conftest import database, kind, postgres, sqlite_template, url

__all__ = ["database", "kind", "postgres", "sqlite_template", "url"]
