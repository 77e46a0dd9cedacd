"""Alembic's environment; the steps stand in ``versions``."""
