"""Patches as pure values: from edits or from new contents, with their diffs, their inverse and their hunks.

A file is bytes; a patch changes only files that are UTF-8, and keeps their line ends.
"""

from __future__ import annotations

import difflib
import hashlib
import io
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal

from engine.errors import PatchError
from engine.schema.edits import apply_edits as apply_edits
from engine.schema.patch import Edit, FileImage, Patch

Read = Callable[[str], bytes | None]
Opcode = tuple[Literal["replace", "delete", "insert", "equal"], int, int, int, int]

_LARGE = 1000  # lines; from here on, very frequent ones are no anchors
_NO_END = "\n\\ No newline at end of file\n"


@dataclass(frozen=True)
class Hunk:
    """One hunk of a patch, numbered from 0 over the whole diff. ``lines`` carry their sign as first character."""

    index: int
    path: str
    header: str
    lines: tuple[str, ...]
    old_start: int
    new_start: int


def make_patch(read: Read, edits: Sequence[Edit], *, intent: str, move: str, diagnostics: Sequence[str] = ()) -> Patch:
    """Builds the patch of some edits against the files as ``read`` gives them.

    An insertion at byte 0 of a file that does not exist creates it. Raises `PatchError` when an edit does not
    fit, a file is missing or not UTF-8, or nothing would change.
    """
    contents: dict[str, bytes | None] = {}
    for path in dict.fromkeys(edit.path for edit in edits):
        own = [edit for edit in edits if edit.path == path]
        before = read(path)
        if before is None and any(edit.byte_end for edit in own):
            raise PatchError(f"{path} does not exist", fix="nothing was changed")
        contents[path] = apply_edits(before or b"", own)
    return patch_to(read, contents, intent=intent, move=move, diagnostics=diagnostics)


def patch_to(
    read: Read, contents: Mapping[str, bytes | None], *, intent: str, move: str, diagnostics: Sequence[str] = ()
) -> Patch:
    """Builds the patch that turns the files that ``read`` gives into ``contents`` (None: the file is removed).

    The edits are the smallest runs of whole lines that differ. Raises `PatchError` when a file is not UTF-8 or
    nothing would change.
    """
    edits: list[Edit] = []
    inverse: list[Edit] = []
    images: list[FileImage] = []
    diffs: list[str] = []
    inverse_diffs: list[str] = []
    for path in sorted(contents):
        check_path(path)
        old, new = read(path), contents[path]
        if old == new:
            continue
        before, after = _text(path, old), _text(path, new)
        there, back = _Comparison(before, after), _Comparison(after, before)
        edits += _line_edits(path, there)
        inverse += _line_edits(path, back)
        images.append(FileImage(path=path, before=_hash(old), after=_hash(new)))
        diffs.append(_file_diff(path, there, old is None, new is None))
        inverse_diffs.append(_file_diff(path, back, new is None, old is None))
    if not images:
        raise PatchError("the patch would change nothing", fix="nothing was changed")
    body = "".join(diffs)
    name = hashlib.sha256("\0".join([intent, move, *diagnostics, body]).encode()).hexdigest()[:16]
    return Patch(
        id=name,
        intent=intent,
        move=move,
        diagnostics=tuple(diagnostics),
        edits=tuple(edits),
        inverse=tuple(inverse),
        files=tuple(images),
        diff=body,
        inverse_diff="".join(inverse_diffs),
    )


def result_of(patch: Patch, read: Read, *, undo: bool = False) -> dict[str, bytes | None]:
    """The contents that a patch (or, with ``undo``, its inverse) leads to; nothing is written.

    Raises `PatchError` unless every file reads as the patch expects, and the result is what it promises.
    """
    contents: dict[str, bytes | None] = {}
    for image in patch.files:
        expected, promised = (image.after, image.before) if undo else (image.before, image.after)
        found = read(image.path)
        if _hash(found) != expected:
            raise PatchError(f"{image.path} is not as the patch expects it", fix="nothing was changed")
        chosen = patch.inverse if undo else patch.edits
        edited = apply_edits(found or b"", [edit for edit in chosen if edit.path == image.path])
        result = edited if promised is not None else None
        if _hash(result) != promised:
            raise PatchError(f"the patch of {image.path} does not lead where it says", fix="nothing was changed")
        contents[image.path] = result
    return contents


def hunks(patch: Patch) -> tuple[Hunk, ...]:
    """The hunks of a patch in the order of its diff."""
    from unidiff.patch import PatchSet  # slow to import, and only reviews need it

    found: list[Hunk] = []
    files = [file for file in PatchSet(io.StringIO(patch.diff, newline="\n")) if len(file)]
    for path, file in zip(patch.hunk_paths, files, strict=True):
        for hunk in file:
            lines = tuple(f"{line.line_type}{line.value}" for line in hunk)
            header = f"@@ -{hunk.source_start},{hunk.source_length} +{hunk.target_start},{hunk.target_length} @@"
            found.append(Hunk(len(found), path, header, lines, hunk.source_start, hunk.target_start))
    return tuple(found)


