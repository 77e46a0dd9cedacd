"""Composition root: builds the parts and hands each only what it needs."""
