"""What a corpus holds and what was left out, counted while it is packaged."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from engine.corpus.document import Document, Origin
from engine.corpus.shard import whole


class Statistics:
    """Counts documents. Each counter is by name; sizes are bytes of content."""

    def __init__(self) -> None:
        self.files = Counter[str]()
        self.dropped: dict[str, Counter[str]] = defaultdict(Counter)
        self.families: dict[str, Counter[str]] = defaultdict(Counter)
        self.licences = Counter[str]()
        self.repositories: dict[str, set[str]] = defaultdict(set)

    def seen(self, row: dict[str, Any]) -> None:
        """Counts a row of the ledger."""
        self.files[row["source"]] += 1
        if row["action"] != "keep":
            self.dropped[f"{row['action']}: {row['reason']}"][row["source"]] += 1

    def kept(self, document: Document, origin: Origin, split: str) -> None:
        """Counts a document that ships."""
        family = self.families[document.family]
        family[f"{split} documents"] += 1
        family[f"{split} bytes"] += len(document.content)
        family["documents"] += 1
        family["bytes"] += len(document.content)
        self.licences[document.spdx or ""] += 1
        self.repositories[split].add(origin.repository)

    def as_json(self) -> dict[str, Any]:
        """Everything, by name."""
        return {
            "files in, by source": dict(sorted(self.files.items())),
            "left out, by reason and source": {
                reason: dict(sorted(counts.items())) for reason, counts in sorted(self.dropped.items())
            },
            "kept, by family": {name: dict(sorted(counts.items())) for name, counts in sorted(self.families.items())},
            "licences of documents kept": dict(self.licences.most_common()),
            "repositories, by split": {split: len(names) for split, names in sorted(self.repositories.items())},
        }

    def write(self, path: Path) -> None:
        """Writes them as JSON."""
        with whole(path) as new:
            new.write_text(json.dumps(self.as_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
