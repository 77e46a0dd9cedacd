"""Whether an article is new, a revision, a reprint or unchanged."""
