"""The monthly golden patch challenge: sealed cases with a golden patch each, and how near hers come to it."""
