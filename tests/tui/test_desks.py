"""Several repositories at once, checks at each save, and a stored session played again."""

from __future__ import annotations

import subprocess
from pathlib import Path

from engine.schema.decision import Resume
from rusta_tui.app import RustaApp
from rusta_tui.screens.choice import ChoiceScreen
from rusta_tui.screens.replay import ReplayScreen
from rusta_tui.screens.repositories import RepositoriesScreen, completed
from rusta_tui.screens.review import ReviewScreen
from rusta_tui.screens.session import SessionScreen
from rusta_tui.widgets.diff_view import DiffView
from rusta_tui.widgets.row_list import RowList

from .conftest import Scene, shows, text_of, until

WIDE = (120, 40)


def second_repository(scene: Scene, name: str = "quill") -> Path:
    root = scene.root.parent / name
    root.mkdir()
    subprocess.run(["git", "init", "-q", "-b", "main", str(root)], check=True)
    return root


async def test_each_repository_has_a_desk_and_a_session_of_its_own(scene: Scene) -> None:
    other = second_repository(scene)
    app = RustaApp(scene.root, other, engine=scene.engine, guard_seconds=0, theme="dark")
    scene.play("hold")
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await pilot.press("enter")
        await until(pilot, shows(pilot, "12/31"))
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, RepositoriesScreen))
        await until(pilot, shows(pilot, "running", "quill"))
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.desk.path == other and isinstance(app.screen, SessionScreen))
        await until(pilot, shows(pilot, "quill (main)", "Queue · 4", "root "))
        assert [desk.busy for desk in app.desks] == [True, False]
        await pilot.press("enter")
        await until(pilot, lambda: all(desk.busy for desk in app.desks))
        await pilot.press("q")
        await until(pilot, shows(pilot, "2 sessions are running: inkwell, quill"))


async def test_what_waits_on_a_desk_behind_is_called_out_and_gone_to(scene: Scene) -> None:
    scene.play("hold")
    other = second_repository(scene)
    app = RustaApp(scene.root, other, engine=scene.engine, guard_seconds=0, theme="dark")
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await pilot.press("enter", "o")
        await until(pilot, lambda: isinstance(app.screen, RepositoriesScreen))
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.desk.path == other)
        behind = next(iter(app.desks))
        await until(pilot, lambda: behind.view.job is not None and behind.view.job.done == 12)
        behind.send(Resume())
        await until(pilot, shows(pilot, "waiting for you in inkwell"))
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, RepositoriesScreen))
        await pilot.press("enter")  # the cursor is where she waits
        await until(pilot, lambda: app.desk.path == scene.root)
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, ReviewScreen))


async def test_another_repository_is_opened_by_its_path(scene: Scene) -> None:
    other = second_repository(scene)
    app = scene.app()
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, RepositoriesScreen))
        await pilot.press("tab", *"/no/such", "enter")
        await until(pilot, lambda: any("there is no" in note.message for note in app._notifications))
        app.screen.query_one("#line").value = str(other)
        await pilot.press("enter")
        await until(pilot, lambda: app.desk.path == other)
        await until(pilot, shows(pilot, "quill (main)"))
        await pilot.press("9", "1")
        assert app.desk.path == other


def test_a_typed_path_is_completed_to_a_folder(tmp_path: Path) -> None:
    (tmp_path / "inkwell").mkdir()
    (tmp_path / "ink.txt").write_text("")
    assert completed(f"{tmp_path}/in") == f"{tmp_path}/inkwell/"
    assert completed(f"{tmp_path}/x") is None
    assert completed("") is None


async def test_a_save_brings_new_findings_and_leaves_the_cursor_where_it_is(scene: Scene) -> None:
    app = RustaApp(scene.root, engine=scene.engine, guard_seconds=0, theme="dark", watch=True)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "watching"))
        await pilot.press("down", "down")
        queue = app.screen.query_one("#queue", RowList)
        assert queue.key == "d425"
        (scene.root / "saved").write_text("")
        await until(pilot, shows(pilot, "Queue · 5 · 1 new", " new "))
        assert queue.key == "d425"
        await pilot.press("W")
        await until(pilot, lambda: app.desk.watching is None)


async def test_watching_makes_room_for_a_session_and_begins_again_after_it(scene: Scene) -> None:
    app = RustaApp(scene.root, engine=scene.engine, guard_seconds=0, theme="dark", watch=True)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "watching"))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ReviewScreen))
        assert app.desk.watching is None
        await pilot.press("a")
        await until(pilot, lambda: app.desk.watching is not None and not app.desk.busy)


async def test_a_stored_session_is_stepped_through_and_played(scene: Scene) -> None:
    app = scene.app()
    scene.play("whole")
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await pilot.press("9")
        await until(pilot, shows(pilot, "Sessions · 2"))
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, ReplayScreen) and len(app.screen.reel) > 20)
        screen = app.screen
        assert isinstance(screen, ReplayScreen)
        await until(pilot, lambda: not screen._reading)
        assert not screen.query_one(DiffView).diff.rows
        await pilot.press("d")
        assert "+1" in text_of(app) or screen.query_one(DiffView).diff.rows
        await until(pilot, shows(pilot, "1 patch standing", "self.toks[self.pos].clone()"))
        at_the_patch = screen.reel.position
        await pilot.press("left")
        assert screen.reel.position == at_the_patch - 1
        await until(pilot, lambda: not screen.query_one(DiffView).diff.rows)
        await pilot.press("end")
        await until(pilot, shows(pilot, f"{len(screen.reel)}/{len(screen.reel)}"))
        await pilot.press("home")
        await until(pilot, shows(pilot, f"0/{len(screen.reel)}"))
        await pilot.press("plus", "plus", "plus", "plus", "plus", "space")
        await until(pilot, lambda: not screen.playing and screen.reel.position == len(screen.reel))
        await pilot.press("escape")
        assert not isinstance(app.screen, ReplayScreen)


async def test_a_session_that_cannot_be_read_says_so(scene: Scene) -> None:
    app = scene.app()
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        app.engine = ("/no/such/engine",)
        app.push_screen(ReplayScreen("41"))
        await until(pilot, shows(pilot, "does not start", "esc goes back"))


async def test_a_session_is_written_to_a_file(scene: Scene, tmp_path: Path) -> None:
    app = scene.app()
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await pilot.press("9")
        await until(pilot, shows(pilot, "Sessions · 2"))
        await pilot.press("e")
        await until(pilot, shows(pilot, "Where to?"))
        app.screen.query_one("#line").value = str(tmp_path / "out" / "s.md")
        await pilot.press("enter")
        await until(pilot, (tmp_path / "out" / "s.md").exists)
        assert "40beef" in (tmp_path / "out" / "s.md").read_text()


async def test_leaving_asks_while_a_session_runs(scene: Scene) -> None:
    scene.play("hold")
    app = scene.app()
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await pilot.press("enter")
        await until(pilot, shows(pilot, "12/31"))
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, ChoiceScreen))
