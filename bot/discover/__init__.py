"""Article links out of a listing, and whether the site is still the one that it was."""
