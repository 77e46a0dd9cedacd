"""``python -m bot``, which is the command ``xianwen``."""

from __future__ import annotations

from bot.cli.main import app


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
