"""The migration that this code needs. Apart from Alembic, so that the check costs nothing."""

HEAD = "0006"
