"""rusta devlogs: the diary without a screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.schema.devlog import DevLog, Entry, Outcome, ProbeNote
from engine.schema.event import IntakeEvent, LogEvent, SayEvent, Scope
from engine.store.store import Store

ENTRY = Entry(
    diagnostic="d", code="E0502", message="cannot borrow `v` as mutable", where="src/lib.rs:4", gear="quick",
    attempts=1, intent="Take the length first.", move="hoist-read", confidence=0.9, outcome=Outcome.FIXED,
    reflection="The read was done before the write began.",
    probes=(ProbeNote(probe="check", command="cargo check", seconds=0.4, verdict="supports", finding="1 error"),),
)  # fmt: skip


@pytest.fixture
def store(environment: dict[str, str]) -> Store:
    """Two sessions that ended, each with a DevLog, and one that is open."""
    home = Path(environment["RUSTA_HOME"])
    home.mkdir()
    opened = Store.open(f"sqlite:///{home / 'rusta.db'}")
    for name, outcome, entries in (("aa", Outcome.FIXED, (ENTRY,)), ("ab", Outcome.ABSTAINED, ())):
        at = f"2026-01-0{len(entries) + 1}T00:00:00.000Z"
        devlog = DevLog(
            id=f"devlog-{name}", session=name, at=at, repository="/src/ink", base="0", brain="search",
            outcome=outcome, summary=f"the summary of {name}", entries=entries, seconds=1.5,
        )  # fmt: skip
        opened.create_session(name, repository="/src/ink", path="/src/ink", at=at, brain="search")
        opened.append(LogEvent(seq=1, at=at, session=name, outcome=outcome, devlog=devlog))
    opened.create_session("open", repository="/src/ink", path="/src/ink", at="2026-01-03T00:00:00.000Z", brain="search")
    return opened


def listed(rusta, *conditions: str) -> list[dict]:
    done = rusta("devlogs", "list", "--json", *conditions)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_line_of_json_is_all_that_a_list_needs(rusta, store):
    store.add_grade("devlog-aa", "clarity", 3)
    store.add_comment("devlog-aa", "Yes.")
    store.add_mark("devlog-aa", "golden")
    assert listed(rusta)[0] == {
        "id": "devlog-aa",
        "session": "aa",
        "at": "2026-01-02T00:00:00.000Z",
        "repository": "/src/ink",
        "brain": "search",
        "outcome": "fixed",
        "summary": "the summary of aa",
        "seconds": 1.5,
        "codes": ["E0502"],
        "moves": ["hoist-read"],
        "grades": {"clarity": 3},
        "comments": 1,
        "marks": ["golden"],
        "given": [["clarity", 3]],
    }


def test_the_list_is_filtered(rusta, store):
    store.add_grade("devlog-ab", "voice", 1)
    for conditions, expected in (
        ((), ["devlog-aa", "devlog-ab"]),
        (("--limit", "1"), ["devlog-aa"]),
        (("--limit", "0"), ["devlog-aa", "devlog-ab"]),
        (("--text", "SUMMARY OF AB"), ["devlog-ab"]),
        (("--code", "E0502"), ["devlog-aa"]),
        (("--move", "hoist-read"), ["devlog-aa"]),
        (("--outcome", "abstained"), ["devlog-ab"]),
        (("--graded",), ["devlog-ab"]),
        (("--ungraded",), ["devlog-aa"]),
    ):
        assert [item["id"] for item in listed(rusta, *conditions)] == expected
    assert rusta("devlogs", "list", "--text", "nowhere").stdout == "no DevLog is like that\n"
    wrong = rusta("devlogs", "list", "--outcome", "splendid")
    assert wrong.returncode == 2
    assert "abstained" in wrong.stderr


def test_a_person_sees_the_grades_in_the_list(rusta, store):
    store.add_grade("devlog-aa", "clarity", 3)
    first, second = rusta("devlogs", "list").stdout.splitlines()
    assert first.endswith("the summary of aa  clarity 3")
    assert second.endswith("ungraded")


def test_no_devlog_yet_says_how_there_will_be_one(rusta):
    assert "rusta devlogs import" in rusta("devlogs", "list").stdout


def test_a_devlog_is_shown_as_plain_markdown_on_a_pipe(rusta, store):
    store.add_comment("devlog-aa", "Say\nwhy.")
    shown = rusta("devlogs", "show", "aa").stdout
    assert shown.startswith("# the summary of aa\n\n- fixed in 1.5 s, 2026-01-02T00:00:00.000Z, by search\n")
    for part in (
        "## 1. cannot borrow `v` as mutable\n\nE0502, `src/lib.rs:4`: fixed with hoist-read, 90% sure, quick gear\n",
        "### Intent\n\nTake the length first.\n",
        "- `cargo check` 0.40 s, supports: 1 error\n",
        "> Say\n> why.",
    ):
        assert part in shown
    assert "\x1b" not in shown


def test_a_program_gets_the_whole_record(rusta, store):
    store.add_mark("devlog-aa", "golden", at="t")
    shown = json.loads(rusta("devlogs", "show", "devlog-aa", "--json").stdout)
    assert DevLog.read(shown["devlog"]) == store.devlog("devlog-aa")
    assert shown["mentor"] == {"grades": [], "comments": [], "marks": [{"mark": "golden", "at": "t"}]}
    assert shown["page"].startswith("# the summary of aa\n")
    assert "From the mentor" not in shown["page"]


def test_grading_and_taking_it_back(rusta, store):
    assert rusta("devlogs", "grade", "aa", "correctness", "2").stdout == "devlog-aa: correctness 2\n"
    rusta("devlogs", "grade", "aa", "correctness", "4")
    assert "correctness 4 is taken back; 2 counts again" in rusta("devlogs", "ungrade", "aa").stdout
    assert listed(rusta)[0]["grades"] == {"correctness": 2}
    rusta("devlogs", "ungrade", "aa")
    last = rusta("devlogs", "ungrade", "aa")
    assert (last.returncode, last.stdout) == (0, "devlog-aa has no grade to take back\n")


@pytest.mark.parametrize("wrong", [("beauty", "3"), ("clarity", "5"), ("clarity", "0"), ("clarity", "good")])
def test_a_grade_that_is_none_is_refused(rusta, store, wrong):
    assert rusta("devlogs", "grade", "aa", *wrong).returncode == 2
    assert listed(rusta)[0]["grades"] == {}


def test_comments_and_marks(rusta, store):
    assert rusta("devlogs", "comment", "aa", "Good eye.").returncode == 0
    assert rusta("devlogs", "comment", "aa", " ").returncode == 1
    assert rusta("devlogs", "mark", "aa", "golden").stdout == "devlog-aa is golden\n"
    assert rusta("devlogs", "mark", "aa", "golden").stdout == "devlog-aa is golden already\n"
    assert rusta("devlogs", "mark", "aa", "training-worthy").returncode == 0
    assert rusta("devlogs", "mark", "aa", "shiny").returncode == 2
    (first, _) = listed(rusta)
    assert (first["comments"], first["marks"]) == (1, ["golden", "training-worthy"])
    assert rusta("devlogs", "uncomment", "aa").stdout == "devlog-aa: “Good eye.” is taken back\n"
    assert rusta("devlogs", "uncomment", "aa").stdout == "devlog-aa has no comment to take back\n"
    assert rusta("devlogs", "unmark", "aa", "golden").stdout == "devlog-aa is not golden any more\n"
    assert rusta("devlogs", "unmark", "aa", "golden").stdout == "devlog-aa is not golden\n"
    assert listed(rusta)[0]["marks"] == ["training-worthy"]


@pytest.mark.parametrize("command", [("show",), ("ungrade",), ("grade", "clarity", "3"), ("unmark", "golden")])
def test_an_unknown_devlog_is_one_clear_line(rusta, store, command):
    done = rusta("devlogs", command[0], "zz", *command[1:])
    assert done.returncode == 1
    assert done.stderr.startswith("rusta: there is no DevLog zz\n  ")


def test_the_diary_moves_to_another_home_with_all_that_is_on_it(rusta, store, tmp_path):
    rusta("devlogs", "grade", "aa", "voice", "4")
    rusta("devlogs", "comment", "aa", "Short. Good.")
    rusta("devlogs", "mark", "ab", "training-worthy")
    out = tmp_path / "out"
    assert rusta("devlogs", "export", "--all", str(out)).returncode == 0
    assert sorted(path.name for path in out.iterdir()) == ["devlog-aa.md", "devlog-ab.md"]
    elsewhere = {"RUSTA_HOME": str(tmp_path / "elsewhere")}
    done = rusta("devlogs", "import", str(out), **elsewhere)
    assert [line.split() for line in done.stdout.splitlines()] == [["devlog-aa", "imported"], ["devlog-ab", "imported"]]
    assert "was there" in rusta("devlogs", "import", str(out / "devlog-ab.md"), **elsewhere).stdout
    here, there = (rusta("devlogs", "list", "--json", **more).stdout for more in ({}, elsewhere))
    assert here == there
    rusta("devlogs", "export", "aa", str(tmp_path / "one"), **elsewhere)
    assert (tmp_path / "one" / "devlog-aa.md").read_bytes() == (out / "devlog-aa.md").read_bytes()


@pytest.mark.parametrize("wrong", [(), ("aa",), ("aa", "out", "--all", "out")])
def test_an_export_says_where_to(rusta, store, wrong):
    assert rusta("devlogs", "export", *wrong).returncode == 2


def test_sessions_are_searched(rusta, store):
    def found(*conditions: str) -> list[str]:
        return [json.loads(line)["id"] for line in rusta("sessions", "--json", *conditions).stdout.splitlines()]

    assert found() == ["open", "aa", "ab"]
    assert found("--code", "E0502") == found("--move", "hoist-read") == found("--text", "summary of AA") == ["aa"]
    assert found("--outcome", "abstained") == ["ab"]
    assert found("--outcome", "abstained", "--code", "E0502") == []
    assert "no session is like that" in rusta("sessions", "--text", "nowhere").stdout
    assert rusta("sessions", "--outcome", "splendid").returncode == 2


def test_a_session_is_exported_as_a_devlog_that_can_be_imported(rusta, store, tmp_path):
    store.add_grade("devlog-aa", "voice", 4)
    (tmp_path / "aa.md").write_text(rusta("export", "aa").stdout)
    elsewhere = {"RUSTA_HOME": str(tmp_path / "elsewhere")}
    rusta("devlogs", "import", str(tmp_path / "aa.md"), **elsewhere)
    assert rusta("export", "aa").stdout == (tmp_path / "aa.md").read_text()
    assert "voice 4" in rusta("devlogs", "list", **elsewhere).stdout


def test_a_session_is_exported_with_all_its_events(rusta, store):
    whole = json.loads(rusta("export", "aa", "--format", "json").stdout)
    assert whole["session"]["outcome"] == "fixed"
    assert DevLog.read(whole["devlog"]) == store.devlog("devlog-aa")
    assert [event["kind"] for event in whole["events"]] == ["log"]


def test_an_open_session_is_exported_as_far_as_it_got(rusta, store):
    assert json.loads(rusta("export", "open", "--format", "json").stdout)["events"] == []
    at = "2026-01-03T00:00:00.000Z"
    store.append(
        IntakeEvent(
            seq=1, at=at, session="open", repository="/src/ink", path="/src/ink", head="0", branch="main", base="0",
            dirty=(), include_dirty=False, brain="search", approve="ask", scope=Scope(), policy={}, isolation="none",
        )
    )  # fmt: skip
    store.append(SayEvent(seq=2, at=at, session="open", text="Looking."))
    assert "session: open" in rusta("export", "open").stdout
    events = json.loads(rusta("export", "open", "--format", "json").stdout)["events"]
    assert [event["kind"] for event in events] == ["intake", "say"]


def test_the_seeds_come_along(rusta):
    assert rusta("devlogs", "import").stdout.count("imported") == 10
    assert rusta("devlogs", "import").stdout.count("was there") == 10
    ended = [item["outcome"] for item in listed(rusta)]
    assert {outcome: ended.count(outcome) for outcome in set(ended)} == {"fixed": 7, "abstained": 2, "undone": 1}


def test_her_voice_is_scored(rusta, store):
    assert "no DevLog has a grade on its voice yet" in rusta("devlogs", "scores").stdout
    store.add_grade("devlog-aa", "voice", 1)
    store.add_grade("devlog-aa", "voice", 4)  # the newest counts
    store.add_grade("devlog-ab", "voice", 2)
    scores = [json.loads(line) for line in rusta("devlogs", "scores", "--json").stdout.splitlines()]
    whole = {"month": None, "brain": None, "n": 2, "mean": 3.0}
    assert {name: scores[0][name] for name in whole} == whole
    assert 1 <= scores[0]["low"] < 3 < scores[0]["high"] <= 4
    assert {(score["month"], score["brain"]) for score in scores[1:]} == {
        ("2026-01", None), (None, "search"), ("2026-01", "search"),
    }  # fmt: skip
    assert "all      all brains    3.00" in rusta("devlogs", "scores").stdout


def test_devlogs_become_samples(rusta, environment, tmp_path):
    assert rusta("devlogs", "import").returncode == 0
    rusta("devlogs", "mark", "seed-09", "golden")
    printed = rusta("devlogs", "samples").stdout
    weighed = [json.loads(line) for line in printed.splitlines()]
    assert {line["sample"]["type"] for line in weighed} == {"diag_fix", "explain_diff"}
    assert {line["weight"] for line in weighed} == {1.0, 2.0}
    file = tmp_path / "samples.jsonl"
    told = rusta("devlogs", "samples", "--out", str(file))
    assert file.read_text() == printed
    assert told.stdout == f"{file}: 9 diag_fix, 9 explain_diff\n"
    nowhere = rusta("devlogs", "samples", "--out", str(tmp_path / "no/such.jsonl"))
    assert (nowhere.returncode, "cannot be written" in nowhere.stderr) == (1, True)
