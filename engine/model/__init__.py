"""The byte-level Transformer, its configurations and its three heads. It imports torch and nothing else."""
