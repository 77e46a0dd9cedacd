"""Feeds and pages over HTTP."""
