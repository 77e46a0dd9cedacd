"""Article links out of a listing."""
