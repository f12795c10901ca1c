"""Near and exact duplicates: found by MinHash, proved by exact Jaccard, resolved to the best-licensed member.

`write_signatures` makes one small file a shard, a pure function of its documents; `resolve` turns all of them into
removals, with memory that does not grow with the corpus and the same result for any number of workers.
"""
