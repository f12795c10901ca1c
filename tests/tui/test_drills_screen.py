"""The drill on screen, over a real store behind a real `rusta batch`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from engine.store.drills import DrillCard, DrillSession
from engine.store.store import Store
from rusta_tui.app import RustaApp
from rusta_tui.screens.drills import DrillsScreen
from tests.tui.conftest import Scene, shows, text_of, until

FAKE = Path(__file__).with_name("fake_drill.py")
AT = "2026-01-05T09:00:00.000Z"
COUNT = 30


@pytest.fixture
def store(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store of a home of its own; the scene's engine uses it, too."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("RUSTA_HOME", str(home))
    monkeypatch.delenv("RUSTA_DATABASE_URL", raising=False)
    monkeypatch.setenv("FAKE_DRILL", "clean")
    scene.engine = (sys.executable, str(FAKE))
    scene.play("clean")
    return Store.open(f"sqlite:///{home / 'rusta.db'}")


@pytest.fixture
def drilled(store: Store) -> Store:
    """A finished drill: thirty answers, of which the compiler marked the last one."""
    cards = [
        DrillCard(f"{n:02}c", "explain", "Ownership", "E0382", "error_codes/none.html", 0, "x") for n in range(COUNT)
    ]
    store.deal_in(cards, "1")
    store.open_drill(DrillSession("2026-W02.1", AT, "2026-W02", "s", "search", "1"), [card.id for card in cards])
    for number in range(COUNT):
        place = f"2026-W02.1.{number + 1:02}"
        marked = {"mark": "wrong", "truth": "E0382", "said": "compiles"} if number == COUNT - 1 else {}
        store.save_drill_answer(place, {"text": f"Because of {number}.", **marked}, at=AT)
    store.add_drill_review(f"2026-W02.1.{COUNT:02}", "compiler", 1, at=AT)
    store.end_drill("2026-W02.1")
    return store


def grades(store: Store) -> list[tuple[str, int]]:
    return [(review.card, review.rating) for review in store.drill_reviews() if review.marker == "mentor"]


async def opened(pilot: Pilot[Any], cards: int = COUNT) -> DrillsScreen:
    await pilot.press("3")
    await until(pilot, lambda: isinstance(pilot.app.screen, DrillsScreen))
    screen = pilot.app.screen
    assert isinstance(screen, DrillsScreen)
    await until(pilot, lambda: screen.study.read and len(screen.study.cards) == cards)
    await until(pilot, lambda: cards == 0 or screen.chosen is not None)
    return screen


async def stored(app: RustaApp) -> None:
    assert await app.commands.drain(30)


async def test_one_key_grades_and_goes_on_to_the_next_that_waits(scene: Scene, drilled: Store) -> None:
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await until(pilot, shows(pilot, "29 to grade", "nobody has graded it"))
        await pilot.press("3", "1")
        assert screen.chosen is not None
        assert screen.chosen.id == "02c"
        assert screen.study.given("00c") == (("mentor", 3),)  # at once, stored or not
        assert pilot.app.screen is screen  # the digits graded, and opened no tab
        await stored(app)
        assert grades(drilled) == [("00c", 3), ("01c", 1)]
        await until(pilot, shows(pilot, "27 to grade"))


async def test_thirty_grades_take_no_longer_than_the_keys(scene: Scene, drilled: Store) -> None:
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        began = time.perf_counter()
        for number in range(COUNT - 1):
            await pilot.press(str(1 + number % 4))
        assert screen.study.waiting == 0
        assert time.perf_counter() - began < 30  # of which a minute would be comfortable
        await stored(app)
        assert grades(drilled) == [(f"{number:02}c", 1 + number % 4) for number in range(COUNT - 1)]
        await until(pilot, shows(pilot, "all graded"))


async def test_undo_goes_back_card_by_card_and_the_compilers_mark_counts_again(scene: Scene, drilled: Store) -> None:
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await pilot.press("3", "end", "4")
        assert screen.study.given("29c")[-1] == ("mentor", 4)
        await pilot.press("u")
        assert screen.study.given("29c") == (("compiler", 1),)
        await pilot.press("u")
        assert screen.chosen is not None
        assert screen.chosen.id == "00c"
        assert screen.study.waits("00c")
        await stored(app)
        assert [review.revokes is not None for review in drilled.drill_reviews()] == [False, False, False, True, True]
        await pilot.press("u")
        assert len(drilled.drill_reviews()) == 5


async def test_it_stays_on_a_card_when_told_to(scene: Scene, drilled: Store) -> None:
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await pilot.press("N", "2", "3")
        await stored(app)
        assert grades(drilled) == [("00c", 2), ("00c", 3)]
        await pilot.press("n")
        assert screen.chosen is not None
        assert screen.chosen.id == "01c"


async def test_a_grade_that_is_refused_falls_back_and_says_why(
    scene: Scene, drilled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_DRILL", "refusing")
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await pilot.press("4")
        await until(pilot, lambda: any("held by another program" in note.message for note in app._notifications))
        assert screen.study.waits("00c")
        assert grades(drilled) == []


async def test_the_empty_state_says_what_to_press_and_the_drill_runs(scene: Scene, store: Store) -> None:
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, cards=0)
        await until(pilot, shows(pilot, "No drill yet", "s deals twenty cards"))
        await pilot.press("s")
        await until(pilot, lambda: len(screen.study.cards) == 2 and not screen.running)
        await until(pilot, shows(pilot, "2 to grade", "Answer 1."))
        await pilot.press("3", "3")
        await stored(app)
        assert grades(store) == [("new-1", 3), ("new-2", 3)]


async def test_progress_is_live_and_stopping_leaves_the_rest_for_later(
    scene: Scene, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_DRILL", "hold")
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, cards=0)
        await pilot.press("s")
        await until(pilot, shows(pilot, "1 of 2", "new-1", "Answer 1."))
        assert screen.running
        await pilot.press("1")  # an answer can be graded while she is at the next
        await pilot.press("x")
        await until(pilot, lambda: not screen.running)
        await until(pilot, shows(pilot, "not finished"))
        await stored(app)
        assert grades(store) == [("new-1", 1)]
        assert screen.study.week.open


async def test_what_broke_is_said(scene: Scene, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_DRILL", "broken")
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, cards=0)
        await pilot.press("s")
        await until(pilot, lambda: screen.job is not None and not screen.running and bool(screen.job.trouble))
        await until(pilot, shows(pilot, "the Rust docs are not installed"))
        assert screen.check_action("start", ())


async def test_on_a_narrow_terminal_the_panes_are_tabs(scene: Scene, drilled: Store) -> None:
    app = scene.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await until(pilot, shows(pilot, "tab turns", "explain E0382"))
        assert "Because of 0." not in text_of(app)
        await pilot.press("enter")
        await until(pilot, shows(pilot, "error_codes/none.html does not have the text"))
        await pilot.press("tab")
        await until(pilot, shows(pilot, "Falls due", "Weak"))
        await pilot.press("escape")
        await until(pilot, shows(pilot, "explain E0382"))


async def test_leaving_the_app_ends_the_drill(scene: Scene, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_DRILL", "hold")
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, cards=0)
        await pilot.press("s")
        await until(pilot, shows(pilot, "1 of 2"))
        assert screen.job is not None
        client = screen.job.client
    assert not client.alive
