"""The default brain: it gathers what the compiler proposes and what her moves propose, and ranks it by experience.

No model and no network: synthesis is left to the moves, selection to the judge, and proof to the probes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from engine.brain.counsel import counsel, weigh
from engine.brain.explain import explain
from engine.brain.invention import confess
from engine.brain.judge import APPLICABILITY_PRIORS, Judge, gained, share
from engine.brain.judge_weights import Learnt
from engine.brain.memory.recall import Recalled, Recollection
from engine.brain.moves import moves_for
from engine.brain.moves.edits import normal
from engine.brain.moves.logic import TESTS
from engine.brain.moves.move import Fix, Site
from engine.brain.moves.phrasing import phrase
from engine.brain.moves.suggested import NAME, is_forbidden, suggestions
from engine.brain.protocol import Candidate, Context, Explanation, Meter, Standing, edits_key
from engine.schema.diagnostic import Diagnostic, Tool
from engine.schema.patch import Edit
from engine.store.outcomes import FOR_MEMORY_ALONE, OutcomeCount, OutcomeRecord

_MOST = 32
_MOST_SLIPS = 1500
_SPARE = 16
_LONGEST_STATEMENT = 160


@dataclass(frozen=True)
class Proposal:
    """A fix, who proposes it, and the choice it is one of: of a choice at most one is what was meant.

    ``prior`` is P(green) before there is experience with ``move``.
    """

    move: str
    choice: str
    prior: float
    fix: Fix
    recalled: Recalled | None = None


class SearchBrain:
    """The brain named "search". ``revoked`` are the names of moves that the mentor took away from her.

    Without a ``memory`` nothing is recalled, and nothing but the judge's counts is learnt. ``learnt`` is what was
    fitted for the judge (None: what is shipped).
    """

    name = "search"

    def __init__(
        self,
        counts: Iterable[OutcomeCount] = (),
        revoked: Iterable[str] = (),
        keep: Callable[[OutcomeRecord], None] | None = None,
        memory: Recollection | None = None,
        learnt: Learnt | None = None,
    ) -> None:
        self._judge = Judge(counts, learnt)
        self._untold = (self._judge.problem,) if self._judge.problem else ()
        self._keep = keep
        self._memory = memory
        self._revoked = frozenset(revoked)

    async def think(self, context: Context) -> tuple[Candidate, ...]:
        """Candidates by falling confidence, no two with the same result, none that was refuted."""
        choices: dict[str, list[Candidate]] = {}
        for proposal in self._proposals(Site(context)):
            candidate = self._candidate(context, proposal)
            if candidate is not None:
                choices.setdefault(proposal.choice, []).append(candidate)
        best: dict[str, Candidate] = {}
        for candidates in choices.values():
            alone = {candidate.key: candidate for candidate in candidates}
            shares = share([candidate.confidence for candidate in alone.values()])
            for candidate, confidence in zip(alone.values(), shares, strict=True):
                known = best.get(candidate.key)
                better = known is None or confidence > known.confidence
                chosen = replace(candidate, confidence=confidence) if better or known is None else known
                best[candidate.key] = replace(
                    chosen,
                    precedent=candidate.precedent or (known.precedent if known else ""),
                    near=candidate.near or (known is not None and known.near),
                )
        given = counsel(context.reasons)
        weighed = confess(context, [weigh(found, given) for found in self._judge.before(context, best.values())])
        ranked = sorted(weighed, key=lambda candidate: -candidate.confidence)
        left = tuple(candidate for candidate in ranked if candidate.key not in context.refuted)
        # What may mend a failing test is built all at once.
        most = _MOST_SLIPS if context.diagnostic.tool is Tool.TEST else _MOST
        return left[:most] if self._memory is None else self._memory.sift(context, left[: most + _SPARE])[:most]

    def settle(self, diagnostic: Diagnostic, candidate: Candidate, standing: Standing) -> float | None:
        """P(green) of a candidate after the probes, as the judge has learnt it."""
        return self._judge.decided(diagnostic, candidate, standing)

    def take_meters(self) -> tuple[Meter, ...]:
        """Nothing is spent on thinking that would be metered."""
        return ()

    def take_remarks(self) -> tuple[str, ...]:
        """That the judge is not calibrated, once, where it is not."""
        told, self._untold = self._untold, ()
        return told

    async def explain(self, context: Context, candidate: Candidate | None) -> Explanation:
        """Explains from the diagnostic, the error code's page and the chapters of the installed docs."""
        explained = explain(context, candidate)
        if candidate is None or not candidate.precedent:
            return explained
        return replace(explained, text=f"{explained.text} {candidate.precedent}")

    def learn(self, outcome: OutcomeRecord) -> None:
        """Tells the judge how a candidate ended, and the memory, for the sessions to come."""
        if self._memory is not None:
            self._memory.learn(outcome)
        if outcome.verdict in FOR_MEMORY_ALONE:
            return
        self._judge.learn(outcome)
        if self._keep is not None:
            self._keep(outcome)

    def _proposals(self, site: Site) -> Iterator[Proposal]:
        if site.diagnostic.tool is Tool.TEST:
            for move in moves_for(TESTS):
                if move.name not in self._revoked:
                    for fix in move.propose(site):
                        yield Proposal(move.name, TESTS, min(move.prior * fix.weight, 0.95), fix)
            return
        if NAME not in self._revoked:
            for suggestion, fix in suggestions(site):
                prior = APPLICABILITY_PRIORS[suggestion.applicability]
                yield Proposal(NAME, f"{NAME}:{suggestion.message}", prior, fix)
        if site.span is None:
            return
        for number, found in enumerate(self._memory.recall(site.context) if self._memory is not None else ()):
            intent = phrase(normal(found.edits), site.read) or found.intent
            yield Proposal(found.move, f"{found.move}:{number}", found.prior, Fix(intent, found.edits), found)
        for move in moves_for(site.diagnostic.code):
            if move.name not in self._revoked:
                for fix in move.propose(site):
                    yield Proposal(move.name, move.name, min(move.prior * fix.weight, 0.95), fix)

    def _candidate(self, context: Context, proposal: Proposal) -> Candidate | None:
        fix = proposal.fix
        edits = normal(fix.edits)
        if not edits or any(is_forbidden(edit.after) and not is_forbidden(edit.before) for edit in edits):
            return None
        shape = shape_of(edits)
        confidence = self._judge.probability(
            proposal.prior,
            move=proposal.move,
            code=context.diagnostic.code,
            applicability=fix.applicability,
            shape=shape,
            repository=context.repository,
        )
        return Candidate(
            key=edits_key(edits),
            move=proposal.move,
            statement=fix.statement or _statement(context),
            intent=fix.intent,
            edits=edits,
            applicability=fix.applicability,
            shape=shape,
            confidence=confidence,
            citations=_citations(context),
            trade_off=fix.trade_off,
            evidence=gained(proposal.prior, confidence),
            precedent=proposal.recalled.precedent if proposal.recalled else "",
            near=proposal.recalled is not None and proposal.recalled.near,
        )


def shape_of(edits: tuple[Edit, ...]) -> str:
    """What kind of change it is: "multi-part", "insert", "delete" or "replace"."""
    if len(edits) > 1:
        return "multi-part"
    return "insert" if not edits[0].before else "delete" if not edits[0].after else "replace"


def _statement(context: Context) -> str:
    found = context.diagnostic
    label = found.primary.label if found.primary else None
    text = f"{found.message}: {label}" if label and label not in found.message else found.message
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_STATEMENT else text[: _LONGEST_STATEMENT - 1] + "…"


def _citations(context: Context) -> tuple[str, ...]:
    code = context.diagnostic.code
    page = context.docs.explain(code) if code and code.startswith("E") else None
    return (page.citation.page,) if page else ()
