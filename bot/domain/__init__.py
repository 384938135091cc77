"""Values that every floor shares: frozen dataclasses, enums, tables. Standard library only."""
