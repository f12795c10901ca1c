"""What a corpus keeps clear of: every seal's texts, and the shipped cases and goldens, which may be read whole."""

from __future__ import annotations

from collections.abc import Iterator

from engine.corpus.decontaminate.step import SealedPrint, sealed_print
from engine.evals.sealed import Sealed
from engine.resources import shipped

_SETS = ("cases", "golden")
_PARTS = ("before", "checks", "after")


def sealed_prints() -> tuple[SealedPrint, ...]:
    """The prints of all of them, by case and path. Raises `RecordError` for a seal that cannot be read."""
    known = {(found.case, found.path): found for found in _shipped()}
    for seal in Sealed.load().seals:
        for text in seal.texts:
            path = f"{text.part}/{text.path}"
            known.setdefault((text.case, path), SealedPrint(text.case, path, text.fingerprint))
    return tuple(known[key] for key in sorted(known))


def _shipped() -> Iterator[SealedPrint]:
    for name in _SETS:
        root = shipped("data") / name
        for file in sorted(root.glob("*/*/**/*.rs")):
            case, part, *rest = file.relative_to(root).parts
            if part in _PARTS:
                yield sealed_print(case, "/".join((part, *rest)), file.read_bytes())
