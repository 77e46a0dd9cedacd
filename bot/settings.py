"""Settings: read once, frozen, validated."""
