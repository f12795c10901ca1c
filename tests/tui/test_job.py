"""A long command while it runs: how far it is, how long yet, what it measured, what went wrong."""

from __future__ import annotations

import pytest

from engine.schema.event import ErrorEvent, MeterEvent, ProgressEvent
from rusta_tui.job import Job, progress
from rusta_tui.lines import plain

AT = "2026-01-05T09:00:00.000Z"


def told(done: int | None, elapsed: float, text: str = "case-one", total: int | None = 20) -> ProgressEvent:
    return ProgressEvent(seq=1, at=AT, session="", job="eval", text=text, done=done, total=total, elapsed=elapsed)


@pytest.fixture(name="job")
def _job() -> Job:
    return Job("exam", ("true",))


def moved(job: Job, event: ProgressEvent) -> bool:
    job.moved = False
    job.take(event)
    return job.moved


def test_it_tells_how_far_it_is_and_what_went_wrong(job: Job) -> None:
    job.take(told(0, 0.0))
    job.take(told(5, 10.0))
    job.take(MeterEvent(seq=2, at=AT, session="", name="compile_fix", value=0.5, step=5))
    job.take(MeterEvent(seq=3, at=AT, session="", name="compile_fix", value=0.6, step=6))
    assert job.curves["compile_fix"].points == [(5.0, 0.5), (6.0, 0.6)]
    assert job.latest == {"compile_fix": 0.6}
    assert "5/20 · 30.0 s left" in "\n".join(map(plain, progress(job, 80)))
    job.take(ErrorEvent(seq=4, at=AT, session="", text="the disk is full", fix="make room"))
    job.closed = True
    assert job.trouble == "the disk is full: make room"
    assert "the disk is full: make room" in "\n".join(map(plain, progress(job, 80)))


def test_what_comes_before_the_work_counts_for_nothing_in_its_pace(job: Job) -> None:
    assert not moved(job, told(None, 30.0, "reading the docs", total=None))
    assert moved(job, told(0, 50.0))
    assert job.left is None
    assert moved(job, told(5, 60.0))
    assert job.left == pytest.approx(30.0)
    assert not moved(job, told(5, 61.0, "case-six"))


def test_what_was_on_record_counts_for_nothing_in_its_pace(job: Job) -> None:
    job.take(told(0, 0.0, total=6))
    assert moved(job, told(4, 1.0, "4 of them on record already", total=6))
    assert job.left is None
    assert moved(job, told(5, 4.0, total=6))
    assert job.left == pytest.approx(3.0)
