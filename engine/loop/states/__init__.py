"""One file a state of the loop, each a function over `Work` and, mostly, a `Task`."""
