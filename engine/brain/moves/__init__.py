"""Moves: one file a family, each an edit she knows how to make and when."""
