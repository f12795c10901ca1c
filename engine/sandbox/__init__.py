"""Where work is tried: a git worktree a repository, reversible patches, and the jail code runs in."""
