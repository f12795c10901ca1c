"""From the first finding to the commit and back, through a real child process."""

from __future__ import annotations

import os

import pytest
from textual.widgets import Input

from rusta_tui.screens.history import HistoryScreen
from rusta_tui.screens.question import QuestionScreen
from rusta_tui.screens.review import ReviewScreen
from rusta_tui.screens.session import SessionScreen
from rusta_tui.widgets.row_list import RowList

from .conftest import PARSE, Scene, shows, until

WIDE, SMALL = (120, 40), (80, 24)


def in_review(pilot):
    return lambda: isinstance(pilot.app.screen, ReviewScreen) and pilot.app.screen.is_mounted


def verdicts(scene: Scene):
    return [decision for decision in scene.heard if decision["kind"] == "verdict"]


async def test_findings_come_in_queue_order_with_their_roots(scene: Scene) -> None:
    async with scene.app().run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "E0502", "root", "E0308", "follows", "Queue · 4"))
        await until(pilot, shows(pilot, "inkwell (main)", "mutable borrow occurs here"))


async def test_a_session_is_reviewed_approved_committed_and_undone(scene: Scene) -> None:
    async with scene.app().run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await pilot.press("enter")
        await until(pilot, in_review(pilot))
        await until(pilot, shows(pilot, "hunk 1 of 1", "confidence 0.86", "31 passed"))
        await pilot.press("a")
        await until(pilot, shows(pilot, "git merge rusta/e0502-parse"))
        assert verdicts(scene) == [{"kind": "verdict", "patch": "p1", "verdict": "approve", "reason": ""}]
        await until(pilot, lambda: not pilot.app.desk.busy)
        await pilot.press("u")
        await until(pilot, shows(pilot, "commit taken back by restoring the ref"))


async def test_the_timeline_tells_every_state(scene: Scene) -> None:
    scene.play("hold")
    async with scene.app().run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await pilot.press("enter")
        await until(pilot, shows(pilot, "Validate", "12/31", "○ Reflect", "probes 1 / 3", "time 3.2 / 8 s"))
        await until(pilot, shows(pilot, "cargo check -p inkwell", "supports", "0.78 → 0.86", "Apply 0.86 ≥ 0.72"))
        await until(pilot, shows(pilot, "test parse::case_11 ... ok", "Book ch. 4.2"))
        await pilot.press("p")
        await until(pilot, shows(pilot, "paused"))
        await pilot.press("p")
        await until(pilot, in_review(pilot))
        assert [decision["kind"] for decision in scene.heard] == ["pause", "resume"]
        await pilot.press("escape", "f")
        await until(pilot, shows(pilot, "Say", "Explain", "Do", "Undo", "Reflect", "waits for you"))
        await pilot.press("f", "r")
        await until(pilot, in_review(pilot))
        await pilot.press("v")


async def test_stop_ends_the_session_and_the_diary_is_there(scene: Scene) -> None:
    scene.play("hold")
    async with scene.app().run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await pilot.press("enter")
        await until(pilot, shows(pilot, "12/31"))
        await pilot.press("s")
        await until(pilot, shows(pilot, "stopped: your tree was never touched"))
        assert not pilot.app.desk.view.asks


async def test_a_veto_carries_its_reason(scene: Scene) -> None:
    async with scene.app().run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await pilot.press("enter")
        await until(pilot, in_review(pilot))
        await pilot.press("v")
        await until(pilot, shows(pilot, "Why not?"))
        await pilot.press(*"no clone", "enter")
        await until(pilot, shows(pilot, "vetoed: everything was taken back", "no clone"))
        assert verdicts(scene)[0]["verdict"] == "veto"
        assert verdicts(scene)[0]["reason"] == "no clone"


async def test_a_question_waits_for_an_answer(scene: Scene) -> None:
    scene.play("question")
    async with scene.app().run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, QuestionScreen))
        await until(pilot, shows(pilot, "May next() clone the token?", "waiting for you"))
        await pilot.press("escape")
        await until(pilot, shows(pilot, "waits for your answer"))
        await pilot.press("r")
        await until(pilot, lambda: isinstance(pilot.app.screen, QuestionScreen))
        await pilot.press(*"yes", "enter")
        await until(pilot, in_review(pilot))
        assert scene.heard[0] == {"kind": "answer", "ask": "a0", "text": "yes"}


async def test_uncommitted_work_is_offered_to_go_along(scene: Scene) -> None:
    (scene.root / "src/parse.rs").write_text(PARSE + "// wip\n")
    scene.play("hold")
    async with scene.app().run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root ", "inkwell (main*)"))
        await pilot.press("enter")
        await until(pilot, shows(pilot, "Uncommitted work", "1 path differs from HEAD"))
        await pilot.press("escape")
        assert not pilot.app.desk.busy
        await pilot.press("enter")
        await until(pilot, shows(pilot, "Uncommitted work"))
        await pilot.press("i")
        await until(pilot, shows(pilot, "12/31"))
        assert pilot.app.desk.view.intake.include_dirty


async def test_all_starts_on_every_error(scene: Scene) -> None:
    scene.play("hold")
    async with scene.app().run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await until(pilot, lambda: pilot.app.desk.tree is not None)
        await pilot.press("A")
        await until(pilot, lambda: pilot.app.desk.running is not None)
        command = pilot.app.desk.running.client.argv
        assert "--only" not in command
        assert "--all" not in command


