"""Of two copies the better licensed is the better, then the better provenanced, then the more central."""

from dataclasses import replace

import pytest

from engine.corpus.dedup.rank import rank
from engine.corpus.document import Document, Evidence, Origin

_ORIGIN = Origin("crate:a@1.0.0", "crates", "a", url="https://crates.io/crates/a", version="1.0.0", checksum="0" * 64)
_DOCUMENT = Document(_ORIGIN.id, "src/lib.rs", b"fn a() {}", chosen=("MIT",))


def _evidence(*kinds: str) -> tuple[Evidence, ...]:
    return tuple(Evidence(kind, "MIT", "x", "0" * 64, 0, 3, "test 1") for kind in kinds)  # type: ignore[arg-type]


def test_licences_are_ordered_by_what_they_ask_for() -> None:
    ranks = [
        rank(replace(_DOCUMENT, chosen=chosen), _ORIGIN)
        for chosen in (("Unlicense",), ("MIT",), ("MIT", "BSD-3-Clause"), ("MPL-2.0",), ())
    ]
    assert ranks == sorted(set(ranks))


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (replace(_DOCUMENT, evidence=_evidence("manifest", "file")), replace(_DOCUMENT, evidence=_evidence("file"))),
        (_DOCUMENT, replace(_DOCUMENT, path="tests/lib.rs")),
        (_DOCUMENT, replace(_DOCUMENT, path="src/a/b/lib.rs")),
        # The licence counts more than the evidence for it, and that more than the path.
        (_DOCUMENT, replace(_DOCUMENT, chosen=("MPL-2.0",), evidence=_evidence("manifest", "file", "header"))),
        (replace(_DOCUMENT, path="tests/x/y/z.rs", evidence=_evidence("file")), _DOCUMENT),
    ],
)
def test_the_better_comes_first(better: Document, worse: Document) -> None:
    assert rank(better, _ORIGIN) < rank(worse, _ORIGIN) < 1 << 32


def test_an_origin_that_can_show_more_is_better() -> None:
    without = replace(_ORIGIN, checksum=None)
    assert (
        rank(_DOCUMENT, _ORIGIN) < rank(_DOCUMENT, without) < rank(_DOCUMENT, replace(without, version=None, url=None))
    )
    assert rank(_DOCUMENT, _ORIGIN) == rank(_DOCUMENT, replace(without, commit="c" * 40))
