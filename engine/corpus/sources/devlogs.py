"""Samples from her own diary: what she mended and explained, weighed by what the mentor thought of it.

An entry gives samples when it was fixed in a session that was not undone or vetoed, and correctness was not graded 1
or 2: what is wrong is not taught. Of what is left

- `diag_fix` is the diagnostic, the patch and its explanation,
- `explain_diff` the patch, and her words about it,
- `style_guide` the same for a lint, as a rule.

A sample's weight is the mean of `FACTORS` over the grades of the axes that speak of its family (`AXES`), 1.0 where none
was given, times the largest of `MARKS` that the DevLog bears. It stands beside the sample, which the trainer may draw
that much more often.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from engine.corpus.document import Document, Origin
from engine.errors import CorpusError
from engine.schema.devlog import DevLog, Entry, Outcome
from engine.schema.diagnostic import Diagnostic, Level, Tool
from engine.schema.event import DiagnosticEvent
from engine.schema.patch import Patch
from engine.schema.provenance import Provenance
from engine.schema.samples import DiagFix, ExplainDiff, StyleGuide, TestColour, TestsBeforeAfter

if TYPE_CHECKING:
    from engine.store.store import Store

LICENSE, SPDX = "MIT OR Apache-2.0", ("MIT", "Apache-2.0")
ATTRIBUTION = "Rusta's diary"
LOWEST_CORRECTNESS = 3
FACTORS = {1: 0.25, 2: 0.5, 3: 1.0, 4: 1.5}
MARKS = {"golden": 2.0, "training-worthy": 1.5}
AXES: Mapping[str, tuple[str, ...]] = {
    "diag_fix": ("correctness", "process"),
    "explain_diff": ("correctness", "clarity", "voice"),
    "style_guide": ("correctness", "clarity"),
}
_GAP = "// …\n"


@dataclass(frozen=True)
class WeighedSample:
    """A sample and how much it counts; 1.0 is one that nobody graded."""

    weight: float
    sample: DiagFix | ExplainDiff | StyleGuide


class DevLogs:
    """The store's DevLogs as a source, one unit a DevLog that gives samples.

    ``url`` is the store's, None for the usual one; ``barred`` says which patches are on a text that is sealed.
    """

    name = "devlogs"

    def __init__(self, url: str | None = None, *, barred: Callable[[Patch], bool] | None = None) -> None:
        self._url = url
        self._barred = barred

    def settings(self) -> Mapping[str, Any]:
        """What each DevLog gives hangs on its text, its grades and its marks."""
        return {
            row.id: hashlib.sha256(
                f"{sorted(row.grades.items())}\0{sorted(row.marks)}\0{self._store.devlog(row.id).model_dump_json()}".encode()
            ).hexdigest()
            for row in self._rows.values()
        }

    def units(self) -> tuple[str, ...]:
        """The DevLogs, the oldest first."""
        return tuple(reversed(self._rows))

    def read(self, unit: str) -> tuple[Origin, Iterator[Document]]:
        """One DevLog. Raises `CorpusError` when it is not in the store any more."""
        row = self._rows.get(unit)
        if row is None:
            raise CorpusError(f"DevLog {unit} is not in the store any more", fix="build again")
        devlog = self._store.devlog(unit)
        origin = Origin(
            id=f"devlog:{unit}",
            source=self.name,
            repository=PurePath(devlog.repository).name,
            commit=devlog.base,
            declared=LICENSE,
            manifest="LICENSE",
            authors=(ATTRIBUTION,),
        )
        found = _diagnostics(self._store, devlog.session) if any(map(_teaches, devlog.entries)) else {}
        barred = self._barred or _nothing_barred
        weighed = samples_of(devlog, row.grades, row.marks, found, barred=barred)
        return origin, (_document(origin, one) for one in weighed)

    def __getstate__(self) -> dict[str, Any]:
        # A connection cannot be handed to another process: each opens its own.
        return {"_url": self._url, "_barred": self._barred}

    @cached_property
    def _store(self) -> Store:
        from engine.store.store import Store

        return Store.open(self._url)

    @cached_property
    def _rows(self) -> dict[str, Any]:
        return {row.id: row for row in self._store.devlog_rows(None)}


def _nothing_barred(patch: Patch) -> bool:
    return False


def _document(origin: Origin, weighed: WeighedSample) -> Document:
    sample = weighed.sample
    said: tuple[str, ...]
    match sample:
        case DiagFix():
            said = (sample.error.rendered, sample.patch_diff, sample.explanation)
        case StyleGuide():
            said = (sample.rule, sample.code_before, sample.code_after, sample.rationale)
        case ExplainDiff():
            said = (sample.context, sample.patch_diff, sample.explanation)
    return Document(
        origin=origin.id,
        path=sample.provenance.path or origin.id,
        content="\n\n".join(part for part in said if part).encode(),
        family=sample.type,
        sample=sample.model_dump_json(),
        weight=weighed.weight,
        parents=sample.provenance.parents,
        transform=sample.provenance.transform,
    )


def devlog_samples(
    store: Store, repository: str | None = None, *, barred: Callable[[Patch], bool] = lambda patch: False
) -> Iterator[WeighedSample]:
    """Every sample of the store's DevLogs, the oldest DevLog first; always the same for the same store.

    ``repository`` keeps those of one repository, as DevLogs name it. What was patched on a text that is ``barred``
    (sealed for an exam) gives no sample.
    """
    for row in reversed(store.devlog_rows(None, repository=repository)):
        if row.grades.get("correctness", LOWEST_CORRECTNESS) < LOWEST_CORRECTNESS:
            continue
        devlog = store.devlog(row.id)
        if any(map(_teaches, devlog.entries)):
            found = _diagnostics(store, devlog.session)
            yield from samples_of(devlog, row.grades, row.marks, found, barred=barred)


def samples_of(
    devlog: DevLog,
    grades: Mapping[str, int],
    marks: Collection[str] = (),
    diagnostics: Mapping[str, Diagnostic] | None = None,
    *,
    barred: Callable[[Patch], bool] = lambda patch: False,
) -> Iterator[WeighedSample]:
    """The samples of one DevLog, in the order of its entries.

    ``grades`` are those that count, by axis; ``diagnostics`` the session's own by id, where they are known: else each
    is put together from what the entry says of it.
    """
    if devlog.outcome in (Outcome.UNDONE, Outcome.VETOED, Outcome.ERROR):
        return
    if grades.get("correctness", LOWEST_CORRECTNESS) < LOWEST_CORRECTNESS:
        return
    parent = hashlib.sha256(devlog.model_dump_json().encode()).hexdigest()
    for number, entry in enumerate(devlog.entries, 1):
        if entry.patch is None or not _teaches(entry) or barred(entry.patch):
            continue
        found = (diagnostics or {}).get(entry.diagnostic) or _diagnostic(entry)
        for sample in _samples(devlog, entry, found, _origin(devlog, number, parent)):
            yield WeighedSample(_weight(sample.type, grades, marks), sample)


def _teaches(entry: Entry) -> bool:
    return entry.outcome is Outcome.FIXED and entry.patch is not None and bool(entry.patch.diff.strip())


def _weight(family: str, grades: Mapping[str, int], marks: Collection[str]) -> float:
    given = [FACTORS[grades[axis]] for axis in AXES[family] if axis in grades]
    graded = sum(given) / len(given) if given else 1.0
    return round(graded * max((MARKS.get(mark, 1.0) for mark in marks), default=1.0), 4)


def _samples(
    devlog: DevLog, entry: Entry, found: Diagnostic, origin: Provenance
) -> Iterator[DiagFix | ExplainDiff | StyleGuide]:
    assert entry.patch is not None
    diff = entry.patch.diff
    words = "\n\n".join(text for text in (entry.explanation, entry.reflection) if text)
    before, after = _sides(diff)
    if not _is_lint(entry):
        yield _with_origin(
            DiagFix(
                license=LICENSE,
                spdx=SPDX,
                provenance=origin,
                crate=found.package or PurePath(devlog.repository).name,
                version="",
                error=found,
                code_before=before,
                patch_diff=diff,
                code_after=after,
                tests=_tests(entry, found),
                explanation=entry.explanation or entry.intent,
            )
        )
    elif entry.explanation:
        yield _with_origin(
            StyleGuide(
                license=LICENSE,
                spdx=SPDX,
                provenance=origin,
                rule=f"{entry.code}: {entry.message}",
                code_before=before,
                code_after=after,
                rationale=entry.explanation,
            )
        )
    if words:
        context = "\n".join(text for text in (f"{found.label}: {entry.message}", entry.where, entry.intent) if text)
        yield _with_origin(
            ExplainDiff(
                license=LICENSE, spdx=SPDX, provenance=origin, patch_diff=diff, context=context, explanation=words
            )
        )


def _with_origin(sample: DiagFix | ExplainDiff | StyleGuide) -> DiagFix | ExplainDiff | StyleGuide:
    """The sample with what can only be said of it once it is there: its family's step, and the hash of its content."""
    content = sample.model_dump_json(exclude={"provenance"})
    provenance = sample.provenance.model_copy(
        update={"transform": f"devlog/{sample.type}/1", "sha256": hashlib.sha256(content.encode()).hexdigest()}
    )
    return sample.model_copy(update={"provenance": provenance})


