"""YAML and PO become one immutable Catalogue."""
