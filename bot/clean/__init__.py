"""From what a page says to what is safe and worth reading."""
