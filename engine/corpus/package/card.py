"""The data card: what a corpus is, in a page that a person reads and `datasets` takes its configurations from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.corpus.package.manifest import Manifest
from engine.corpus.package.samples import FOLDER
from engine.corpus.package.splits import SPLITS
from engine.corpus.package.statistics import Statistics
from engine.corpus.shard import whole

NAME = "README.md"
_ABOUT = {
    "code": "whole files of Rust",
    "teach": "a concept of the Rust canon, an example that was compiled, and its explanation",
    "diag_fix": "a diagnostic, the patch that cleared it, and why",
    "explain_diff": "a diff and the words a reviewer understands it by",
    "style_guide": "a rule of style with code that breaks it and code that keeps it",
    "pr_pair": "a merged pull request with the trees around it",
}


def write_card(out: Path, manifest: Manifest, statistics: Statistics) -> None:
    """Writes the card of a corpus."""
    with whole(out / NAME) as new:
        new.write_text("".join(_card(manifest, statistics)), encoding="utf-8")


def _card(manifest: Manifest, statistics: Statistics) -> Iterator[str]:
    figures = statistics.as_json()
    families = figures["kept, by family"]
    yield "---\nconfigs:\n"
    for family in families:
        yield f"- config_name: {family}\n  data_files:\n"
        for split in SPLITS:
            if families[family].get(f"{split} documents"):
                yield f"  - split: {split}\n    path: {FOLDER}/{family}/{split}-*.jsonl.zst\n"
    yield f"---\n\n# {manifest.name}\n\n"
    if manifest.pack == "share-alike":
        yield "Works under share-alike licences, kept apart from every other corpus. Who passes on what is\n"
        yield "made of them names those in `licences/ATTRIBUTION.md`, says what was changed, and uses the same\n"
        yield "licence. Each sample is "
    else:
        yield "Rust, for training a Rust engineer: only what is permissively licensed, each sample\n"
    yield "traceable to the evidence of its licence (`ledger/`, `rusta corpus why SAMPLE`).\n\n"
    yield "| family | what a sample is | train | validation | test | bytes |\n| --- | --- | --- | --- | --- | --- |\n"
    for family, counts in families.items():
        shares = " | ".join(f"{counts.get(f'{split} documents', 0):,}" for split in SPLITS)
        yield f"| `{family}` | {_ABOUT.get(family, '')} | {shares} | {counts['bytes']:,} |\n"
    yield "\n## Where it comes from\n\n| source | files in |\n| --- | --- |\n"
    for source, count in figures["files in, by source"].items():
        yield f"| {source} | {count:,} |\n"
    yield "\n## What was left out\n\n| decision | reason | files |\n| --- | --- | --- |\n"
    for reason, counts in figures["left out, by reason and source"].items():
        action, _, why = reason.partition(": ")
        yield f"| {action} | {why} | {sum(counts.values()):,} |\n"
    yield "\n## Licences\n\n| expression | documents |\n| --- | --- |\n"
    for licence, count in figures["licences of documents kept"].items():
        yield f"| {licence} | {count:,} |\n"
    yield "\nEvery text stands in `licences/texts`, every name in `licences/ATTRIBUTION.md`;\n"
    yield "`spdx.json` is the summary.\n"
    yield "\n## How it was made\n\n"
    threshold = manifest.dedup["threshold"]
    yield f"Near duplicates are removed at a Jaccard similarity of {threshold} over 5-grams of tokens,\n"
    yield "each with a verified edge to the document that stays. Splits keep repositories whole"
    yield f" (seed `{manifest.splits['seed']}`).\n"
    sealed = ", ".join(manifest.sealed) or "none"
    yield f"Kept clear of these sealed case sets: {sealed}.\n"
    yield f"\nCorpus `{manifest.corpus}`, made by rusta {manifest.rusta}. `rusta corpus verify` checks all of it.\n"
