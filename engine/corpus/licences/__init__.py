"""Under which terms a document may be used: what its licence is, who says so, and whether that is enough."""
