"""Frozen, versioned records. This package imports nothing of Rusta but `engine.errors`."""
