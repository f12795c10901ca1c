"""The code that an edit was made on, cut to what matters, so that a template can be tried on it again later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from engine.brain.memory.anchor import Read
from engine.schema.base import VersionedRecord
from engine.schema.diagnostic import Diagnostic, Span
from engine.schema.patch import Edit

_Placed = TypeVar("_Placed", Span, Edit)

_WHOLE = 10_000
_AROUND = 30
_LARGEST = 24_000


class Ground(VersionedRecord):
    """A diagnostic, the files around it and the edits that mended it; offsets count bytes of the files as kept."""

    diagnostic: Diagnostic
    files: dict[str, str]
    edits: tuple[Edit, ...]

    def source(self, path: str) -> bytes | None:
        """A file as it is kept."""
        text = self.files.get(path)
        return text.encode() if text is not None else None


def ground_of(diagnostic: Diagnostic, edits: Sequence[Edit], read: Read) -> Ground | None:
    """The ground of edits: the files that they change and the one that the diagnostic points at.

    Of a large file the lines around what matters are kept. None when that is still too much, or a file is not there.
    """
    primary = diagnostic.primary
    paths = sorted({edit.path for edit in edits} | ({primary.file} if primary else set()))
    files: dict[str, str] = {}
    moved: dict[str, int] = {}
    for path in paths:
        source = read(path)
        if source is None:
            return None
        low, high = 0, len(source)
        if high > _WHOLE:
            marks = [(span.byte_start, span.byte_end) for span in diagnostic.spans if span.file == path]
            marks += [(edit.byte_start, edit.byte_end) for edit in edits if edit.path == path]
            low = _line(source, min(start for start, _ in marks), -_AROUND)
            high = _line(source, max(end for _, end in marks), _AROUND)
        files[path], moved[path] = source[low:high].decode("utf-8", "replace"), low
    if sum(map(len, files.values())) > _LARGEST:
        return None
    notes = tuple(note.model_copy(update={"spans": _moved(note.spans, moved)}) for note in diagnostic.notes)
    spans = _moved(diagnostic.spans, moved)
    kept = diagnostic.model_copy(update={"spans": spans, "notes": notes, "suggestions": (), "rendered": ""})
    return Ground(diagnostic=kept, files=files, edits=tuple(_shifted(edit, moved[edit.path]) for edit in edits))


def _moved(spans: Iterable[Span], moved: Mapping[str, int]) -> tuple[Span, ...]:
    """The spans in files that are kept, in the offsets of what is kept of them."""
    own = (span for span in spans if span.file in moved and span.byte_start >= moved[span.file])
    return tuple(_shifted(span, moved[span.file]).model_copy(update={"text": ()}) for span in own)


def _shifted(placed: _Placed, by: int) -> _Placed:
    return placed.model_copy(update={"byte_start": placed.byte_start - by, "byte_end": placed.byte_end - by})


def _line(source: bytes, at: int, lines: int) -> int:
    """The beginning of the line that lies ``lines`` before (negative) or behind the one of a byte."""
    for _ in range(abs(lines)):
        if lines < 0:
            at = source.rfind(b"\n", 0, max(at, 0))
            if at < 0:
                return 0
        else:
            at = source.find(b"\n", at) + 1
            if at == 0:
                return len(source)
    return source.rfind(b"\n", 0, max(at, 0)) + 1 if lines < 0 else at
