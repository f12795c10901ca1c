"""The ballot: two tellings of one case, side by side, and nothing that says whose they are until the vote is cast."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.errors import RustaError
from engine.evals.figures import Figure
from engine.evals.metrics.preference import Ballot, Voice, voices
from engine.evals.record import Run, RunHead
from engine.store.store import Store
from engine.store.votes import VoiceVote

Side = Literal["left", "right", "tie"]


@dataclass(frozen=True)
class Paper:
    """One ballot paper: what two voices said of a case. Which is which is drawn from the case and the runs.

    ``voices`` and ``runs`` are in the order of ``left`` and ``right``; who shows a paper keeps them to himself.
    """

    subject: str
    left: str
    right: str
    voices: tuple[str, str]
    runs: tuple[str, str]


def papers(one: Run, other: Run) -> tuple[Paper, ...]:
    """The papers of two runs: every case of which both said something, and not the same. `RustaError` for none."""
    if voice_of(one.head) == voice_of(other.head):
        raise RustaError("both runs have the same voice", fix="take runs of two brains, or of two states of one")
    first, second = _said(one), _said(other)
    made = tuple(
        _paper(subject, (first[subject], one.head), (second[subject], other.head))
        for subject in sorted(first.keys() & second.keys())
        if first[subject] != second[subject]
    )
    if not made:
        raise RustaError("the two runs say nothing different of the same case", fix="take runs on the same cases")
    return made


def open_papers(store: Store, one: Run, other: Run) -> tuple[Paper, ...]:
    """The papers that nobody has voted on yet."""
    cast = {(vote.subject, vote.first_run, vote.second_run) for vote in store.votes()}
    return tuple(paper for paper in papers(one, other) if (paper.subject, *paper.runs) not in cast)


def cast(store: Store, paper: Paper, side: Side) -> VoiceVote:
    """Casts a vote."""
    choice: Literal["first", "second", "tie"] = "tie" if side == "tie" else "first" if side == "left" else "second"
    return store.cast_vote(paper.subject, *paper.voices, *paper.runs, choice)


def standing_voices(store: Store) -> tuple[Voice, ...]:
    """How the voices stand by every vote that was cast, the one liked best first."""
    return voices([Ballot(one.first, one.second, one.choice, one.subject) for one in store.votes()])


def preference_figure(store: Store, brain: str) -> Figure:
    """How a brain's best liked voice stands, as a figure; no value before a vote."""
    own: Sequence[Voice] = [one for one in standing_voices(store) if one.name.partition("@")[0] == _short(brain)]
    title = "Voice: liked better than another, blind"
    if not own:
        return Figure("voice", "voice_preference", title, None, 0)
    best = own[0]
    return Figure("voice", "voice_preference", title, best.preference, best.n, low=best.low, high=best.high)


def voice_of(head: RunHead) -> str:
    """The name of a voice: the brain, and which state of it."""
    return f"{_short(head.brain)}@{(head.weights or head.commit or 'unknown')[:8]}"


def _short(brain: str) -> str:
    path, colon, function = brain.rpartition(":")
    return f"{Path(path).stem}:{function}" if colon else brain


def _said(run: Run) -> dict[str, str]:
    return {
        result.case: result.explanation.strip()
        for result in run.results
        if result.counts and result.epoch == 1 and result.explanation.strip()
    }


def _paper(subject: str, one: tuple[str, RunHead], other: tuple[str, RunHead]) -> Paper:
    """The order is drawn by hash: whoever asks again sees the same paper, and which run came first is no clue."""
    pair = sorted((one, other), key=lambda side: hashlib.sha256(f"{subject}\0{side[1].run}".encode()).digest())
    (left, first), (right, second) = pair
    return Paper(subject, left, right, (voice_of(first), voice_of(second)), (first.run, second.run))
