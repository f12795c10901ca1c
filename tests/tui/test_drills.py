"""The drill on the desk: what shows is what will be stored, whatever fails on the way there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.schema.event import MeterEvent, ProgressEvent
from rusta_tui.commands import Reply
from rusta_tui.drill_view import empty, grade_bar, headline, page, progress, rating, row
from rusta_tui.drills import Card, Study, Week, graded, next_waiting, parse_card, parse_week, ungraded
from rusta_tui.job import Job
from rusta_tui.lines import plain, width_of

AT = "2026-01-05T09:00:00.000Z"
CARD = Card(
    id="aa",
    kind="predict",
    topic="Ownership and what follows from it",
    code="E0382",
    page="error_codes/E0382.html",
    prompt="Does it compile?",
    source="fn main() {}",
    key="Moved values are gone.",
    citations=("error_codes/E0382.html",),
    answered=True,
    given=(("compiler", 1),),
    due="2026-01-06T09:00:00Z",
    answer={"text": "It compiles.", "mark": "wrong", "truth": "E0382", "confidence": 0.6, "note": "", "seconds": 0.2},
)


class Shop:
    """A store with a queue before it, that goes forward one command at a time and fails when it is told to."""

    def __init__(self, *ids: str) -> None:
        self.stored: dict[str, list[tuple[str, int]]] = {id_: [] for id_ in ids}
        self.waiting: list[tuple[tuple[str, ...], Callable[..., object], Callable[..., object]]] = []

    def put(
        self,
        *arguments: str,
        rollback: Callable[[], object] = lambda: None,
        done: Callable[[Reply], object] = lambda reply: None,
    ) -> None:
        self.waiting.append((arguments, done, lambda reply: rollback()))

    def query(self, *arguments: str, then: Callable[[Reply], object]) -> None:
        self.waiting.append((arguments, then, then))

    def step(self, fate: str = "well") -> None:
        """Runs the next command: "well", "refused", or "lost" (stored, but the answer never came)."""
        arguments, done, failed = self.waiting.pop(0)
        if arguments[1] not in ("grade", "ungrade"):
            done(Reply(0, self._read(arguments)))
        elif fate == "refused":
            failed(Reply(1, err="no"))
        else:
            out = self._write(arguments)
            failed(Reply(1, err="it died")) if fate == "lost" else done(Reply(0, out))

    def drain(self) -> None:
        while self.waiting:
            self.step()

    def _read(self, arguments: tuple[str, ...]) -> str:
        if arguments[1] == "show":
            return "\n".join(json.dumps(fields_of(id_, given)) for id_, given in self.stored.items())
        return json.dumps(
            {"session": {"id": "2026-W02.1", "ended": AT}, "cards": 9, "new": 7, "due": 1, "waiting": 1, "streak": 2,
             "weak": [], "forecast": []}
        )  # fmt: skip

    def _write(self, arguments: tuple[str, ...]) -> str:
        verb, id_ = arguments[1], arguments[3]
        if verb == "grade":
            self.stored[id_].append(("mentor", int(arguments[4])))
        else:
            self.stored[id_] = list(ungraded(tuple(self.stored[id_])))
        return json.dumps({"card": id_, "rating": None, "due": AT})


def fields_of(id_: str, given: list[tuple[str, int]]) -> dict[str, Any]:
    text = dict.fromkeys(("topic", "code", "page", "prompt", "source", "key", "mended", "gone"), "")
    return {"id": id_, "kind": "explain", "origin": "canon", "citations": [], "answered": True, "due": None,
            "answer": {"text": "So."}, "given": given, **text}  # fmt: skip


def study(shop: Shop) -> Study:
    desk = Study(shop)
    desk.read_again()
    shop.drain()
    return desk


IDS = ("a", "b", "c")
FATES = st.sampled_from(("well", "refused", "lost"))
Deeds = st.lists(st.tuples(st.sampled_from(IDS), st.integers(0, 4), FATES, st.booleans()), max_size=25)


@given(Deeds)
def test_in_the_end_the_desk_shows_what_is_stored(deeds: list[tuple[str, int, str, bool]]) -> None:
    shop = Shop(*IDS)
    desk = study(shop)
    for id_, value, fate, at_once in deeds:
        if value:
            desk.grade(id_, value)
        else:
            desk.ungrade(id_)
        if at_once and shop.waiting:
            shop.step(fate)
    shop.drain()
    assert {id_: list(desk.given(id_)) for id_ in IDS} == shop.stored


@given(st.lists(st.integers(1, 4), max_size=6), st.integers(1, 4))
def test_a_grade_shows_before_it_is_stored_and_undo_takes_exactly_it_back(before: list[int], value: int) -> None:
    shop = Shop("a")
    shop.stored["a"] = [("compiler", 2), *(("mentor", each) for each in before)]
    desk = study(shop)
    stood = desk.given("a")
    desk.grade("a", value)
    assert desk.given("a") == (*stood, ("mentor", value))
    assert len(shop.stored["a"]) == len(stood)
    desk.ungrade("a")
    assert desk.given("a") == stood


def test_a_refused_grade_falls_out_from_under_the_one_after_it() -> None:
    shop = Shop("a")
    desk = study(shop)
    desk.grade("a", 1)
    desk.grade("a", 4)
    shop.step("refused")
    assert desk.given("a") == (("mentor", 4),)


def test_undo_remembers_the_order_of_the_sitting() -> None:
    desk = study(Shop(*IDS))
    for id_ in ("b", "a", "b"):
        desk.grade(id_, 3)
    for expected in ("b", "a", "b"):
        assert desk.graded_last == expected
        desk.ungrade(expected)
    assert desk.graded_last is None


def test_asked_to_read_while_it_reads_it_reads_once_more() -> None:
    shop = Shop("a")
    desk = Study(shop)
    for _ in range(5):
        desk.read_again()
    assert len(shop.waiting) == 2
    shop.step()
    shop.step()
    assert len(shop.waiting) == 2
    shop.drain()
    assert desk.week.name == "2026-W02.1"


def test_only_the_mentors_grade_is_taken_back() -> None:
    given_ = (("compiler", 1), ("mentor", 3), ("compiler", 2))
    assert ungraded(given_) == (("compiler", 1), ("compiler", 2))
    assert ungraded((("compiler", 1),)) == (("compiler", 1),)
    assert ungraded(graded(given_, 4)) == given_


def test_the_next_card_that_waits_is_below_and_then_from_the_top() -> None:
    waits = {"a", "c"}.__contains__
    assert next_waiting(["a", "b", "c"], "b", waits) == "c"
    assert next_waiting(["a", "b", "c"], "c", waits) == "a"
    assert next_waiting(["a", "b", "c"], None, waits) == "a"
    assert next_waiting(["a"], "a", waits) is None


def test_what_is_no_card_and_no_week_is_refused() -> None:
    for fields in ({}, {"id": 3}, fields_of("a", [("mentor", "x")])):  # type: ignore[list-item]
        with pytest.raises(ValueError, match="not a"):
            parse_card(fields)
    with pytest.raises(ValueError, match="not a"):
        parse_week({"session": None})


@given(st.integers(20, 160))
def test_nothing_is_wider_than_it_may_be(width: int) -> None:
    week = Week("2026-W02.1", False, 2593, 2500, 3, 4, 2, (("E0382", 0.62, 3),), (("2026-01-05", 3), ("2026-01-06", 0)))
    job = Job("the drill", ("true",))
    job.take(
        ProgressEvent(seq=1, at=AT, session="", job="drill", text="a1b2 fix E0502", done=3, total=20, elapsed=12.5)
    )
    job.take(MeterEvent(seq=2, at=AT, session="", name="drill/fix right", value=0.5))
    lines = [row(CARD, CARD.given, width), headline(week, 3, None, width), headline(week, 3, job, width)]
    lines += [*grade_bar(CARD, CARD.given, width, goes_on=True), *progress(week, width)]
    assert all(width_of(line) <= max(width, 44) for line in lines)


def test_a_card_hides_what_the_docs_say_until_it_is_asked() -> None:
    closed = "\n".join(map(plain, page(CARD, CARD.given, 60, open_=False)))
    opened = "\n".join(map(plain, page(CARD, CARD.given, 60, open_=True)))
    assert CARD.key not in closed
    assert "space shows" in closed
    assert CARD.key in opened
    assert "→ error_codes/E0382.html" in opened
    for text in (closed, opened):
        assert "✗ wrong: E0382" in text
        assert "she was 60% sure" in text


def test_a_long_line_of_code_goes_on_below_and_loses_nothing() -> None:
    source = "    let a = 1; // a comment that is much too long for the width that there is here today"
    long = Card("x", prompt="?", answered=True, answer={"text": "."}, source=source)
    text = "\n".join(map(plain, page(long, (), 40, open_=False)))
    assert "…" not in text
    words = " ".join(text.replace("//", "").split())
    assert "a comment that is much too long for the width that there is here today" in words


def test_a_rating_says_who_gave_it() -> None:
    assert plain(rating((("compiler", 3),))) == "(3)"
    assert plain(rating((("compiler", 3), ("mentor", 2)))).strip() == "2"
    assert plain(rating(())).strip() == "·"


def test_every_empty_state_speaks() -> None:
    states = [(False, "", False), (True, "", False), (True, "it broke", False), (True, "", True)]
    texts = [
        "\n".join(map(plain, empty(read=read, trouble=trouble, running=running))) for read, trouble, running in states
    ]
    assert len(set(texts)) == 4
    assert "it broke" in texts[2]
    assert " s deals" in texts[1]
