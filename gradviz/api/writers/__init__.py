"""Explanations and derivations as texts: a small writer for each format."""
