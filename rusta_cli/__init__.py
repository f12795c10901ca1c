"""The headless face: one file a command group. It prints and decides nothing."""
