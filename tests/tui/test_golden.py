"""The pure parts of the golden challenge: two patches aligned, lines that fit, a sitting that is told by events."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.schema.event import MeterEvent, ProgressEvent
from rusta_tui.diff import parse
from rusta_tui.golden import Attempt, Golden, Month, Point, parse_attempt, parse_month, parse_point
from rusta_tui.golden_view import empty, headline, row, score, trend
from rusta_tui.job import Job
from rusta_tui.lines import plain, width_of
from rusta_tui.pairing import aligned, first_change
from tests.tui.fake_golden import BODY, GOLDEN, HERS

AT = "2026-01-05T09:00:00.000Z"
PARTS: dict[str, float | None] = {"compiles": 1.0, "tests": 1.0, "hidden": 0.0, "minimal": 0.5, "style": None}
WEIGHTS = {"compiles": 10.0, "tests": 15.0, "hidden": 40.0, "minimal": 15.0, "style": 10.0, "exact": 10.0}
FULL = Golden(
    "parcel-states",
    "Moved out.",
    "ownership",
    ("E0507", "fails:x"),
    pinned=True,
    retired=True,
    reason="known",
    status="wrong",
    score=25.0,
    parts=PARTS,
    seconds=3.5,
)


def progress(done: int, elapsed: float, text: str = "x") -> ProgressEvent:
    return ProgressEvent(seq=1, at=AT, session="", job="golden", done=done, total=6, elapsed=elapsed, text=text)


def test_the_same_line_stands_in_the_same_row() -> None:
    rows = aligned(parse(HERS), parse(GOLDEN))
    assert rows[0].head == "src/lib.rs"
    told = [
        tuple(cell.mark + cell.text.strip() if cell else None for cell in (line.left, line.right)) for line in rows[1:]
    ]
    assert told == [
        (" pub fn total(prices: &[u32]) -> u32 {", " pub fn total(prices: &[u32]) -> u32 {"),
        ("-let sum = prices.iter().sum();", " let sum = prices.iter().sum();"),
        ("-sun", "-sun"),
        ("+prices.iter().sum()", "+sum"),
        (" }", " }"),
    ]
    assert [line.same for line in rows[1:]] == ["", "≠", "=", "≠", ""]
    assert first_change(rows) == 2


def test_a_line_that_one_patch_does_not_show_is_context_there() -> None:
    rows = aligned(parse(""), parse(HERS))
    assert {line.left.mark for line in rows if line.left} == {" "}
    assert [line.right.mark for line in rows if line.right] == [" ", "-", "-", "+", " "]
    assert aligned(parse(""), parse("")) == ()


def test_a_patch_beside_itself_agrees_on_every_row() -> None:
    assert {line.same for line in aligned(parse(HERS), parse(HERS))} == {"", "="}


def test_gaps_between_hunks_and_several_files_are_told() -> None:
    far = HERS + "@@ -90,1 +89,2 @@\n fn far() {}\n+fn new() {}\n"
    other = HERS.replace("src/lib.rs", "src/more.rs")
    rows = aligned(parse(far + other), parse(HERS))
    assert [line.head for line in rows if line.head] == ["src/lib.rs", "…", "src/more.rs"]


@given(st.integers(30, 140))
def test_every_line_fits(width: int) -> None:
    month = Month("2026-02", "2026-01", "2026-03", exams=3, taken=True, total=45.0, retakes=(50.0, None), worn_out=True)
    attempt = Attempt(explanation="It moves. " * 30, reason="No. " * 40, marks=BODY["parts"])
    points = [
        Point("2026-01", 40.0, 10.0, 70.0, 2, 6, 2, None, 0),
        Point("2026-02", None, None, None, 0, 6, 1, -3.0, 2),
    ]
    job = Job("the exam", ("true",))
    job.take(progress(2, 9.0, "moon: 90 of 100"))
    job.take(MeterEvent(seq=2, at=AT, session="", name="golden/score", value=0.4, unit="share"))
    lines = [
        headline(month, None, width, read=True),
        headline(month, job, width, read=True),
        row(FULL, width),
        *score(FULL, attempt, WEIGHTS, width),
        *trend(points, width),
    ]
    assert [plain(line) for line in lines if width_of(line) > width] == []


def test_a_score_is_told_part_by_part() -> None:
    text = "\n".join(plain(line) for line in score(FULL, Attempt(reason="Two hidden tests are red."), WEIGHTS, 60))
    assert "✗ wrong  25.0 of 100" in text
    assert "⌀ retired: known" in text
    assert "✗ hidden tests    0 / 40" in text
    assert "◐ minimal         8 / 15" in text
    assert "· style           – / 10" in text
    assert "Two hidden tests are red." in text


def test_the_headline_says_what_the_month_waits_for() -> None:
    assert "s starts" in plain(headline(Month("2026-01"), None, 80, read=True))
    assert "s goes on" in plain(headline(Month("2026-01", unfinished=True), None, 80, read=True))
    assert plain(headline(Month(), None, 80, read=False)) == ""
    assert "worn: taken 2 times" in plain(headline(Month("2026-01", taken=True, exams=2), None, 120, read=True))


def test_the_empty_list_says_why() -> None:
    assert "Reading" in plain(empty(read=False, trouble="")[0])
    assert "held" in plain(empty(read=True, trouble="the store is held")[0])
    assert "No golden" in plain(empty(read=True, trouble="")[0])


@pytest.mark.parametrize("parse_it", [parse_month, parse_attempt, parse_point])
def test_what_is_something_else_is_refused(parse_it: object) -> None:
    with pytest.raises(ValueError, match="not a"):
        parse_it({"month": "2026-01"})  # type: ignore[operator]
