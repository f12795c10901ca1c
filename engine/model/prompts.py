"""The forms in which a byte-level model is asked: the same when it is trained and when it is used. No torch.

Every form begins with `BEGIN` and the finding, so that what was learnt in one helps in the others; ``…`` are bytes:

    repair       BEGIN DIAGNOSTIC …finding PREFIX …before MIDDLE …broken SUFFIX …after EDIT      → …replacement END
    judged       the same, with the replacement and END: the Confidence head is read at END
    explanation  BEGIN DIAGNOSTIC …finding PREFIX …code [EDIT …diff] EXPLANATION                 → …words END
    telling      BEGIN DIAGNOSTIC …events EXPLANATION                                            → …words END
    state        BEGIN DIAGNOSTIC …finding PREFIX …code (PROBE …note)* PROBE      the Action head is read at the PROBE
    move         the same, with EDIT in the place of the last PROBE: the Action head names a move there

A finding is told by `finding`. Nothing of a prompt is a reserved byte, so no text can pretend to be a symbol.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.model.configuration import BEGIN, DIAGNOSTIC, EDIT, END, EXPLANATION, MIDDLE, PREFIX, PROBE, SUFFIX

if TYPE_CHECKING:
    from engine.schema.diagnostic import Diagnostic

MARKS: Final = 7  # symbols of a repair that are no bytes, END included
LINES: Final = 3  # around an edit that is judged: as many as a unified diff shows
_FINDING: Final = 4  # a finding has at most one in so many symbols of the room
_NOTE: Final = 60  # bytes of what a probe found


@dataclass(frozen=True)
class Place:
    """A stretch of a file that is asked about, and what stands around it."""

    before: bytes
    broken: bytes
    after: bytes


def finding(label: str, message: str, hint: str = "") -> bytes:
    """A diagnostic in one line: its code or level, its message, and what its primary span is labelled with."""
    return f"{label}: {' '.join(message.split())}{f' ({hint})' if hint else ''}".encode()


def finding_of(diagnostic: Diagnostic) -> bytes:
    """`finding` of a diagnostic."""
    span = diagnostic.primary
    return finding(diagnostic.label, diagnostic.message, (span.label or "") if span else "")


def lines_of(diagnostic: Diagnostic) -> bytes:
    """The lines that a diagnostic points at, as the compiler showed them: the code of a state, and of a telling."""
    span = diagnostic.primary
    return "\n".join(span.text).encode() if span else b""


def place(content: bytes, start: int, end: int, room: int) -> Place:
    """The bytes ``start..end`` of a file with what stands around them, in ``room`` bytes; three quarters lie before.

    The stretch itself is never cut: `ValueError` when it alone is longer than the room.
    """
    left = room - (end - start)
    if left < 0:
        raise ValueError("the stretch is longer than the room")
    after = content[end : end + max(left // 4, left - start)]
    return Place(content[max(0, start - left + len(after)) : start], content[start:end], after)


def differing(old: bytes, new: bytes) -> tuple[int, int, int]:
    """Where two versions of a text differ: the first byte, and the end in each; words are not torn."""
    start, least = 0, min(len(old), len(new))
    while start < least and old[start] == new[start]:
        start += 1
    rest = 0
    while rest < least - start and old[-1 - rest] == new[-1 - rest]:
        rest += 1
    if start == len(old) == len(new):
        return start, start, start
    if _in_word(old[start : start + 1]) or _in_word(new[start : start + 1]):
        while _in_word(old[:start][-1:]):
            start -= 1
    if _in_word(old[: len(old) - rest][-1:]) or _in_word(new[: len(new) - rest][-1:]):
        while rest and _in_word(old[-rest:][:1]):
            rest -= 1
    return start, len(old) - rest, len(new) - rest


def change(old: bytes, new: bytes, lines: int = LINES) -> tuple[Place, bytes]:
    """What differs between two versions of a text, as one stretch with the ``lines`` around it, and what replaces it.

    A whole file and the hunk of a diff that changes it give the same, if the diff shows as many lines.
    """
    start, end, until = differing(old, new)
    first = old.rfind(b"\n", 0, start) + 1
    for _ in range(lines):
        first = old.rfind(b"\n", 0, first - 1) + 1 if first else 0
    last = end
    for _ in range(lines + 1):
        found = old.find(b"\n", last)
        last = len(old) if found < 0 else found + 1
    return Place(old[first:start], old[start:end], old[end:last]), new[start:until]


def _in_word(byte: bytes) -> bool:
    return byte.isalnum() or byte == b"_" or byte >= b"\x80"


def repair_prompt(diagnostic: bytes, before: bytes, after: bytes, broken: bytes = b"") -> list[int]:
    """Asks for what should stand between two texts, where now ``broken`` stands. The answer ends with `END`."""
    return [BEGIN, DIAGNOSTIC, *diagnostic, PREFIX, *before, MIDDLE, *broken, SUFFIX, *after, EDIT]


def repair_within(diagnostic: bytes, content: bytes, start: int, end: int, answer: int, room: int) -> list[int] | None:
    """`repair_prompt` for a stretch of a file such that it and ``answer`` bytes after it fit ``room`` symbols.

    None where the stretch is too long for that. This is the form that is trained: a prompt at work takes it too.
    """
    said = diagnostic[: room // _FINDING]
    left = room - MARKS - len(said) - answer
    if left < end - start:
        return None
    here = place(content, start, end, left)
    return repair_prompt(said, here.before, here.after, here.broken)


def judged_prompt(diagnostic: bytes, here: Place, replacement: bytes, room: int) -> list[int]:
    """A finding with an edit that is to be judged, cut to ``room`` symbols; the Confidence head is read at its end.

    ``here`` comes from `change`: of edits that were tried no more is known than what their diffs showed.
    """
    said = diagnostic[: room // _FINDING]
    left = room - MARKS - len(said)
    new, old = replacement[: left // 3], here.broken[: left // 3]
    left -= len(new) + len(old)
    after = here.after[: max(left // 4, left - len(here.before))]
    before = here.before[max(0, len(here.before) - left + len(after)) :]
    return [*repair_prompt(said, before, after, old), *new, END]


def explanation_prompt(diagnostic: bytes, code: bytes, diff: bytes = b"") -> list[int]:
    """Asks for an explanation of a finding in code, or of the diff that mends it."""
    return [BEGIN, DIAGNOSTIC, *diagnostic, PREFIX, *code, *([EDIT, *diff] if diff else ()), EXPLANATION]


def telling_prompt(events: bytes) -> list[int]:
    """Asks for the telling of what happened, a line an event."""
    return [BEGIN, DIAGNOSTIC, *events, EXPLANATION]


def state_prompt(diagnostic: bytes, code: bytes, notes: Sequence[bytes], room: int, *, move: bool = False) -> list[int]:
    """Where she stands: the finding, the code that it points at, and a note a probe, in order; cut to ``room`` symbols.

    The newest notes stay, and the end of the code. The Action head is read at its end: what to do next or, with
    ``move``, which move to make.
    """
    said = diagnostic[: room // _FINDING]
    left = room - 4 - len(said)
    kept: list[int] = []
    for note in reversed(notes):
        told = [PROBE, *note[:_NOTE]]
        if len(kept) + len(told) > left // 2:
            break
        kept = told + kept
    shown = code[max(0, len(code) - (left - len(kept))) :]
    return [BEGIN, DIAGNOSTIC, *said, PREFIX, *shown, *kept, EDIT if move else PROBE]


def probe_note(kind: str, verdict: str | None) -> bytes:
    """A probe and what it spoke for, as a note of a state: `trial refutes`."""
    return f"{kind} {verdict or 'neutral'}".encode()
