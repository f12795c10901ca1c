"""What the loop asks of a brain, whatever thinks behind it: candidates, an explanation, and to learn."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from engine.rust.docs import Docs
    from engine.rust.structure import CrateIndex
    from engine.rust.workspace import Workspace
    from engine.schema.diagnostic import Applicability, Diagnostic
    from engine.schema.patch import Edit
    from engine.store.outcomes import OutcomeRecord


@dataclass(frozen=True)
class Candidate:
    """One hypothesis and the edits that would test it.

    ``key`` is stable for the same edits (`edits_key`). ``statement`` is the root cause and ``intent`` what
    she is about to do, one line each. ``applicability`` is the compiler's own word where it proposed the
    edit. ``shape`` is "insert", "delete", "replace" or "multi-part". ``confidence`` is P(green). ``precedent`` is
    one sentence on where the like stood before, and ``near`` says that it was very much like this. ``invented`` says
    in one clause what the edits make up because nothing in the crate determines it ("": nothing). ``evidence`` are the
    log-odds that outcomes of its like added to its confidence.
    """

    key: str
    move: str
    statement: str
    intent: str
    edits: tuple[Edit, ...]
    applicability: Applicability | None
    shape: str
    confidence: float
    citations: tuple[str, ...] = ()
    trade_off: str = ""
    precedent: str = ""
    near: bool = False
    invented: str = ""
    evidence: float = 0.0


@dataclass(frozen=True)
class Standing:
    """What probes found of a candidate by the time it is decided on.

    ``errors``: how many there were without it. ``left``: how many a check found with it; None where no check was made,
    or the check spoke against it. ``tested``: whether the tests were as green with it as before; None if not run.
    ``rival``: what was believed of the second best before any probe (0: there is none).
    """

    errors: int
    left: int | None = None
    tested: bool | None = None
    rival: float = 0.0


@dataclass(frozen=True)
class Context:
    """What a brain may look at.

    ``others`` are the other findings of the listing. ``read`` gives a file's bytes as they are in the
    sandbox, or None. ``evidence`` are the mentor's reasons and earlier failures, ``reasons`` the mentor's
    alone; ``refuted`` are the keys of candidates that were tried in vain.
    """

    diagnostic: Diagnostic
    others: tuple[Diagnostic, ...]
    read: Callable[[str], bytes | None]
    index: CrateIndex
    workspace: Workspace | None
    docs: Docs
    evidence: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    refuted: frozenset[str] = frozenset()
    repository: str = ""


@dataclass(frozen=True)
class Explanation:
    """Why it was wrong and why the change mends it, with the pages that say so."""

    text: str
    citations: tuple[str, ...]


class Brain(Protocol):
    """Whoever thinks. ``name`` is what ``--brain`` takes."""

    name: str

    async def think(self, context: Context) -> tuple[Candidate, ...]:
        """Candidates by falling confidence, no two with the same edits, none that was refuted."""
        ...

    async def explain(self, context: Context, candidate: Candidate | None) -> Explanation:
        """Explains the finding, and the candidate if one is given."""
        ...

    def learn(self, outcome: OutcomeRecord) -> None:
        """Takes in how a candidate ended."""
        ...


@dataclass(frozen=True)
class Meter:
    """What thinking took so far, by ``name``: a running total in ``unit``."""

    name: str
    value: float
    unit: str


@runtime_checkable
class Outspoken(Protocol):
    """A brain that has more to tell than candidates: what it spends, and what went wrong on the way."""

    def take_meters(self) -> tuple[Meter, ...]:
        """Running totals of what thinking took."""
        ...

    def take_remarks(self) -> tuple[str, ...]:
        """Lines that the mentor should read, each told once."""
        ...


@runtime_checkable
class Calibrated(Protocol):
    """A brain that has learnt how often what it decides for comes to green."""

    def settle(self, diagnostic: Diagnostic, candidate: Candidate, standing: Standing) -> float | None:
        """P(green) of a candidate after the probes; None where it has nothing to go by but the belief itself."""
        ...


@runtime_checkable
class Probing(Protocol):
    """A brain that has learnt which probe comes next."""

    async def choose(
        self, diagnostic: Diagnostic, done: Sequence[tuple[str, str]], possible: Sequence[str]
    ) -> str | None:
        """One of the ``possible`` kinds of probe, after those that are ``done`` (kind and verdict); None: no opinion.

        The budget, and what may be done with what was found, stay the loop's.
        """
        ...


def edits_key(edits: Iterable[Edit]) -> str:
    """The key of a candidate: 16 hex digits that depend on what is edited and on nothing else."""
    ordered = sorted(edits, key=lambda edit: (edit.path, edit.byte_start, edit.byte_end, edit.after))
    text = "\0".join(
        f"{edit.path}\0{edit.byte_start}\0{edit.byte_end}\0{edit.before}\0{edit.after}" for edit in ordered
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]
