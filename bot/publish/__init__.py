"""From archived articles to feed documents."""
