"""Races run on both databases."""

from tests.storage.conftest import kind, postgres, sqlite_template, url

__all__ = ["kind", "postgres", "sqlite_template", "url"]