def _origin(devlog: DevLog, entry: int, parent: str) -> Provenance:
    """Where it comes from. The repository goes by its name: its path says where somebody keeps their work."""
    return Provenance(
        source="devlog",
        repo=PurePath(devlog.repository).name,
        commit=devlog.base,
        path=f"{devlog.id}#{entry}",
        license=LICENSE,
        spdx=SPDX,
        attribution=ATTRIBUTION,
        parents=(parent,),
    )


def _diagnostics(store: Store, session: str) -> dict[str, Diagnostic]:
    """The diagnostics of a session by id, as the compiler reported them; none for a DevLog that was imported."""
    events = (event for event in store.events(session) if isinstance(event, DiagnosticEvent))
    return {event.diagnostic.id: event.diagnostic for event in events}


def _diagnostic(entry: Entry) -> Diagnostic:
    """What an entry alone says of its diagnostic: no spans, but a text as rustc would begin it."""
    lint = _is_lint(entry)
    level = Level.WARNING if lint else Level.ERROR
    code = f"[{entry.code}]" if entry.code else ""
    return Diagnostic(
        id=entry.diagnostic,
        tool=Tool.CLIPPY if (entry.code or "").startswith("clippy::") else Tool.RUSTC,
        level=level,
        code=entry.code,
        message=entry.message,
        rendered=f"{level}{code}: {entry.message}\n --> {entry.where}\n",
    )