def select_hunks(
    patch: Patch, read: Read, keep: Collection[int], without: Mapping[int, Collection[int]] | None = None
) -> Patch:
    """The patch with only the hunks numbered in ``keep``; ``read`` gives the files without the patch.

    ``without`` drops single changed lines of kept hunks: hunk → rows of its ``lines``, counted from 0. An added line
    that is dropped stays out; a removed one stays in, beside the line that was to replace it (the first removed line
    of a run belongs to the first added one, and so on). Raises `PatchError` when nothing is left, or a number is
    not that of a hunk or of a changed line.
    """
    numbered = hunks(patch)
    dropped = {index: frozenset(rows) for index, rows in (without or {}).items() if rows}
    if unknown := {*keep, *dropped}.difference(range(len(numbered))):
        raise PatchError(f"there is no hunk {min(unknown)}; the patch has {len(numbered)}", fix="count from 0")
    numbered = tuple(_without(hunk, dropped[hunk.index]) if hunk.index in dropped else hunk for hunk in numbered)
    if not dropped and len({*keep}) == len(numbered):
        return patch
    contents: dict[str, bytes | None] = {}
    for image in patch.files:
        own = [hunk for hunk in numbered if hunk.path == image.path]
        if own and not any(hunk.index in keep and _changes(hunk) for hunk in own):
            continue
        if all(hunk.index in keep and hunk.index not in dropped for hunk in own):
            contents[image.path] = apply_edits(
                read(image.path) or b"", [edit for edit in patch.edits if edit.path == image.path]
            )
            if image.after is None:
                contents[image.path] = None
        else:
            kept = [hunk for hunk in own if hunk.index in keep]
            contents[image.path] = _apply_hunks(_text(image.path, read(image.path)), kept).encode()
    return patch_to(read, contents, intent=patch.intent, move=patch.move, diagnostics=patch.diagnostics)


def check_path(path: str) -> None:
    """Raises `PatchError` unless a path stays inside the repository and out of `.git`."""
    parts = path.split("/")
    # Any case and any depth: some file systems do not tell ".GIT" from ".git", and a nested one is a repository.
    if "\0" in path or any(part in ("", ".", "..") or part.lower() == ".git" for part in parts):
        raise PatchError(f"{path!r} is not a path inside the repository", fix="nothing was changed")


def _apply_hunks(before: str, kept: Sequence[Hunk]) -> str:
    lines = _lines(before)
    result: list[str] = []
    position = 0
    for hunk in kept:
        # A hunk without old lines names the line that it follows, not the one that it starts at.
        start = hunk.old_start - 1 if any(line[0] in " -" for line in hunk.lines) else hunk.old_start
        result += lines[position:start]
        position = start + sum(line[0] in " -" for line in hunk.lines)
        result += _new_side(hunk.lines)
    result += lines[position:]
    # A last line without an end may have got a successor: it was dropped from a change that went on after it.
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    ended = [line if line.endswith("\n") else f"{line.removesuffix(chr(13))}{end}" for line in result[:-1]]
    return "".join([*ended, *result[-1:]])


def _changes(hunk: Hunk) -> bool:
    return any(line[0] in "+-" for line in hunk.lines)


def _without(hunk: Hunk, dropped: Collection[int]) -> Hunk:
    """The hunk without some of its changed lines, named by their rows."""
    wrong = next(
        (row for row in sorted(dropped) if not (0 <= row < len(hunk.lines) and hunk.lines[row][0] in "+-")), None
    )
    if wrong is not None:
        raise PatchError(f"row {wrong} of hunk {hunk.index} is no changed line", fix="count a hunk's rows from 0")
    lines: list[str] = []
    old: list[list[str]] = []
    new: list[list[str]] = []

    def settle() -> None:
        """Ends a run: each removed line, then the line that stands in its place."""
        for removed, added in zip_longest(old, new, fillvalue=()):
            lines.extend([*removed, *added])
        old.clear()
        new.clear()

    last = lines
    for row, line in enumerate(hunk.lines):
        if line[0] == "\\":
            last.append(line)
        elif line[0] == " ":
            settle()
            lines.append(line)
            last = lines
        else:
            if line[0] == "-" and new:
                settle()
            last = [line if row not in dropped else f" {line[1:]}"]
            if line[0] == "-":
                old.append(last)
            else:
                # A dropped addition keeps its place, empty, so that the pairs after it stay together.
                new.append([] if row in dropped else last)
    settle()
    return replace(hunk, lines=tuple(lines))