async def test_a_clean_repository_says_so_and_what_to_press(scene: Scene) -> None:
    scene.play("clean")
    async with scene.app().run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "clean: nothing to mend", "c checks again"))


async def test_a_path_without_repository_gets_the_engines_words(scene: Scene) -> None:
    scene.play("broken")
    async with scene.app().run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "is not in a git repository", "run git init", "c tries again"))


async def test_an_engine_that_does_not_start_is_named(scene: Scene) -> None:
    scene.engine = ("/nowhere/rusta",)
    async with scene.app().run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "/nowhere/rusta does not start", "c tries again"))


async def test_an_engine_that_dies_leaves_a_session_to_resume(scene: Scene) -> None:
    scene.play("crash")
    async with scene.app().run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await until(pilot, lambda: pilot.app.desk.tree is not None)
        await pilot.press("enter")
        await until(pilot, shows(pilot, "The engine ended before the session did", "R goes on"))
        scene.play("open")
        await pilot.press("R")
        await until(pilot, in_review(pilot))
        assert pilot.app.desk.view.intake is not None


async def test_an_unfinished_session_is_offered_and_resumed(scene: Scene) -> None:
    scene.play("open")
    async with scene.app().run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Session 41c0ffee was left before its end", "R goes on"))
        await pilot.press("R")
        await until(pilot, in_review(pilot))
        await pilot.press("a")
        await until(pilot, shows(pilot, "git merge"))


async def test_past_sessions_are_listed_filtered_and_read(scene: Scene) -> None:
    async with scene.app().run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await pilot.press("9")
        await until(pilot, shows(pilot, "Sessions · 2", "derived Debug for Token", "rusta/e0277-token"))
        await pilot.press("slash", *"e0599", "enter")
        await until(pilot, shows(pilot, "Sessions · 1"))
        await pilot.press("enter")
        await until(pilot, shows(pilot, "abstained: nothing was committed"))
        assert isinstance(pilot.app.screen, SessionScreen)
        await pilot.press("9")
        assert isinstance(pilot.app.screen, HistoryScreen)


async def test_the_queue_filters_as_one_types(scene: Scene) -> None:
    async with scene.app().run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await pilot.press("slash", *"chars")
        await until(pilot, shows(pilot, "Queue · 1"))
        await pilot.press("enter")
        assert pilot.app.screen.query_one("#queue", RowList).key == "d425"
        await pilot.press("escape")
        await until(pilot, shows(pilot, "Queue · 4"))
        assert not pilot.app.screen.query_one("#filter", Input).display


async def test_on_a_small_terminal_panes_are_tabs(scene: Scene) -> None:
    scene.play("hold")
    async with scene.app().run_test(size=SMALL) as pilot:
        await until(pilot, shows(pilot, "Queue", "Timeline", "Output", "E0502"))
        await until(pilot, lambda: pilot.app.desk.tree is not None)
        await pilot.press("enter")
        await until(pilot, shows(pilot, "Validate", "12/31"))
        await pilot.press("tab")
        await until(pilot, shows(pilot, "test parse::case_11 ... ok"))
        await pilot.press("tab")
        await until(pilot, shows(pilot, "E0425"))
        await pilot.resize_terminal(120, 40)
        await until(pilot, shows(pilot, "E0425", "Validate", "test parse::case_11"))


async def test_help_and_palette_come_from_the_bindings(scene: Scene) -> None:
    async with scene.app().run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await pilot.press("question_mark")
        await until(pilot, shows(pilot, "Start a session on the finding under the cursor", "Review"))
        await pilot.press("escape")
        commands = {command.title for command in pilot.app.get_system_commands(pilot.app.screen)}
        assert any(title.startswith("Start") for title in commands)
        assert not any(title.startswith("Pause") for title in commands)


async def test_leaving_a_running_session_asks_first(scene: Scene) -> None:
    scene.play("hold")
    async with scene.app().run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await until(pilot, lambda: pilot.app.desk.tree is not None)
        await pilot.press("enter")
        await until(pilot, shows(pilot, "12/31"))
        client = pilot.app.desk.running.client
        await pilot.press("q")
        await until(pilot, shows(pilot, "A session is running"))
        await pilot.press("escape")
        assert pilot.app.is_running
        await pilot.press("q")
        await until(pilot, shows(pilot, "A session is running"))
        await pilot.press("q")
    assert not client.alive


async def test_a_flood_of_output_is_kept_short(scene: Scene) -> None:
    scene.play("flood", "hold")
    async with scene.app().run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await until(pilot, lambda: pilot.app.desk.tree is not None)
        await pilot.press("enter")
        await until(pilot, lambda: any(job.seen >= 100_000 for job in pilot.app.desk.view.jobs.values()))
        await until(pilot, shows(pilot, "12/31"))
        assert all(len(job.lines) <= 4000 for job in pilot.app.desk.view.jobs.values())


async def test_the_theme_turns_and_no_colour_is_honoured(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene.app(theme="light").run_test(size=WIDE) as pilot:
        assert pilot.app.theme == "rusta-light"
        await pilot.press("L")
        assert pilot.app.theme == "rusta-dark"
    monkeypatch.setenv("NO_COLOR", "1")
    app = scene.app()
    assert app.no_color
    os.environ.pop("NO_COLOR", None)
