"""Her memory at work: what mended the like is tried first, and what went wrong in the like is not tried again.

The distance of an experience from a situation, 0 for the same signature in the same repository at a place with the
same neighbours:

    1 · (the types differ) + 2 · (1 - likeness of the messages) + 0.5 · (another repository)
    + 0.25 · (another kind of item) + (1 - fit of the neighbours) + 0.7 · (names that the message replaced)

What is farther than 1.5 is not recalled, and each unit of distance takes three fifths off the belief in it. So it was
with 184 faults of the practice workspace, each recalled from those before it: the nearest precedent gave the sound code
back in 16 of 21 cases up to 0.6, in one of five at 1.25, and hardly ever beyond; the third nearest hardly ever did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.brain.memory.anchor import Read
from engine.brain.memory.ground import ground_of
from engine.brain.memory.idea import deed_key, idea_key
from engine.brain.memory.mining import Generalised, proposes
from engine.brain.memory.signature import Situation, likeness, situation_of
from engine.brain.memory.template import Filled, Template, fill, template_of
from engine.store.experience import BARRED, GOOD, TAKEN_BACK, Experience, Experiences, IdeaCount

if TYPE_CHECKING:
    from engine.brain.protocol import Candidate, Context
    from engine.schema.diagnostic import Diagnostic
    from engine.schema.patch import Edit
    from engine.store.outcomes import OutcomeRecord

NAME = "as-once-before"
"""The name of the move that does again what has mended the like before."""

_HOLDS = "progress"
_FARTHEST = 1.5
_SURE = 0.95
_PER_UNIT = 0.4
_MOST = 2
_NEAR = 0.4
_HIGHEST = 0.985
# How much what happened elsewhere says about here, and where an idea that never stood is put.
_ELSEWHERE = 0.5
_SUNK = 0.3
# An idea that went wrong so often in a repository, and never stood, is not had there again.
_STRIKES = 3
_KEPT_THOUGHTS = 4096


@dataclass(frozen=True)
class Recalled:
    """An edit that is proposed because something like it stood before.

    ``precedent`` says where, in one sentence. ``near``: it was so much like this that it is tried first.
    """

    move: str
    edits: tuple[Edit, ...]
    prior: float
    precedent: str
    intent: str
    near: bool


@dataclass(frozen=True)
class _Thought:
    """What is kept of a candidate until it is known how it ended. ``sources`` are the files before its edits."""

    situation: Situation
    diagnostic: Diagnostic
    edits: tuple[Edit, ...]
    sources: dict[str, bytes]
    intent: str

    @property
    def idea(self) -> str:
        """The key of the candidate's abstract edit."""
        return idea_key(self.edits, self.diagnostic, self.situation, self.sources.get)


