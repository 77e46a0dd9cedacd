"""What tests of roles need: the PostgreSQL of the storage's tests."""

from tests.storage.conftest import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]
