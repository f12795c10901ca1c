"""The golden challenge on screen, over a real store behind the real commands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from curriculum.golden.edition import this_month
from engine.store.store import Store
from rusta_tui.app import RustaApp
from rusta_tui.screens.choice import ChoiceScreen
from rusta_tui.screens.golden import GoldenScreen
from rusta_tui.screens.line_input import LineInputScreen
from tests.tui.conftest import Scene, shows, text_of, until
from tests.tui.fake_golden import EDITION, attempt, take

FAKE = Path(__file__).with_name("fake_golden.py")
NOW = this_month()


@pytest.fixture
def store(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store of a home of its own; the scene's engine uses it, too."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("RUSTA_HOME", str(home))
    monkeypatch.delenv("RUSTA_DATABASE_URL", raising=False)
    monkeypatch.setenv("FAKE_GOLDEN", "clean")
    scene.engine = (sys.executable, str(FAKE))
    scene.play("clean")
    return Store.open(f"sqlite:///{home / 'rusta.db'}")


async def opened(pilot: Pilot[Any]) -> GoldenScreen:
    await pilot.press("4")
    await until(pilot, lambda: isinstance(pilot.app.screen, GoldenScreen))
    screen = pilot.app.screen
    assert isinstance(screen, GoldenScreen)
    await until(pilot, lambda: screen.challenge.read and screen.chosen is not None)
    return screen


async def stored(app: RustaApp) -> None:
    assert await app.commands.drain(30)


async def test_before_the_exam_the_screen_says_what_to_press(scene: Scene, store: Store) -> None:
    async with scene.app().run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await until(pilot, shows(pilot, "not taken yet, s starts", "0 of 2 scored", "lamp", "moon"))
        await until(pilot, shows(pilot, "not attempted yet", "no month was finished yet"))
        assert screen.check_action("start", ())
        assert not screen.check_action("stop", ())
        assert not screen.check_action("month", ("before",))


async def test_an_exam_runs_and_every_score_shows(scene: Scene, store: Store) -> None:
    async with scene.app().run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await pilot.press("s")
        await until(pilot, lambda: not screen.running and screen.challenge.month.taken)
        await until(pilot, shows(pilot, "45.0 of 100", "2 of 2 scored", "hers ÷ golden", "The name was misspelt"))
        await until(pilot, shows(pilot, "hidden tests", "40 / 40", "8 / 15", "the golden patch", "≠"))
        await pilot.press("down")
        await until(pilot, shows(pilot, "○ abstained", "I have no move for this."))


async def test_progress_is_live_and_a_stopped_exam_can_be_gone_on_with(
    scene: Scene, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_GOLDEN", "hold")
    async with scene.app().run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await pilot.press("s")
        await until(pilot, shows(pilot, "1 of 2", "lamp: 90 of 100", "90% so far"))
        await until(pilot, lambda: screen.challenge.goldens["lamp"].score == 90.0)
        assert not screen.check_action("start", ())
        await pilot.press("x")
        await until(pilot, lambda: not screen.running)
        await until(pilot, shows(pilot, "not finished, s goes on"))
        assert screen.check_action("start", ())


async def test_a_month_that_was_taken_is_taken_again_only_when_that_is_wanted(scene: Scene, store: Store) -> None:
    take(store, NOW, "first", 90.0, 0.0)
    async with scene.app().run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await until(pilot, shows(pilot, "45.0 of 100"))
        await pilot.press("s")
        await until(pilot, lambda: isinstance(pilot.app.screen, ChoiceScreen))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen)
        assert len(store.golden_exams()) == 1
        await pilot.press("s")
        await until(pilot, lambda: isinstance(pilot.app.screen, ChoiceScreen))
        await pilot.press("a")
        await until(pilot, lambda: len(store.golden_exams()) == 2 and not screen.running)
        await until(pilot, shows(pilot, "worn: taken 2 times"))


async def test_months_are_turned_back_and_forward(scene: Scene, store: Store) -> None:
    take(store, "2026-01", "old", 100.0, 50.0)
    take(store, NOW, "new", 90.0, 0.0)
    async with scene.app().run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await until(pilot, shows(pilot, "45.0 of 100", "← 2026-01", "-30 on 2 shared"))
        await pilot.press("left_square_bracket")
        await until(pilot, shows(pilot, "75.0 of 100", f"{NOW} →"))
        assert screen.challenge.month.name == "2026-01"
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: screen.challenge.month.name == NOW)


@pytest.mark.parametrize(("key", "ruling", "undo"), [("p", "pin", "unpin"), ("R", "retire", "restore")])
async def test_a_golden_is_ruled_upon_with_a_reason_and_back(
    scene: Scene, store: Store, key: str, ruling: str, undo: str
) -> None:
    async with scene.app().run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        for _ in range(2):
            await until(pilot, lambda: pilot.app.screen is screen)
            await pilot.press(key)
            await until(pilot, lambda: isinstance(pilot.app.screen, LineInputScreen))
            await pilot.press("enter")  # a reason is needed
            assert isinstance(pilot.app.screen, LineInputScreen)
            await pilot.press("w", "h", "y", "enter")
            await stored(pilot.app)  # type: ignore[arg-type]
            standing = bool(len(store.golden_rulings()) % 2)
            await until(
                pilot,
                lambda wanted=standing: wanted  # type: ignore[misc]
                in [getattr(golden, f"{'pinned' if ruling == 'pin' else 'retired'}")
                    for golden in screen.challenge.goldens.values() if golden.id == "lamp"],
            )  # fmt: skip
            if standing and ruling == "retire":
                screen.query_one("#goldens").go_to("lamp")  # type: ignore[attr-defined]
                await until(pilot, lambda: screen.chosen is not None and screen.chosen.id == "lamp")
        assert [(one.golden, one.ruling, one.reason) for one in store.golden_rulings()] == [
            ("lamp", ruling, "why"),
            ("lamp", undo, "why"),
        ]


async def test_a_ruling_that_is_refused_says_why(scene: Scene, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_GOLDEN", "refusing")
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await pilot.press("p")
        await until(pilot, lambda: isinstance(pilot.app.screen, LineInputScreen))
        await pilot.press("x", "enter")
        await until(pilot, lambda: any("held by another program" in note.message for note in app._notifications))
        assert store.golden_rulings() == []


async def test_what_broke_is_said(scene: Scene, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_GOLDEN", "broken")
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await pilot.press("s")
        await until(pilot, lambda: screen.job is not None and not screen.running)
        await until(pilot, lambda: any("the jail cannot be set up" in note.message for note in app._notifications))
        assert screen.check_action("start", ())


async def test_on_a_narrow_terminal_the_panes_are_tabs(scene: Scene, store: Store) -> None:
    take(store, NOW, "first", 90.0, 0.0)
    async with scene.app().run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await until(pilot, shows(pilot, "tab turns", "lamp", "moon"))
        assert "hidden tests" not in text_of(pilot.app)
        await pilot.press("tab")
        await until(pilot, shows(pilot, "hidden tests", "40 / 40", "The name was misspelt"))
        await pilot.press("tab")
        await until(pilot, shows(pilot, "hers", "the golden patch", "+     sum"))
        await pilot.press("tab")
        await until(pilot, shows(pilot, NOW, "1/2 ✓"))
        await pilot.press("escape", "enter")
        await until(pilot, shows(pilot, "the golden patch"))


async def test_leaving_the_app_ends_the_exam(scene: Scene, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_GOLDEN", "hold")
    async with scene.app().run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await pilot.press("s")
        await until(pilot, shows(pilot, "1 of 2"))
        assert screen.job is not None
        client = screen.job.client
    assert not client.alive
    assert store.golden_attempts() == [attempt("run-1", EDITION[0][0], 90.0)]
