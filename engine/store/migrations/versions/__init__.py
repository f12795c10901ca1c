"""One file a revision, in the order of `engine.store.migration.REVISIONS`."""
