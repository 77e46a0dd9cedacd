"""One file a schema change, numbered; never edited once released."""
