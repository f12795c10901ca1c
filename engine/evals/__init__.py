"""Evaluation: cases through the real loop, what came of them on record, and what the figures say."""
