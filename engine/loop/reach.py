"""What each hunk of a patch reaches: the items that it changes, and the places that use them by name."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.rust.structure import CrateIndex, TouchedItem, touched_items
from engine.sandbox.patches import Hunk, Read, apply_edits, hunks
from engine.schema.event import TouchedSymbol, Use
from engine.schema.patch import Edit, Patch

USES = 20  # of one symbol; the record says how many there are
SYMBOLS = 200  # of one patch: a rename of everything is not read symbol by symbol


@dataclass
class _Found:
    item: TouchedItem
    hunks: set[int] = field(default_factory=set)
    signature: bool = False


def reach(patch: Patch, read_after: Read, index: CrateIndex) -> tuple[TouchedSymbol, ...]:
    """The items that the hunks of a patch change, file by file, each with its uses in the tree as it stands.

    ``read_after`` gives the files as the patch leaves them. An item counts when it is changed on either side, so one
    that is removed is named, too. Only Rust files are looked into.
    """
    numbered = hunks(patch)
    found: dict[tuple[str, str], _Found] = {}
    for image in patch.files:
        if not image.path.endswith(".rs"):
            continue
        own = [hunk for hunk in numbered if hunk.path == image.path]
        edits = [edit for edit in patch.edits if edit.path == image.path]
        inverse = [edit for edit in patch.inverse if edit.path == image.path]
        after = read_after(image.path) or b""
        before = apply_edits(after, inverse)
        for source, side, starts in (
            (before, edits, {hunk.old_start: hunk for hunk in own}),
            (after, inverse, {hunk.new_start: hunk for hunk in own}),
        ):
            for hunk, item in _touched(source, side, starts):
                known = found.setdefault((image.path, item.path), _Found(item))
                known.hunks.add(hunk.index)
                known.signature |= item.interface
    return tuple(_symbol(path, known, index) for (path, _), known in list(found.items())[:SYMBOLS])


def _touched(source: bytes, edits: Iterable[Edit], starts: Mapping[int, Hunk]) -> Iterator[tuple[Hunk, TouchedItem]]:
    """The items that edits of one side change, each with the hunk that holds the edit."""
    lines = sorted(starts)
    for edit in edits:
        if edit.byte_start == edit.byte_end:
            continue  # nothing on this side; the other one shows where the lines stand
        line = source.count(b"\n", 0, edit.byte_start) + 1
        hunk = starts[lines[max(0, bisect_right(lines, line) - 1)]]
        for item in touched_items(source, edit):
            yield hunk, item


def _symbol(path: str, known: _Found, index: CrateIndex) -> TouchedSymbol:
    uses = index.uses(known.item.name, member=known.item.member)
    return TouchedSymbol(
        path=path,
        symbol=known.item.path,
        hunks=tuple(sorted(known.hunks)),
        signature=known.signature,
        uses=tuple(Use(path=use.path, line=use.line, text=use.text) for use in uses[:USES]),
        total=len(uses),
    )
