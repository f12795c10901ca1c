"""Blind votes: which of two tellings of the same thing the mentor liked better, before she knew whose they were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.errors import StoreError
from engine.store.shelf import Shelf, now

Choice = Literal["first", "second", "tie"]

_VOTE = "at, subject, first, second, first_run, second_run, choice"


@dataclass(frozen=True)
class VoiceVote:
    """One vote. ``first`` and ``second`` are the voices, in the order in which they were shown."""

    at: str
    subject: str
    first: str
    second: str
    first_run: str
    second_run: str
    choice: Choice


class Votes(Shelf):
    """Keeps votes, one a pair of runs and subject: who votes again has thought again."""

    def cast_vote(
        self, subject: str, first: str, second: str, first_run: str, second_run: str, choice: Choice
    ) -> VoiceVote:
        """Keeps a vote in place of an earlier one on the same pair. `StoreError` for one between equals."""
        if first == second:
            raise StoreError("both are told by the same voice", fix="take runs of two brains")
        vote = VoiceVote(now(), subject, first, second, first_run, second_run, choice)
        with self._db.transaction():
            self._db.write(
                "DELETE FROM voice_votes WHERE subject = :subject AND first_run = :first_run "
                "AND second_run = :second_run",
                subject=subject,
                first_run=first_run,
                second_run=second_run,
            )
            self._db.write(
                f"INSERT INTO voice_votes ({_VOTE}) "
                "VALUES (:at, :subject, :first, :second, :first_run, :second_run, :choice)",
                **vars(vote),
            )
        return vote

    def votes(self) -> list[VoiceVote]:
        """Every vote, oldest first."""
        return [VoiceVote(*row) for row in self._db.read(f"SELECT {_VOTE} FROM voice_votes ORDER BY at, id")]
