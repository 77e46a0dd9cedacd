"""When each source is looked at, and what is known of when it publishes; knows nothing of pages."""
