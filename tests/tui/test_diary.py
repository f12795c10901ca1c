"""The diary on the desk: what shows is what will be stored, whatever fails on the way there."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.store.store import Store
from rusta_tui.commands import CommandQueue, Reply
from rusta_tui.devlogs import AXES, Deed, Standing
from rusta_tui.diary import Diary


class Shop:
    """A store with a queue before it, that goes forward one command at a time and fails when it is told to."""

    def __init__(self, *ids: str) -> None:
        self.stored = {id_: Standing() for id_ in ids}
        self.waiting: list[tuple[tuple[str, ...], Callable[..., object], Callable[..., object]]] = []
        self.said: list[str] = []

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
        """Runs the next command: "well", "refused", or "lost" (stored, but the answer never came).

        Questions are refused only when it is "silent".
        """
        arguments, done, failed = self.waiting.pop(0)
        if arguments[1] in ("list", "show") and fate != "silent":
            fate = "well"
        if fate in ("refused", "silent"):
            failed(Reply(1, err="no"))
            return
        out = self._run(arguments)
        if fate == "lost":
            failed(Reply(1, err="it died"))
        else:
            done(Reply(0, out))

    def drain(self) -> None:
        while self.waiting:
            self.step()

    def _run(self, arguments: tuple[str, ...]) -> str:
        verb, rest = arguments[1], [argument for argument in arguments[2:] if argument != "--"]
        if verb == "list":
            limit, skip = (int(rest[rest.index(name) + 1]) for name in ("--limit", "--skip"))
            return "".join(json.dumps(self._row(id_)) + "\n" for id_ in list(self.stored)[skip : skip + limit])
        if verb == "show":
            return json.dumps(self._page(rest[-1]))
        value = int(rest[2]) if verb == "grade" else 0
        deed = Deed(verb, rest[1] if len(rest) > 1 else "", value)  # type: ignore[arg-type]
        self.stored[rest[0]] = deed.on(self.stored[rest[0]])
        return ""

    def _row(self, id_: str) -> dict[str, Any]:
        standing = self.stored[id_]
        row = {"id": id_, "session": "s", "at": "t", "repository": "r", "brain": "b", "outcome": "fixed"}
        told = {"given": standing.given, "comments": len(standing.comments), "marks": sorted(standing.marks)}
        return {**row, "summary": "", "seconds": 1.0, "codes": [], "moves": [], **told}

    def _page(self, id_: str) -> dict[str, Any]:
        standing = self.stored[id_]
        mentor = {
            "grades": [{"axis": axis, "value": value} for axis, value in standing.given],
            "comments": [{"text": text} for text in standing.comments],
            "marks": [{"mark": mark} for mark in sorted(standing.marks)],
        }
        return {"devlog": {}, "mentor": mentor, "page": f"# {id_}"}


DEEDS = st.one_of(
    st.builds(lambda axis, value: Deed("grade", axis, value), st.sampled_from(AXES), st.integers(1, 4)),
    st.just(Deed("ungrade")),
    st.builds(lambda text: Deed("comment", text), st.sampled_from(["a", "b"])),
    st.just(Deed("uncomment")),
    st.builds(lambda mark: Deed("mark", mark), st.sampled_from(["golden", "training-worthy"])),
    st.builds(lambda mark: Deed("unmark", mark), st.sampled_from(["golden", "training-worthy"])),
)
EVENTS = st.one_of(
    st.tuples(st.just("do"), st.sampled_from("xy"), DEEDS),
    st.tuples(st.just("step"), st.sampled_from(["well", "well", "refused", "lost"]), st.none()),
    st.tuples(st.just("open"), st.sampled_from("xy"), st.none()),
    st.tuples(st.just("list"), st.booleans(), st.none()),
    st.tuples(st.just("breathe"), st.none(), st.none()),
)


@given(st.lists(EVENTS, max_size=40))
def test_after_the_last_command_what_shows_is_what_is_stored_whatever_failed(events: list[Any]) -> None:
    async def play() -> None:
        shop = Shop("x", "y")
        diary = Diary(shop)
        diary.open("x")
        diary.open("y")
        shop.drain()
        for kind, what, deed in events:
            if kind == "do":
                diary.do(what, deed)
            elif kind == "open":
                diary.open(what)
            elif kind == "list":
                diary.read_news() if what else diary.read_again()
            elif kind == "step" and shop.waiting:
                shop.step(what)
            else:
                await asyncio.sleep(0)
        while shop.waiting or diary._takes:
            shop.drain()
            await asyncio.gather(*diary._takes)
        if any(kind == "list" for kind, _, _ in events):
            assert diary.whole
            assert sorted(diary.logs) == ["x", "y"]
        for id_ in "xy":
            shown, stored = diary.standing(id_), shop.stored[id_]
            # A list tells how many comments there are, a page what they say.
            assert all(text in (None, told) for text, told in zip(shown.comments, stored.comments, strict=True))
            assert (shown.given, shown.marks) == (stored.given, stored.marks)
            diary.open(id_)
        shop.drain()
        assert {id_: diary.standing(id_) for id_ in "xy"} == shop.stored

    with patch.multiple("rusta_tui.diary", _FEW=1, _MANY=1):  # two DevLogs are three pages
        asyncio.run(play())


@given(st.lists(DEEDS, max_size=12), st.data())
def test_what_shows_is_the_stored_and_what_is_under_way_at_any_moment(deeds: list[Deed], data: st.DataObject) -> None:
    shop = Shop("x")
    diary = Diary(shop)
    expected = Standing()
    for deed in deeds:
        diary.do("x", deed)
        expected = deed.on(expected)
        assert diary.standing("x") == expected
        if data.draw(st.booleans()):
            shop.step()
            assert diary.standing("x") == expected


async def test_news_are_read_as_far_as_there_are_any() -> None:
    shop = Shop(*(f"old-{number}" for number in range(8)))
    diary = Diary(shop)

    async def read() -> int:
        pages = 0
        while shop.waiting or diary._takes:
            pages += len(shop.waiting)
            shop.drain()
            await asyncio.gather(*diary._takes)
        return pages

    with patch.multiple("rusta_tui.diary", _FEW=2, _MANY=2):
        diary.read_news()
        assert await read() == 5  # nothing is known: all of it, and an empty page
        shop.stored = {f"new-{number}": Standing() for number in range(3)} | shop.stored
        diary.read_news()
        assert await read() == 3
    assert list(diary.logs) == list(shop.stored)
    assert diary.whole


def test_undoing_a_grade_brings_the_one_before_back() -> None:
    shop = Shop("x")
    diary = Diary(shop)
    for deed in (Deed("grade", "voice", 2), Deed("grade", "voice", 4), Deed("ungrade")):
        diary.do("x", deed)
    assert diary.standing("x").grades == {"voice": 2}
    shop.drain()
    assert diary.standing("x").grades == shop.stored["x"].grades == {"voice": 2}


async def test_a_grade_given_while_the_list_is_being_read_is_not_lost() -> None:
    shop = Shop("x")
    diary = Diary(shop)
    diary.read_again()
    shop.step()
    diary.do("x", Deed("grade", "clarity", 3))
    shop.step()
    await asyncio.gather(*diary._takes)
    assert diary.standing("x").grades == {"clarity": 3}
    assert list(diary.logs) == ["x"]


def test_what_became_of_a_lost_deed_is_asked_again_once_the_engine_answers() -> None:
    shop = Shop("x", "y")
    diary = Diary(shop)
    diary.do("x", Deed("mark", "golden"))
    shop.step("lost")
    shop.step("silent")
    assert diary.standing("x") == Standing()
    diary.do("y", Deed("grade", "voice", 1))
    shop.drain()
    assert diary.standing("x") == shop.stored["x"] == Standing(marks=frozenset({"golden"}))


def test_a_page_that_cannot_be_read_says_why_and_one_that_was_read_stays() -> None:
    shop = Shop("x")
    diary = Diary(shop)
    diary.open("x")
    shop.step("silent")
    page = diary.page("x")
    assert page is not None
    assert page.text == "This DevLog cannot be read: no"
    diary.open("x")
    shop.step()
    diary.open("x")
    shop.step("silent")
    page = diary.page("x")
    assert page is not None
    assert page.text == "# x"


async def test_the_real_rusta_stores_what_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUSTA_HOME", str(tmp_path))
    monkeypatch.delenv("RUSTA_DATABASE_URL", raising=False)
    said: list[str] = []
    queue = CommandQueue((sys.executable, "-m", "rusta_cli"), say=said.append)
    assert (await queue.ask("devlogs", "import")).code == 0
    diary = Diary(queue)
    diary.read_again()
    await queue.drain(30)
    await asyncio.gather(*diary._takes)
    id_ = next(iter(diary.logs))
    deeds = [Deed("grade", axis, value) for axis in AXES for value in (2, 4)]
    for deed in (*deeds, Deed("ungrade"), Deed("comment", "-x: why"), Deed("mark", "golden"), Deed("unmark", "golden")):
        diary.do(id_, deed)
    diary.do("nobody", Deed("grade", "voice", 1))
    shown = diary.standing(id_)
    assert await queue.drain(30)
    assert said == ["there is no DevLog nobody"]
    with Store.open(f"sqlite:///{tmp_path / 'rusta.db'}") as store:
        assert tuple((grade.axis, grade.value) for grade in store.all_grades(id_)) == shown.given
        assert [comment.text for comment in store.comments(id_)] == ["-x: why"]
        assert store.marks(id_) == []
    assert diary.standing(id_) == shown
    assert diary.standing("nobody") == Standing()
    await queue.close()
