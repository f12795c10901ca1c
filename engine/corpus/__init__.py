"""The corpus: what she is trained on, from its sources to samples with their origin."""
