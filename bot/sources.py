"""Sources and districts: load, validate with file and line, watch for changes."""
