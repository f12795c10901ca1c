"""Brains that use a language model: what it is shown, how it may answer, and who answers."""
