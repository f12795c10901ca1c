"""How her voice is graded: a mean with an interval, by month and brain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.evals.voice import VoiceGrade, voice_scores

GRADES = st.builds(
    VoiceGrade, st.sampled_from(["2026-01", "2026-02"]), st.sampled_from(["search", "small-03"]), st.integers(1, 4)
)


def test_scores_are_over_all_then_by_month_by_brain_and_by_both() -> None:
    found = voice_scores(
        [VoiceGrade("2026-02", "search", 4), VoiceGrade("2026-01", "search", 2), VoiceGrade("2026-02", "small-03", 3)]
    )
    assert [(score.month, score.brain, score.n, score.mean) for score in found] == [
        (None, None, 3, 3.0),
        ("2026-01", None, 1, 2.0),
        ("2026-02", None, 2, 3.5),
        (None, "search", 2, 3.0),
        (None, "small-03", 1, 3.0),
        ("2026-01", "search", 1, 2.0),
        ("2026-02", "search", 1, 4.0),
        ("2026-02", "small-03", 1, 3.0),
    ]


def test_the_interval_is_wilsons_on_the_share_of_the_way() -> None:
    # 8 of 10 is 0.4901 to 0.9433 (Newcombe, 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E)
    grades = [VoiceGrade("2026-01", "search", value) for value in (4,) * 8 + (1,) * 2]
    (whole, *_) = voice_scores(grades)
    assert whole.low == pytest.approx(1 + 3 * 0.4901, abs=2e-3)
    assert whole.high == pytest.approx(1 + 3 * 0.9433, abs=2e-3)


def test_no_grade_is_no_score() -> None:
    assert voice_scores([]) == []


@given(st.lists(GRADES, min_size=1, max_size=50))
def test_every_mean_lies_in_its_interval_and_that_in_the_scale(grades: list[VoiceGrade]) -> None:
    for score in voice_scores(grades):
        assert 1 <= score.low <= score.mean + 1e-9
        assert score.mean - 1e-9 <= score.high <= 4


@given(st.lists(GRADES, min_size=1, max_size=30))
def test_more_of_the_same_grades_make_the_interval_narrower(grades: list[VoiceGrade]) -> None:
    few, many = voice_scores(grades)[0], voice_scores(grades * 4)[0]
    assert many.high - many.low < few.high - few.low
