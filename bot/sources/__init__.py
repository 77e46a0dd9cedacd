"""Sources and districts: load, validate with file, line and key."""
