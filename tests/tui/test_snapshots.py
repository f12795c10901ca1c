"""Every screen as it looks, at both sizes; the busiest ones in the light theme and without colour, too.

A picture that changed on purpose is taken again by `pytest tests/tui/test_snapshots.py --snapshot-update`, and the
difference is read in the review like the screen itself. Clock, zone, paths and commit are fixed.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual.pilot import Pilot

from engine.loop.devlog_file import read_file
from engine.store.drills import DrillCard, DrillSession
from engine.store.store import Store
from rusta_tui.remembered import Memory
from tests.runs_on_disk import write_run

from .conftest import Scene, shows, text_of, until
from .picture import picture

HERE = Path(__file__).parent
SEEDS = HERE.parents[1] / "devlogs"
AT = "2026-01-03T10:00:00.000Z"
WIDE, SMALL = (120, 40), (80, 24)
_PATIENCE_SECONDS = 20.0


class Picture(SingleFileSnapshotExtension):
    """One text file a picture."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


class Fixed(datetime):
    """A clock that stands."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return datetime.fromisoformat(AT).astimezone(tz)


@pytest.fixture(autouse=True)
def standing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The world stands still: one moment, one zone, one commit, one home."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE", "FAKE_ENGINE_AT"):
        monkeypatch.setenv(name, AT)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setattr(time, "time", lambda: datetime.fromisoformat(AT).timestamp())
    monkeypatch.setattr("rusta_tui.sessions.datetime", Fixed)
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def store(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A home with the ten seed DevLogs and a drill of six answers."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("RUSTA_HOME", str(home))
    monkeypatch.delenv("RUSTA_DATABASE_URL", raising=False)
    store = Store.open(f"sqlite:///{home / 'rusta.db'}")
    for number, path in enumerate(sorted(SEEDS.glob("*.md")), 1):
        log = read_file(path.read_text(encoding="utf-8")).devlog
        store.save_devlog(log.model_copy(update={"at": f"2026-01-{number:02}T00:00:00.000Z"}))
    cards = [DrillCard(f"{n:02}c", "explain", "Ownership", "E0382", "error_codes/none.html", 0, "x") for n in range(6)]
    store.deal_in(cards, "1")
    store.open_drill(DrillSession("2026-W01.1", AT, "2026-W01", "s", "search", "1"), [card.id for card in cards])
    for number in range(1, 7):
        store.save_drill_answer(f"2026-W01.1.{number:02}", {"text": f"Because of {number}."}, at=AT)
    store.end_drill("2026-W01.1")
    return store


@dataclass(frozen=True)
class Walk:
    """A way through the app: what the engine plays, which engine it is, and steps, of which some are photographed.

    A step is a key, a wait for texts (a tuple; after "wide" for the wide terminal alone), or a picture ("@name").
    """

    plays: tuple[str, ...]
    steps: tuple[str | tuple[str, ...], ...]
    engine: str = "fake_engine.py"
    stored: bool = False
    trained: tuple[tuple[str, int, float], ...] | None = None  # runs in her home: a name, steps of 40, a rate


QUEUE = ("Queue · 4", "root ")
WALKS = {
    "desk": Walk((), (QUEUE, "@findings", "question_mark", ("esc Back",), "@help", "escape", QUEUE, "g", "@go-to")),
    "tour": Walk((), (QUEUE, "@tour")),
    "broken": Walk(("broken",), (("could not check",), "@broken")),
    "running": Walk(("hold",), (QUEUE, "enter", ("12/31",), "@running")),
    "question": Walk(("question",), (QUEUE, "enter", ("May next() clone",), "@question")),
    "review": Walk(
        ("two",), (QUEUE, "enter", ("hunk 1 of 3",), "]", "space", ("✗ dropped",), "@review", "|", "@review-split")
    ),
    "over": Walk(
        ("whole",),
        (QUEUE, "enter", ("✓ kept",), "a", ("git merge",), "@over", "w", ("0/49",), "end", ("49/49",), "@replay"),
    ),
    "store": Walk(
        ("clean",),
        (
            ("nothing to mend",),
            "@clean",
            "2",
            ("10 DevLogs",),
            ("wide", "Intent"),
            "@devlogs",
            "9",
            ("40beef",),
            "@sessions",
        ),
        stored=True,
    ),
    "drills": Walk(
        ("clean",), (("Queue",), "3", ("6 to grade",), ("wide", "Because of"), "@drills"), "fake_drill.py", stored=True
    ),
    "golden": Walk(
        ("clean",),
        (("Queue",), "4", ("lamp", "moon"), ("wide", "not attempted yet"), "@golden"),
        "fake_golden.py",
        stored=True,
    ),
    "school": Walk(
        (),
        (
            ("Queue",),
            "5",
            ("Fluency",),
            ("wide", "Stage 0"),
            "@curriculum",
            "8",
            ("run-b",),
            ("wide", "Compile-fix", "as sure as right", "no good state is pinned"),
            "@evals",
        ),
        "fake_school.py",
    ),
    "training": Walk(
        (),
        (
            ("Queue",),
            "7",
            ("E0-second", "E0-first"),
            ("wide", "every byte", "throughput"),
            "@training",
            "space",
            "down",
            ("▸E0-second",),
            ("wide", "every byte"),
            "d",
            ("Told otherwise",),
            "@training-compared",
        ),
        "fake_trainer.py",
        trained=(("E0-first", 40, 0.002), ("E0-second", 30, 0.01)),
    ),
    "untrained": Walk((), (("Queue",), "7", ("No run is in",), "@training-empty"), "fake_trainer.py", trained=()),
}
COMBINATIONS = [
    *((name, size, "dark") for name in WALKS for size in (SMALL, WIDE)),
    *((name, WIDE, look) for look in ("light", "no-colour") for name in ("review", "over", "store")),
]


def kept_picture(test: str, name: str) -> str | None:
    """The picture that is on record, to be waited for."""
    kept = HERE / "__snapshots__" / "test_snapshots" / f"{test}[{name}].txt"
    return kept.read_text(encoding="utf-8") if kept.exists() else None


async def still(pilot: Pilot[Any], wanted: str | None = None) -> str:
    """The picture, once it is the wanted one; where it never is, once it has stood still for a while."""
    deadline = time.monotonic() + (_PATIENCE_SECONDS if wanted else 0.0)
    while picture(pilot.app) != wanted and time.monotonic() < deadline:
        await pilot.pause(0.05)
    last, same = picture(pilot.app), 0
    if last == wanted:
        return last
    while same < 4:
        await pilot.pause(0.03)
        now = picture(pilot.app)
        same = same + 1 if now == last else 0
        last = now
    return last


@pytest.mark.parametrize(
    ("name", "size", "look"),
    COMBINATIONS,
    ids=[f"{name}-{size[0]}x{size[1]}-{look}" for name, size, look in COMBINATIONS],
)
async def test_screens(
    name: str,
    size: tuple[int, int],
    look: str,
    scene: Scene,
    request: pytest.FixtureRequest,
    snapshot: SnapshotAssertion,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    walk = WALKS[name]
    if walk.stored:
        request.getfixturevalue("store")
    if walk.trained is not None:
        monkeypatch.setenv("RUSTA_HOME", str(tmp_path / "home"))
    for number, (run, steps, rate) in enumerate(walk.trained or ()):
        path = write_run(
            tmp_path / "home" / "runs" / run, steps=steps, of=40, save_every=20, rate=rate, ended="finished"
        )
        wrote = datetime.fromisoformat(AT).timestamp() - 3600 * (3 - number)
        os.utime(path / "events.jsonl", (wrote, wrote))
    if look == "no-colour":
        monkeypatch.setenv("NO_COLOR", "1")
    scene.engine = (sys.executable, str(HERE / walk.engine))
    scene.play(*walk.plays)
    app = scene.app(theme="light" if look == "light" else "dark")
    app.animation_level = "none"
    if name == "tour":
        app._memory = Memory(tmp_path / "app.json")
    async with app.run_test(size=size) as pilot:
        for step in walk.steps:
            if isinstance(step, tuple) and step[0] == "wide":
                await until(pilot, shows(pilot, *step[1:] if size == WIDE else ()))
            elif isinstance(step, tuple):
                await until(pilot, shows(pilot, *step))
            elif step.startswith("@"):
                taken = await still(pilot, kept_picture(request.node.name, step[1:]))
                assert tmp_path.name not in taken
                assert taken == snapshot(extension_class=Picture, name=step[1:])
            else:
                await pilot.press(step)


@pytest.mark.parametrize("look", ["dark", "light"])
async def test_without_colour_the_review_says_the_same_in_the_same_places(
    look: str, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def words() -> str:
        scene.play("two")
        async with scene.app(theme=look).run_test(size=WIDE) as pilot:
            await until(pilot, shows(pilot, *QUEUE))
            await pilot.press("enter")
            await until(pilot, shows(pilot, "hunk 1 of 3"))
            await pilot.press("]", "space")
            await until(pilot, shows(pilot, "✗ dropped"))
            await still(pilot)
            return text_of(pilot.app)

    coloured = await words()
    monkeypatch.setenv("NO_COLOR", "1")
    plain = await words()
    assert plain == coloured
    assert all(mark in plain for mark in ("✓ kept", "✗ dropped", "+     let mut chars", "▌"))
