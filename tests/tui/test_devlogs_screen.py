"""The diary on screen, over a real store behind a real `rusta batch`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from engine.loop.devlog_file import import_from, read_file
from engine.store.store import Store
from rusta_tui.app import RustaApp
from rusta_tui.devlogs import AXES
from rusta_tui.screens.devlogs import DevLogsScreen
from tests.tui.conftest import Scene, shows, text_of, until

SEEDS = Path(__file__).parents[2] / "devlogs"
NEWEST, SECOND = "seed-10-a-plate-nobody-owned", "seed-09-apples-that-are-alike"


@pytest.fixture
def store(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store of a home of its own; the scene's engine uses it, too."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("RUSTA_HOME", str(home))
    monkeypatch.delenv("RUSTA_DATABASE_URL", raising=False)
    scene.play("clean")
    return Store.open(f"sqlite:///{home / 'rusta.db'}")


@pytest.fixture
def seeded(store: Store) -> Store:
    """Ten DevLogs, the newest one last by number."""
    for number, path in enumerate(sorted(SEEDS.glob("*.md"))):
        log = read_file(path.read_text(encoding="utf-8")).devlog
        store.save_devlog(log.model_copy(update={"at": f"2026-01-{number + 1:02}T00:00:00.000Z"}))
    return store


def grades(store: Store, id_: str) -> dict[str, int]:
    return {axis: grade.value for axis, grade in store.grades(id_).items()}


async def opened(pilot: Pilot[Any], rows: int = 10) -> DevLogsScreen:
    """Goes to the diary and waits until it has been read, list and page."""
    await pilot.press("2")
    await until(pilot, lambda: isinstance(pilot.app.screen, DevLogsScreen))
    screen = pilot.app.screen
    assert isinstance(screen, DevLogsScreen)
    await until(pilot, lambda: len(screen.diary.logs) == rows and screen.diary.whole)
    if rows:
        await until(pilot, lambda: screen._here is not None and screen.diary.page(screen._here) is not None)
    return screen


def said(app: RustaApp, text: str) -> bool:
    return any(text in note.message for note in app._notifications)


async def stored(app: RustaApp) -> None:
    assert await app.commands.drain(30)


async def test_the_list_tells_how_each_ended_and_the_page_is_read(scene: Scene, seeded: Store) -> None:
    seeded.add_grade(SECOND, "clarity", 3)
    seeded.add_mark(SECOND, "golden")
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await until(pilot, shows(pilot, "10 DevLogs · 10 to grade", "A plate nobody owned: I knew the way", "Intent"))
        rows = [line for line in text_of(app).splitlines() if "derive-the-trait" in line]
        assert "✓ E0369" in rows[0]
        assert "★   · 3 · ·" in rows[0]
        await pilot.press("j")
        await until(pilot, shows(pilot, "Derive PartialEq for the apple", "▸ src/lib.rs  +2 −2  d unfolds"))
        await pilot.press("d", "space")
        await until(pilot, shows(pilot, "3 + #[derive(Debug, PartialEq)]"))


async def test_four_keys_grade_a_devlog_and_the_store_has_them(scene: Scene, seeded: Store) -> None:
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await pilot.press("3", "4", "2", "4")
        assert screen.standing.grades == dict(zip(AXES, (3, 4, 2, 4), strict=True))  # at once, stored or not
        await until(pilot, shows(pilot, "3 4 2 4", "9 to grade"))
        await stored(app)
        assert grades(seeded, NEWEST) == dict(zip(AXES, (3, 4, 2, 4), strict=True))
        assert screen.standing.graded
        assert pilot.app.screen is screen  # the digits graded, and opened no tab


async def test_an_axis_is_chosen_directly(scene: Scene, seeded: Store) -> None:
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await pilot.press("v", "4")
        assert screen.axis == "process"
        await pilot.press("right", "left", "left", "left", "1")
        await stored(app)
        assert grades(seeded, NEWEST) == {"voice": 4, "clarity": 1}


async def test_undo_takes_the_last_grade_back_and_the_one_before_counts_again(scene: Scene, seeded: Store) -> None:
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await pilot.press("c", "2", "c", "4", "u")
        assert screen.standing.grades == {"correctness": 2}
        assert screen.axis == "correctness"
        await stored(app)
        assert grades(seeded, NEWEST) == {"correctness": 2}
        await pilot.press("u")
        await pilot.press("u")
        await until(pilot, lambda: said(app, "there is no grade to take back"))
        await stored(app)
        assert grades(seeded, NEWEST) == {}


async def test_after_the_fourth_grade_it_goes_on_where_the_mentor_said_so_and_undo_comes_back(
    scene: Scene, seeded: Store
) -> None:
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await pilot.press("N")
        await until(pilot, shows(pilot, "after the fourth: goes on"))
        await pilot.press("4", "4", "4", "4", "3")
        assert screen._here == SECOND
        await pilot.press("u")
        assert screen._here == SECOND  # its own grade comes first
        await pilot.press("3", "3", "3", "3")
        third = screen._here
        assert third not in (NEWEST, SECOND)
        await pilot.press("u")
        assert screen._here == SECOND
        assert screen.axis == "process"
        await stored(app)
        assert len(grades(seeded, NEWEST)) == 4
        assert grades(seeded, SECOND) == {"correctness": 3, "clarity": 3, "voice": 3}
        await pilot.press("n")
        assert screen._here == third


async def test_comments_and_marks_are_left_and_taken_back(scene: Scene, seeded: Store) -> None:
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await pilot.press("o", "t", "m")
        await until(pilot, shows(pilot, "What you have to say"))
        await pilot.press(*"--why", "enter")
        await until(pilot, shows(pilot, "★ golden", "▴ training-worthy", "1 comment"))
        await stored(app)
        assert [comment.text for comment in seeded.comments(NEWEST)] == ["--why"]
        assert [mark.mark for mark in seeded.marks(NEWEST)] == ["golden", "training-worthy"]
        await pilot.press("M", "o")
        await stored(app)
        assert seeded.comments(NEWEST) == []
        assert [mark.mark for mark in seeded.marks(NEWEST)] == ["training-worthy"]


async def test_the_filter_heeds_conditions_and_searches_whole_devlogs(scene: Scene, seeded: Store) -> None:
    seeded.add_grade(SECOND, "voice", 3)
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        rows = screen.query_one("#logs")
        await pilot.press("slash", *"code:E0382", "enter")
        await until(pilot, lambda: rows.count() == 2)
        await pilot.press("slash", *" graded:yes", "enter")
        await until(pilot, shows(pilot, "No DevLog is like that"))
        await pilot.press("escape", "slash", *"graded:part", "enter")
        await until(pilot, lambda: list(rows.keys) == [SECOND])
        await pilot.press("escape", "slash", *"freed", "enter")  # a word of an explanation
        await until(pilot, lambda: list(rows.keys) == [NEWEST])
        await pilot.press("escape")
        await until(pilot, lambda: rows.count() == 10)


async def test_a_refused_grade_is_taken_back_and_said_once(scene: Scene, seeded: Store) -> None:
    scene.play("clean refusing")
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await pilot.press("3")
        await until(pilot, lambda: said(app, "the store is held by another program"))
        await stored(app)
        assert screen.standing.grades == {} == grades(seeded, NEWEST)


async def test_what_an_engine_stored_before_it_died_shows(scene: Scene, seeded: Store) -> None:
    scene.play("clean dying")
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await pilot.press("3")
        await until(pilot, lambda: grades(seeded, NEWEST) == {"correctness": 3})
        await until(pilot, lambda: not app.commands.waiting)
        assert screen.standing.grades == {"correctness": 3}


async def test_what_is_not_written_yet_is_finished_before_the_app_is_gone(scene: Scene, seeded: Store) -> None:
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await pilot.press("N")
        for value in range(36):
            await pilot.press(str(value % 4 + 1))
        expected = {id_: screen.diary.standing(id_).grades for id_ in screen.diary.logs}
        await pilot.press("1")
        assert isinstance(app.screen, DevLogsScreen)
    assert sum(len(given) for given in expected.values()) == 36
    assert sum(len(grades(seeded, id_)) for id_ in expected) == 37


async def test_an_empty_store_offers_the_seeds(scene: Scene, store: Store) -> None:
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, rows=0)
        await until(pilot, shows(pilot, "No DevLog yet.", "brings ten written by hand"))
        await pilot.press("i")
        await until(pilot, lambda: len(screen.diary.logs) == 10)
        assert len(store.devlog_rows(None)) == 10


async def test_an_export_says_where_it_went(scene: Scene, seeded: Store, tmp_path: Path) -> None:
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await pilot.press("e")
        await until(pilot, shows(pilot, "The folder for the file."))
        await pilot.press("enter")
        file = tmp_path / "home/exports" / f"{NEWEST}.md"
        await until(pilot, lambda: file.exists() and not app.commands.waiting)
        await until(pilot, lambda: said(app, f"written to {file}"))
        assert read_file(file.read_text(encoding="utf-8")).devlog == seeded.devlog(NEWEST)
        with Store.open(f"sqlite:///{tmp_path / 'other.db'}") as other:
            assert import_from(other, file) == [(NEWEST, True)]


async def test_on_a_narrow_terminal_list_and_page_are_tabs(scene: Scene, seeded: Store) -> None:
    app = scene.app()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await until(pilot, shows(pilot, "E0369", "correctness", "tab turns"))
        assert not screen.query_one("#page").display
        await pilot.press("enter")
        await until(pilot, shows(pilot, "A plate nobody owned: I knew the way", "Intent", "correctness"))
        assert not screen.query_one("#shelf").display
        await pilot.press("3", "tab")
        await until(pilot, shows(pilot, "3 · · ·"))


async def test_her_voice_is_scored_over_the_list(scene: Scene, seeded: Store) -> None:
    for id_ in (NEWEST, SECOND):
        seeded.add_grade(id_, "voice", 4)
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await until(pilot, shows(pilot, "voice 4.0", "n 2", "2026-01 4.0"))


async def test_a_thousand_devlogs_make_no_more_widgets_than_ten(scene: Scene, seeded: Store) -> None:
    with seeded.transaction():
        log = seeded.devlog(NEWEST)
        for number in range(1500):
            seeded.save_devlog(log.model_copy(update={"id": f"log-{number}"}))
    app = scene.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, rows=1510)
        await until(pilot, shows(pilot, "1510 DevLogs · 1510 to grade"))
        assert len(screen.query("*")) < 50
        await pilot.press("end")
        await until(pilot, shows(pilot, "E0308 +1"))
