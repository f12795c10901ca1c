"""The curriculum and evaluation pages, over an engine that speaks as `rusta curriculum` and `rusta eval` do."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from rusta_tui.app import RustaApp
from rusta_tui.evals import drift_lines, figure_lines, parse_card, parse_paper, parse_runs, voices_lines
from rusta_tui.lines import plain
from rusta_tui.screens.curriculum import CurriculumScreen
from rusta_tui.screens.evals import EvalsScreen
from rusta_tui.screens.vote import VoteScreen
from rusta_tui.stages import bound, figure, page, parse_stages
from rusta_tui.widgets.curves import Curves

from .conftest import Scene, shows, until

SCHOOL = Path(__file__).with_name("fake_school.py")
AT = "2026-01-01T00:00:00.000Z"
WIDE, SMALL = (120, 40), (80, 24)


@pytest.fixture
def school(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RustaApp:
    monkeypatch.setenv("FAKE_SCHOOL_HEARD", str(tmp_path / "heard.txt"))
    return RustaApp(scene.root, engine=(sys.executable, str(SCHOOL)), guard_seconds=0, theme="dark")


def heard(tmp_path: Path) -> list[str]:
    file = tmp_path / "heard.txt"
    return file.read_text().splitlines() if file.exists() else []


async def test_every_stage_shows_its_figure_its_gate_and_what_is_missing(school: RustaApp) -> None:
    async with school.run_test(size=WIDE) as pilot:
        await pilot.press("5")
        await until(pilot, shows(pilot, "Fluency", "61% (58%–64%, n 400)", "gate open", "Patching", "locked"))
        await pilot.press("down")
        await until(pilot, shows(pilot, "Stage 1 · Diagnostics", "its interval reaches below 80 %"))


async def test_an_exam_runs_as_a_child_with_its_curve_and_is_read_from_the_record_after(
    school: RustaApp, tmp_path: Path
) -> None:
    async with school.run_test(size=WIDE) as pilot:
        await pilot.press("5")
        await until(pilot, shows(pilot, "Fluency"))
        await pilot.press("v")
        await until(pilot, shows(pilot, "exam of stage 0: done"))
        screen = school.screen
        assert isinstance(screen, CurriculumScreen)
        assert screen.query_one(Curves).display
        assert "curriculum gate 0 --events" in heard(tmp_path)


async def test_a_job_is_held_and_ended_from_the_page(school: RustaApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_SCHOOL", "hold")
    async with school.run_test(size=WIDE) as pilot:
        await pilot.press("5")
        await until(pilot, shows(pilot, "Fluency"))
        await pilot.press("v")
        await until(pilot, shows(pilot, "3/12", "left"))
        await pilot.press("p")
        await until(pilot, shows(pilot, "paused"))
        await pilot.press("x")
        screen = school.screen
        assert isinstance(screen, CurriculumScreen)
        await until(pilot, lambda: not screen.running)


async def test_training_that_is_not_there_yet_is_said_and_not_pretended(school: RustaApp) -> None:
    async with school.run_test(size=WIDE) as pilot:
        await pilot.press("5")
        await until(pilot, shows(pilot, "Fluency"))
        await pilot.press("s")
        await until(pilot, shows(pilot, "! there is no trainer for stage 0 yet"))


async def test_an_override_needs_a_reason_and_hands_it_on(school: RustaApp, tmp_path: Path) -> None:
    async with school.run_test(size=WIDE) as pilot:
        await pilot.press("5")
        await until(pilot, shows(pilot, "Fluency"))
        await pilot.press("O")
        await until(pilot, shows(pilot, "Override stage 0"))
        await pilot.press("enter")
        assert not any(line.startswith("curriculum override") for line in heard(tmp_path))
        await pilot.press(*"because", "enter")
        await until(pilot, lambda: "curriculum override 0 --reason because" in heard(tmp_path))


async def test_runs_are_listed_with_the_figures_of_the_one_under_the_cursor(school: RustaApp) -> None:
    async with school.run_test(size=WIDE) as pilot:
        await pilot.press("8")
        await until(pilot, shows(pilot, "Runs · 2", "run-b", "Compile-fix", "72.0 %", "no good state is pinned"))
        screen = school.screen
        assert isinstance(screen, EvalsScreen)
        await pilot.press("h")
        await until(pilot, lambda: screen.followed == 0)
        await pilot.press("r")
        assert screen.followed == -1


async def test_a_vote_is_blind_until_it_is_cast(school: RustaApp, tmp_path: Path) -> None:
    async with school.run_test(size=WIDE) as pilot:
        await pilot.press("8")
        await until(pilot, shows(pilot, "Runs · 2", "Compile-fix"))
        await pilot.press("space", "down", "b")
        await until(pilot, lambda: isinstance(school.screen, VoteScreen))
        await until(pilot, shows(pilot, "case-one", "The borrow ends first.", "It is a clone."))
        assert not shows(pilot, "search@")()
        await pilot.press("left")
        await until(pilot, shows(pilot, "you chose left: left was search@1, right was byte@2"))
        await pilot.press("left")
        assert sum("--choice left" in line for line in heard(tmp_path)) == 1


@pytest.mark.parametrize("digit", ["5", "8"])
async def test_pages_are_whole_on_a_small_terminal(school: RustaApp, digit: str) -> None:
    async with school.run_test(size=SMALL) as pilot:
        await pilot.press(digit)
        await until(pilot, shows(pilot, "Fluency" if digit == "5" else "run-b"))
        await pilot.press("tab")
        await until(pilot, shows(pilot, "Stage 0" if digit == "5" else "Compile-fix"))
        await pilot.press("tab", "tab")
        await until(pilot, shows(pilot, "Fluency" if digit == "5" else "run-b"))


async def test_an_engine_that_does_not_start_is_said_on_both_pages(school: RustaApp) -> None:
    async with school.run_test(size=WIDE) as pilot:
        school.engine = ("/no/such/engine",)
        await pilot.press("5")
        await until(pilot, shows(pilot, "does not start", "c reads again"))
        await pilot.press("8")
        await until(pilot, shows(pilot, "does not start", "c reads again"))


def test_lines_that_are_no_records_are_left_out_everywhere() -> None:
    for parse in (parse_stages, parse_runs):
        assert parse("not json\n[1]\n{}\n") == []
    assert parse_paper("oops") is None
    assert parse_card("oops").figures == ()
    assert drift_lines("oops", 80) == []
    assert voices_lines("{}", 80) == []
    assert "no figures" in plain(figure_lines((), 80)[0])


def test_a_stage_without_a_figure_or_threshold_shows_a_dash_and_what_it_asks() -> None:
    [stage] = parse_stages('{"kind":"stage","stage":0,"name":"Fluency","bound":"rises","missing":["no exam yet"]}')
    assert (figure(stage), bound(stage)) == ("–", "rising")
    assert "· no exam yet" in [plain(line) for line in page(stage, 60)]
