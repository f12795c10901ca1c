"""rusta drill: the week without a screen."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import pytest

from engine.rust.toolchain import find_toolchain
from engine.schema.event import ProgressEvent, read_event
from engine.store.drills import DrillCard, DrillSession
from engine.store.store import Store

AT = "2026-01-05T09:00:00.000Z"
EXPLAIN = DrillCard("aa11", "explain", "Ownership", "E0382", "error_codes/none.html", 0, "x")
PREDICT = DrillCard("bb22", "predict", "Ownership", "E0382", "error_codes/none.html", 0, "x", edition="2021")


@pytest.fixture
def store(environment: dict[str, str]) -> Store:
    """Two answered cards, one of them marked by the compiler; their docs are not there any more."""
    home = Path(environment["RUSTA_HOME"])
    home.mkdir()
    opened = Store.open(f"sqlite:///{home / 'rusta.db'}")
    opened.deal_in([EXPLAIN, PREDICT], "1")
    opened.open_drill(DrillSession("2026-W02.1", AT, "2026-W02", "s", "search", "1"), ["aa11", "bb22"])
    opened.save_drill_answer("2026-W02.1.01", {"text": "It was moved."}, at=AT)
    said = {"text": "It compiles.", "said": "compiles", "truth": "E0382", "confidence": 0.6, "because": "x: y"}
    opened.save_drill_answer("2026-W02.1.02", {**said, "mark": "wrong", "rating": 1}, at=AT)
    opened.add_drill_review("2026-W02.1.02", "compiler", 1, at=AT)
    opened.end_drill("2026-W02.1")
    return opened


def told(rusta: Any, *arguments: str) -> list[dict[str, Any]]:
    done = rusta("drill", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_before_the_first_drill_it_says_what_to_do(rusta: Any) -> None:
    for command in ((), ("show",), ("history",)):
        assert "rusta drill start" in rusta("drill", *command).stdout
    (status,) = told(rusta)
    assert (status["session"], status["places"], status["streak"]) == (None, [], 0)
    assert told(rusta, "next") == told(rusta, "history") == told(rusta, "show") == []
    assert told(rusta, "ungrade") == [{"card": None}]


def test_the_status_tells_what_waits_and_what_is_weak(rusta: Any, store: Store) -> None:
    (status,) = told(rusta)
    assert (status["waiting"], status["due"], status["new"], status["cards"]) == (1, 1, 1, 2)
    assert {weak["name"] for weak in status["weak"]} == {"E0382", "Ownership"}
    assert [place["rating"] for place in status["places"]] == [None, 1]
    shown = rusta("drill").stdout
    assert "1 for your grade" in shown
    assert "E0382" in shown


def test_a_grade_is_given_shown_and_taken_back(rusta: Any, store: Store) -> None:
    assert [card["id"] for card in told(rusta, "next")] == ["aa11"]
    (given,) = told(rusta, "grade", "aa", "3")
    assert (given["card"], given["rating"], given["taken_back"]) == ("aa11", 3, False)
    assert given["due"].startswith("2026-01-")
    assert told(rusta, "next") == []
    (taken,) = told(rusta, "ungrade")
    assert (taken["card"], taken["rating"], taken["due"], taken["taken_back"]) == ("aa11", None, None, True)
    assert [card["id"] for card in told(rusta, "next")] == ["aa11"]


def test_the_mentors_grade_outweighs_the_compilers_mark_until_it_is_taken_back(rusta: Any, store: Store) -> None:
    told(rusta, "grade", "bb", "4")
    told(rusta, "grade", "aa", "2")
    (shown,) = told(rusta, "show", "bb")
    assert shown["given"] == [["compiler", 1], ["mentor", 4]]
    (taken,) = told(rusta, "ungrade", "bb")
    assert (taken["card"], taken["rating"]) == ("bb22", 1)
    (shown,) = told(rusta, "show", "bb")
    assert (shown["rating"], shown["marker"]) == (1, "compiler")
    assert told(rusta, "ungrade")[0]["card"] == "aa11"


def test_a_card_whose_docs_are_gone_still_shows_what_she_answered(rusta: Any, store: Store) -> None:
    shown = told(rusta, "show")
    assert [card["id"] for card in shown] == ["aa11", "bb22"]
    assert all(card["gone"] for card in shown)
    assert shown[0]["answer"]["text"] == "It was moved."
    page = rusta("drill", "show", "bb").stdout
    assert "It compiles." in page
    assert "wrong: E0382" in page


def test_without_rust_what_she_answered_can_still_be_read(rusta: Any, store: Store, tmp_path: Path) -> None:
    shown = rusta("drill", "show", PATH=str(tmp_path)).stdout
    assert "It was moved." in shown
    assert "does not have the text" in shown


def test_history_counts_marks_and_grades(rusta: Any, store: Store) -> None:
    (drill,) = told(rusta, "history")
    assert drill["marks"]["predict"] == {"right": 0, "half": 0, "wrong": 1}
    assert (drill["answered"], drill["graded"], drill["mean_rating"], drill["brier"]) == (2, 1, 1.0, 0.36)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("grade", "aa", "5"), 2, "4"),
        (("grade", "zz", "3"), 1, "no card that begins"),
        (("show", "zz"), 1, "no card that begins"),
        (("start", "--cards", "0"), 2, "cards"),
        (("start", "--brain", "nobody"), 1, "nobody"),
    ],
)
def test_bad_input_is_one_line(rusta: Any, store: Store, arguments: tuple[str, ...], code: int, words: str) -> None:
    done = rusta("drill", *arguments)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert len(store.drill_reviews()) == 1
    assert len(store.drill_sessions()) == 1


def small_docs(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """A toolchain whose docs are one page, in front of the real one on the PATH."""
    sysroot, real = tmp_path / "toolchain", find_toolchain(Path.cwd())
    page = sysroot / "share/doc/rust/html/error_codes/E0384.html"
    page.parent.mkdir(parents=True)
    source = html.escape('fn main() {\n    let n = 1;\n    println!("{}", n);\n    n = 2;\n    println!("{}", n);\n}\n')
    page.write_text(
        "<html><body><main><h1>Error code E0384</h1><p>A variable was given a second value.</p>"
        f'<pre><code class="language-rust compile_fail E0384">{source}</code></pre></main></body></html>'
    )
    (sysroot / "bin").mkdir()
    for program in ("cargo", "rustfmt"):
        (sysroot / "bin" / program).symlink_to(real.sysroot / "bin" / program)
    rustc = sysroot / "bin/rustc"
    rustc.write_text(f'#!/bin/sh\n[ "$*" = "--print sysroot" ] && echo "{sysroot}" && exit\nexec "{real.rustc}" "$@"\n')
    rustc.chmod(0o755)
    # Without a jail, since it would not show this folder.
    return {"PATH": f"{sysroot / 'bin'}:{environment['PATH']}", "RUSTA_ISOLATION": "none"}


def test_a_drill_tells_its_events_and_its_answers_wait_for_grades(
    rusta: Any, environment: dict[str, str], tmp_path: Path
) -> None:
    done = rusta("drill", "start", "--events", "--cards", "2", **small_docs(environment, tmp_path))
    assert done.returncode == 0, done.stderr
    events = [read_event(line) for line in done.stdout.splitlines()]
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert {event.session for event in events} == {""}
    progress = [event for event in events if isinstance(event, ProgressEvent)]
    assert (progress[-1].status, progress[-1].done, progress[-1].total) == ("done", 2, 2)
    assert any(event.text == "reading the docs" for event in progress)
    (status,) = told(rusta)
    assert [place["answered"] for place in status["places"]] == [True, True]
    assert status["streak"] == 1


def test_a_stop_on_the_wire_leaves_the_rest_for_later(rusta: Any, environment: dict[str, str], tmp_path: Path) -> None:
    small = small_docs(environment, tmp_path)
    done = rusta("drill", "start", "--events", "--cards", "3", stdin='{"kind":"stop"}\n', **small)
    assert done.returncode == 130
    (status,) = told(rusta)
    assert status["session"]["ended"] is None
    assert rusta("drill", "start", **small).returncode == 0
    assert told(rusta)[0]["session"]["ended"] is not None
