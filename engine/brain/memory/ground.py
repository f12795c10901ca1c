"""The code that an edit was made on, cut to what matters, so that a template can be tried on it again later."""

from __future__ import annotations

from collections.abc import Sequence

from engine.brain.memory.template import Read
from engine.schema.base import VersionedRecord
from engine.schema.diagnostic import Diagnostic
from engine.schema.patch import Edit

_AROUND = 30
_LARGEST = 16_000


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
    """The ground of edits: of each file the lines from some before the first place that matters to some behind the
    last. None when that is too much to keep."""
    files: dict[str, str] = {}
    cuts: dict[str, tuple[int, int]] = {}
    for path in sorted({edit.path for edit in edits}):
        source = read(path)
        if source is None:
            return None
        marks = [(span.byte_start, span.byte_end) for span in diagnostic.spans if span.file == path]
        marks += [(edit.byte_start, edit.byte_end) for edit in edits if edit.path == path]
        low = _line(source, min(low for low, _ in marks), -_AROUND)
        high = _line(source, max(high for _, high in marks), _AROUND)
        files[path], cuts[path] = source[low:high].decode("utf-8", "replace"), (low, high)
    if sum(map(len, files.values())) > _LARGEST:
        return None
    spans = [
        span.model_copy(
            update={
                "byte_start": span.byte_start - cuts[span.file][0],
                "byte_end": span.byte_end - cuts[span.file][0],
                "text": (),
            }
        )
        for span in diagnostic.spans
        if span.file in cuts
    ]
    kept = diagnostic.model_copy(update={"spans": tuple(spans), "suggestions": (), "rendered": ""})
    moved = [
        edit.model_copy(
            update={
                "byte_start": edit.byte_start - cuts[edit.path][0],
                "byte_end": edit.byte_end - cuts[edit.path][0],
            }
        )
        for edit in edits
    ]
    return Ground(diagnostic=kept, files=files, edits=tuple(moved))


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
