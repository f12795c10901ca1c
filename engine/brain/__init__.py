"""Who thinks: one protocol, its brains, the judge and the voice."""