def _is_lint(entry: Entry) -> bool:
    """A lint goes by a name in lower case (`clippy::needless_borrow`, `unused_mut`), an error by its number."""
    return bool(entry.code) and entry.code == (entry.code or "").lower()


def _tests(entry: Entry, found: Diagnostic) -> TestsBeforeAfter:
    """The tests around the fix. What does not compile has no tests that could run before."""
    ran = [note.passed for note in entry.validation if " test" in note.command]
    after: TestColour = "none" if not ran else "green" if all(ran) else "red"
    return TestsBeforeAfter(before="red" if found.tool is Tool.TEST else "none", after=after)


def _sides(diff: str) -> tuple[str, str]:
    """The code before and after, as far as the diff shows it: hunks one after another, files under their names."""
    from unidiff.patch import PatchSet

    files = PatchSet(diff)
    before, after = [], []
    for file in files:
        head = f"// {file.path}\n" if len(files) > 1 else ""
        before.append(head + _GAP.join("".join(_code(hunk.source_lines())) for hunk in file))
        after.append(head + _GAP.join("".join(_code(hunk.target_lines())) for hunk in file))
    return "\n".join(before), "\n".join(after)


def _code(lines: Iterator[object]) -> Iterator[str]:
    return (str(getattr(line, "value", "")) for line in lines)
