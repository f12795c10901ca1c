"""What is handed on: samples by family and split, manifest, statistics, card, SPDX summary and licence bundle."""
