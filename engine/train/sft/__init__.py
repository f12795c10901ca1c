"""Fine-tuning of other people's language models by adapters, on the packaged families."""
