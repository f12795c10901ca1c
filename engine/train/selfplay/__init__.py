"""Self-play: sound crates are broken on purpose, so that there is always something to mend whose answer is known."""
