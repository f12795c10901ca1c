"""The weekly study drill: cards from the canon and from her own mistakes, answered, marked, graded and scheduled."""
