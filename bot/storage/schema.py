"""All tables, for whoever makes, compares or empties a whole schema."""

from __future__ import annotations

from bot.storage import tables, tables_booking, tables_cases, tables_staff

PARTS = (tables, tables_booking, tables_cases, tables_staff)
"""Every module that defines tables: importing it is what puts them into the metadata."""

metadata = tables.metadata