def _new_side(lines: Sequence[str]) -> list[str]:
    """The new lines of a hunk; the marker for a missing final line end takes it off the line before it."""
    result: list[str] = []
    last_sign = ""
    for line in lines:
        if line[0] == "\\":
            if last_sign in " +" and result:
                result[-1] = result[-1].removesuffix("\n")
            continue
        last_sign = line[0]
        if last_sign in " +":
            result.append(line[1:])
    return result


def _line_edits(path: str, both: _Comparison) -> list[Edit]:
    old, new = both.old, both.new
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line.encode()))
    return [
        Edit(
            path=path,
            byte_start=starts[low],
            byte_end=starts[high],
            before="".join(old[low:high]),
            after="".join(new[new_low:new_high]),
        )
        for tag, low, high, new_low, new_high in both.get_opcodes()
        if tag != "equal"
    ]


def _file_diff(path: str, both: _Comparison, is_new: bool, is_gone: bool) -> str:
    """The unified diff of one file as git writes it, with three lines of context."""
    source, target = _quoted(f"a/{path}"), _quoted(f"b/{path}")
    head = [f"diff --git {source} {target}\n"]
    head += ["new file mode 100644\n"] if is_new else []
    head += ["deleted file mode 100644\n"] if is_gone else []
    body: list[str] = []
    for group in both.get_grouped_opcodes(3):
        ranges = _range(group[0][1], group[-1][2]), _range(group[0][3], group[-1][4])
        body.append(f"@@ -{ranges[0]} +{ranges[1]} @@\n")
        for tag, low, high, new_low, new_high in group:
            gone, come = ("", "+") if tag == "equal" else ("-", "+")
            body += [f"{gone or ' '}{line}" for line in both.old[low:high]]
            body += [f"{come}{line}" for line in both.new[new_low:new_high]] if tag != "equal" else []
    if body:
        # git ends a name that holds a space with a tab, so that it is not taken for a date.
        source, target = (f"{name}\t" if " " in name else name for name in (source, target))
        head += [f"--- {'/dev/null' if is_new else source}\n", f"+++ {'/dev/null' if is_gone else target}\n"]
    return "".join(head + [line if line.endswith("\n") else f"{line}{_NO_END}" for line in body])


def _range(low: int, high: int) -> str:
    """Lines ``low..high`` (from 0) as a hunk names them: from 1, and an empty range by the line before it."""
    length = high - low
    return f"{low + 1 if length else low},{length}"


def _quoted(name: str) -> str:
    """A name as git writes it in a diff: in C's quotes when it holds quotes, backslashes or control characters."""
    if not any(sign in '"\\\x7f' or sign < " " for sign in name):
        return name
    known = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
    signs = (known.get(sign) or (f"\\{ord(sign):03o}" if sign < " " or sign == "\x7f" else sign) for sign in name)
    return f'"{"".join(signs)}"'


class _Comparison(difflib.SequenceMatcher[str]):
    """Two texts matched line by line; what they share at both ends is set aside first.

    difflib takes quadratic time on files with many like lines, and a patch mostly changes a few in the middle.
    """

    def __init__(self, before: str, after: str) -> None:
        self.old, self.new = _lines(before), _lines(after)
        super().__init__(None, self.old, self.new, autojunk=False)

    def get_opcodes(self) -> list[Opcode]:
        """The opcodes of `difflib.SequenceMatcher`, which groups them into hunks by this method."""
        old, new = self.old, self.new
        shortest = min(len(old), len(new))
        head = next((index for index in range(shortest) if old[index] != new[index]), shortest)
        rest = shortest - head
        tail = next((index for index in range(rest) if old[-1 - index] != new[-1 - index]), rest)
        end, new_end = len(old) - tail, len(new) - tail
        inner = difflib.SequenceMatcher(None, old[head:end], new[head:new_end], autojunk=end - head > _LARGE)
        middle: list[Opcode] = [
            (tag, low + head, high + head, new_low + head, new_high + head)
            for tag, low, high, new_low, new_high in inner.get_opcodes()
        ]
        # The middle neither starts nor ends with equal lines, so these two stay runs of their own.
        first: list[Opcode] = [("equal", 0, head, 0, head)] if head else []
        last: list[Opcode] = [("equal", end, len(old), new_end, len(new))] if tail else []
        return [*first, *middle, *last]


def _lines(text: str) -> list[str]:
    """Splits after every line feed and nowhere else, as git does (`str.splitlines` splits at more)."""
    parts = text.split("\n")
    lines = [f"{part}\n" for part in parts[:-1]]
    return [*lines, parts[-1]] if parts[-1] else lines


def _text(path: str, content: bytes | None) -> str:
    try:
        return (content or b"").decode("utf-8")
    except UnicodeDecodeError as error:
        raise PatchError(f"{path} is not UTF-8, so it is not edited", fix="convert the file to UTF-8") from error


def _hash(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()
