"""The review log and what is folded from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from curriculum.drills.schedule import fold, last_grade, standing_reviews
from engine.store.drills import DrillAnswer, DrillReview

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
CARDS = ("a", "b", "c")


def answer(number: int) -> DrillAnswer:
    """The answer of a week: one card after the other, a week apart."""
    at = (START + timedelta(days=7 * (number // len(CARDS)), minutes=number)).isoformat()
    return DrillAnswer(f"w.{number:02}", "w", number, CARDS[number % len(CARDS)], at)


ANSWERS = [answer(number) for number in range(9)]
Deeds = st.lists(
    st.tuples(st.integers(0, 8), st.sampled_from(("compiler", "mentor")), st.integers(1, 4), st.booleans()),
    max_size=25,
)


def log_of(deeds: list[tuple[int, str, int, bool]]) -> list[DrillReview]:
    """A log as the store writes it; with the flag set, the mentor's last grade is taken back instead."""
    log: list[DrillReview] = []
    for number, marker, rating, take_back in deeds:
        last = last_grade(log) if take_back else None
        if last is not None:
            log.append(DrillReview(len(log) + 1, last.answer, last.card, "mentor", last.rating, "", last.id))
        elif not take_back:
            place = ANSWERS[number]
            log.append(DrillReview(len(log) + 1, place.id, place.card, marker, rating, ""))  # type: ignore[arg-type]
    return log


def graded(log: list[DrillReview], number: int, rating: int) -> list[DrillReview]:
    return [*log, DrillReview(len(log) + 1, ANSWERS[number].id, ANSWERS[number].card, "mentor", rating, "")]


def undone(log: list[DrillReview]) -> list[DrillReview]:
    last = last_grade(log)
    assert last is not None
    return [*log, DrillReview(len(log) + 1, last.answer, last.card, "mentor", last.rating, "", last.id)]


@given(Deeds, st.integers(0, 8), st.integers(1, 4))
def test_a_grade_that_is_taken_back_leaves_no_trace_in_the_schedule(
    deeds: list[tuple[int, str, int, bool]], number: int, rating: int
) -> None:
    log = log_of(deeds)
    assert fold(undone(graded(log, number, rating)), ANSWERS) == fold(log, ANSWERS)


@given(Deeds)
def test_folding_again_gives_the_same(deeds: list[tuple[int, str, int, bool]]) -> None:
    log = log_of(deeds)
    assert fold(log, ANSWERS) == fold(list(log), list(reversed(ANSWERS)))


@given(Deeds, st.integers(0, 8), st.integers(1, 4))
def test_the_same_grade_twice_counts_once(deeds: list[tuple[int, str, int, bool]], number: int, rating: int) -> None:
    once = graded(log_of(deeds), number, rating)
    assert fold(graded(once, number, rating), ANSWERS).standings == fold(once, ANSWERS).standings


@given(Deeds)
def test_every_grade_can_be_taken_back_one_after_the_other(deeds: list[tuple[int, str, int, bool]]) -> None:
    log = log_of(deeds)
    for _ in range(len(log)):
        if last_grade(log) is None:
            break
        log = undone(log)
    assert all(review.marker == "compiler" for given_ in standing_reviews(log).values() for review in given_)


@given(Deeds, st.integers(0, 8))
def test_a_better_grade_never_brings_a_card_back_sooner(deeds: list[tuple[int, str, int, bool]], number: int) -> None:
    last = {place.card: place.id for place in ANSWERS}
    place = next(place for place in ANSWERS if place.id == last[ANSWERS[number].card])
    log = log_of(deeds)
    dues = [fold(graded(log, place.place, rating), ANSWERS).standings[place.card].due for rating in (1, 2, 3, 4)]
    assert dues == sorted(dues)


def test_the_mentors_word_counts_in_place_of_the_compilers() -> None:
    compiler_only = [DrillReview(1, "w.00", "a", "compiler", 1, "")]
    both = [*compiler_only, DrillReview(2, "w.00", "a", "mentor", 4, "")]
    assert fold(both, ANSWERS).standings["a"].rating == 4
    assert fold(undone(both), ANSWERS).standings["a"].rating == 1


def test_a_card_is_due_when_fsrs_says_and_what_was_forgotten_most_comes_first() -> None:
    log = [
        DrillReview(1, "w.00", "a", "mentor", 4, ""),
        DrillReview(2, "w.01", "b", "mentor", 1, ""),
    ]
    schedule = fold(log, ANSWERS)
    assert schedule.due(START + timedelta(minutes=5)) == []
    assert schedule.due(START + timedelta(days=2)) == ["b"]
    assert schedule.due(START + timedelta(days=60)) == ["b", "a"]
    assert schedule.standings["b"].lapses == 1


def test_the_forecast_counts_every_card_once_and_what_is_overdue_today() -> None:
    log = [DrillReview(n + 1, ANSWERS[n].id, ANSWERS[n].card, "mentor", n + 1, "") for n in range(3)]
    schedule = fold(log, ANSWERS)
    forecast = schedule.forecast(START + timedelta(days=3), 400)
    assert sum(count for _, count in forecast) == 3
    overdue = [standing for standing in schedule.standings.values() if standing.due <= START + timedelta(days=3)]
    assert forecast[0][1] == len(overdue) > 0


def test_a_review_of_an_answer_that_is_gone_counts_for_nothing() -> None:
    assert fold([DrillReview(1, "x.01", "a", "mentor", 3, "")], ANSWERS).standings == {}


def test_a_clock_that_was_set_back_makes_no_review_before_the_last_one() -> None:
    late = DrillAnswer("late", "w", 20, "a", (START - timedelta(days=300)).isoformat())
    log = [DrillReview(1, "w.00", "a", "mentor", 3, ""), DrillReview(2, "late", "a", "mentor", 3, "")]
    standing = fold(log, [*ANSWERS, late]).standings["a"]
    assert standing.reviews == 2
    assert standing.due > standing.last
