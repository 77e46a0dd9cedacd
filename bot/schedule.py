"""When each source is looked at; knows nothing of pages."""
