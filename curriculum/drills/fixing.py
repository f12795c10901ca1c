"""She mends: her real loop on the example, in a package and a home of its own, marked by the compiler afterwards."""

from __future__ import annotations

import difflib
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from curriculum.drills.answer import Answer, Mark
from curriculum.drills.compiler import check
from engine.errors import RustaError
from engine.evals.facts import SessionFacts
from engine.evals.ground import Ground, lay_out
from engine.evals.order import SessionOrder
from engine.evals.record import CaseLimits
from engine.evals.slots import SlotLostError, SlotProcess
from engine.loop.policy import Policy
from engine.rust.guard import bought_by_deletion
from engine.rust.toolchain import Toolchain
from engine.sandbox.git import git_bytes
from engine.schema.devlog import DevLog, Outcome
from engine.store.outcomes import OutcomeRecord
from engine.store.store import Store

REPOSITORY = "rust-docs"
LIMITS = CaseLimits(wall_seconds=90.0, compiler_calls=60)
_GRACE = 30.0
_MANIFEST = '[package]\nname = "example"\nversion = "0.1.0"\nedition = "{edition}"\n'
_SOURCE = "src/main.rs"
_SURE = 0.85


@dataclass(frozen=True)
class Repair:
    """An answer, and what her session leaves in her memory: its DevLog and what became of each candidate."""

    answer: Answer
    devlog: DevLog | None = None
    outcomes: tuple[OutcomeRecord, ...] = ()


class BrokenOffError(RustaError):
    """A repair broke off by itself: nothing can be said about what she knows."""


async def fix(
    source: str, edition: str, *, slot: SlotProcess, folder: Path, memory: Path, brain: str, toolchain: Toolchain
) -> Repair:
    """Lets her at the example and marks what she committed; ``memory`` is the store she starts with a copy of.

    Raises `BrokenOffError` when the session ended in an error of her own machinery, as it would again, and another
    `RustaError` when it could not be held, which says nothing about the example.
    """
    ground = Ground(folder / "ground")
    lay_out(ground, {"Cargo.toml": _MANIFEST.format(edition=edition).encode(), _SOURCE: source.encode()})
    order = SessionOrder(
        folder=ground.folder,
        answer=folder / "answer.json",
        brain=brain,
        policy=Policy.load().model_dump(mode="json"),
        limits=LIMITS,
        memory=memory,
    )
    try:
        facts = await slot.ask(order, SessionFacts, LIMITS.wall_seconds + _GRACE)
    except TimeoutError:
        facts = SessionFacts(limit="time", reason="out of time", seconds=LIMITS.wall_seconds + _GRACE)
    except SlotLostError as error:
        raise RustaError(f"the session of a repair was lost: {error}", fix="start the drill again") from error
    if facts.breakdown:
        raise RustaError(f"a repair could not be drilled: {facts.breakdown}", fix="`rusta doctor` looks at the tools")
    if facts.crash or facts.outcome is Outcome.ERROR:
        ground.clear()
        raise BrokenOffError(f"the session ended in an error: {facts.crash or facts.reason}")
    answer = await _marked(ground, facts, source, edition, toolchain)
    devlog, outcomes = _left(ground, facts)
    ground.clear()
    return Repair(answer.model_copy(update={"devlog": devlog.id if devlog else ""}), devlog, outcomes)


async def _marked(ground: Ground, facts: SessionFacts, source: str, edition: str, toolchain: Toolchain) -> Answer:
    """The compiler's own word on what she committed, without her loop, and the guard's on what it cost."""
    given = {
        "moves": facts.moves,
        "seconds": round(facts.seconds, 2),
        "because": facts.reason,
    }
    if facts.commit is None:
        said = str(facts.outcome or Outcome.ERROR)
        text = facts.explanation or facts.reason or "She left it as it was."
        return Answer(text=text, said=said, truth="not mended", mark="wrong", rating=1, note=facts.limit, **given)
    after = git_bytes(ground.package, "show", f"{facts.commit}:{_SOURCE}").decode("utf-8", "replace")
    checked = await check(toolchain, after, edition)
    lost = bought_by_deletion({_SOURCE: source.encode()}, {_SOURCE: after.encode()})
    attempts = sum(tried.verdict not in ("green", "progress") for tried in facts.tries)
    mark, rating, note = mark_repair(checked.compiles, lost, attempts, facts.confidence)
    lines = difflib.unified_diff(source.splitlines(True), after.splitlines(True), f"a/{_SOURCE}", f"b/{_SOURCE}")
    truth = "compiles" if checked.compiles else ", ".join(checked.codes) or "does not compile"
    return Answer(
        text=facts.explanation, said="fixed", truth=truth, mark=mark, rating=rating, note=note, diff="".join(lines),
        confidence=facts.confidence,
        **given,
    )  # fmt: skip


def mark_repair(
    compiles: bool, lost: tuple[str, ...], attempts: int, confidence: float | None
) -> tuple[Mark, int, str]:
    """The mark and the rating of a commit: nothing for what does not compile or was bought by deletion.

    ``attempts`` are those that went red first: a repair that came after one is worth "hard", and only one that she
    was sure of from the start is "easy".
    """
    if not compiles:
        return "wrong", 1, "what she committed does not compile"
    if lost:
        return "wrong", 1, f"bought by deletion: {lost[0]}"
    if attempts:
        return "half", 2, f"mended at the {attempts + 1}. attempt"
    return "right", 4 if (confidence or 0.0) >= _SURE else 3, ""


def _left(ground: Ground, facts: SessionFacts) -> tuple[DevLog | None, tuple[OutcomeRecord, ...]]:
    if facts.session is None or not ground.database.is_file():
        return None, ()
    with closing(Store.open(f"sqlite:///{ground.database}")) as store:
        rows = store.devlog_rows(1, session=facts.session)
        devlog = store.devlog(rows[0].id) if rows else None
        outcomes = store.outcomes(facts.session)
    if devlog is not None:
        # The package is gone by now; what stays is where the example came from, and that it was a drill.
        devlog = devlog.model_copy(update={"repository": REPOSITORY, "tags": (*devlog.tags, "drill")})
    return devlog, tuple(outcomes)
