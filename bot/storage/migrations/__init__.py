"""The chain of Alembic revisions, one for both databases."""

# The newest revision, so that a start with nothing to do need not import alembic to know it.
HEAD = "0003"
