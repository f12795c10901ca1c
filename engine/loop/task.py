"""One diagnostic being worked on: what the current round of thinking holds."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.brain.protocol import Candidate
from engine.loop.belief import Belief
from engine.rust.cargo import TestResult
from engine.schema.diagnostic import Diagnostic
from engine.schema.event import Gear
from engine.schema.patch import Patch


@dataclass(frozen=True)
class Draw:
    """A patch that compiles while tests are red that nobody could run before: they may be another fault's doing."""

    candidate: Candidate
    patch: Patch
    tests: TestResult


@dataclass
class Task:
    """The live side of a task; what must survive the process is in the events instead.

    ``tried`` are the candidates that were held in the sandbox for a check, ``left`` the errors that were left with
    those that the check spoke for, ``tested`` what the tests said of some of them, ``settled`` the P(green) of
    those that were decided on, ``notes`` the kind and the verdict of each probe.
    """

    diagnostic: Diagnostic
    gear: Gear = Gear.QUICK
    attempt: int = 1
    candidates: tuple[Candidate, ...] = ()
    belief: Belief = field(default_factory=Belief)
    probes_used: int = 0
    probe_seconds: float = 0.0
    notes: list[tuple[str, str]] = field(default_factory=list)
    probed: bool = False
    structure_probed: bool = False
    tried: set[str] = field(default_factory=set)
    left: dict[str, int] = field(default_factory=dict)
    tested: dict[str, TestResult] = field(default_factory=dict)
    settled: dict[str, float] = field(default_factory=dict)
    draws: list[Draw] = field(default_factory=list)
    asked: bool = False
    permitted: bool = False
    gone: bool = False

    @property
    def id(self) -> str:
        """The diagnostic's fingerprint."""
        return self.diagnostic.id

    @property
    def best(self) -> Candidate | None:
        """The candidate she believes in most."""
        return self.candidate(self.belief.best)

    def candidate(self, key: str | None) -> Candidate | None:
        """The candidate with this key, if it is held."""
        return next((candidate for candidate in self.candidates if candidate.key == key), None)


def paths_of(candidate: Candidate) -> tuple[str, ...]:
    """The files a candidate touches, each once, in order."""
    return tuple(dict.fromkeys(edit.path for edit in candidate.edits))


def crosses(task: Task, candidate: Candidate) -> bool:
    """Whether a candidate leaves the file that the diagnostic is about: it edits another module, or several."""
    span = task.diagnostic.primary
    return len(set(paths_of(candidate)) | ({span.file} if span else set())) > 1
