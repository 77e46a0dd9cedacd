"""Which districts an article is about."""
