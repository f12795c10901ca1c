"""The corpus page, over an engine that speaks as `rusta corpus` does."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from rusta_tui.app import RustaApp
from rusta_tui.corpus import parse_corpus
from rusta_tui.screens.corpus import CorpusScreen
from rusta_tui.widgets.curves import Curves
from rusta_tui.widgets.text_view import TextView

from .conftest import Scene, shows, until
from .fake_corpus import STATS

FAKE_CORPUS = Path(__file__).with_name("fake_corpus.py")
WIDE, SMALL = (120, 40), (80, 24)


@pytest.fixture
def app(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RustaApp:
    monkeypatch.setenv("FAKE_CORPUS_HEARD", str(tmp_path / "heard.txt"))
    return RustaApp(scene.root, engine=(sys.executable, str(FAKE_CORPUS)), guard_seconds=0, theme="dark")


def heard(tmp_path: Path) -> list[str]:
    return (tmp_path / "heard.txt").read_text().splitlines()


@pytest.mark.parametrize("size", [WIDE, SMALL])
async def test_sources_decisions_and_families_have_their_figures(app: RustaApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        await pilot.press("6")
        await until(
            pilot, shows(pilot, "Corpus · 7,712 of 7,942 kept", "canon", "drop: near-duplicate", "code", "6,502")
        )


async def test_a_reason_shows_what_the_ledger_holds_for_it(app: RustaApp, tmp_path: Path) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("6")
        await until(pilot, shows(pilot, "6,728"))
        for _ in range(4):
            await pilot.press("down")
        await until(pilot, shows(pilot, "must not be mixed", "src/style.rs", "MPL-2.0: the manifest"))
        assert "corpus list --reason weak-copyleft --limit 200 --json" in heard(tmp_path)


async def test_a_family_shows_its_shards_and_licences(app: RustaApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("6")
        await until(pilot, shows(pilot, "6,728"))
        for _ in range(6):
            await pilot.press("down")
        await until(pilot, shows(pilot, "15,001,112 data/code/train-00000.jsonl.zst", "2,209 MIT"))


async def test_a_build_runs_as_a_child_with_its_rate_and_is_read_after(app: RustaApp, tmp_path: Path) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("6")
        await until(pilot, shows(pilot, "6,728"))
        await pilot.press("b")
        await until(pilot, shows(pilot, "build: done", "gather: 4 of 4"))
        assert app.screen.query_one(Curves).display
        await until(pilot, lambda: heard(tmp_path).count("corpus stats --json") == 2)
        assert "corpus build --events" in heard(tmp_path)


async def test_a_build_with_crates_asks_for_the_list(app: RustaApp, tmp_path: Path) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("6")
        await until(pilot, shows(pilot, "6,728"))
        await pilot.press("B")
        await until(pilot, shows(pilot, "cargo fetches them"))
        await pilot.press(*"top.txt", "enter")
        await until(pilot, shows(pilot, "build: done"))
        assert "corpus build --crates top.txt --events" in heard(tmp_path)


async def test_a_build_is_stopped_from_the_page(app: RustaApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_CORPUS", "hold")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("6")
        await until(pilot, shows(pilot, "6,728"))
        await pilot.press("b")
        await until(pilot, shows(pilot, "2/4"))
        await pilot.press("x")
        screen = app.screen
        assert isinstance(screen, CorpusScreen)
        await until(pilot, lambda: not screen.running)


async def test_why_and_verify_answer_in_the_log(app: RustaApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("6")
        await until(pilot, shows(pilot, "6,728"))
        await pilot.press("w")
        await until(pilot, shows(pilot, "or its path"))
        await pilot.press(*"914ebee7", "enter")
        await until(pilot, shows(pilot, "declared     MIT OR Apache-2.0", "decision     keep"))
        await pilot.press("v")
        await until(pilot, shows(pilot, "every file is what the manifest says"))


async def test_where_there_is_none_it_says_how_to_build_one(app: RustaApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_CORPUS", "none")
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("6")
        await until(pilot, shows(pilot, "there is no finished corpus", "b builds one"))


@pytest.mark.parametrize("text", ["", "[]", "no", "{}"])
def test_what_is_no_corpus_is_none_or_empty(text: str) -> None:
    found = parse_corpus(text)
    assert found is None or not found.parts


async def test_what_comes_while_the_app_closes_is_drawn_on_nothing(
    app: RustaApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    closing = asyncio.Event()

    async def ask(_: CorpusScreen, *__: str) -> tuple[int, str, str]:
        await closing.wait()
        return 0, json.dumps(STATS), ""

    monkeypatch.setattr(CorpusScreen, "_ask", ask)
    monkeypatch.setattr(TextView, "on_unmount", lambda view: view.id == "page" and closing.set(), raising=False)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("6")
        await until(pilot, lambda: isinstance(app.screen, CorpusScreen) and app.screen.is_mounted)
    assert closing.is_set()
