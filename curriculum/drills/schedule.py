"""When a card is due again: the review log, folded through FSRS.

Nothing but the log is kept, so that taking a grade back is to fold again without it. Method: FSRS-6 (Jarrett Ye and
others, https://github.com/open-spaced-repetition), by py-fsrs with its published parameters, without its random fuzz
and without steps of minutes: a drill comes once a week, so the first grade already puts a card days away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.store.drills import DrillAnswer, DrillReview

if TYPE_CHECKING:
    from fsrs import Card, Scheduler

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
RETENTION = 0.9


@dataclass(frozen=True)
class Standing:
    """Where a card stands. ``due`` and ``last`` are UTC; ``stability`` is in days; ``lapses`` counts its 1s."""

    due: datetime
    last: datetime
    stability: float
    difficulty: float
    rating: int
    reviews: int
    lapses: int

    def recall(self, at: datetime) -> float:
        """The probability that she still knows it, by the forgetting curve of FSRS."""
        return float(_scheduler().get_card_retrievability(self._card, at))

    @property
    def _card(self) -> Card:
        from fsrs import Card, State

        return Card(card_id=1, state=State.Review, stability=self.stability, due=self.due, last_review=self.last)


@dataclass(frozen=True)
class Schedule:
    """Every card that was ever graded, and by answer the reviews that were not taken back: the last one counts."""

    standings: Mapping[str, Standing] = field(default_factory=dict)
    given: Mapping[str, tuple[DrillReview, ...]] = field(default_factory=dict)

    def due(self, at: datetime) -> list[str]:
        """The cards that are due, the one most likely forgotten first."""
        found = [(standing.recall(at), card) for card, standing in self.standings.items() if standing.due <= at]
        return [card for _, card in sorted(found)]

    def forecast(self, at: datetime, days: int) -> list[tuple[date, int]]:
        """How many cards fall due on each of the next days, today first; what is overdue counts for today."""
        today = at.date()
        falls = Counter(max(today, standing.due.date()) for standing in self.standings.values())
        return [(today + timedelta(days=day), falls[today + timedelta(days=day)]) for day in range(days)]


def fold(reviews: Iterable[DrillReview], answers: Iterable[DrillAnswer]) -> Schedule:
    """Folds the log. Of each answer the newest review that was not taken back counts, at the time of the answer."""
    from fsrs import Card, Rating

    given = standing_reviews(reviews)
    times = {answer.id: moment(answer.at) for answer in answers if answer.at is not None}
    standings: dict[str, Standing] = {}
    cards: dict[str, Card] = {}
    for at, answer in sorted((times[answer], answer) for answer in given if answer in times):
        review = given[answer][-1]
        before = standings.get(review.card)
        # FSRS knows no review before the last one; clocks that were set back must not make one.
        at = max(at, before.last) if before else at
        card = cards.get(review.card) or Card(card_id=1, due=at)
        card, _ = _scheduler().review_card(card, Rating(review.rating), at)
        cards[review.card] = card
        standings[review.card] = Standing(
            due=card.due,
            last=at,
            stability=card.stability or 0.0,
            difficulty=card.difficulty or 0.0,
            rating=review.rating,
            reviews=(before.reviews if before else 0) + 1,
            lapses=(before.lapses if before else 0) + (review.rating == AGAIN),
        )
    return Schedule(standings, given)


def standing_reviews(reviews: Iterable[DrillReview]) -> dict[str, tuple[DrillReview, ...]]:
    """By answer, the reviews that no later line of the log takes back, in its order; answers with none are left out."""
    stand: dict[int, DrillReview] = {}
    for review in reviews:
        if review.revokes is None:
            stand[review.id] = review
        else:
            stand.pop(review.revokes, None)
    given: dict[str, tuple[DrillReview, ...]] = {}
    for review in stand.values():
        given[review.answer] = (*given.get(review.answer, ()), review)
    return given


def last_grade(reviews: Iterable[DrillReview], card: str | None = None) -> DrillReview | None:
    """The mentor's newest grade that was not taken back, of all cards or of one: the one that can be taken back."""
    given = (review for stand in standing_reviews(reviews).values() for review in stand)
    grades = (each for each in given if each.marker == "mentor" and card in (None, each.card))
    return max(grades, key=lambda review: review.id, default=None)


def moment(at: str) -> datetime:
    """A time of the store as FSRS wants it."""
    return datetime.fromisoformat(at).astimezone(UTC)


@lru_cache(maxsize=1)
def _scheduler() -> Scheduler:
    from fsrs import Scheduler

    return Scheduler(desired_retention=RETENTION, learning_steps=(), relearning_steps=(), enable_fuzzing=False)
