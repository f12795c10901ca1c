"""What she remembers of fixes and mistakes: where, what, and how it ended; recalled before anything is tried anew."""
