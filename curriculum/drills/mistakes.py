"""Cards from her own mistakes: DevLogs that ended badly or were graded badly, and moves that keep going red."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from curriculum.drills.canon import erroneous_block, topic_of
from curriculum.drills.card import Kind, make_card
from curriculum.drills.fixing import REPOSITORY
from engine.rust.docs import Docs
from engine.schema.devlog import Entry, Outcome
from engine.schema.diagnostic import Diagnostic
from engine.schema.event import DiagnosticEvent
from engine.store.drills import DrillCard
from engine.store.store import Store

_BAD = frozenset([Outcome.VETOED, Outcome.UNDONE, Outcome.ERROR])
_BAD_GRADE = 2
_REDS = 2  # one red attempt is how the loop finds out; a second one on the same code is a habit


@dataclass(frozen=True)
class Mistake:
    """One mistake. ``ref`` names it, ``story`` asks about it, ``finding`` is its diagnostic where that is kept."""

    ref: str
    code: str
    story: str
    finding: Diagnostic | None = None


def mistake_cards(store: Store, docs: Docs) -> tuple[DrillCard, ...]:
    """One explain card a mistake whose error code the docs can illustrate."""
    cards = {}
    for mistake in own_mistakes(store):
        page = docs.explain(mistake.code)
        if page is not None and erroneous_block(page) is not None:
            card = make_card(
                Kind.EXPLAIN, mistake.ref, topic=topic_of(docs, mistake.code), code=mistake.code,
                page=page.citation.page, origin="mistake", ref=mistake.ref,
            )  # fmt: skip
            cards[card.id] = card
    return tuple(cards.values())


def own_mistakes(store: Store) -> Iterator[Mistake]:
    """Her mistakes as the store has them: DevLogs first, then the moves that went red again and again."""
    for row in store.devlog_rows(None):
        graded_badly = [f"{axis} {value}" for axis, value in row.grades.items() if value <= _BAD_GRADE]
        # Drills are left out: their grade has put the card itself back already.
        if row.repository != REPOSITORY and (graded_badly or row.outcome in _BAD):
            for number, entry in enumerate(store.devlog(row.id).entries):
                if entry.code and (graded_badly or entry.outcome in _BAD):
                    story = _story(entry, graded_badly)
                    yield Mistake(f"{row.id}#{number}", entry.code, story, _finding(store, row.session, entry))
    times: dict[tuple[str, str], int] = {}
    for code, move, count in store.red_outcomes():
        times[code, move] = count
    for signature, move, count in store.all_mistakes():
        code = signature.partition("|")[0]
        times[code, move] = max(count, times.get((code, move), 0))
    for (code, move), count in times.items():
        if count >= _REDS:
            story = f"{move} has gone red on {code} more than once. What does {code} ask for, and when is {move} wrong?"
            yield Mistake(f"{code}|{move}", code, story)


def find_mistake(store: Store, ref: str) -> Mistake | None:
    """The mistake of that name, None when it is none any more, because its grade was taken back for one."""
    return next((mistake for mistake in own_mistakes(store) if mistake.ref == ref), None)


def _story(entry: Entry, graded: list[str]) -> str:
    ended = f"graded {', '.join(graded)}" if graded else str(entry.outcome)
    said = f" The mentor said: “{'; '.join(entry.mentor)}”." if entry.mentor else ""
    meant = f" You meant: {entry.intent.rstrip('.')}." if entry.intent else ""
    return f"{entry.code} at {entry.where}: {entry.message}.{meant} It ended {ended}.{said} What was the cause?"


def _finding(store: Store, session: str, entry: Entry) -> Diagnostic | None:
    for event in store.events(session):
        if isinstance(event, DiagnosticEvent) and event.diagnostic.id == entry.diagnostic:
            return event.diagnostic
    return None
