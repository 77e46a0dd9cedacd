"""``/console``: for operators alone, behind a login; an ASGI application of its own."""

from bot.web.console.app import create_console

__all__ = ["create_console"]
