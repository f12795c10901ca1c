"""Where candidates change the code, as windows: the same stretch of the file as it stands and as each would leave it.

What stands before a window is the same for all, so that a model reads it once; what comes after the change belongs to
the window, since a wrong change makes it unlikely.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from engine.brain.protocol import Candidate
from engine.schema.patch import Edit

_TAIL = 64
_WIDEST = 192


@dataclass(frozen=True)
class Window:
    """A stretch of a file. ``before`` is what stands in front of it, at most as much as was asked for.

    ``stands`` is the stretch itself and ``texts`` what candidates, by their key, make of it. ``whole`` says that
    nothing stands before ``before``: it is the file's beginning.
    """

    path: str
    before: bytes
    whole: bool
    stands: bytes
    texts: dict[str, bytes]


@dataclass(frozen=True)
class _Reach:
    """From which byte to which a candidate changes a file."""

    start: int
    end: int
    key: str
    edits: tuple[Edit, ...]


def windows(candidates: Iterable[Candidate], read: Callable[[str], bytes | None], room: int) -> list[Window]:
    """The windows of all candidates. ``room``: bytes that a window and what stands before it may have together.

    A candidate whose changes lie too far apart for one window of a file has none there.
    """
    places: dict[str, list[_Reach]] = {}
    for candidate in candidates:
        by_path: dict[str, list[Edit]] = {}
        for edit in candidate.edits:
            by_path.setdefault(edit.path, []).append(edit)
        for path, edits in by_path.items():
            start, end = min(edit.byte_start for edit in edits), max(edit.byte_end for edit in edits)
            longer = sum(len(edit.after.encode()) for edit in edits)
            if end - start <= _WIDEST and end - start + longer <= room // 2:
                places.setdefault(path, []).append(_Reach(start, end, candidate.key, tuple(edits)))
    found: list[Window] = []
    for path, reaches in places.items():
        content = read(path)
        if content is not None:
            found.extend(_window(path, content, group, room) for group in _together(reaches))
    return found


def _together(reaches: Sequence[_Reach]) -> list[list[_Reach]]:
    """Reaches that fit into one window, in the order of the file."""
    groups: list[list[_Reach]] = []
    for reach in sorted(reaches, key=lambda one: (one.start, one.end, one.key)):
        group = groups[-1] if groups else None
        if group and max(reach.end, *(one.end for one in group)) - group[0].start <= _WIDEST:
            group.append(reach)
        else:
            groups.append([reach])
    return groups


def _window(path: str, content: bytes, group: list[_Reach], room: int) -> Window:
    start = group[0].start
    end = min(len(content), max(one.end for one in group) + _TAIL)
    texts = {one.key: _made(content, one.edits, start, end) for one in group}
    left = max(1, room - max(len(text) for text in (*texts.values(), content[start:end])))
    first = max(0, start - left)
    return Window(path, content[first:start], first == 0, content[start:end], texts)


def _made(content: bytes, edits: Sequence[Edit], start: int, end: int) -> bytes:
    parts: list[bytes] = []
    at = start
    for edit in sorted(edits, key=lambda one: (one.byte_start, one.byte_end)):
        parts += [content[at : edit.byte_start], edit.after.encode()]
        at = edit.byte_end
    return b"".join([*parts, content[at:end]])
