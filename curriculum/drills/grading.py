"""The mentor's grade of an answer: into the review log, and on into what the judge learns."""

from __future__ import annotations

from dataclasses import dataclass

from curriculum.drills.answer import Answer
from curriculum.drills.schedule import Standing, fold, last_grade, standing_reviews
from engine.errors import RustaError
from engine.store.drills import DrillAnswer, DrillReview
from engine.store.shelf import now
from engine.store.store import Store


@dataclass(frozen=True)
class Graded:
    """What a grade did: the line in the log, the ``before`` that counted until then, and where the card stands now."""

    review: DrillReview
    before: DrillReview | None
    standing: Standing | None


def grade(store: Store, card: str, rating: int) -> Graded:
    """Grades the last answer to a card, 1 (again) to 4 (easy); it counts in place of the compiler's mark.

    The grade of a repair is also the grade of its DevLog on "correctness": with 1 or 2 the judge stops counting that
    repair as green. ``card`` is its id or the start of it. Raises `StoreError` for a card or a grade there is none of,
    `RustaError` when she has not answered it.
    """
    known = store.drill_card(card)
    answer = last_answer(store, known.id)
    if answer is None:
        raise RustaError(f"she has not answered card {known.id} yet", fix="she answers with `rusta drill start`")
    at = now()
    with store.transaction():
        before = _counts(store, answer.id)
        review = store.add_drill_review(answer.id, "mentor", rating, at=at)
        if devlog := _devlog(store, answer):
            store.grade_drilled_devlog(devlog, rating, at)
    return Graded(review, before, _standing(store, known.id))


def ungrade(store: Store, card: str | None = None) -> Graded | None:
    """Takes back the mentor's last grade of a card, or of any; None when there is none to take back.

    What was there before counts again: an earlier grade, the compiler's mark, or nothing.
    """
    known = store.drill_card(card).id if card is not None else None
    with store.transaction():
        review = last_grade(store.drill_reviews(), known)
        if review is None:
            return None
        store.revoke_drill_review(review)
        answer = next(each for each in store.drill_answers() if each.id == review.answer)
        if devlog := _devlog(store, answer):
            store.ungrade_drilled_devlog(devlog, review.rating, review.at)
        before = _counts(store, review.answer)
    return Graded(review, before, _standing(store, review.card))


def last_answer(store: Store, card: str) -> DrillAnswer | None:
    """The newest answer to a card, None when there is none."""
    given = [answer for answer in store.drill_answers() if answer.card == card and answer.at is not None]
    return max(given, key=lambda answer: (answer.at or "", answer.id), default=None)


def _devlog(store: Store, answer: DrillAnswer) -> str:
    devlog = Answer.model_validate(answer.body).devlog
    return devlog if devlog and store.has_devlog(devlog) else ""


def _counts(store: Store, answer: str) -> DrillReview | None:
    given = standing_reviews(store.drill_reviews()).get(answer, ())
    return given[-1] if given else None


def _standing(store: Store, card: str) -> Standing | None:
    return fold(store.drill_reviews(), store.drill_answers()).standings.get(card)
