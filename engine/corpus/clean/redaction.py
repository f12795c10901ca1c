"""Taking words out of a document while the ledger keeps what was done: the same in the text and in its sample."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from engine.corpus.document import Document

TRANSFORM = "redact/1"


def redacted(document: Document, words: Mapping[str, str]) -> Document:
    """The document with every one of ``words`` replaced; what it was is its parent."""
    text, sample = document.content.decode("utf-8"), document.sample
    for word in sorted(words, key=lambda one: (-len(one), one)):
        text = text.replace(word, words[word])
        if sample is not None:
            sample = sample.replace(_quoted(word), _quoted(words[word]))
    done = [document.transform] if document.transform else []
    return replace(
        document,
        content=text.encode(),
        sample=sample,
        parents=(*document.parents, document.sha256),
        transform="+".join([*done, TRANSFORM]) if TRANSFORM not in (document.transform or "") else document.transform,
    )


def _quoted(word: str) -> str:
    """As it stands in the JSON of a sample."""
    return json.dumps(word, ensure_ascii=False)[1:-1]