class Recollection:
    """The memory of one session's brain, over the store that all sessions share."""

    def __init__(self, shelves: Experiences, revoked: frozenset[str] = frozenset()) -> None:
        self._shelves = shelves
        self._revoked = revoked
        self._session = ""
        self._thoughts: dict[str, _Thought] = {}

    def recall(self, context: Context) -> Iterator[Recalled]:
        """Edits that did good in the like, nearest first, and what mined moves make of the place."""
        found, read = context.diagnostic, context.read
        situation = situation_of(found, read, context.repository)
        for mined in self._shelves.mined_moves(situation.code):
            if mined.name in self._revoked:
                continue
            edits = proposes(Generalised.read(mined.template), found, situation, read)
            if edits:
                yield Recalled(
                    move=mined.name,
                    edits=edits,
                    prior=mined.prior,
                    precedent=f"I generalised this from {len(mined.sessions)} sessions: {', '.join(mined.sessions)}.",
                    intent=mined.intent,
                    near=False,
                )
        if NAME not in self._revoked:
            yield from sorted(self._again(context, situation), key=lambda recalled: -recalled.prior)[:_MOST]

    def sift(self, context: Context, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """The candidates as experience leaves them.

        What the mentor vetoed or took back in this repository is left out: the idea wherever it comes up, and what it
        did whatever the error is. So is an idea that was red or refuted in the very same context, or in this session,
        wherever its lines are by now. What went wrong elsewhere, and never stood, sinks below everything, and is left
        out after the third time; what stood rises.
        """
        found, read = context.diagnostic, context.read
        situation = situation_of(found, read, context.repository)
        counts = self._shelves.idea_counts(situation.signature, but=self._session)
        in_vain = {thought.idea for key in context.refuted if (thought := self._thoughts.get(key)) is not None}
        barred = self._shelves.barred_deeds(context.repository, but=self._session)
        if not counts and not in_vain and not barred:  # nothing is known of the like
            kept = list(candidates)
        else:
            kept = []
            for candidate in candidates:
                idea = idea_key(candidate.edits, found, situation, read)
                told = _verdict([count for count in counts if count.idea == idea], situation)
                is_barred = bool(barred) and deed_key(candidate.edits, read) in barred
                if told is not None and idea not in in_vain and not is_barred:
                    kept.append(replace(candidate, confidence=told(candidate.confidence)))
        self._keep(kept, found, situation, read)
        return _precedents_first(kept)

    def learn(self, outcome: OutcomeRecord) -> None:
        """Keeps how a candidate ended. A verdict of the mentor's also takes its edit out of the examples."""
        self._session = outcome.session
        if not outcome.candidate or not outcome.verdict:
            return
        if outcome.verdict in TAKEN_BACK:
            known = self._shelves.experience_of(outcome.session, outcome.candidate)
            if known is not None:
                self._shelves.take_back(known, outcome.verdict, at=outcome.at)
            return
        thought = self._thoughts.get(outcome.candidate)
        if outcome.verdict == "proven":
            known = self._shelves.experience_of(outcome.session, outcome.candidate)
            proven = replace(outcome, verdict=GOOD, move=known.move if known else outcome.move)
            if thought is not None:
                self._shelves.prove(_experience(thought, proven))
            elif known is not None:  # the session was resumed since
                self._shelves.prove(replace(known, verdict=GOOD, at=outcome.at))
        elif thought is not None:
            self._shelves.record_experience(_experience(thought, outcome))

    def _again(self, context: Context, situation: Situation) -> Iterator[Recalled]:
        seen: set[tuple[Edit, ...]] = set()
        laid: set[str] = set()
        past = self._shelves.fixes(code=situation.code, signature=situation.signature, repository=situation.repository)
        for experience in sorted(past, key=lambda each: _distance(each, situation)):
            away = _distance(experience, situation)
            if away > _FARTHEST or len(seen) > _MOST:
                return
            if experience.template in laid:
                continue
            laid.add(experience.template)
            filled = fill(Template.read(experience.template), context.diagnostic, context.read)
            if filled is None or filled.edits in seen:
                continue
            seen.add(filled.edits)
            yield from _recalled(experience, filled, away, situation)

    def _keep(self, candidates: Sequence[Candidate], found: Diagnostic, situation: Situation, read: Read) -> None:
        sources: dict[str, bytes] = {}
        for path in {edit.path for each in candidates for edit in each.edits} | {span.file for span in found.spans}:
            if (source := read(path)) is not None:
                sources[path] = source
        for candidate in candidates:
            self._thoughts.pop(candidate.key, None)
            self._thoughts[candidate.key] = _Thought(situation, found, candidate.edits, sources, candidate.intent)
        for key in list(self._thoughts)[: max(0, len(self._thoughts) - _KEPT_THOUGHTS)]:
            del self._thoughts[key]


def _distance(experience: Experience, situation: Situation) -> float:
    """How far an experience is from a situation, before its edit is laid on the place (see the module)."""
    return (
        (experience.types != situation.types)
        + 2 * (1 - likeness(experience.message, situation.message))
        + 0.5 * (experience.repository != situation.repository)
        + 0.25 * (experience.item != situation.item)
    )


def _recalled(experience: Experience, filled: Filled, away: float, situation: Situation) -> Iterator[Recalled]:
    distance = away + (1 - filled.fit) + 0.7 * filled.renamed
    if distance > _FARTHEST:
        return
    where = experience.place.partition("::")[2] or experience.place
    there = f"`{where}`" if experience.repository == situation.repository else "another repository"
    yield Recalled(
        move=NAME,
        edits=filled.edits,
        prior=_SURE * _PER_UNIT**distance,
        precedent=f"As in session {experience.session}, where {there} was mended the same way.",
        intent=experience.intent,
        near=distance <= _NEAR,
    )


def _verdict(counts: Sequence[IdeaCount], situation: Situation) -> Callable[[float], float] | None:
    """What experience with an idea makes of a belief in it; None when it is not to be proposed here."""
    here = [count for count in counts if count.repository == situation.repository]
    same = [count for count in here if count.context == situation.context]
    if _number(here, *BARRED) or _number(same, "red", "refuted") > _number(same, GOOD):
        return None
    good = _number(here, GOOD) + _ELSEWHERE * (_number(counts, GOOD) - _number(here, GOOD))
    bad_here = _number(here, "red") + _number(here, "refuted")
    bad = bad_here + _ELSEWHERE * (_number(counts, "red", "refuted") - bad_here)
    if bad_here >= _STRIKES and not good:
        return None

    def move(belief: float) -> float:
        if not good and not bad:
            return belief
        # A Beta(0.3, 0.3) over how the idea ends, as odds: one failure sinks it, one success lifts it.
        odds = belief / (1 - belief) * min(max((good + 0.3) / (bad + 0.3), 0.05), 5.0)
        moved = min(odds / (1 + odds), _HIGHEST)
        return min(moved, _SUNK / max(bad, 1.0)) if not good else moved

    return move


def _number(counts: Sequence[IdeaCount], *verdicts: str) -> int:
    return sum(count.count for count in counts if count.verdict in verdicts)


def _precedents_first(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Best first; a near precedent that experience does not speak against is put before everything else."""
    best = max((each.confidence for each in candidates if not each.near), default=0.0)
    lifted = (
        replace(each, confidence=min(best + 0.01, _HIGHEST)) if each.near and _SUNK < each.confidence <= best else each
        for each in candidates
    )
    return tuple(sorted(lifted, key=lambda each: (-each.confidence, not each.near)))


def _experience(thought: _Thought, outcome: OutcomeRecord) -> Experience:
    situation, read = thought.situation, thought.sources.get
    template = template_of(thought.edits, thought.diagnostic, read) if outcome.verdict in (GOOD, _HOLDS) else None
    ground = ground_of(thought.diagnostic, thought.edits, read) if template is not None else None
    return Experience(
        session=outcome.session,
        at=outcome.at,
        repository=situation.repository,
        code=situation.code,
        message=situation.message,
        types=situation.types,
        item=situation.item,
        place=situation.place,
        context=situation.context,
        signature=situation.signature,
        idea=thought.idea,
        deed=deed_key(thought.edits, read),
        verdict=outcome.verdict,
        move=outcome.move,
        intent=thought.intent,
        candidate=outcome.candidate,
        template=template.model_dump_json() if template is not None else "",
        ground=ground.model_dump_json() if ground is not None else "",
    )
