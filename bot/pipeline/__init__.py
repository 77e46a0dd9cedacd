"""The one place where the stages are chained, one file per errand."""
