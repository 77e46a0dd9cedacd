"""Everything that is kept: articles, revisions, stories, states, raw pages, pictures."""
