"""Which of two copies is kept: the better licensed, then the better provenanced, then the more central one."""

from __future__ import annotations

import re

from engine.corpus.document import Document, Origin

_FREE = frozenset(["0BSD", "CC0-1.0", "MIT-0", "Unlicense"])  # nothing to be passed on
_SHORT = frozenset(["Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "ISC", "MIT", "Zlib"])
_ASIDE = re.compile(r"(?:^|/)(?:tests?|examples?|benches|vendor|third[_-]party|fuzz)/")


def rank(document: Document, origin: Origin) -> int:
    """The smaller, the better; below 2**32. Equals are told apart by the document's id.

    The licence counts most: what it asks for, and how many kinds of evidence speak for it. Then what the origin can
    show: a checksum or commit, a version, an address. Then whether the file stands among a crate's own sources.
    """
    parts = (
        _licence(document.chosen),
        3 - len({evidence.kind for evidence in document.evidence}),
        sum(one is None for one in (origin.checksum or origin.commit, origin.version, origin.url)),
        int(bool(_ASIDE.search(document.path))),
        min(document.path.count("/"), 15),
    )
    return sum(part << shift for part, shift in zip(parts, (28, 24, 20, 16, 12), strict=True))


def _licence(chosen: tuple[str, ...]) -> int:
    if not chosen:
        return 4
    kinds = [0 if one in _FREE else 1 if one in _SHORT else 3 for one in chosen]
    return min(max(kinds) + (len(chosen) > 1 and max(kinds) == 1), 3)
