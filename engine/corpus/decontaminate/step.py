"""The step that leaves out what is like a sealed case or a golden patch."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from engine.corpus.decontaminate.shapes import Shapes
from engine.corpus.dedup.shingles import BLOCK
from engine.corpus.document import Document, Origin, Outcome, Verdict
from engine.rust.known_texts import LEAST_SHINGLES, NEAR, KnownTexts
from engine.rust.likeness import Fingerprint, fingerprint

_SUSPECT = 0.5  # share of a sealed text's shape from which a text is looked at closely
_LEAST = 40  # bytes of a part of a sample; what is shorter is no code of a case
_FENCED = re.compile(rb"^[ \t]*(```+|~~~+)[^\n]*\n(.*?)^[ \t]*\1", re.MULTILINE | re.DOTALL)
_HUNK = re.compile(rb"^@@ .*? @@.*$", re.MULTILINE)


@dataclass(frozen=True)
class SealedPrint:
    """One file of a sealed case by its fingerprint; ``path`` says which.

    ``text`` is the file where it may be read, as those of shipped cases: it makes the search some twenty times as fast,
    if all prints have one.
    """

    case: str
    path: str
    fingerprint: Fingerprint
    text: bytes | None = None


def sealed_print(case: str, path: str, text: bytes) -> SealedPrint:
    """The print of a file that may be read."""
    return SealedPrint(case, path, fingerprint(text), text)


class Decontaminate:
    """Leaves out a document that is a sealed text, or holds most of one, or has a part that does.

    Found are copies, copies in another layout or with other comments, copies with other names, and texts that hold at
    least `NEAR` of a sealed one, names aside. Looked at are a document, the code blocks and diffs in it, and
    the texts of its sample's record.
    """

    name = "decontaminate"
    version = 1

    def __init__(self, sealed: Sequence[SealedPrint]) -> None:
        self._sealed = tuple(sealed)

    def settings(self) -> Mapping[str, Any]:
        """The prints by their digest, and how much is too much."""
        digest = hashlib.sha256()
        for one in self._sealed:
            digest.update(repr((one.case, one.path, astuple(one.fingerprint), one.text is None)).encode())
        return {"sealed": digest.hexdigest(), "near": NEAR, "least": LEAST_SHINGLES, "suspect": _SUSPECT}

    def run(self, documents: Iterable[Document], origins: Mapping[str, Origin]) -> Iterator[Outcome]:
        """One outcome a document; the reason is ``sealed-`` and the likeness, the detail names the case."""
        held: list[Document] = []
        size = 0
        for document in documents:
            held.append(document)
            size += len(document.content) + len(document.sample or "")
            if size >= BLOCK:
                yield from self._block(held)
                held, size = [], 0
        yield from self._block(held)

    def _block(self, documents: Sequence[Document]) -> Iterator[Outcome]:
        parts = [(at, part) for at, document in enumerate(documents) for part in parts_of(document)]
        texts = [part for _, part in parts]
        suspects = np.ones(len(texts), np.bool_) if self._shapes is None else self._shapes.suspects(texts, _SUSPECT)
        bad: dict[int, Verdict] = {}
        for (at, part), suspect in zip(parts, suspects.tolist(), strict=True):
            if at not in bad and (suspect or self._known.exact(hashlib.sha256(part).hexdigest())):
                found = self._known.match(part)
                if found is not None:
                    case, path = found.label
                    detail = f"{found.share:.0%} of {path} of the sealed case {case}"
                    bad[at] = Verdict(documents[at].id, self.name, "drop", f"sealed-{found.likeness}", detail)
        for at, document in enumerate(documents):
            verdict = bad.get(at)
            yield Outcome(document) if verdict is None else Outcome(None, (verdict,))

    @cached_property
    def _known(self) -> KnownTexts[tuple[str, str]]:
        return KnownTexts(((one.case, one.path), one.fingerprint) for one in self._sealed)

    @cached_property
    def _shapes(self) -> Shapes | None:
        texts = [one.text for one in self._sealed if one.text is not None]
        return Shapes(texts) if len(texts) == len(self._sealed) else None


def parts_of(document: Document) -> Iterator[bytes]:
    """What of a document may be a sealed text: all of it, and code that stands in it among other things."""
    yield document.content
    if document.family == "code" and document.sample is None:
        return
    seen = {document.content}
    for text in (document.content, *_strings(json.loads(document.sample) if document.sample else None)):
        for part in (text, *(found[2] for found in _FENCED.finditer(text)), *_sides(text)):
            if len(part) >= _LEAST and part not in seen:
                seen.add(part)
                yield part


def _strings(value: object) -> Iterator[bytes]:
    if isinstance(value, str):
        yield value.encode()
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def _sides(text: bytes) -> Iterator[bytes]:
    """A diff as it was before and after, each with what lies between its hunks left out."""
    if not _HUNK.search(text):
        return
    lines = [line for line in _HUNK.sub(b"", text).split(b"\n") if not line.startswith((b"+++", b"---", b"diff "))]
    for sign, other in ((b"-", b"+"), (b"+", b"-")):
        yield b"\n".join(line[1:] if line.startswith((sign, b" ")) else line for line in lines if line[:1] != other)
